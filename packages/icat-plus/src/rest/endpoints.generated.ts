// Written by tooling/generate/icat-endpoints.mjs from the description of ICAT+ in icat_plus_client 5.7.4 (MIT); not to be changed by hand.

/** Every endpoint of ICAT+: the names in its path (the session and the key are put in) and in its query. */
export interface Endpoints {
  readonly "PUT /actions/{sessionId}/logbook/instrumentname": { readonly params: never; readonly query: "action" };
  readonly "GET /cod": {
    readonly params: never;
    readonly query: "projectName" | "limit" | "skip" | "fileId" | "doi" | "phaseFormula" | "phaseName";
  };
  readonly "GET /cache": { readonly params: never; readonly query: never };
  readonly "GET /cache/keys": { readonly params: never; readonly query: never };
  readonly "GET /cache/keys/{key}": { readonly params: "key"; readonly query: never };
  readonly "POST /cache/{sessionId}": { readonly params: never; readonly query: never };
  readonly "GET /cache/stats": { readonly params: never; readonly query: never };
  readonly "GET /catalogue/datasets/documents": { readonly params: never; readonly query: "startDate" | "endDate" | "limit" | "skip" };
  readonly "GET /catalogue/datasets": {
    readonly params: never;
    readonly query:
      | "investigationIds"
      | "datasetIds"
      | "sampleId"
      | "instrumentName"
      | "limit"
      | "skip"
      | "search"
      | "datasetType"
      | "nested"
      | "sortBy"
      | "sortOrder"
      | "parameters"
      | "techniquePids"
      | "startDate"
      | "endDate";
  };
  readonly "GET /catalogue/instruments": { readonly params: never; readonly query: never };
  readonly "GET /catalogue/investigation/name/{investigationName}/normalize": {
    readonly params: "investigationName";
    readonly query: never;
  };
  readonly "POST /catalogue/investigations/{investigationId}/release-date": { readonly params: "investigationId"; readonly query: never };
  readonly "GET /catalogue/investigationtypes": { readonly params: never; readonly query: never };
  readonly "GET /catalogue/parameters": { readonly params: never; readonly query: "parameterTypeId" | "name" };
  readonly "GET /catalogue/{sessionId}/datacollection": {
    readonly params: never;
    readonly query: "datasetId" | "type" | "skip" | "limit" | "search" | "sortBy" | "sortOrder";
  };
  readonly "GET /catalogue/{sessionId}/datafile/download": {
    readonly params: never;
    readonly query: "filepath" | "datasetId" | "investigationId";
  };
  readonly "GET /catalogue/{sessionId}/datafile": {
    readonly params: never;
    readonly query: "datasetId" | "datafileIds" | "location" | "limit" | "skip" | "search";
  };
  readonly "GET /catalogue/{sessionId}/dataset": {
    readonly params: never;
    readonly query:
      | "investigationIds"
      | "datasetIds"
      | "sampleId"
      | "instrumentName"
      | "limit"
      | "skip"
      | "search"
      | "datasetType"
      | "nested"
      | "sortBy"
      | "sortOrder"
      | "parameters";
  };
  readonly "GET /catalogue/{sessionId}/dataset/id/{datasetId}/datacollection": { readonly params: "datasetId"; readonly query: never };
  readonly "GET /catalogue/{sessionId}/dataset/id/{datasetId}/datafile": {
    readonly params: "datasetId";
    readonly query: "limit" | "skip" | "search";
  };
  readonly "GET /catalogue/{sessionId}/dataset/id/{datasetIds}/dataset_document": { readonly params: "datasetIds"; readonly query: never };
  readonly "GET /catalogue/{sessionId}/dataset/id/{datasetIds}/dataset": { readonly params: "datasetIds"; readonly query: never };
  readonly "GET /catalogue/{sessionId}/dataset/timeline": { readonly params: never; readonly query: "investigationId" | "sampleId" };
  readonly "GET /catalogue/{sessionId}/datasetparameter": {
    readonly params: never;
    readonly query: "investigationId" | "instrumentName" | "sampleId" | "startDate" | "endDate" | "name" | "datasetType" | "format";
  };
  readonly "PUT /catalogue/{sessionId}/datasetparameter": { readonly params: never; readonly query: "parameterId" };
  readonly "GET /catalogue/{sessionId}/datasetparameter/values": {
    readonly params: never;
    readonly query: "investigationId" | "instrumentName" | "sampleId" | "startDate" | "endDate" | "name" | "datasetType" | "parameters";
  };
  readonly "GET /catalogue/{sessionId}/files/download": { readonly params: never; readonly query: "sampleId" | "resourceId" };
  readonly "GET /catalogue/{sessionId}/files": { readonly params: never; readonly query: "investigationId" | "sampleId" | "groupName" };
  readonly "POST /catalogue/{sessionId}/files/upload": { readonly params: never; readonly query: "sampleId" };
  readonly "GET /catalogue/{sessionId}/instruments": { readonly params: never; readonly query: "filter" };
  readonly "GET /catalogue/{sessionId}/investigation": {
    readonly params: never;
    readonly query:
      | "instrumentName"
      | "investigationName"
      | "ids"
      | "filter"
      | "startDate"
      | "endDate"
      | "username"
      | "limit"
      | "skip"
      | "search"
      | "releaseDates"
      | "sortBy"
      | "sortOrder"
      | "withHasAccess"
      | "parameters";
  };
  readonly "DELETE /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "GET /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "POST /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "GET /catalogue/{sessionId}/investigation/id/{investigationId}/sample": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "GET /catalogue/{sessionId}/investigation/{investigationId}/user": {
    readonly params: "investigationId";
    readonly query: "onlyLatestAffiliation";
  };
  readonly "GET /catalogue/{sessionId}/investigation/timeline": { readonly params: never; readonly query: "instrument" };
  readonly "PUT /catalogue/{sessionId}/sampleParameters/{id}": { readonly params: "id"; readonly query: "investigationId" };
  readonly "GET /catalogue/{sessionId}/samples": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "limit"
      | "skip"
      | "search"
      | "sampleIds"
      | "startDate"
      | "endDate"
      | "datasetType"
      | "havingAcquisitionDatasets"
      | "includeDatasets"
      | "nested"
      | "sortBy"
      | "sortOrder"
      | "parameters";
  };
  readonly "GET /catalogue/{sessionId}/samples/{sampleId}/page": {
    readonly params: "sampleId";
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "sampleIds"
      | "limit"
      | "skip"
      | "search"
      | "startDate"
      | "endDate"
      | "havingAcquisitionDatasets"
      | "sortBy"
      | "sortOrder"
      | "parameters";
  };
  readonly "POST /catalogue/{sessionId}/samples/{sampleId}/sampleParameters": {
    readonly params: "sampleId";
    readonly query: "investigationId";
  };
  readonly "GET /catalogue/{sessionId}/user": { readonly params: never; readonly query: "onlyLatestAffiliation" };
  readonly "GET /catalogue/techniques": { readonly params: never; readonly query: never };
  readonly "GET /dmp/{sessionId}/questionnaires": { readonly params: never; readonly query: "investigationId" | "investigationName" };
  readonly "GET /doi/{prefix}/{suffix}/datasets": {
    readonly params: "prefix" | "suffix";
    readonly query: "limit" | "skip" | "search" | "sortBy" | "sortOrder";
  };
  readonly "GET /doi/{prefix}/{suffix}/json-datacite": { readonly params: "prefix" | "suffix"; readonly query: never };
  readonly "GET /doi/{prefix}/{suffix}/reports": { readonly params: "prefix" | "suffix"; readonly query: never };
  readonly "POST /doi/{sessionId}/mint": { readonly params: never; readonly query: never };
  readonly "POST /doi/{sessionId}/reserve": { readonly params: never; readonly query: never };
  readonly "GET /doi/{sessionId}/reserved-dois": { readonly params: never; readonly query: "skip" | "limit" | "username" | "all" };
  readonly "POST /dataacquisition/{apiKey}/base64": { readonly params: never; readonly query: "investigationName" | "instrumentName" };
  readonly "GET /dataacquisition/{apiKey}/dataset": {
    readonly params: never;
    readonly query: "investigationId" | "limit" | "skip" | "search" | "sortBy" | "sortOrder";
  };
  readonly "POST /dataacquisition/{apiKey}/dataset/restore": { readonly params: never; readonly query: "datasetId" };
  readonly "POST /dataacquisition/{apiKey}/events/move": {
    readonly params: never;
    readonly query: "sourceInvestigationId" | "destinationInvestigationId";
  };
  readonly "GET /dataacquisition/{apiKey}/investigation": {
    readonly params: never;
    readonly query:
      | "filter"
      | "instrumentName"
      | "startDate"
      | "endDate"
      | "limit"
      | "skip"
      | "search"
      | "sortBy"
      | "sortOrder"
      | "investigationName"
      | "ids"
      | "time";
  };
  readonly "POST /dataacquisition/{apiKey}/mint": { readonly params: never; readonly query: never };
  readonly "POST /dataacquisition/{apiKey}/notification": {
    readonly params: never;
    readonly query: "investigationId" | "investigationName" | "instrumentName";
  };
  readonly "GET /ewoks/{sessionId}/jobs": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "datasetIds"
      | "sampleIds"
      | "jobId"
      | "skip"
      | "limit"
      | "status"
      | "startDate"
      | "endDate"
      | "search"
      | "sortBy"
      | "sortOrder"
      | "all";
  };
  readonly "POST /ewoks/{sessionId}/jobs": { readonly params: never; readonly query: "datasetIds" | "investigationId" | "identifier" };
  readonly "PUT /ewoks/{sessionId}/jobs": { readonly params: never; readonly query: "id" };
  readonly "GET /ewoks/{sessionId}/workflows": { readonly params: never; readonly query: never };
  readonly "POST /elasticsearch/{sessionId}/datasets/_msearch": { readonly params: never; readonly query: never };
  readonly "GET /elasticsearch/{sessionId}/stats/histogram": {
    readonly params: never;
    readonly query: "format" | "metric" | "aggregation" | "interval" | "startDate" | "endDate" | "instrumentName";
  };
  readonly "GET /elasticsearch/{sessionId}/stats/instrument/metrics": {
    readonly params: never;
    readonly query: "instrumentName" | "openData";
  };
  readonly "GET /facilities": { readonly params: never; readonly query: never };
  readonly "GET /h5grove/attr": { readonly params: never; readonly query: "sessionId" | "datafileId" };
  readonly "GET /h5grove/data": { readonly params: never; readonly query: "sessionId" | "datafileId" };
  readonly "GET /h5grove/meta": { readonly params: never; readonly query: "sessionId" | "datafileId" };
  readonly "GET /h5grove/stats": { readonly params: never; readonly query: "sessionId" | "datafileId" };
  readonly "GET /ids/data/download": { readonly params: never; readonly query: "datasetIds" | "datafileIds" | "inline" };
  readonly "GET /ids/data/metalink": { readonly params: never; readonly query: "datasetIds" };
  readonly "GET /ids/{sessionId}/data/download": { readonly params: never; readonly query: "datasetIds" | "datafileIds" | "inline" };
  readonly "POST /ids/{sessionId}/datasets/restore": { readonly params: never; readonly query: "datasetIds" };
  readonly "GET /ids/{sessionId}/datasets/status": { readonly params: never; readonly query: "datasetIds" };
  readonly "GET /ids/{sessionId}/path": { readonly params: never; readonly query: "datasetIds" | "datafileIds" | "isonline" };
  readonly "POST /logbook/{apiKey}/investigation/name/{investigationName}/instrument/name/{instrumentName}/event/createfrombase64": {
    readonly params: "investigationName" | "instrumentName";
    readonly query: never;
  };
  readonly "POST /logbook/{apiKey}/investigation/name/{investigationName}/instrument/name/{instrumentName}/event": {
    readonly params: "investigationName" | "instrumentName";
    readonly query: never;
  };
  readonly "GET /logbook/{sessionId}/datafile/open": { readonly params: never; readonly query: "investigationId" | "path" | "scan" };
  readonly "GET /logbook/{sessionId}/event/count": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "types"
      | "filterInvestigation"
      | "search"
      | "date"
      | "tags"
      | "orTags"
      | "notTags"
      | "startTime"
      | "endTime";
  };
  readonly "POST /logbook/{sessionId}/event/createfrombase64": {
    readonly params: never;
    readonly query: "investigationId" | "instrumentName";
  };
  readonly "GET /logbook/{sessionId}/event/dates": {
    readonly params: never;
    readonly query: "investigationId" | "instrumentName" | "types" | "filterInvestigation" | "search" | "tags" | "orTags" | "notTags";
  };
  readonly "GET /logbook/{sessionId}/event": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "sortBy"
      | "sortOrder"
      | "skip"
      | "limit"
      | "types"
      | "filterInvestigation"
      | "search"
      | "format"
      | "date"
      | "tags"
      | "orTags"
      | "notTags"
      | "startTime"
      | "endTime";
  };
  readonly "GET /logbook/{sessionId}/event/page": {
    readonly params: never;
    readonly query:
      | "_id"
      | "investigationId"
      | "instrumentName"
      | "sortOrder"
      | "skip"
      | "limit"
      | "types"
      | "filterInvestigation"
      | "search"
      | "date"
      | "tags"
      | "orTags"
      | "notTags"
      | "startTime"
      | "endTime";
  };
  readonly "POST /logbook/{sessionId}/event": { readonly params: never; readonly query: "investigationId" };
  readonly "PUT /logbook/{sessionId}/event": { readonly params: never; readonly query: "investigationId" };
  readonly "PUT /logbook/{sessionId}/event/remove": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "sortBy"
      | "skip"
      | "limit"
      | "types"
      | "filterInvestigation"
      | "search"
      | "date"
      | "tags"
      | "orTags"
      | "notTags"
      | "startTime"
      | "endTime";
  };
  readonly "PUT /logbook/{sessionId}/event/restore": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "instrumentName"
      | "sortBy"
      | "skip"
      | "limit"
      | "types"
      | "filterInvestigation"
      | "search"
      | "date"
      | "tags"
      | "orTags"
      | "notTags"
      | "startTime"
      | "endTime";
  };
  readonly "PATCH /logbook/{sessionId}/events": { readonly params: never; readonly query: "investigationId" | "instrumentName" };
  readonly "GET /logbook/{sessionId}/stats/count": { readonly params: never; readonly query: "startDate" | "endDate" };
  readonly "GET /logbook/{sessionId}/stats/investigation": { readonly params: never; readonly query: "startDate" | "endDate" };
  readonly "GET /logbook/{sessionId}/tag": { readonly params: never; readonly query: "investigationId" | "instrumentName" };
  readonly "POST /logbook/{sessionId}/tag": { readonly params: never; readonly query: "investigationId" | "instrumentName" };
  readonly "PUT /logbook/{sessionId}/tag": { readonly params: never; readonly query: "investigationId" | "tagId" };
  readonly "GET /messages": { readonly params: never; readonly query: "type" };
  readonly "PUT /messages/{sessionId}/information": { readonly params: never; readonly query: never };
  readonly "GET /oaipmh/request": { readonly params: never; readonly query: never };
  readonly "GET /api/scoring/items": { readonly params: never; readonly query: "startDate" | "endDate" };
  readonly "GET /resource/{sessionId}/file/download": { readonly params: never; readonly query: "resourceId" };
  readonly "POST /resource/{sessionId}/file/upload": { readonly params: never; readonly query: "investigationId" | "instrumentName" };
  readonly "POST /samplemetadata/{sessionId}/access-rules": { readonly params: never; readonly query: never };
  readonly "GET /samplemetadata/{sessionId}/metadata": {
    readonly params: never;
    readonly query:
      "investigationId" | "projectName" | "metadataName" | "limit" | "skip" | "sortBy" | "sortOrder" | "search" | "metadataValue";
  };
  readonly "GET /samplemetadata/{sessionId}/samples/acquisition": {
    readonly params: never;
    readonly query: "proposal" | "beamline" | "startDate" | "parameters";
  };
  readonly "DELETE /samplemetadata/{sessionId}/samples": { readonly params: never; readonly query: "investigationId" | "sampleIds" };
  readonly "DELETE /samplemetadata/{sessionId}/samples/files": {
    readonly params: never;
    readonly query: "investigationId" | "sampleId" | "fileIds";
  };
  readonly "GET /samplemetadata/{sessionId}/samples/files": {
    readonly params: never;
    readonly query: "investigationId" | "sampleId" | "fileId";
  };
  readonly "POST /samplemetadata/{sessionId}/samples/files": {
    readonly params: never;
    readonly query: "sampleId" | "investigationId" | "metadataname";
  };
  readonly "GET /samplemetadata/{sessionId}/samples": {
    readonly params: never;
    readonly query:
      "investigationId" | "projectName" | "sampleIds" | "limit" | "skip" | "search" | "sortBy" | "sortOrder" | "createdBy" | "parameters";
  };
  readonly "POST /samplemetadata/{sessionId}/samples": { readonly params: never; readonly query: "investigationId" };
  readonly "GET /samplemetadata/{sessionId}/samples/prefix": { readonly params: never; readonly query: "rule" };
  readonly "PUT /samplemetadata/{sessionId}/samples": { readonly params: never; readonly query: "sampleId" | "investigationId" };
  readonly "POST /session": { readonly params: never; readonly query: never };
  readonly "DELETE /session/{sessionId}": { readonly params: never; readonly query: never };
  readonly "GET /session/{sessionId}": { readonly params: never; readonly query: never };
  readonly "PUT /session/{sessionId}": { readonly params: never; readonly query: never };
  readonly "GET /tracking/{sessionId}/address": { readonly params: never; readonly query: never };
  readonly "GET /tracking/{sessionId}/barcodes": { readonly params: never; readonly query: "instrumentName" | "status" };
  readonly "DELETE /tracking/{sessionId}/investigation/id/{investigationId}/address": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "GET /tracking/{sessionId}/investigation/id/{investigationId}/address": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "POST /tracking/{sessionId}/investigation/id/{investigationId}/address": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "PUT /tracking/{sessionId}/investigation/id/{investigationId}/address": {
    readonly params: "investigationId";
    readonly query: never;
  };
  readonly "DELETE /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item/{itemId}": {
    readonly params: "investigationId" | "parcelId" | "itemId";
    readonly query: never;
  };
  readonly "PUT /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item/{itemId}": {
    readonly params: "investigationId" | "parcelId" | "itemId";
    readonly query: never;
  };
  readonly "POST /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item": {
    readonly params: "investigationId" | "parcelId";
    readonly query: never;
  };
  readonly "GET /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/labels": {
    readonly params: "investigationId" | "parcelId";
    readonly query: never;
  };
  readonly "PUT /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/parcel/status": {
    readonly params: "investigationId" | "parcelId";
    readonly query: never;
  };
  readonly "GET /tracking/{sessionId}/parcel": {
    readonly params: never;
    readonly query:
      | "investigationId"
      | "shipmentId"
      | "parcelId"
      | "skip"
      | "limit"
      | "status"
      | "search"
      | "format"
      | "startDate"
      | "endDate"
      | "startStatus"
      | "endStatus"
      | "investigationStartDate"
      | "investigationEndDate";
  };
  readonly "POST /tracking/{sessionId}/parcel": { readonly params: never; readonly query: "investigationId" | "shipmentId" };
  readonly "PUT /tracking/{sessionId}/parcel": { readonly params: never; readonly query: "investigationId" | "shipmentId" };
  readonly "GET /tracking/{sessionId}/setup": { readonly params: never; readonly query: "investigationId" };
  readonly "DELETE /tracking/{sessionId}/shipment": { readonly params: never; readonly query: "investigationId" };
  readonly "GET /tracking/{sessionId}/shipment": { readonly params: never; readonly query: "investigationId" | "shipmentId" };
  readonly "DELETE /tracking/{sessionId}/shipment/id/{shipmentId}/parcel": {
    readonly params: "shipmentId";
    readonly query: "investigationId";
  };
  readonly "POST /tracking/{sessionId}/shipment": { readonly params: never; readonly query: "investigationId" };
  readonly "PUT /tracking/{sessionId}/shipment": { readonly params: never; readonly query: "investigationId" };
  readonly "GET /users/{sessionId}/preferences": { readonly params: never; readonly query: never };
  readonly "PUT /users/{sessionId}/preferences": { readonly params: never; readonly query: never };
  readonly "DELETE /catalogue/{sessionId}/instrumentscientist": { readonly params: never; readonly query: never };
  readonly "GET /catalogue/{sessionId}/instrumentscientist": { readonly params: never; readonly query: "instrumentName" };
  readonly "PUT /catalogue/{sessionId}/instrumentscientist": { readonly params: never; readonly query: never };
  readonly "GET /catalogue/{sessionId}/user/name/{name}/instrumentscientist": {
    readonly params: "investigationId" | "name";
    readonly query: never;
  };
}

