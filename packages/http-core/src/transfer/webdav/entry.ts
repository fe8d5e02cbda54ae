import type { RemoteEntry } from "../types.ts";
import { checksumsOf } from "./checksums.ts";
import { decodePart, type Place } from "./href.ts";
import type { DavResponse } from "./multistatus.ts";
import { property } from "./properties.ts";

/** Where an entry stands. */
export interface Standing {
  /** Decoded, of the collection asked for, below the base URL: "/a/b", "" for the base itself. */
  readonly path: string;
  /** Decoded, of the collection asked for, below the root of the walk: "" or "a/b". */
  readonly name: string;
}

/** The parts of a URL below the base URL, decoded and with a slash in front of each. */
export function pathBelow(url: URL, baseUrl: string): string {
  const base = new URL(baseUrl).pathname.split("/").filter((part) => part !== "").length;
  const parts = url.pathname.split("/").filter((part) => part !== "");
  return parts
    .slice(base)
    .map((part) => `/${decodePart(part)}`)
    .join("");
}

/** The entry of one response. Its kind is told by `resourcetype`, never by a slash: some servers set none, others one too many. */
export function entryOf(response: DavResponse, place: Place, standing: Standing): RemoteEntry {
  const { properties } = response;
  const directory = isCollection(response);
  const size = directory ? undefined : numberOf(properties.get(property.length));
  const modified = properties.get(property.modified);
  const time = modified === undefined ? Number.NaN : Date.parse(modified);
  const etag = properties.get(property.etag);
  const locality = properties.get(property.locality);
  const below = place.parts.join("/");
  return {
    name: standing.name === "" ? below : below === "" ? standing.name : `${standing.name}/${below}`,
    path: below === "" ? standing.path || "/" : `${standing.path}/${below}`,
    url: directory ? withSlash(place.url) : place.url.replace(/\/$/, ""),
    type: directory ? "directory" : "file",
    size,
    mtime: Number.isNaN(time) ? undefined : time,
    etag: etag === undefined || etag === "" ? undefined : quoted(etag),
    checksums: checksumsOf(properties),
    ...(locality === undefined || locality === "" ? {} : { locality }),
  };
}

/** XRootD sends no `resourcetype` for files, and marks what is executable as a collection a second time: the first mark counts. */
export function isCollection({ collection, properties }: DavResponse): boolean {
  if (collection !== undefined) return collection;
  const mark = properties.get(property.isCollection);
  return mark !== undefined && /^(1|true)$/i.test(mark);
}

/** Whether the server is one that does not escape its hrefs: only XRootD has this property in the namespace of WebDAV itself. */
export function isXrootd({ properties }: DavResponse): boolean {
  return properties.has(property.executable);
}

export function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}

/** In a header it stands in quotes, which some servers leave out of the property. */
function quoted(etag: string): string {
  return /^(W\/)?"/.test(etag) ? etag : `"${etag}"`;
}
