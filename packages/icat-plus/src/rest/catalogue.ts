import { checkNames, listOptionNames, operation, type CallOptions, type Listing, type ListOptions, type Query } from "@sci/http-core";
import { rowList, rowsOf, unwrapped, type RowPage } from "./pages.ts";
import type { InSession, Sessions } from "./session.ts";
import type { CatalogueApi, CatalogueRow, DatasetQuery, InvestigationQuery } from "./types.ts";
import { day, invalid, joined, rowId } from "./values.ts";

type Texts = Readonly<Record<string, string | undefined>>;

const pairs = (values: Texts): Query => Object.entries(values);

const investigations = rowList<{ readonly values: Texts }>({
  name: "catalogue.investigations",
  path: "/catalogue/{sessionId}/investigation",
  query: ({ values }) => pairs(values),
});

const datasets = rowList<{ readonly values: Texts; readonly skip: number | undefined }>({
  name: "catalogue.datasets",
  path: "/catalogue/datasets",
  query: ({ values }) => pairs(values),
  skip: ({ skip }) => skip,
  headers: ({ sessionId }) => ({ authorization: `Bearer ${sessionId}` }),
});

/** A list that ICAT+ gives as a whole. */
const rows = (name: string, path: string, wrapper?: string) =>
  operation<InSession<{ readonly values?: Texts; readonly params?: Readonly<Record<string, string>> }>, readonly CatalogueRow[]>({
    name,
    method: "GET",
    path,
    secretParams: ["sessionId"],
    params: ({ sessionId, params }) => ({ ...params, sessionId }),
    query: ({ values }) => pairs(values ?? {}),
    read: ({ data }) => (wrapper === undefined ? rowsOf(data) : unwrapped(rowsOf(data), wrapper)),
  });

const samples = rows("catalogue.samples", "/catalogue/{sessionId}/samples");
const parcels = rows("tracking.parcels", "/tracking/{sessionId}/parcel");
const sampleMetadata = rows("sampleMetadata.acquisition", "/samplemetadata/{sessionId}/samples/acquisition");
const sampleFiles = rows("catalogue.files", "/catalogue/{sessionId}/files");
const datafiles = rows("catalogue.datafile", "/catalogue/{sessionId}/datafile", "Datafile");
const investigationUsers = rows(
  "catalogue.investigationUsers",
  "/catalogue/{sessionId}/investigation/id/{investigationId}/investigationusers",
);
const investigationTypes = operation<Record<never, never>, readonly CatalogueRow[]>({
  name: "catalogue.investigationTypes",
  method: "GET",
  path: "/catalogue/investigationtypes",
  read: ({ data }) => rowsOf(data),
});
const information = operation<{ readonly sessionId: string }, CatalogueRow>({
  name: "session.information",
  method: "GET",
  path: "/session/{sessionId}",
  secretParams: ["sessionId"],
});

const callNames = ["signal", "timeout", "retry", "headers", "validate"] as const;

