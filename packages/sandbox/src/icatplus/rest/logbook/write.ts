import { jsonReply, type Reply } from "../../../http/message.ts";
import { iso, millisecondsOf } from "../../catalogue/times.ts";
import type { LogbookEvent } from "../../catalogue/types.ts";
import { bodyOf, dataUrl, type Fields, optionalText, text, uploadOf } from "../body.ts";
import { bytesReply } from "../bytes.ts";
import { type Call, idOf } from "../context.ts";
import { badRequest, notFound, Problem } from "../errors.ts";
import { isResourceId, numberOf, objectId, resourceId } from "../views.ts";
import { checkScope, type Scope, scopeOf } from "./scope.ts";
import { tagIds, tagView } from "./tags.ts";

const types = ["annotation", "notification", "broadcast", "attachment"];
const categories = ["commandline", "comment", "error", "debug", "info", "file"];
const formats = ["plaintext", "html"];
/** Fields that are kept as they come. */
const textFields = ["title", "software", "machine", "source", "datasetName", "filepath", "username"];

export function eventView(event: LogbookEvent, { catalogue }: Pick<Call, "catalogue">): Record<string, unknown> {
  const { id, tags, fields, removed: _removed, resource, previous, ...rest } = event;
  return {
    _id: objectId(id),
    ...rest,
    ...fields,
    tag: tags
      .map((tag) => catalogue.get("tags", tag))
      .filter((tag) => tag !== undefined)
      .map(tagView),
    file: resource === undefined ? [] : [resourceId(resource)],
    ...(previous === undefined ? {} : { previousVersionEvent: eventView(previous, { catalogue }) }),
  };
}

function content(fields: Fields): { format: string; text: string }[] {
  const list = fields["content"];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw badRequest("content must be a list");
  return list.map((item: unknown) => {
    if (typeof item !== "object" || item === null) throw badRequest("content must hold objects");
    const { format, text: written } = item as Fields;
    if (typeof format !== "string" || !formats.includes(format.toLowerCase()))
      throw badRequest("format of content must be plainText or html");
    if (typeof written !== "string") throw badRequest("text of content is missing");
    return { format, text: written };
  });
}

function tagNames(fields: Fields): string[] {
  const list = fields["tag"];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw badRequest("tag must be a list");
  return list.map((item: unknown) => {
    const name = typeof item === "object" && item !== null ? (item as Fields)["name"] : undefined;
    if (typeof name !== "string") throw badRequest("name of a tag is missing");
    return name;
  });
}

interface Written {
  readonly type: string;
  readonly category: string;
  readonly creationDate: string;
  readonly fields: Fields;
}

/** Reads what an entry says. Throws Problem. */
function read(fields: Fields): Written {
  const [type, category] = [text(fields, "type"), text(fields, "category").toLowerCase()];
  if (!types.includes(type)) throw badRequest(`type is "${type}"; known: ${types.join(", ")}`);
  if (!categories.includes(category)) throw badRequest(`category is "${category}"; known: ${categories.join(", ")}`);
  const creationDate = optionalText(fields, "creationDate") ?? iso();
  if (Number.isNaN(millisecondsOf(creationDate))) throw badRequest(`creationDate is no date: "${creationDate}"`);
  const kept: Record<string, unknown> = {};
  for (const name of textFields) {
    const value = optionalText(fields, name);
    if (value !== undefined) kept[name] = value;
  }
  if (typeof fields["datasetId"] === "number") kept["datasetId"] = fields["datasetId"];
  return { type, category, creationDate, fields: { ...kept, content: content(fields) } };
}

function keep(
  call: Call,
  { investigation, instrument }: Scope,
  written: Written,
  names: readonly string[],
  resource?: number,
): LogbookEvent {
  const { catalogue, session } = call;
  const now = iso();
  const scope = { instrument, ...(investigation === undefined ? {} : { investigation }) };
  return catalogue.together(() => {
    const tags = tagIds(catalogue, scope, names);
    return catalogue.add("events", (id) => ({
      id,
      ...(investigation === undefined ? {} : { investigationId: investigation.id, investigationName: investigation.name }),
      instrumentName: instrument,
      type: written.type,
      category: written.category,
      creationDate: written.creationDate,
      createdAt: now,
      updatedAt: now,
      tags,
      removed: false,
      ...(resource === undefined ? {} : { resource }),
      fields: session === undefined ? written.fields : { username: session.user.name, ...written.fields },
    }));
  });
}

export function createEvent(call: Call): Reply {
  const fields = bodyOf(call);
  const written = read(fields);
  const scope = scopeOf(call, millisecondsOf(written.creationDate));
  checkScope(call, scope, true);
  return jsonReply(200, eventView(keep(call, scope, written, tagNames(fields)), call));
}

