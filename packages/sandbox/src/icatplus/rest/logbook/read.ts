import { bufferReply, jsonReply, type Reply } from "../../../http/message.ts";
import { iso } from "../../catalogue/times.ts";
import type { LogbookEvent } from "../../catalogue/types.ts";
import { type Call, type RouteAdder } from "../context.ts";
import { badRequest, notFound } from "../errors.ts";
import { listOf, pageMeta, pageOf, sorted, timeOf } from "../query.ts";
import { mayRead } from "../sessions.ts";
import { numberOf } from "../views.ts";
import { checkScope, entriesOf, scopeOf, timeOfEvent } from "./scope.ts";
import { createTag, listTags, updateTag } from "./tags.ts";
import {
  createEvent,
  createFromBase64,
  downloadAttachment,
  eventView,
  moveEvents,
  patchEvents,
  updateEvent,
  uploadAttachment,
} from "./write.ts";

function textOf({ fields }: LogbookEvent): string {
  const content = (fields["content"] ?? []) as readonly { text: string }[];
  return [fields["title"], fields["filename"], ...content.map(({ text }) => text)].filter((part) => typeof part === "string").join("\n");
}

/** `annotation`, `notification-error` …: types, or types with a category. */
function typeTest(query: URLSearchParams): (event: LogbookEvent) => boolean {
  const wanted = listOf(query, "types")?.map((type) => type.toLowerCase());
  if (wanted === undefined || wanted.length === 0) return () => true;
  return ({ type, category }) => wanted.includes(type) || wanted.includes(`${type}-${category}`);
}

/** Entries that a query is about, in its order. `removed`: those that were taken off instead. */
function found(call: Call, removed = false): LogbookEvent[] {
  const { catalogue, query } = call;
  const scope = scopeOf(call);
  checkScope(call, scope, removed);
  const isType = typeTest(query);
  const search = query.get("search")?.toLowerCase() ?? "";
  const date = query.get("date");
  if (date !== null && date !== "" && !/^\d{4}-\d{2}-\d{2}$/.test(date)) throw badRequest(`date must be YYYY-MM-DD, not "${date}"`);
  const [from, to] = [timeOf(query, "startTime"), timeOf(query, "endTime", true)];
  const lower = (name: string): string[] | undefined => listOf(query, name)?.map((tag) => tag.toLowerCase());
  const [all, any, none] = [lower("tags"), lower("orTags"), lower("notTags")];
  const rows = entriesOf(call, scope).filter((event) => {
    if (event.removed !== removed || !isType(event)) return false;
    const time = timeOfEvent(event);
    if (date !== null && date !== "" && iso(time).slice(0, 10) !== date) return false;
    if ((from !== undefined && time < from) || (to !== undefined && time > to)) return false;
    const tags = event.tags.map((tag) => catalogue.get("tags", tag)?.name.toLowerCase() ?? "");
    if (all?.every((tag) => tags.includes(tag)) === false) return false;
    if (any !== undefined && any.length > 0 && !any.some((tag) => tags.includes(tag))) return false;
    if (none?.some((tag) => tags.includes(tag)) === true) return false;
    return search === "" || textOf(event).toLowerCase().includes(search) || tags.some((tag) => tag.includes(search));
  });
  const order = new URLSearchParams(query);
  if ((order.get("sortBy") ?? "") === "") order.set("sortBy", "creationDate");
  return sorted(rows, order, {
    creationDate: timeOfEvent,
    createdAt: ({ createdAt }) => createdAt,
    updatedAt: ({ updatedAt }) => updatedAt,
    _id: ({ id }) => id,
    type: ({ type }) => type,
    category: ({ category }) => category,
  });
}

function list(call: Call): Reply {
  const { rows, meta } = pageOf(found(call), call.query);
  const format = call.query.get("format")?.toLowerCase() ?? "json";
  if (format === "txt")
    return bufferReply(
      200,
      "text/plain; charset=utf-8",
      Buffer.from(rows.map((event) => `${event.creationDate} ${event.type}-${event.category} ${textOf(event)}\n`).join("")),
    );
  if (format !== "json" && format !== "") throw badRequest(`format is "${format}"; known here: json, txt`);
  return jsonReply(
    200,
    rows.map((event) => ({ ...eventView(event, call), ...meta })),
  );
}

/** On which page of the list an entry stands. */
function page(call: Call): Reply {
  const rows = found(call);
  const asked = call.query.get("_id");
  const place = asked === null || asked === "" ? 0 : rows.findIndex(({ id }) => id === numberOf(asked));
  if (place < 0) throw notFound(`event ${asked ?? ""} in this list`);
  const limit = call.query.get("limit");
  return jsonReply(200, { page: pageMeta(rows.length, place, limit === null || limit === "" ? undefined : Number(limit)) });
}

