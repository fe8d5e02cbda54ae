import { checkNames, SciError, shown, unknownName, type Logger } from "@sci/http-core";
import type { LogbookDefaults, LogbookType, MessageOptions } from "./types.ts";

/** What a word for the kind of a message becomes in the event. */
const categories: Readonly<Record<string, string>> = {
  comment: "comment",
  debug: "debug",
  info: "info",
  warning: "error",
  warn: "error",
  error: "error",
  critical: "error",
  fatal: "error",
  command: "commandline",
  commandline: "commandline",
};

const formats: Readonly<Record<string, string>> = { "text/plain": "plainText", "text/html": "html" };

/** Fields of an event that a message or the client's defaults may set, with their types (ICAT+, schema Event). */
const eventFields: Readonly<Record<string, "text" | "number" | "list" | "object" | "time">> = {
  _id: "text",
  investigationId: "number",
  investigationName: "text",
  instrumentName: "text",
  datasetId: "number",
  datasetName: "text",
  type: "text",
  tag: "list",
  tags: "list",
  title: "text",
  category: "text",
  filepath: "text",
  filename: "text",
  fileSize: "number",
  username: "text",
  content: "list",
  software: "text",
  machine: "text",
  source: "text",
  creationDate: "time",
  contentType: "text",
  file: "list",
  previousVersionEvent: "object",
};

type Tag = string | { readonly name: string };
export type Event = Readonly<Record<string, unknown>>;

export interface EventParts {
  readonly message: string;
  readonly options: MessageOptions;
  readonly defaults: LogbookDefaults;
  readonly dataset: string | undefined;
  readonly machine: string | undefined;
  readonly software: string;
  /** Local time of the call, ISO 8601 with the offset. */
  readonly now: string;
  readonly logger: Logger;
}

/**
 * A message as the e-logbook takes it. What the call says wins over the client's defaults, and these over what is filled in; but
 * defaults never change what kind of message it is.
 * @throws INVALID_ARGUMENT for an unknown type, MIME type or field
 */
export function messageEvent(parts: EventParts): Event {
  const { message, options, defaults, logger } = parts;
  if (typeof message !== "string") throw invalid(`A message must be a text, not ${shown(message)}.`);
  const payload = checkPayload(options.payload, "field of an e-logbook message");
  const given = checkPayload(defaults, "field of elogbookMetadata");
  // Defaults fill in what the call leaves open; the original lets them override the kind that the call names.
  const isOpen = options.type === undefined;
  const category = isOpen && isText(given["category"]) ? given["category"] : categoryOf(options.type ?? "comment");
  const type = isOpen && isText(given["type"]) ? given["type"] : typeOf(category, options, logger);
  const { tag: _tag, tags: _tags, type: _type, category: _category, ...standing } = given;
  const { tag: _own, tags: _owns, ...own } = payload;
  const tags = mergeTags([given["tags"], given["tag"], payload["tag"], payload["tags"], options.tags]);
  const format = formats[options.mimetype ?? "text/plain"];
  if (format === undefined) {
    throw invalid(`${shown(options.mimetype)} is no MIME type of a message: text/plain or text/html.`);
  }
  return {
    type,
    category,
    content: [{ format, text: message }],
    software: parts.software,
    ...(parts.machine === undefined ? {} : { machine: parts.machine }),
    creationDate: parts.now,
    ...(parts.dataset === undefined ? {} : { datasetName: parts.dataset }),
    ...standing,
    ...own,
    ...(tags.length === 0 ? {} : { tag: tags }),
  };
}

export interface AttachmentParts {
  readonly data: Uint8Array;
  readonly mimetype: string | undefined;
  readonly payload: LogbookDefaults | undefined;
  readonly tags: readonly Tag[] | undefined;
  readonly defaults: LogbookDefaults;
  readonly machine: string | undefined;
  readonly software: string;
}