/** The same to look things up: names in the query (those needed with "!"), joined by blanks; "^" stands for a bearer token. */
export const endpoints: Readonly<Record<keyof Endpoints, string>> = {
  "PUT /actions/{sessionId}/logbook/instrumentname": "action",
  "GET /cod": "^ projectName limit skip fileId doi phaseFormula phaseName",
  "GET /cache": "",
  "GET /cache/keys": "",
  "GET /cache/keys/{key}": "",
  "POST /cache/{sessionId}": "",
  "GET /cache/stats": "",
  "GET /catalogue/datasets/documents": "^ startDate! endDate! limit skip",
  "GET /catalogue/datasets":
    "^ investigationIds datasetIds sampleId instrumentName limit skip search datasetType nested sortBy sortOrder parameters techniquePids startDate endDate",
  "GET /catalogue/instruments": "",
  "GET /catalogue/investigation/name/{investigationName}/normalize": "",
  "POST /catalogue/investigations/{investigationId}/release-date": "^",
  "GET /catalogue/investigationtypes": "",
  "GET /catalogue/parameters": "parameterTypeId name",
  "GET /catalogue/{sessionId}/datacollection": "datasetId type skip limit search sortBy sortOrder",
  "GET /catalogue/{sessionId}/datafile/download": "filepath! datasetId! investigationId!",
  "GET /catalogue/{sessionId}/datafile": "datasetId datafileIds location limit skip search",
  "GET /catalogue/{sessionId}/dataset":
    "investigationIds datasetIds sampleId instrumentName limit skip search datasetType nested sortBy sortOrder parameters",
  "GET /catalogue/{sessionId}/dataset/id/{datasetId}/datacollection": "",
  "GET /catalogue/{sessionId}/dataset/id/{datasetId}/datafile": "limit skip search",
  "GET /catalogue/{sessionId}/dataset/id/{datasetIds}/dataset_document": "",
  "GET /catalogue/{sessionId}/dataset/id/{datasetIds}/dataset": "",
  "GET /catalogue/{sessionId}/dataset/timeline": "investigationId sampleId",
  "GET /catalogue/{sessionId}/datasetparameter": "investigationId instrumentName sampleId startDate endDate name datasetType format",
  "PUT /catalogue/{sessionId}/datasetparameter": "parameterId",
  "GET /catalogue/{sessionId}/datasetparameter/values":
    "investigationId instrumentName sampleId startDate endDate name datasetType parameters",
  "GET /catalogue/{sessionId}/files/download": "sampleId! resourceId!",
  "GET /catalogue/{sessionId}/files": "investigationId sampleId groupName",
  "POST /catalogue/{sessionId}/files/upload": "sampleId!",
  "GET /catalogue/{sessionId}/instruments": "filter",
  "GET /catalogue/{sessionId}/investigation":
    "instrumentName investigationName ids filter startDate endDate username limit skip search releaseDates sortBy sortOrder withHasAccess parameters",
  "DELETE /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": "",
  "GET /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": "",
  "POST /catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers": "",
  "GET /catalogue/{sessionId}/investigation/id/{investigationId}/sample": "",
  "GET /catalogue/{sessionId}/investigation/{investigationId}/user": "onlyLatestAffiliation",
  "GET /catalogue/{sessionId}/investigation/timeline": "instrument!",
  "PUT /catalogue/{sessionId}/sampleParameters/{id}": "investigationId!",
  "GET /catalogue/{sessionId}/samples":
    "investigationId instrumentName limit skip search sampleIds startDate endDate datasetType havingAcquisitionDatasets includeDatasets nested sortBy sortOrder parameters",
  "GET /catalogue/{sessionId}/samples/{sampleId}/page":
    "investigationId instrumentName sampleIds limit skip search startDate endDate havingAcquisitionDatasets sortBy sortOrder parameters",
  "POST /catalogue/{sessionId}/samples/{sampleId}/sampleParameters": "investigationId!",
  "GET /catalogue/{sessionId}/user": "onlyLatestAffiliation",
  "GET /catalogue/techniques": "",
  "GET /dmp/{sessionId}/questionnaires": "investigationId! investigationName!",
  "GET /doi/{prefix}/{suffix}/datasets": "limit skip search sortBy sortOrder",
  "GET /doi/{prefix}/{suffix}/json-datacite": "",
  "GET /doi/{prefix}/{suffix}/reports": "",
  "POST /doi/{sessionId}/mint": "",
  "POST /doi/{sessionId}/reserve": "",
  "GET /doi/{sessionId}/reserved-dois": "skip limit username all",
  "POST /dataacquisition/{apiKey}/base64": "investigationName instrumentName",
  "GET /dataacquisition/{apiKey}/dataset": "investigationId limit skip search sortBy sortOrder",
  "POST /dataacquisition/{apiKey}/dataset/restore": "datasetId",
  "POST /dataacquisition/{apiKey}/events/move": "sourceInvestigationId! destinationInvestigationId!",
  "GET /dataacquisition/{apiKey}/investigation":
    "filter instrumentName startDate endDate limit skip search sortBy sortOrder investigationName ids time",
  "POST /dataacquisition/{apiKey}/mint": "",
  "POST /dataacquisition/{apiKey}/notification": "investigationId investigationName instrumentName",
  "GET /ewoks/{sessionId}/jobs":
    "investigationId datasetIds sampleIds jobId skip limit status startDate endDate search sortBy sortOrder all",
  "POST /ewoks/{sessionId}/jobs": "datasetIds investigationId identifier!",
  "PUT /ewoks/{sessionId}/jobs": "id",
  "GET /ewoks/{sessionId}/workflows": "",
  "POST /elasticsearch/{sessionId}/datasets/_msearch": "",
  "GET /elasticsearch/{sessionId}/stats/histogram": "format metric aggregation interval startDate endDate instrumentName",
  "GET /elasticsearch/{sessionId}/stats/instrument/metrics": "instrumentName openData",
  "GET /facilities": "",
  "GET /h5grove/attr": "sessionId! datafileId!",
  "GET /h5grove/data": "sessionId! datafileId!",
  "GET /h5grove/meta": "sessionId! datafileId!",
  "GET /h5grove/stats": "sessionId! datafileId!",
  "GET /ids/data/download": "^ datasetIds datafileIds inline",
  "GET /ids/data/metalink": "^ datasetIds",
  "GET /ids/{sessionId}/data/download": "datasetIds datafileIds inline",
  "POST /ids/{sessionId}/datasets/restore": "datasetIds",
  "GET /ids/{sessionId}/datasets/status": "datasetIds!",
  "GET /ids/{sessionId}/path": "datasetIds datafileIds isonline",
  "POST /logbook/{apiKey}/investigation/name/{investigationName}/instrument/name/{instrumentName}/event/createfrombase64": "",
  "POST /logbook/{apiKey}/investigation/name/{investigationName}/instrument/name/{instrumentName}/event": "",
  "GET /logbook/{sessionId}/datafile/open": "investigationId! path! scan",
  "GET /logbook/{sessionId}/event/count":
    "investigationId instrumentName types filterInvestigation search date tags orTags notTags startTime endTime",
  "POST /logbook/{sessionId}/event/createfrombase64": "investigationId instrumentName",
  "GET /logbook/{sessionId}/event/dates": "investigationId instrumentName types filterInvestigation search tags orTags notTags",
  "GET /logbook/{sessionId}/event":
    "investigationId instrumentName sortBy sortOrder skip limit types filterInvestigation search format date tags orTags notTags startTime endTime",
  "GET /logbook/{sessionId}/event/page":
    "_id investigationId instrumentName sortOrder skip limit types filterInvestigation search date tags orTags notTags startTime endTime",
  "POST /logbook/{sessionId}/event": "investigationId",
  "PUT /logbook/{sessionId}/event": "investigationId",
  "PUT /logbook/{sessionId}/event/remove":
    "investigationId instrumentName sortBy skip limit types filterInvestigation search date tags orTags notTags startTime endTime",
  "PUT /logbook/{sessionId}/event/restore":
    "investigationId instrumentName sortBy skip limit types filterInvestigation search date tags orTags notTags startTime endTime",
  "PATCH /logbook/{sessionId}/events": "investigationId instrumentName",
  "GET /logbook/{sessionId}/stats/count": "startDate endDate",
  "GET /logbook/{sessionId}/stats/investigation": "startDate endDate",
  "GET /logbook/{sessionId}/tag": "investigationId instrumentName",
  "POST /logbook/{sessionId}/tag": "investigationId instrumentName",
  "PUT /logbook/{sessionId}/tag": "investigationId tagId!",
  "GET /messages": "type",
  "PUT /messages/{sessionId}/information": "",
  "GET /oaipmh/request": "",
  "GET /api/scoring/items": "startDate! endDate!",
  "GET /resource/{sessionId}/file/download": "resourceId!",
  "POST /resource/{sessionId}/file/upload": "investigationId instrumentName",
  "POST /samplemetadata/{sessionId}/access-rules": "",
  "GET /samplemetadata/{sessionId}/metadata":
    "investigationId! projectName! metadataName! limit skip sortBy sortOrder search metadataValue",
  "GET /samplemetadata/{sessionId}/samples/acquisition": "proposal! beamline! startDate parameters",
  "DELETE /samplemetadata/{sessionId}/samples": "investigationId! sampleIds!",
  "DELETE /samplemetadata/{sessionId}/samples/files": "investigationId! sampleId! fileIds!",
  "GET /samplemetadata/{sessionId}/samples/files": "investigationId! sampleId! fileId!",
  "POST /samplemetadata/{sessionId}/samples/files": "sampleId! investigationId! metadataname!",
  "GET /samplemetadata/{sessionId}/samples":
    "investigationId! projectName sampleIds limit skip search sortBy sortOrder createdBy parameters",
  "POST /samplemetadata/{sessionId}/samples": "investigationId!",
  "GET /samplemetadata/{sessionId}/samples/prefix": "rule!",
  "PUT /samplemetadata/{sessionId}/samples": "sampleId! investigationId!",
  "POST /session": "",
  "DELETE /session/{sessionId}": "",
  "GET /session/{sessionId}": "",
  "PUT /session/{sessionId}": "",
  "GET /tracking/{sessionId}/address": "",
  "GET /tracking/{sessionId}/barcodes": "instrumentName status",
  "DELETE /tracking/{sessionId}/investigation/id/{investigationId}/address": "",
  "GET /tracking/{sessionId}/investigation/id/{investigationId}/address": "",
  "POST /tracking/{sessionId}/investigation/id/{investigationId}/address": "",
  "PUT /tracking/{sessionId}/investigation/id/{investigationId}/address": "",
  "DELETE /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item/{itemId}": "",
  "PUT /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item/{itemId}": "",
  "POST /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/item": "",
  "GET /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/labels": "",
  "PUT /tracking/{sessionId}/investigation/id/{investigationId}/parcel/id/{parcelId}/parcel/status": "",
  "GET /tracking/{sessionId}/parcel":
    "investigationId shipmentId parcelId skip limit status search format startDate endDate startStatus endStatus investigationStartDate investigationEndDate",
  "POST /tracking/{sessionId}/parcel": "investigationId shipmentId!",
  "PUT /tracking/{sessionId}/parcel": "investigationId shipmentId!",
  "GET /tracking/{sessionId}/setup": "investigationId",
  "DELETE /tracking/{sessionId}/shipment": "investigationId!",
  "GET /tracking/{sessionId}/shipment": "investigationId! shipmentId",
  "DELETE /tracking/{sessionId}/shipment/id/{shipmentId}/parcel": "investigationId",
  "POST /tracking/{sessionId}/shipment": "investigationId!",
  "PUT /tracking/{sessionId}/shipment": "investigationId!",
  "GET /users/{sessionId}/preferences": "",
  "PUT /users/{sessionId}/preferences": "",
  "DELETE /catalogue/{sessionId}/instrumentscientist": "",
  "GET /catalogue/{sessionId}/instrumentscientist": "instrumentName",
  "PUT /catalogue/{sessionId}/instrumentscientist": "",
  "GET /catalogue/{sessionId}/user/name/{name}/instrumentscientist": "",
};
