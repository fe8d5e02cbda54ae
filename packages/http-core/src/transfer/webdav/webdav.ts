import type { Door } from "../door.ts";
import type { Checksums, RemoteEntry } from "../types.ts";
import { checkNames } from "../../check.ts";
import { readChecksums, type ChecksumOptions } from "./checksum.ts";
import { listEntries, type ListOptions } from "./list.ts";
import { makeDirectory, type MakeDirectoryOptions } from "./make-directory.ts";
import { copyEntry, moveEntry, removeEntry, type MoveOptions, type RemoveOptions } from "./move-copy.ts";
import { readQuota, statEntry, statIfThere, statNames, type Quota, type StatOptions } from "./stat.ts";
import { thirdPartyCopy, type ThirdPartyCopyOptions, type ThirdPartyCopyResult } from "./third-party-copy.ts";

/** The operations of WebDAV on one storage. Paths are decoded and below the base URL of the door: "/run 1/events.fits". */
export interface WebDav {
  /** A directory, or with `recursive` the tree below, as a stream of entries; a file gives itself. Nothing is held but what was not taken yet. */
  list(path: string, options?: ListOptions): AsyncIterable<RemoteEntry>;
  /** @throws NOT_FOUND */
  stat(path: string, options?: StatOptions): Promise<RemoteEntry>;
  /** Undefined where there is nothing of that name. */
  statIfThere(path: string, options?: StatOptions): Promise<RemoteEntry | undefined>;
  /** Makes a directory, with those above it; tells whether it was made now. */
  mkdir(path: string, options?: MakeDirectoryOptions): Promise<boolean>;
  /** @throws CONFLICT where the new name is taken */
  move(from: string, to: string, options?: MoveOptions): Promise<void>;
  /** Within this storage. @throws CONFLICT where the new name is taken */
  copy(from: string, to: string, options?: MoveOptions): Promise<void>;
  /** Between this storage and another, which exchange the bytes themselves. */
  thirdPartyCopy(
    endpoints: { readonly source: string; readonly destination: string },
    options?: ThirdPartyCopyOptions,
  ): Promise<ThirdPartyCopyResult>;
  /** @throws NOT_FOUND, CONFLICT for a directory that is not empty (without `recursive`) */
  remove(path: string, options?: RemoveOptions): Promise<void>;
  quota(path: string, options?: { readonly signal?: AbortSignal }): Promise<Quota>;
  /** @throws CHECKSUM_UNAVAILABLE */
  checksums(path: string, options?: ChecksumOptions): Promise<Checksums>;
  /** Where the contents lie, in the storage's own word (dCache: ONLINE, NEARLINE …); undefined where it does not say. */
  locality(path: string, options?: { readonly signal?: AbortSignal }): Promise<string | undefined>;
}

/** The operations of WebDAV through a door. */
export function createWebDav(door: Door): WebDav {
  return {
    list: (path, options) => listEntries(door, path, options),
    stat(path, options = {}) {
      checkNames(options, statNames, "option of stat");
      return statEntry(door, path, options);
    },
    statIfThere(path, options = {}) {
      checkNames(options, statNames, "option of stat");
      return statIfThere(door, path, options);
    },
    mkdir: (path, options) => makeDirectory(door, path, options),
    move: (from, to, options) => moveEntry(door, from, to, options),
    copy: (from, to, options) => copyEntry(door, from, to, options),
    thirdPartyCopy: (endpoints, options) => thirdPartyCopy(door, endpoints, options),
    remove: (path, options = {}) =>
      removeEntry(door, path, options, (one) => listEntries(door, one, options.signal === undefined ? {} : { signal: options.signal })),
    quota: (path, options) => readQuota(door, path, options),
    checksums: (path, options) => readChecksums(door, path, options),
    async locality(path, options = {}) {
      checkNames(options, ["signal"], "option of locality");
      return (await statEntry(door, path, { ...options, locality: true, operation: "locality" })).locality;
    },
  };
}
