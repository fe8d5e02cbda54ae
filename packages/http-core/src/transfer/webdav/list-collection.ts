import { Deadline } from "../../engine/deadline.ts";
import { withHelp } from "../../engine/read-answer.ts";
import { SciError, type ErrorContext } from "../../errors.ts";
import type { Door } from "../door.ts";
import { stateOf } from "../door-state.ts";
import { Retries, transferRetryStatuses } from "../retries.ts";
import type { DoorStream, RemoteEntry } from "../types.ts";
import { entryOf, isXrootd, pathBelow } from "./entry.ts";
import { decodePart, HrefReader } from "./href.ts";
import { readMultistatusBatches, type DavResponse } from "./multistatus.ts";
import { propfindBody, wantedNames } from "./properties.ts";
import { noteServer, serverKind } from "./server-kind.ts";

/** A question for a collection and what is in it. */
export interface CollectionQuery {
  readonly door: Door;
  /** Of the collection, with its slash at the end; of anything for depth 0. */
  readonly url: string;
  readonly depth: 0 | 1;
  /** Expanded names of the properties to ask for. */
  readonly properties: readonly string[];
  /** Of the collection below the root of the walk, decoded: "" for the root. */
  readonly name: string;
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
  /** Told of entries that the server names but does not describe; without it they end the listing. */
  readonly onUnreadable?: ((error: SciError<string>, path: string) => void) | undefined;
}

/** Entries of one piece of an answer. */
export interface CollectionBatch {
  /** What was asked for itself, where this piece tells of it, with its answer. */
  readonly own: { readonly entry: RemoteEntry; readonly response: DavResponse } | undefined;
  readonly entries: readonly RemoteEntry[];
}

/**
 * Asks about one collection and gives the entries as they arrive. An answer that breaks off is asked for again, and what was
 * given already passed over if it comes in the same order; nothing but a sum over those names is kept.
 * @throws LISTING_CHANGED where it is not the same, INVALID_RESPONSE, TRUNCATED, and the codes of every client
 */
export async function* listCollection(query: CollectionQuery): AsyncGenerator<CollectionBatch, void, undefined> {
  const { door, operation, signal } = query;
  const state = stateOf(door);
  let context: ErrorContext = { service: door.service.name, operation, method: "PROPFIND" };
  const deadline = new Deadline(Number.POSITIVE_INFINITY, signal, context);
  const { retry } = state.settings;
  const retryStatuses = door.service.retryStatuses ?? transferRetryStatuses;
  const retries = new Retries(state, deadline, { retry, repeatable: true, retryStatuses, context: () => context });
  const given = new Progress();
  try {
    for (;;) {
      const opened = await propfind(query);
      ({ context } = opened);
      const started = performance.now();
      const before = given.count;
      const repeated = new Progress();
      try {
        for await (const batch of entriesOf(query, opened)) {
          const fresh = before === 0 ? given.add(batch) : repeated.passOver(batch, given);
          if (fresh === "changed") throw changed(context);
          if (fresh !== undefined) yield fresh;
        }
      } catch (error) {
        await retries.after(error, started, given.count > before);
        continue;
      }
      if (before > 0 && repeated.count < given.count) throw changed(context);
      return;
    }
  } finally {
    deadline.dispose();
  }
}

async function propfind(query: CollectionQuery): Promise<DoorStream> {
  const { door, url, depth, properties, operation, signal } = query;
  const kind = serverKind(door);
  const headers = {
    depth: String(depth),
    "content-type": "application/xml; charset=utf-8",
    // Until it is known whom it goes to, the connection is not used again.
    ...(kind === undefined ? { connection: "close" } : {}),
  };
  // XRootD answers the same whatever it is asked, and trips over the body.
  const question = kind === "xrootd" ? { headers: { depth: String(depth) } } : { headers, body: propfindBody(properties) };
  const call = signal === undefined ? {} : { signal };
  const opened = await door.open({ operation, method: "PROPFIND", url, ...question, statuses: [404] }, call);
  noteServer(door, opened);
  if (opened.status === 404) {
    const text = Buffer.from(await opened.bytes(64 * 1024)).toString();
    const words = text.includes("<") ? "" : ` (${text.trim().slice(0, 200)})`;
    const where = decodePart(new URL(url).pathname);
    throw new SciError("NOT_FOUND", `There is no ${where} on ${door.service.name}.${words}`, { ...opened.context, status: 404 });
  }
  if (opened.status === 207) return opened;
  const type = opened.header("content-type") ?? "";
  const { status, context } = opened;
  await opened.discard();
  if (type.includes("html")) {
    const message = `${door.origin} answered a listing with a web page, as a rule that of a log-in.`;
    throw new SciError("NOT_AUTHENTICATED", withHelp("NOT_AUTHENTICATED", message, door.service), { ...context, status });
  }
  throw new SciError("INVALID_RESPONSE", `${door.origin} answered a listing with status ${status}, not with the 207 of WebDAV.`, {
    ...context,
    status,
  });
}

