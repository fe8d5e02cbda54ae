import { checkNames } from "../../check.ts";
import { isSciError, SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { DoorAnswer, DoorCallOptions, DoorRequest, RemoteEntry } from "../types.ts";
import { withSlash } from "./entry.ts";
import { forgetDirectories, makeDirectory } from "./make-directory.ts";
import { checkParts } from "./multi-result.ts";
import { checkName, readsDestination, serverKind } from "./server-kind.ts";
import { statIfThere } from "./stat.ts";

export interface MoveOptions {
  /** Replaces what has the new name. @default false */
  readonly overwrite?: boolean;
  /** Makes the directories above the new name. @default false */
  readonly parents?: boolean;
  readonly signal?: AbortSignal;
}

const moveNames = ["overwrite", "parents", "signal"] as const;

/**
 * Gives a file or directory another name on the same storage. What has that name already is never replaced unasked: servers that
 * do not know the precondition for it are asked before.
 * @throws CONFLICT where the new name is taken, NOT_FOUND, FORBIDDEN, LOCKED
 */
export async function moveEntry(door: Door, from: string, to: string, options: MoveOptions = {}): Promise<void> {
  checkNames(options, moveNames, "option of move");
  await relocate(door, "MOVE", from, to, options);
  forgetDirectories(door, from);
}

/** Copies a file or a whole directory within the same storage, by the storage itself. @throws as {@link moveEntry} */
export async function copyEntry(door: Door, from: string, to: string, options: MoveOptions = {}): Promise<void> {
  checkNames(options, moveNames, "option of copy");
  await relocate(door, "COPY", from, to, options);
}

async function relocate(door: Door, method: "MOVE" | "COPY", from: string, to: string, options: MoveOptions): Promise<void> {
  const operation = method === "MOVE" ? "move" : "copy";
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const source = await statIfThere(door, from, call);
  if (source === undefined) throw notThere(door, from, operation, method);
  checkName(door, from);
  const certain = readsDestination(door, to);
  const target = certain && options.overwrite === true ? undefined : await statIfThere(door, to, call);
  if (target !== undefined && options.overwrite !== true) throw taken(door, target, operation, method);
  if (options.parents === true) await makeDirectory(door, to.slice(0, Math.max(0, to.replace(/\/+$/, "").lastIndexOf("/"))), call);
  const directory = source.type === "directory";
  // Where the name may be read as another, nothing is replaced that need not be.
  const overwrite = options.overwrite === true && (certain || target !== undefined);
  await relocateKnown(door, { method, source: source.url, to, directory, overwrite, operation }, call);
  if (certain || (await statIfThere(door, to, call)) !== undefined) return;
  const message = `${door.service.name} reported success, but there is no ${to}: it took the name for another. Look above and beside it.`;
  throw new SciError("INVALID_RESPONSE", message, { service: door.service.name, operation, method });
}

export interface Relocation {
  readonly method: "MOVE" | "COPY";
  /** Absolute and escaped. */
  readonly source: string;
  /** Decoded, below the base URL. */
  readonly to: string;
  readonly directory: boolean;
  readonly overwrite: boolean;
  readonly operation: string;
}

/** The bare exchange, for those who know what stands where. */
export async function relocateKnown(door: Door, relocation: Relocation, call: DoorCallOptions): Promise<void> {
  const { method, source, to, directory, overwrite, operation } = relocation;
  checkName(door, to);
  const target = serverKind(door) === "xrootd" ? unescapedUrl(door, to) : door.urlOf(to);
  const request: DoorRequest = {
    operation,
    method,
    url: directory ? withSlash(source) : source,
    headers: {
      // Only an absolute URL is understood by all.
      destination: target.replace(/(?<=[^/])\/+$/, ""),
      overwrite: overwrite ? "T" : "F",
      ...(method === "COPY" ? { depth: "infinity" } : {}),
    },
    statuses: [409, 412],
  };
  const answer = await door.request(request, call);
  if (answer.status === 412) {
    throw new SciError("CONFLICT", `${to} exists already on ${door.service.name}; it was not replaced.`, {
      ...answer.context,
      status: 412,
    });
  }
  if (answer.status === 409) {
    const message = `The directory above ${to} is missing on ${door.service.name}. Make it first, or give parents: true.`;
    throw new SciError("CONFLICT", message, { ...answer.context, status: 409 });
  }
  if (answer.status === 202) checkAccepted(door, answer, to);
  await checkParts(door, answer, operation, `${method === "MOVE" ? "Moving" : "Copying"} to ${to}`);
}

/**
 * dCache takes every COPY for one between storages, begins it and tells how it went in the body.
 * @throws HTTP_STATUS (status 202) unless that says that it was made
 */
function checkAccepted(door: Door, answer: DoorAnswer, to: string): void {
  const end = answer.text().trim().split("\n").at(-1) ?? "";
  if (/^success\b/i.test(end)) return;
  const message = `${door.service.name} took the copy to ${to} for one between storages, which failed: ${end.slice(0, 200) || "it did not say why"}`;
  throw new SciError("HTTP_STATUS", message, { ...answer.context, status: answer.status });
}

/** The bytes of the name as they are, which is what XRootD makes of a Destination. */
function unescapedUrl(door: Door, to: string): string {
  const path = to.startsWith("/") ? to : `/${to}`;
  return door.baseUrl + Buffer.from(path).toString("latin1");
}

export interface RemoveOptions {
  /** Removes a directory with all below it; without, one that holds anything is left. @default false */
  readonly recursive?: boolean;
  /** Takes what is not there for removed. @default false */
  readonly missing?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Removes a file or a directory.
 * @throws NOT_FOUND, CONFLICT for a directory that holds something (without `recursive`), PARTIAL where only a part could be removed
 */
export async function removeEntry(
  door: Door,
  path: string,
  options: RemoveOptions,
  list: (path: string) => AsyncIterable<RemoteEntry>,
): Promise<void> {
  checkNames(options, ["recursive", "missing", "signal"], "option of remove");
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const entry = await statIfThere(door, path, call);
  if (entry === undefined) {
    if (options.missing === true) return;
    throw notThere(door, path, "remove", "DELETE");
  }
  checkName(door, path);
  if (entry.path === "/") throw new SciError("INVALID_ARGUMENT", "The root of a storage is not removed; name what is in it.");
  if (entry.type === "directory" && options.recursive !== true) {
    // DELETE takes a directory with everything in it, so it is looked at before.
    for await (const inner of list(path)) {
      const message = `${path} is not empty (${inner.name} is in it). Give recursive: true to remove it with all it holds.`;
      throw new SciError("CONFLICT", message, { service: door.service.name, operation: "remove", method: "DELETE" });
    }
  }
  forgetDirectories(door, path);
  await removeAll(door, entry, call, list);
}

async function removeAll(
  door: Door,
  entry: RemoteEntry,
  call: DoorCallOptions,
  list: (path: string) => AsyncIterable<RemoteEntry>,
): Promise<void> {
  const directory = entry.type === "directory";
  const tolerated = directory ? [404, 405, 409, 500, 501] : [404];
  const request = {
    operation: "remove",
    method: "DELETE",
    url: entry.url,
    statuses: tolerated,
    retryStatuses: directory ? [502, 503, 504] : undefined,
  };
  const { retryStatuses, ...rest } = request;
  const answer = await door.request({ ...rest, ...(retryStatuses === undefined ? {} : { retryStatuses }) }, call);
  // Gone by an attempt whose answer was lost, or by somebody else: it is not there.
  if (answer.status < 300 || answer.status === 404) return checkParts(door, answer, "remove", `Removing ${entry.path}`);
  // XRootD wants a directory empty.
  const inner: RemoteEntry[] = [];
  for await (const one of list(entry.path)) inner.push(one);
  if (inner.length === 0) throw refused(door, entry.path, answer.status, answer.text(), answer.context);
  for (const one of inner) await removeAll(door, one, call, list);
  await door.request({ operation: "remove", method: "DELETE", url: entry.url }, call);
}

function refused(door: Door, path: string, status: number, text: string, context: object): SciError<string> {
  const words = text.trim().slice(0, 200);
  return new SciError(
    "HTTP_STATUS",
    `${door.service.name} did not remove ${path}: status ${status}${words === "" ? "" : `, "${words}"`}.`,
    {
      ...context,
      status,
    },
  );
}

function notThere(door: Door, path: string, operation: string, method: string): SciError<"NOT_FOUND"> {
  return new SciError("NOT_FOUND", `There is no ${path} on ${door.service.name}.`, { service: door.service.name, operation, method });
}

function taken(door: Door, target: RemoteEntry, operation: string, method: string): SciError<"CONFLICT"> {
  const message = `${target.path} exists already on ${door.service.name}; it was not replaced. Give overwrite: true to replace it.`;
  return new SciError("CONFLICT", message, { service: door.service.name, operation, method });
}

/** Whether an error says that the storage does not offer the operation, or not to this user. */
export function isRefused(error: unknown): boolean {
  if (!isSciError<string>(error)) return false;
  return error.code === "FORBIDDEN" || error.status === 405 || error.status === 501 || error.status === 400;
}
