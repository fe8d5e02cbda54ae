import type { DoorHead } from "./types.ts";
import type { PartNote } from "./part-file.ts";

/** What tells one state of a file from another. */
export interface Facts {
  readonly etag?: string | undefined;
  readonly mtime?: number | undefined;
  readonly lastModified?: string | undefined;
}

/** What an answer tells of its file. */
export function factsOf(opened: Pick<DoorHead, "header">): Facts {
  const lastModified = opened.header("last-modified");
  return { etag: opened.header("etag"), lastModified, mtime: timeOf(lastModified) };
}

/** Whether two descriptions cannot be of the same contents. */
export function differs(a: Facts, b: Facts): boolean {
  if (a.etag !== undefined && b.etag !== undefined) return opaque(a.etag) !== opaque(b.etag);
  const from = a.mtime ?? timeOf(a.lastModified);
  const to = b.mtime ?? timeOf(b.lastModified);
  return from !== undefined && to !== undefined && Math.abs(from - to) > 1000;
}

/** Servers write the same one with quotes and without, weak at first and strong later. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, "").replace(/^"(.*)"$/s, "$1");
}

/** Milliseconds since 1970 of a date in a header. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** What another attempt can tell the same contents by: only what RFC 9110 (13.1.5) takes for strong. */
export function noteOf(opened: DoorHead, size: number | undefined): PartNote | undefined {
  const etag = opened.header("etag");
  const lastModified = opened.header("last-modified");
  const strong = etag !== undefined && /^"[^"]*"$/.test(etag) ? etag : undefined;
  const changed = timeOf(lastModified);
  const now = timeOf(opened.header("date"));
  const settled = changed !== undefined && now !== undefined && now - changed >= 1000 ? lastModified : undefined;
  if (strong === undefined && settled === undefined) return undefined;
  return {
    ...(strong === undefined ? {} : { etag: strong }),
    ...(settled === undefined ? {} : { lastModified: settled }),
    ...(size === undefined ? {} : { size }),
  };
}
