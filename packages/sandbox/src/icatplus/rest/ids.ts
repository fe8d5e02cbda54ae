import { bufferReply, jsonReply, type Reply } from "../../http/message.ts";
import { iso } from "../catalogue/times.ts";
import type { ArchiveEvent, Datafile, Dataset } from "../catalogue/types.ts";
import { bodyOf, optionalText } from "./body.ts";
import { bytesReply, zip } from "./bytes.ts";
import { type Call, datasetFor, idOf, type RouteAdder } from "./context.ts";
import { badRequest, notFound, Problem } from "./errors.ts";
import { idsOf, isTrue } from "./query.ts";
import { objectId } from "./views.ts";

function datasets(call: Call): Dataset[] {
  return (idsOf(call.query, "datasetIds") ?? []).map((id) => datasetFor(call, id));
}

/** Datasets and files of a request; none of either is a mistake. */
function wanted(call: Call): { sets: Dataset[]; files: Datafile[] } {
  const files = (idsOf(call.query, "datafileIds") ?? []).map((id) => {
    const file = call.catalogue.get("datafiles", id);
    if (file === undefined) throw notFound(`file ${id}`);
    datasetFor(call, file.datasetId);
    return file;
  });
  const sets = datasets(call);
  if (files.length === 0 && sets.length === 0) throw badRequest("datasetIds or datafileIds is needed");
  return { sets, files };
}

function online({ catalogue }: Call, sets: readonly Dataset[], files: readonly Datafile[]): void {
  const all = [...sets, ...files.map(({ datasetId }) => catalogue.get("datasets", datasetId) as Dataset)];
  const away = all.filter(({ state }) => state !== "ONLINE").map(({ id }) => id);
  if (away.length > 0) throw new Problem(503, `Datasets ${[...new Set(away)].join(", ")} are not online; restore them first`);
}

function download(call: Call): Reply {
  const { sets, files } = wanted(call);
  online(call, sets, files);
  const read = (file: Datafile): Buffer => {
    const bytes = call.files.read(file);
    if (bytes === undefined) throw notFound(`file ${file.location} on disk`);
    return bytes;
  };
  const inline = isTrue(call.query, "inline");
  const [only] = files;
  if (only !== undefined && files.length === 1 && sets.length === 0)
    return bytesReply(call.request, read(only), only.name.split("/").at(-1) as string, "application/octet-stream", inline);
  const all = [...sets.flatMap(({ id }) => call.catalogue.of("datafiles", id)), ...files];
  const name = sets.length === 1 ? `${(sets[0] as Dataset).name}.zip` : "data.zip";
  return bytesReply(
    call.request,
    zip(all.map((file) => ({ name: file.location.slice(1), bytes: read(file) }))),
    name,
    "application/zip",
    inline,
  );
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function metalink(call: Call): Reply {
  const sets = datasets(call);
  if (sets.length === 0) throw badRequest("datasetIds is needed");
  const files = sets.flatMap(({ id }) => call.catalogue.of("datafiles", id));
  const entries = files.map(
    ({ id, location, fileSize }) =>
      `<file name="${escaped(location.slice(1))}"><size>${fileSize}</size><url>${escaped(`${call.origin()}/ids/data/download?datafileIds=${id}`)}</url></file>`,
  );
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<metalink xmlns="urn:ietf:params:xml:ns:metalink">${entries.join("")}</metalink>\n`;
  return bufferReply(200, "application/metalink4+xml", Buffer.from(text));
}

/** Brings datasets back from tape; the next question for their status finds them under way, the one after that on disk. */
function restore(call: Call): Reply {
  const sets = datasets(call);
  if (sets.length === 0) throw badRequest("datasetIds is needed");
  const fields = bodyOf(call);
  const user = optionalText(fields, "name") ?? call.session?.user.name;
  for (const dataset of sets.filter(({ state }) => state === "ARCHIVED")) {
    const event = { type: "restoration", level: "info", message: "requested", date: iso(), ...(user === undefined ? {} : { user }) };
    call.catalogue.change("datasets", { ...dataset, state: "RESTORING", events: [...dataset.events, event] });
  }
  return jsonReply(
    200,
    sets.map(({ id }) => ({ datasetId: id, status: call.catalogue.get("datasets", id)?.state })),
  );
}

function status(call: Call): Reply {
  const sets = datasets(call);
  if (sets.length === 0) throw badRequest("datasetIds is needed");
  const views = sets.map(({ id, state, location, events, createTime }) => {
    const last = events.at(-1);
    return {
      _id: objectId(id),
      datasetId: id,
      status: state,
      location,
      createdAt: createTime,
      updatedAt: last?.date ?? createTime,
      ...(last?.user === undefined ? {} : { createdBy: last.user }),
    };
  });
  for (const dataset of sets.filter(({ state }) => state === "RESTORING"))
    call.catalogue.change("datasets", { ...dataset, state: "ONLINE" });
  return jsonReply(200, views);
}

function paths(call: Call): Reply {
  const { sets, files } = wanted(call);
  const only = isTrue(call.query, "isonline");
  const all = sets.filter(({ state }) => !only || state === "ONLINE").map(({ location }) => location);
  return jsonReply(200, [...all, ...files.map(({ location }) => location)]);
}

/** What the archive says of a dataset, told with the e-logbook's key. */
function told(call: Call): Reply {
  const dataset = call.catalogue.get("datasets", idOf(call.query.get("datasetId") ?? undefined));
  if (dataset === undefined) throw badRequest(`datasetId is "${call.query.get("datasetId") ?? ""}": there is no such dataset`);
  const fields = bodyOf(call);
  const level = optionalText(fields, "level") ?? "info";
  const event: ArchiveEvent = { type: "restoration", level, message: optionalText(fields, "message") ?? "", date: iso() };
  const events = [...dataset.events, event];
  call.catalogue.change("datasets", { ...dataset, events, state: level.toLowerCase() === "error" ? dataset.state : "ONLINE" });
  return jsonReply(
    200,
    events.map(({ type, level: grade, date, user = "" }, place) => ({
      _id: objectId(dataset.id * 1000 + place),
      name: user,
      datasetId: dataset.id,
      level: grade,
      type,
      creationDate: date.slice(0, 10),
    })),
  );
}

export function addIdsRoutes(add: RouteAdder): void {
  add
    .bearer("GET", "/ids/data/download", download)
    .bearer("GET", "/ids/data/metalink", metalink)
    .session("GET", "/ids/:sessionId/data/download", download)
    .session("POST", "/ids/:sessionId/datasets/restore", restore)
    .session("GET", "/ids/:sessionId/datasets/status", status)
    .session("GET", "/ids/:sessionId/path", paths)
    .key("POST", "/dataacquisition/:apiKey/dataset/restore", told);
}
