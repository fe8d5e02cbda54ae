import { bestOf } from "./digests.ts";
import type { Source } from "./fetch-types.ts";
import type { PartFile } from "./part-file.ts";

/** `bytes 100-199/200`: from, to (both included) and the whole length where it is stated. */
export interface ContentRange {
  readonly from: number;
  readonly to: number;
  readonly total: number | undefined;
}

/** Undefined for anything that is not one proper range of bytes. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^\s*bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)\s*$/i.exec(text ?? "");
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2]);
  const total = match[3] === "*" ? undefined : Number(match[3]);
  return to < from || (total !== undefined && to >= total) ? undefined : { from, to, total };
}

/**
 * The fields that ask for the rest of a file: up to an explicit end (XRootD misreads open ranges), of the same file only. None where all
 * of it has to come.
 */
export function restOf(file: PartFile | undefined, source: Source, whole: boolean): Record<string, string> {
  const { size = 0, note } = file ?? {};
  const end = note?.size ?? source.size;
  if (size === 0 || end === undefined || size >= end || whole) return {};
  const validator = note?.etag ?? note?.lastModified;
  // Without one, only a checksum would find out that the two ends are of different files.
  if (validator === undefined && bestOf(source.checksums) === undefined) return {};
  return { range: `bytes=${size}-${end - 1}`, ...(validator === undefined ? {} : { "if-range": validator }) };
}