async function* entriesOf(query: CollectionQuery, opened: DoorStream): AsyncGenerator<CollectionBatch, void, undefined> {
  const url = new URL(query.url);
  const hrefs = new HrefReader(url);
  const standing = { path: pathBelow(url, query.door.baseUrl), name: query.name };
  const options = { contentType: opened.header("content-type"), wanted: wantedNames(query.properties) };
  for await (const responses of readMultistatusBatches(opened.stream(), options)) {
    let own: CollectionBatch["own"];
    const entries: RemoteEntry[] = [];
    for (const response of responses) {
      if (isXrootd(response)) hrefs.takeLiterally();
      const place = hrefs.read(response.href);
      // A server that answers deeper than asked: what lies there is listed with its own directory.
      if (place.parts.length > 1) continue;
      const error = unreadable(response, opened.context);
      if (error !== undefined) {
        const path = [standing.path, ...place.parts].join("/") || "/";
        if (place.parts.length === 0 || query.onUnreadable === undefined) throw error;
        query.onUnreadable(error, path);
        continue;
      }
      const entry = entryOf(response, place, standing);
      if (place.parts.length === 0) own = { entry, response };
      else entries.push(entry);
    }
    if (own !== undefined || entries.length > 0) yield { own, entries };
  }
}

/** A status instead of properties, or a refusal of all that were asked for. */
function unreadable(response: DavResponse, context: ErrorContext): SciError<string> | undefined {
  const told = response.collection !== undefined || response.properties.size > 0;
  const status = response.status ?? (told ? undefined : [...response.refused.values()][0]);
  if (status === undefined || (status >= 200 && status < 300)) return undefined;
  const words = response.description === undefined ? "" : `: ${response.description}`;
  const code =
    status === 401
      ? "NOT_AUTHENTICATED"
      : status === 403
        ? "FORBIDDEN"
        : status === 404
          ? "NOT_FOUND"
          : status === 423
            ? "LOCKED"
            : "HTTP_STATUS";
  return new SciError(code, `The server lists "${response.href.slice(0, 200)}" with status ${status} instead of its properties${words}.`, {
    ...context,
    status,
  });
}

/** How far a listing has been read: the number of entries, and a sum over their names in their order. */
class Progress {
  count = 0;
  #sum = 0;

  add(batch: CollectionBatch): CollectionBatch {
    for (const { name } of batch.entries) this.#count(name);
    return batch;
  }

  /** What of a batch was not given before; "changed" where it differs from what was. */
  passOver(batch: CollectionBatch, given: Progress): CollectionBatch | "changed" | undefined {
    let index = 0;
    for (; index < batch.entries.length && this.count < given.count; index++) {
      this.#count((batch.entries[index] as RemoteEntry).name);
      if (this.count === given.count && this.#sum !== given.#sum) return "changed";
    }
    const entries = batch.entries.slice(index);
    if (entries.length === 0) return undefined;
    for (const { name } of entries) {
      this.#count(name);
      given.#count(name);
    }
    return { own: undefined, entries };
  }

  #count(name: string): void {
    this.count += 1;
    let sum = this.#sum;
    for (let index = 0; index < name.length; index++) sum = (Math.imul(sum, 31) + name.charCodeAt(index)) | 0;
    this.#sum = sum;
  }
}

function changed(context: ErrorContext): SciError<"LISTING_CHANGED"> {
  return new SciError(
    "LISTING_CHANGED",
    "The connection broke while a directory was listed, and the second answer differs from the first: it is being changed. List it again.",
    context,
  );
}