/** Fields that an attachment has (ICAT+, body of `base64`). */
const attachmentFields = new Set(["machine", "software", "datasetId", "usernames"]);

/** Bytes as the e-logbook takes them. @throws INVALID_ARGUMENT for a field that an attachment does not have */
export function attachment(parts: AttachmentParts): Event {
  const given = checkPayload(parts.defaults, "field of elogbookMetadata");
  const { tag: _tag, tags: _tags, ...own } = { ...parts.payload } as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(own)) {
    if (!attachmentFields.has(name)) throw unknownName(name, [...attachmentFields, "tag", "tags"], "field of an attachment");
  }
  const standing = Object.fromEntries(Object.entries(given).filter(([name]) => name === "machine" || name === "software"));
  const tags = mergeTags([given["tags"], given["tag"], parts.payload?.["tag"], parts.payload?.tags, parts.tags]);
  return {
    base64: `data:${parts.mimetype ?? "application/octet-stream"};base64,${base64(parts.data)}`,
    software: parts.software,
    ...(parts.machine === undefined ? {} : { machine: parts.machine }),
    ...standing,
    ...own,
    ...(tags.length === 0 ? {} : { tag: tags }),
  };
}

function categoryOf(type: LogbookType): string {
  const category = typeof type === "string" ? categories[type.toLowerCase()] : undefined;
  if (category === undefined)
    throw unknownName(String(type), [...Object.keys(categories).slice(0, -1), "commandLine"], "type of an e-logbook message");
  return category;
}

/** Comments are annotations, which people may change; all others are notifications. */
function typeOf(category: string, { editable, formatted }: MessageOptions, logger: Logger): string {
  if (category !== "comment") {
    if (editable === true || formatted === false) {
      logger.warn(`Only comments of the e-logbook can be edited or unformatted; a message of category ${category} cannot.`, {});
    }
    return "notification";
  }
  if (editable !== undefined && formatted !== undefined && editable === formatted) {
    throw invalid("A comment is either editable or formatted: give one of the two, or opposite values.");
  }
  return (editable ?? !(formatted ?? false)) ? "annotation" : "notification";
}

function checkPayload(payload: LogbookDefaults | undefined, what: string): Readonly<Record<string, unknown>> {
  if (payload === undefined) return {};
  checkNames(payload, Object.keys(eventFields), what);
  for (const [name, value] of Object.entries(payload)) {
    const kind = eventFields[name];
    const fits =
      value === undefined ||
      (kind === "text" && typeof value === "string") ||
      (kind === "number" && typeof value === "number") ||
      (kind === "time" && typeof value === "string") ||
      (kind === "list" && Array.isArray(value)) ||
      (kind === "object" && typeof value === "object");
    if (!fits)
      throw invalid(
        `${name} of an e-logbook message must be a ${kind === "time" ? "time (ISO 8601 text)" : String(kind)}, not ${shown(value)}.`,
      );
  }
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}

/** Of all levels, by name, each once. @throws INVALID_ARGUMENT for what is no tag */
export function mergeTags(levels: readonly unknown[]): { name: string }[] {
  const names = new Set<string>();
  for (const level of levels) {
    if (level === undefined) continue;
    if (!Array.isArray(level)) throw invalid(`Tags must be a list of names, not ${shown(level)}.`);
    for (const tag of level as readonly unknown[]) {
      const name = typeof tag === "string" ? tag : (tag as { name?: unknown } | null)?.name;
      if (!isText(name)) throw invalid(`${shown(tag)} is no tag: give a name, or { name }.`);
      if (typeof tag === "object") checkNames(tag as object, ["name"], "field of a tag");
      names.add(name);
    }
  }
  return [...names].map((name) => ({ name }));
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

/** In steps: the arguments of one call are limited. */
function base64(bytes: Uint8Array): string {
  const { Buffer: buffer } = globalThis as { Buffer?: typeof Buffer };
  if (buffer !== undefined) return buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function invalid(message: string): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", message);
}
