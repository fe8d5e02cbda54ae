import { basename } from "node:path";
import { SciError, shown } from "@sci/http-core";

/** What names a file or directory: its path from the root of the storage, or an entry of a listing. Paths are taken literally. */
export type RemotePath = string | { readonly path: string } | { readonly href: string };

/** A remote path, taken apart. */
export interface Place {
  /** Decoded. */
  readonly parts: readonly string[];
  /** Whether it ends in a slash, and so names a directory (or, of an upload's target, one to complete with the file's name). */
  readonly slash: boolean;
}

/**
 * @throws INVALID_ARGUMENT for what is no path, for "." and ".." as parts (what is named would not be what is asked for), and for NUL
 */
export function placeOf(path: RemotePath, what = "The remote path"): Place {
  const escaped = typeof path === "object" && path !== null && "href" in path;
  const text = typeof path === "string" ? path : escaped ? path.href : (path as { path?: unknown } | null)?.path;
  if (typeof text !== "string") throw new SciError("INVALID_ARGUMENT", `${what} is a text or an entry of a listing, not ${shown(path)}.`);
  const parts = text.split("/").filter((part) => part !== "");
  // The service escapes its hrefs; what a user types is a name as it is.
  const names = escaped ? parts.map(decoded) : parts;
  for (const name of names) {
    if (name === "." || name === ".." || name.includes("\0") || (escaped && name.includes("/"))) {
      throw new SciError("INVALID_ARGUMENT", `${what} ${shown(text)} holds ${shown(name)}, which is no name of a file or directory.`);
    }
  }
  return { parts: names, slash: text.endsWith("/") };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // No escape can have been meant.
    return part;
  }
}

/** "cta/DL1/a b.h5": decoded, without slashes at the ends; "" for the root. */
export function textOf({ parts }: Place): string {
  return parts.join("/");
}

/** "/cta/DL1/a b.h5", as the engine takes it. */
export function doorPath(place: Place): string {
  return `/${textOf(place)}`;
}

/** "/cta/DL1/a%20b.h5" */
export function escapedPath({ parts }: Place): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}

/** Completes a target that ends in a slash with the name of what is brought there. */
export function completed(place: Place, name: string): Place {
  if (!place.slash && place.parts.length > 0) return place;
  if (name === "") throw new SciError("INVALID_ARGUMENT", "The target ends in a slash, but there is no name to complete it with.");
  return { parts: [...place.parts, name], slash: false };
}

/** The name of a local file or folder, whatever its path ends in. */
export function localName(path: string): string {
  return basename(path.replace(/[/\\]+$/, "") || path);
}

/** Whether a place lies in a directory (or is it). */
export function isWithin({ parts }: Place, directory: Place): boolean {
  return directory.parts.every((part, index) => parts[index] === part);
}
