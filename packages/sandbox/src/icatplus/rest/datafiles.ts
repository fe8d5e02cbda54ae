import { jsonReply, type Reply } from "../../http/message.ts";
import type { Datafile, Investigation, Resource } from "../catalogue/types.ts";
import { uploadOf } from "./body.ts";
import { bytesReply } from "./bytes.ts";
import { type Call, datasetFor, investigationFor, type RouteAdder, sampleFor } from "./context.ts";
import { badRequest, notFound } from "./errors.ts";
import { idsOf, matches, pageOf } from "./query.ts";
import { isReleased, mayRead } from "./sessions.ts";
import { datafileView, numberOf, objectId, resourceId } from "./views.ts";

/** Files of datasets by their path: the datasets that lie above it are few. */
function byLocation(call: Call, location: string): Datafile[] {
  const proposal = /^\/data\/(?:visitor\/([^/]+)|[^/]+\/inhouse\/([^/]+))\//.exec(location);
  const name = proposal?.[1] ?? proposal?.[2];
  const investigations = name === undefined ? [...call.catalogue.all("investigations")] : call.catalogue.investigationsOf(name);
  return investigations
    .flatMap(({ id }) => call.catalogue.of("datasets", id))
    .filter((dataset) => location.startsWith(dataset.location))
    .flatMap(({ id }) => call.catalogue.of("datafiles", id))
    .filter((file) => file.location === location);
}

function investigationOf({ catalogue }: Call, file: Datafile): Investigation {
  return catalogue.get("investigations", catalogue.get("datasets", file.datasetId)?.investigationId ?? Number.NaN) as Investigation;
}

/** The files of a query that the caller may see. */
export function datafilesFor(call: Call): Datafile[] {
  const { catalogue, query, session } = call;
  const [ids, datasets, location] = [idsOf(query, "datafileIds"), idsOf(query, "datasetId"), query.get("location")];
  let rows: Datafile[];
  if (ids !== undefined) rows = ids.map((id) => catalogue.get("datafiles", id)).filter((one): one is Datafile => one !== undefined);
  else if (datasets !== undefined) rows = datasets.flatMap((id) => catalogue.of("datafiles", id));
  else if (location !== null && location !== "") rows = byLocation(call, location);
  else throw badRequest("datasetId, datafileIds or location is needed");
  return rows
    .filter((one) => session === undefined || mayRead(session.user, investigationOf(call, one)))
    .filter((one) => matches(query, one.location));
}

function list(call: Call, all: readonly Datafile[]): Reply {
  const { rows, meta } = pageOf(all, call.query);
  return jsonReply(
    200,
    rows.map((one) => ({ Datafile: datafileView(one, isReleased(investigationOf(call, one))), ...meta })),
  );
}

function download(call: Call): Reply {
  const { query } = call;
  for (const name of ["filepath", "datasetId", "investigationId"])
    if ((query.get(name) ?? "") === "") throw badRequest(`${name} is needed`);
  const dataset = datasetFor(call, query.get("datasetId") ?? undefined);
  if (String(dataset.investigationId) !== query.get("investigationId")) throw badRequest("the dataset is of another investigation");
  const path = query.get("filepath") as string;
  const file = call.catalogue.of("datafiles", dataset.id).find(({ location, name }) => location === path || name === path);
  const bytes = file === undefined ? undefined : call.files.read(file);
  if (bytes === undefined) throw notFound(`file ${path}`);
  return bytesReply(call.request, bytes, path.split("/").at(-1) as string);
}

/** The sheet of a sample's files, as it lies beside the catalogue. */
function informationOf(call: Call, sampleId: number, group: string | null): Record<string, unknown> | undefined {
  const sample = call.catalogue.get("samples", sampleId);
  const resources = call.catalogue
    .of("resources", sampleId)
    .filter(({ groupName }) => group === null || group === "" || groupName === group);
  if (sample === undefined || resources.length === 0) return undefined;
  return { _id: objectId(sampleId), investigationId: sample.investigationId, sampleId, resources: resources.map(resourceView) };
}

export function resourceView({ id, filename, fileType, groupName, multiplicity }: Resource): Record<string, unknown> {
  return {
    _id: resourceId(id),
    filename,
    ...(fileType === undefined ? {} : { fileType }),
    ...(groupName === undefined ? {} : { groupName }),
    ...(multiplicity === undefined ? {} : { multiplicity }),
    file: filename,
  };
}

function sampleFiles(call: Call): Reply {
  const { query, catalogue } = call;
  const [sampleId, investigationId, group] = [query.get("sampleId"), query.get("investigationId"), query.get("groupName")];
  let samples: number[];
  if (sampleId !== null && sampleId !== "") samples = [sampleFor(call, sampleId).id];
  else if (investigationId !== null && investigationId !== "")
    samples = catalogue.of("samples", investigationFor(call, investigationId).id).map(({ id }) => id);
  else throw badRequest("sampleId or investigationId is needed");
  return jsonReply(
    200,
    samples.map((id) => informationOf(call, id, group)).filter((one) => one !== undefined),
  );
}

function downloadSampleFile(call: Call): Reply {
  const { query } = call;
  for (const name of ["sampleId", "resourceId"]) if ((query.get(name) ?? "") === "") throw badRequest(`${name} is needed`);
  const sample = sampleFor(call, query.get("sampleId") ?? undefined);
  const resource = call.catalogue.get("resources", numberOf(query.get("resourceId") ?? undefined));
  if (resource === undefined || resource.sampleId !== sample.id)
    throw notFound(`file ${query.get("resourceId") ?? ""} of sample ${sample.id}`);
  return bytesReply(call.request, Buffer.from(resource.base64, "base64"), resource.filename);
}

async function uploadSampleFile(call: Call): Promise<Reply> {
  const sample = sampleFor(call, call.query.get("sampleId") ?? undefined, true);
  const { filename, contentType, bytes, fields } = await uploadOf(call);
  const { fileType, groupName, multiplicity } = fields;
  if (multiplicity !== undefined && !/^\d+$/.test(multiplicity)) throw badRequest(`multiplicity must be a number, not "${multiplicity}"`);
  call.catalogue.add("resources", (id) => ({
    id,
    filename,
    contentType,
    base64: bytes.toString("base64"),
    sampleId: sample.id,
    investigationId: sample.investigationId,
    ...(fileType === undefined ? {} : { fileType }),
    ...(groupName === undefined ? {} : { groupName }),
    ...(multiplicity === undefined ? {} : { multiplicity: Number(multiplicity) }),
  }));
  return jsonReply(200, informationOf(call, sample.id, null));
}

export function addDatafileRoutes(add: RouteAdder): void {
  add
    .session("GET", "/catalogue/:sessionId/datafile", (call) => list(call, datafilesFor(call)))
    .session("GET", "/catalogue/:sessionId/dataset/id/:datasetId/datafile", (call) => {
      const { id } = datasetFor(call, call.parameters["datasetId"]);
      return list(
        call,
        call.catalogue.of("datafiles", id).filter((one) => matches(call.query, one.location)),
      );
    })
    .session("GET", "/catalogue/:sessionId/datafile/download", download)
    .session("GET", "/catalogue/:sessionId/files", sampleFiles)
    .session("GET", "/catalogue/:sessionId/files/download", downloadSampleFile)
    .session("POST", "/catalogue/:sessionId/files/upload", uploadSampleFile);
}
