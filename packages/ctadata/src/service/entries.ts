import { type Schema, SciError } from "@sci/http-core";
import type { RemoteEntry } from "@sci/http-core/transfer";
import * as z from "zod/mini";
import { isWithin, type Place, placeOf, textOf } from "../paths.ts";

/** One entry of a listing of the download service, with the service's own names. */
export interface ServiceEntry {
  /** Path from the root of the storage, escaped; a slash at the end of a directory. */
  readonly href: string;
  readonly type: "file" | "directory" | (string & {});
  /** A link to the service. */
  readonly url?: string;
  /** HTTP date of the last change. */
  readonly mtime?: string | null;
  /** Bytes, as a decimal numeral; files only. */
  readonly size?: string | number | null;
  readonly [field: string]: unknown;
}

export const listingSchema = z.array(
  z.looseObject({
    href: z.string(),
    type: z.string(),
    size: z.optional(z.nullable(z.union([z.string(), z.number()]))),
    mtime: z.optional(z.nullable(z.string())),
  }),
) as Schema<readonly ServiceEntry[]>;

/** Bytes of a file; undefined where the service did not say. */
export function sizeOf({ size }: ServiceEntry): number | undefined {
  const bytes = typeof size === "string" && /^\d+$/.test(size) ? Number(size) : size;
  return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

/**
 * What a listing says lies in a directory: its own entry is left out however it is spelt, and the names of all others lie directly in it.
 * @throws INVALID_RESPONSE for an entry outside of the directory: nothing of such a listing is used
 */
export function entriesBelow(entries: readonly ServiceEntry[], directory: Place): readonly (ServiceEntry & { readonly name: string })[] {
  const found: (ServiceEntry & { readonly name: string })[] = [];
  for (const entry of entries) {
    const place = placeIn(entry, directory);
    const name = place.parts[directory.parts.length];
    if (name === undefined) continue;
    if (place.parts.length > directory.parts.length + 1) throw foreign(entry.href, directory);
    found.push({ ...entry, name });
  }
  return found;
}

function placeIn(entry: ServiceEntry, directory: Place): Place {
  let place: Place | undefined;
  try {
    place = placeOf(entry);
  } catch {
    throw foreign(entry.href, directory);
  }
  if (!isWithin(place, directory)) throw foreign(entry.href, directory);
  return place;
}

function foreign(href: string, directory: Place): SciError<"INVALID_RESPONSE"> {
  return new SciError(
    "INVALID_RESPONSE",
    `The listing of "${textOf(directory)}" names "${href.slice(0, 200)}", which does not lie directly in it. Nothing of it is used.`,
    { details: { href: href.slice(0, 500) } },
  );
}

/** An entry in the form that both modes share. */
export function toRemote(entry: ServiceEntry, place: Place, name: string, url: string): RemoteEntry {
  const type = entry.type === "directory" ? "directory" : "file";
  const mtime = typeof entry.mtime === "string" ? Date.parse(entry.mtime) : Number.NaN;
  return {
    name,
    path: `/${textOf(place)}`,
    url,
    type,
    size: type === "file" ? sizeOf(entry) : undefined,
    mtime: Number.isNaN(mtime) ? undefined : mtime,
    etag: undefined,
    checksums: {},
  };
}