/** An attachment: the file, and the entry that shows it. */
function attach(call: Call, scope: Scope, file: { filename: string; contentType: string; bytes: Buffer }, fields: Fields): Reply {
  checkScope(call, scope, true);
  const { filename, contentType, bytes } = file;
  const resource = call.catalogue.add("resources", (id) => ({ id, filename, contentType, base64: bytes.toString("base64") }));
  const kept: Record<string, unknown> = { filename, contentType, fileSize: bytes.length };
  for (const name of ["software", "machine"]) {
    const value = optionalText(fields, name);
    if (value !== undefined) kept[name] = value;
  }
  if (typeof fields["datasetId"] === "number") kept["datasetId"] = fields["datasetId"];
  const usernames = optionalText(fields, "usernames");
  if (usernames !== undefined) kept["username"] = usernames;
  kept["content"] = contentType.startsWith("image/")
    ? [{ format: "html", text: `<img src="/resource/${resourceId(resource.id)}">` }]
    : [{ format: "plainText", text: filename }];
  const event = keep(
    call,
    scope,
    { type: "attachment", category: "file", creationDate: iso(), fields: kept },
    tagNames(fields),
    resource.id,
  );
  return jsonReply(200, eventView(event, call));
}

export function createFromBase64(call: Call): Reply {
  const fields = bodyOf(call);
  const { contentType, bytes } = dataUrl(text(fields, "base64"));
  const suffix = /^[a-z]+\/([a-z0-9]+)/.exec(contentType)?.[1] ?? "bin";
  return attach(call, scopeOf(call), { filename: `attachment.${suffix}`, contentType, bytes }, fields);
}

export async function uploadAttachment(call: Call): Promise<Reply> {
  const { fields, ...file } = await uploadOf(call);
  return attach(call, scopeOf(call), file, fields);
}

/** The file of an attachment, by its own id or that of its entry. */
export function downloadAttachment(call: Call): Reply {
  const asked = call.query.get("resourceId");
  if (asked === null || asked === "") throw badRequest("resourceId is needed");
  const wanted = numberOf(asked);
  const event = isResourceId(asked)
    ? [...call.catalogue.all("events")].find((one) => one.resource === wanted)
    : call.catalogue.get("events", wanted);
  const resource = event?.resource === undefined ? undefined : call.catalogue.get("resources", event.resource);
  if (event === undefined || resource === undefined) throw badRequest(`There is no file ${asked}`);
  const investigation = call.catalogue.get("investigations", event.investigationId ?? Number.NaN);
  checkScope(call, { instrument: event.instrumentName ?? "", ...(investigation === undefined ? {} : { investigation }) }, false);
  return bytesReply(call.request, Buffer.from(resource.base64, "base64"), resource.filename, resource.contentType, true);
}

function eventFor(call: Call, scope: Scope, id: string): LogbookEvent {
  const found = call.catalogue.get("events", numberOf(id));
  const fits =
    scope.investigation === undefined ? found?.instrumentName === scope.instrument : found?.investigationId === scope.investigation.id;
  if (found === undefined || !fits) throw notFound(`event ${id}`);
  return found;
}

/** Changes an entry; what it said before stays behind it. Only annotations can be rewritten; a notification takes tags and comments. */
export function updateEvent(call: Call): Reply {
  const { event } = bodyOf(call);
  if (typeof event !== "object" || event === null) throw badRequest("event is missing");
  const fields = event as Fields;
  const scope = scopeOf(call);
  checkScope(call, scope, true);
  const before = eventFor(call, scope, text(fields, "_id"));
  const written = read({ type: before.type, category: before.category, creationDate: before.creationDate, ...fields });
  const names = tagNames(fields);
  if (written.type !== before.type) throw new Problem(422, `The type of an entry cannot change from ${before.type} to ${written.type}`);
  const tags = "tag" in fields ? tagIds(call.catalogue, scope, names) : before.tags;
  const user = call.session === undefined ? {} : { username: call.session.user.name };
  const changed = {
    ...before,
    category: written.category,
    tags,
    updatedAt: iso(),
    previous: before,
    fields: { ...before.fields, ...written.fields, ...user },
  };
  return jsonReply(200, eventView(call.catalogue.change("events", changed), call));
}

/** Adds tags to several entries. */
export function patchEvents(call: Call): Reply {
  const fields = bodyOf(call);
  const { eventIds, tags } = fields as { eventIds?: unknown; tags?: unknown };
  if (!Array.isArray(eventIds) || eventIds.length === 0) throw badRequest("eventIds must be a list that is not empty");
  const scope = scopeOf(call);
  checkScope(call, scope, true);
  const events = eventIds.map((id) => eventFor(call, scope, String(id)));
  const more = tagIds(call.catalogue, scope, tagNames({ tag: tags ?? [] }));
  return jsonReply(
    200,
    events.map((event) =>
      eventView(call.catalogue.change("events", { ...event, tags: [...new Set([...event.tags, ...more])], updatedAt: iso() }), call),
    ),
  );
}

/** Moves the entries of one investigation to another. */
export function moveEvents(call: Call): Reply {
  const [from, to] = ["sourceInvestigationId", "destinationInvestigationId"].map((name) => {
    const found = call.catalogue.get("investigations", idOf(call.query.get(name) ?? undefined));
    if (found === undefined) throw badRequest(`${name} is "${call.query.get(name) ?? ""}": there is no such investigation`);
    return found;
  }) as [NonNullable<Scope["investigation"]>, NonNullable<Scope["investigation"]>];
  const events = call.catalogue.of("events", from.id);
  for (const event of events)
    call.catalogue.change("events", {
      ...event,
      investigationId: to.id,
      investigationName: to.name,
      instrumentName: to.instrument,
      updatedAt: iso(),
    });
  return jsonReply(200, { n: events.length, nModified: events.length, ok: 1 });
}