/** Takes entries off the list, or brings them back. */
function mark(call: Call, removed: boolean): Reply {
  const rows = pageOf(found(call, !removed), call.query).rows;
  return jsonReply(
    200,
    rows.map((event) => eventView(call.catalogue.change("events", { ...event, removed, updatedAt: iso() }), call)),
  );
}

function stats(call: Call): Reply {
  const [from, to] = [timeOf(call.query, "startDate"), timeOf(call.query, "endDate", true)];
  const counts = new Map<number, { annotations: number; notifications: number; count: number }>();
  for (const event of call.catalogue.all("events")) {
    const time = timeOfEvent(event);
    if (event.investigationId === undefined || event.removed || (from !== undefined && time < from) || (to !== undefined && time > to))
      continue;
    const kept = counts.get(event.investigationId) ?? { annotations: 0, notifications: 0, count: 0 };
    kept.count++;
    if (event.type === "annotation") kept.annotations++;
    if (event.type === "notification") kept.notifications++;
    counts.set(event.investigationId, kept);
  }
  return jsonReply(
    200,
    [...counts].flatMap(([id, kept]) => {
      const one = call.catalogue.get("investigations", id);
      if (one === undefined || call.session === undefined || !mayRead(call.session.user, one)) return [];
      const { name, title = "", startDate, endDate = "", instrument, parameters } = one;
      return [{ investigationId: String(id), name, title, startDate, endDate, instrument, ...parameters, ...kept }];
    }),
  );
}

function statsByDay(call: Call): Reply {
  const [from, to] = [timeOf(call.query, "startDate"), timeOf(call.query, "endDate", true)];
  const counts = new Map<string, number>();
  for (const event of call.catalogue.all("events")) {
    const time = timeOfEvent(event);
    if (event.removed || (from !== undefined && time < from) || (to !== undefined && time > to)) continue;
    const day = iso(time).slice(0, 10);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return jsonReply(
    200,
    [...counts].sort().map(([_id, count]) => ({ _id, count })),
  );
}

/** The dataset that an HDF5 file of a message belongs to, for the viewer. */
function openDatafile(call: Call): Reply {
  const path = call.query.get("path") ?? "";
  const scope = scopeOf(call);
  checkScope(call, scope, false);
  const datasets = scope.investigation === undefined ? [] : call.catalogue.of("datasets", scope.investigation.id);
  const file = datasets.flatMap(({ id }) => call.catalogue.of("datafiles", id)).find(({ location }) => location === path);
  if (file === undefined) throw badRequest(`There is no file ${path} in this investigation`);
  return jsonReply(200, { datafileId: file.id, datasetId: file.datasetId, location: file.location });
}

export function addLogbookRoutes(add: RouteAdder): void {
  const byName = "/logbook/:apiKey/investigation/name/:investigationName/instrument/name/:instrumentName/event";
  add
    .key("POST", "/dataacquisition/:apiKey/notification", createEvent)
    .key("POST", "/dataacquisition/:apiKey/base64", createFromBase64)
    .key("POST", "/dataacquisition/:apiKey/events/move", moveEvents)
    .key("POST", byName, createEvent)
    .key("POST", `${byName}/createfrombase64`, createFromBase64)
    .session("GET", "/logbook/:sessionId/event", list)
    .session("POST", "/logbook/:sessionId/event", createEvent)
    .session("PUT", "/logbook/:sessionId/event", updateEvent)
    .session("PATCH", "/logbook/:sessionId/events", patchEvents)
    .session("GET", "/logbook/:sessionId/event/count", (call) => jsonReply(200, found(call).length))
    .session("GET", "/logbook/:sessionId/event/dates", (call) =>
      jsonReply(200, [...new Set(found(call).map((event) => iso(timeOfEvent(event)).slice(0, 10)))].sort()),
    )
    .session("GET", "/logbook/:sessionId/event/page", page)
    .session("PUT", "/logbook/:sessionId/event/remove", (call) => mark(call, true))
    .session("PUT", "/logbook/:sessionId/event/restore", (call) => mark(call, false))
    .session("POST", "/logbook/:sessionId/event/createfrombase64", createFromBase64)
    .session("GET", "/logbook/:sessionId/datafile/open", openDatafile)
    .session("GET", "/logbook/:sessionId/stats/investigation", stats)
    .session("GET", "/logbook/:sessionId/stats/count", statsByDay)
    .session("GET", "/logbook/:sessionId/tag", listTags)
    .session("POST", "/logbook/:sessionId/tag", createTag)
    .session("PUT", "/logbook/:sessionId/tag", updateTag)
    .session("POST", "/resource/:sessionId/file/upload", uploadAttachment)
    .session("GET", "/resource/:sessionId/file/download", downloadAttachment);
}
