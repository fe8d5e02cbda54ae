import { checkNames } from "../../check.ts";
import { isSciError, SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { DoorCallOptions } from "../types.ts";
import { statIfThere } from "./stat.ts";
import { withSlash } from "./entry.ts";
import { checkName } from "./server-kind.ts";

export interface MakeDirectoryOptions {
  /** Makes what is missing above it, too, and takes one that is there already for made. @default true */
  readonly parents?: boolean;
  readonly signal?: AbortSignal;
}

/** Directories known to be there, and those being made, per door: however many files go into one, it is made once. */
const known = new WeakMap<Door, Map<string, Promise<boolean>>>();
/** Directories remembered per door. */
const mostKnown = 100_000;

function knownTo(door: Door): Map<string, Promise<boolean>> {
  let paths = known.get(door);
  if (paths === undefined) known.set(door, (paths = new Map<string, Promise<boolean>>()));
  return paths;
}

/** Forgets what is no longer certain: after a directory was removed or moved. */
export function forgetDirectories(door: Door, path: string): void {
  const paths = knownTo(door);
  const own = normal(path);
  for (const one of paths.keys()) if (one === own || one.startsWith(`${own}/`)) paths.delete(one);
}

/** Remembers a directory that was seen. */
export function rememberDirectory(door: Door, path: string): void {
  remember(knownTo(door), normal(path), Promise.resolve(false));
}

/** Whether a directory has been seen or made through this door. */
export function isKnownDirectory(door: Door, path: string): boolean {
  return path === "" || path === "/" || knownTo(door).has(normal(path));
}

function remember(paths: Map<string, Promise<boolean>>, path: string, made: Promise<boolean>): void {
  if (paths.size >= mostKnown) paths.clear();
  paths.set(path, made);
}

function normal(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "")
    .map((part) => `/${part}`)
    .join("");
}

/**
 * Makes a directory.
 * @returns whether it was made now; false where it was there
 * @throws CONFLICT where a file has its name, or (without `parents`) where it exists or its parent is missing; FORBIDDEN
 */
export async function makeDirectory(door: Door, path: string, options: MakeDirectoryOptions = {}): Promise<boolean> {
  checkNames(options, ["parents", "signal"], "option of mkdir");
  const call = options.signal === undefined ? {} : { signal: options.signal };
  const own = normal(path);
  if (options.parents !== false) return ensure(door, own, call);
  const made = await mkcol(door, own, call);
  if (made === "made") remember(knownTo(door), own, Promise.resolve(true));
  else throw conflict(door, own, made === "there" ? "exists already" : "has no parent directory; make that first, or give parents: true");
  return true;
}

async function ensure(door: Door, path: string, call: DoorCallOptions): Promise<boolean> {
  if (path === "") return false;
  const paths = knownTo(door);
  const there = paths.get(path);
  // What another call makes may end with that call's abort; then this one makes it itself.
  if (there !== undefined) return there.then(() => false).catch(() => make(door, path, call));
  const making = make(door, path, call);
  remember(paths, path, making);
  try {
    return await making;
  } catch (error) {
    if (paths.get(path) === making) paths.delete(path);
    throw error;
  }
}

async function make(door: Door, path: string, call: DoorCallOptions): Promise<boolean> {
  let result: Made;
  try {
    result = await mkcol(door, path, call);
  } catch (error) {
    // Some refuse to make what is there, above all near the root, where one may not make anything.
    if (!isSciError(error, "FORBIDDEN") || !(await isDirectory(door, path, call))) throw error;
    return false;
  }
  if (result === "made") return true;
  if (result === "there") {
    if (await isDirectory(door, path, call)) return false;
    throw conflict(door, path, "cannot be made: a file has this name");
  }
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent === "") throw conflict(door, path, "cannot be made: the storage says that its parent is missing, and that is its root");
  await ensure(door, parent, call);
  result = await mkcol(door, path, call);
  if (result === "no-parent") {
    forgetDirectories(door, parent);
    throw conflict(door, path, `cannot be made: its parent ${parent} is gone, or is a file`);
  }
  return result === "made";
}

async function isDirectory(door: Door, path: string, call: DoorCallOptions): Promise<boolean> {
  return (await statIfThere(door, path, call.signal === undefined ? {} : { signal: call.signal }))?.type === "directory";
}

type Made = "made" | "there" | "no-parent";

async function mkcol(door: Door, path: string, call: DoorCallOptions): Promise<Made> {
  checkName(door, path);
  const request = {
    operation: "mkdir",
    method: "MKCOL",
    url: withSlash(door.urlOf(path)),
    statuses: [301, 405, 409],
    // Made twice is made: the second answer says that it is there.
    repeatable: true,
  } as const;
  const { status } = await door.request(request, call);
  return status === 409 ? "no-parent" : status === 405 || status === 301 ? "there" : "made";
}

function conflict(door: Door, path: string, why: string): SciError<"CONFLICT"> {
  const { name } = door.service;
  return new SciError("CONFLICT", `The directory ${path} ${why}.`, { service: name, operation: "mkdir", method: "MKCOL" });
}
