import { statSync, type Stats } from "node:fs";
import { basename, resolve } from "node:path";
import { checkInteger, checkNames, shown } from "../../check.ts";
import { Deadline } from "../../engine/deadline.ts";
import { describeCause, SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import { stateOf } from "../door-state.ts";
import { checkTransferOptions, startJob, transferOptionNames, type RunningJob } from "../job.ts";
import { createSelection } from "../patterns.ts";
import type { TransferJob, TransferOptions } from "../types.ts";
import { statIfThere } from "../webdav/stat.ts";
import { bytesContent, fileContent, streamContent, type Content } from "./content.ts";
import type { UploadSurroundings } from "./task.ts";
import { spooled } from "./spool.ts";
import { uploadFile } from "./file-task.ts";
import { uploadTree } from "./tree.ts";

export interface UploadOptions extends TransferOptions {
  /** Lets a folder be uploaded, with all below it. @default false */
  readonly recursive?: boolean;
  /** Makes directories that are missing on the storage. @default true */
  readonly parents?: boolean;
  /**
   * Uploads under another name first, which is verified and then renamed, so that nobody takes a part for the file: "auto" does so for files
   * above 16 MiB and for those that replace others, where the storage lets files be renamed. @default "auto"
   */
  readonly temporary?: "auto" | "always" | "never";
  /** Milliseconds to wait for the storage's word before the body is sent unasked. @default 10_000 */
  readonly continueTimeout?: number;
  /** Bytes of a stream. Without it, it goes in chunks, which some storages do not take. */
  readonly size?: number;
  /** Time of the last change of a stream or of bytes, in milliseconds since 1970. */
  readonly mtime?: number;
  /** Writes a stream that can be read once to a file in this folder first, so that an upload that breaks can be repeated. */
  readonly spool?: string;
}

/** A path of this machine, bytes, a stream, or a function that makes the stream anew for each attempt. */
export type UploadSource = string | Uint8Array | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);

const uploadNames = ["recursive", "parents", "temporary", "continueTimeout", "size", "mtime", "spool"] as const;

/**
 * Uploads a file, a folder, bytes or a stream. A path that ends in a slash is completed with the name of the source.
 * Every file is verified by a checksum where the storage has one, else by its length; what fails leaves nothing under its name.
 * @param path decoded, below the base URL
 * @throws INVALID_ARGUMENT, FILE for a source that cannot be read (both by the job)
 */
export function upload(door: Door, source: UploadSource, path: string, options: UploadOptions = {}): TransferJob {
  check(options);
  if (typeof path !== "string" || path === "")
    throw new SciError("INVALID_ARGUMENT", `The remote path must be a text that is not empty, not ${shown(path)}.`);
  const state = stateOf(door);
  return startJob("upload", options, state.settings.timeout.idle, async (job) => {
    const deadline = new Deadline(Number.POSITIVE_INFINITY, job.signal, { service: door.service.name, operation: "upload" });
    const around: UploadSurroundings = {
      door,
      job,
      deadline,
      continueTimeout: options.continueTimeout ?? 10_000,
      temporary: options.temporary ?? "auto",
      parents: options.parents ?? true,
      requireChecksum: options.requireChecksum ?? false,
      times: options.times ?? true,
    };
    if (typeof source === "string") await fromPath(around, resolve(source), path, options);
    else await fromMemory(around, source, path, options, job);
  });
}

async function fromPath(around: UploadSurroundings, source: string, path: string, options: UploadOptions): Promise<void> {
  for (const name of ["size", "mtime", "spool"] as const) {
    if (options[name] !== undefined) throw new SciError("INVALID_ARGUMENT", `The option ${name} is for streams; ${source} tells its own.`);
  }
  const stats = statOf(source);
  if (stats.isDirectory()) {
    if (options.recursive !== true)
      throw new SciError("INVALID_ARGUMENT", `${source} is a folder. Give recursive: true to upload it with all it holds.`);
    await uploadTree(around, source, trimmed(path), createSelection(options.include, options.exclude));
    return;
  }
  if (!stats.isFile()) throw new SciError("FILE", `${source} is neither a file nor a folder.`, { details: { path: source } });
  await single(around, fileContent(source, stats), completed(path, basename(source)));
}

async function fromMemory(
  around: UploadSurroundings,
  source: Exclude<UploadSource, string>,
  path: string,
  options: UploadOptions,
  job: RunningJob,
): Promise<void> {
  if (path.endsWith("/"))
    throw new SciError(
      "INVALID_ARGUMENT",
      `The remote path ${path} must name a file: bytes and streams have no name that could complete it.`,
    );
  const { size, mtime } = options;
  if (source instanceof Uint8Array) {
    await single(around, bytesContent(source, path, mtime), path);
    return;
  }
  const facts = { label: path, ...(size === undefined ? {} : { size }), ...(mtime === undefined ? {} : { mtime }) };
  const iterable = typeof source === "function" || Symbol.asyncIterator in (source as object);
  if (!iterable) throw new SciError("INVALID_ARGUMENT", "A source must be a path, bytes, a stream of bytes, or a function that makes one.");
  const content = streamContent(source, facts);
  if (options.spool === undefined || content.repeatable) await single(around, content, path);
  else await spooled(content, resolve(options.spool), job.signal, (file) => single(around, file, path));
}

/** One file: what stands under its name is asked for. */
async function single(around: UploadSurroundings, content: Content, path: string): Promise<void> {
  const { door, job } = around;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const full = path.startsWith("/") ? path : `/${path}`;
  door.urlOf(full);
  const options = { signal: job.signal, ...(job.options.compareChecksums === true ? { checksums: true } : {}) };
  let done: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (done = resolve));
  await job.add(name, content.size, async (slot) => {
    try {
      return await uploadFile(around, { name, content, path: full, stat: (one) => statIfThere(door, one, options) }, slot);
    } finally {
      done();
    }
  });
  await over;
}

function completed(path: string, name: string): string {
  return path.endsWith("/") ? `${path}${name}` : path;
}

function trimmed(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((part) => `/${part}`).join("");
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new SciError("FILE", `${path} cannot be uploaded: ${describeCause(cause) ?? String(cause)}`, { cause, details: { path } });
  }
}

function check(options: UploadOptions): void {
  checkNames(options, [...transferOptionNames.filter((name) => name !== "sync"), ...uploadNames], "option of upload");
  checkTransferOptions(options, "upload", uploadNames);
  const { temporary = "auto", continueTimeout, size } = options;
  if (!["auto", "always", "never"].includes(temporary)) {
    throw new SciError("INVALID_ARGUMENT", `temporary must be "auto", "always" or "never", not ${shown(temporary)}.`);
  }
  if (continueTimeout !== undefined) checkInteger(continueTimeout, "continueTimeout", { min: 1 });
  if (size !== undefined) checkInteger(size, "size");
}