/** @param sessions makes the log-in state when it is first needed, so that a client without a catalogue needs none */
export function createCatalogue(sessions: () => Sessions): CatalogueApi {
  async function ask(
    kind: typeof samples,
    input: { readonly values?: Texts; readonly params?: Readonly<Record<string, string>> },
    options: CallOptions,
  ): Promise<readonly CatalogueRow[]> {
    return await sessions().request(kind, input, callOf(options));
  }

  function list<Input>(paged: ReturnType<typeof rowList<Input>>, input: Input, options: ListOptions): Listing<CatalogueRow> {
    const inSession = sessions();
    return inSession.core.list<Input, RowPage, CatalogueRow>(paged, input, listOf(options), (kind, one, callOptions) =>
      inSession.request(kind as never, one as object, callOptions),
    );
  }

  return {
    doLogIn: (options) => sessions().doLogIn(options),
    logOut: (options) => sessions().logOut(options),
    getSessionInformation: async (options = {}) => await sessions().request(information, {}, options),

    getInvestigationsBy(query: InvestigationQuery = {}) {
      const names = ["filter", "instrumentName", "startDate", "endDate", "ids", "releaseDates", "parameters"] as const;
      checkNames(query, [...names, ...listOptionNames], "option of getInvestigationsBy()");
      const releaseDates = query.releaseDates?.map((one) => day(one, "releaseDates") ?? "");
      const values = {
        instrumentName: query.instrumentName,
        ids: joined(query.ids, "ids"),
        filter: query.filter,
        startDate: day(query.startDate, "startDate"),
        endDate: day(query.endDate, "endDate"),
        releaseDates: joined(releaseDates, "releaseDates"),
        parameters: joined(query.parameters, "parameters"),
      };
      return list(investigations, { values }, query);
    },

    getDatasetsBy(query: DatasetQuery = {}) {
      checkNames(query, ["investigationId", "datasetIds", "parameters", "skip", ...listOptionNames], "option of getDatasetsBy()");
      const values = {
        investigationIds: joined(query.investigationId, "investigationId"),
        datasetIds: joined(query.datasetIds, "datasetIds"),
        parameters: joined(query.parameters, "parameters"),
      };
      if (values.investigationIds === undefined && values.datasetIds === undefined)
        throw oneOf("getDatasetsBy", "investigationId", "datasetIds");
      if (query.skip !== undefined && !(Number.isSafeInteger(query.skip) && query.skip >= 0))
        throw invalid("skip must be a whole number from 0.");
      return list(datasets, { values, skip: query.skip }, query);
    },

    async getSamplesBy({ investigationId, sampleIds, ...options } = {}) {
      check(options, "getSamplesBy", ["investigationId", "sampleIds"]);
      const values = { investigationId: joined(investigationId, "investigationId"), sampleIds: joined(sampleIds, "sampleIds") };
      if (values.investigationId === undefined && values.sampleIds === undefined)
        throw oneOf("getSamplesBy", "investigationId", "sampleIds");
      return await ask(samples, { values }, options);
    },

    async getParcelsBy({ investigationId, ...options }) {
      check(options, "getParcelsBy", ["investigationId"]);
      return await ask(parcels, { values: { investigationId: joined(investigationId, "investigationId") } }, options);
    },

    async getSampleMetadataBy({ proposal, beamline, sessionStartDate, filter, ...options }) {
      check(options, "getSampleMetadataBy", ["proposal", "beamline", "sessionStartDate", "filter"]);
      const values = { proposal, beamline, startDate: day(sessionStartDate, "sessionStartDate"), parameters: filter };
      return await ask(sampleMetadata, { values }, options);
    },

    async getSampleFilesInformationBy({ sampleId, ...options }) {
      check(options, "getSampleFilesInformationBy", ["sampleId"]);
      return (await ask(sampleFiles, { values: { sampleId: joined(sampleId, "sampleId") } }, options))[0];
    },

    async getSampleFilesBy({ sampleId, investigationId, ...options } = {}) {
      check(options, "getSampleFilesBy", ["sampleId", "investigationId"]);
      const values = { sampleId: joined(sampleId, "sampleId"), investigationId: joined(investigationId, "investigationId") };
      return await ask(sampleFiles, { values }, options);
    },

    async getDatafilesBy({ location, ...options }) {
      check(options, "getDatafilesBy", ["location"]);
      if (typeof location !== "string" || location === "") throw invalid("getDatafilesBy() needs the location of a file.");
      return await ask(datafiles, { values: { location } }, options);
    },

    getInvestigationTypes: async (options = {}) => await sessions().core.request(investigationTypes, {}, options),

    async getInvestigationUsers({ investigationId, ...options }) {
      check(options, "getInvestigationUsers", ["investigationId"]);
      return await ask(investigationUsers, { params: { investigationId: rowId(investigationId, "investigationId") } }, options);
    },

    async downloadFileBy({ sampleId, resourceId, to, ...options }) {
      check(options, "downloadFileBy", ["sampleId", "resourceId", "to"]);
      const values = { sampleId: joined(sampleId, "sampleId"), resourceId: joined(resourceId, "resourceId") };
      if (values.sampleId === undefined || values.resourceId === undefined)
        throw invalid("downloadFileBy() needs sampleId and resourceId.");
      const { downloadFile } = await import("./download.ts");
      return await downloadFile(
        sessions(),
        { name: "catalogue.download", path: "/catalogue/{sessionId}/files/download", values },
        to,
        callOf(options),
      );
    },
  };
}

function check(options: object, method: string, names: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !(callNames as readonly string[]).includes(name));
  if (unknown.length > 0) checkNames(options, [...names, ...callNames], `option of ${method}()`);
}

function callOf(options: CallOptions): CallOptions {
  return Object.fromEntries(callNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

function listOf(options: ListOptions): ListOptions {
  return Object.fromEntries(listOptionNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

function oneOf(method: string, first: string, second: string) {
  return invalid(`${method}() needs ${first} or ${second}: without either it would ask for the whole catalogue.`);
}
