import { checkNames } from "../../check.ts";
import { SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import { statedChecksums } from "../digests.ts";
import type { ChecksumName, Checksums } from "../types.ts";
import { statEntry } from "./stat.ts";

export interface ChecksumOptions {
  /** Those asked for, the preferred first. @default all */
  readonly algorithms?: readonly ChecksumName[];
  /** Milliseconds without an answer: a storage may have to read the whole file. @default 300_000 */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

export const allChecksums: readonly ChecksumName[] = ["adler32", "md5", "sha-256"];

/**
 * The checksums that a storage tells for a file: by HEAD with Want-Digest (dCache, XRootD, StoRM), else from its properties.
 * @throws CHECKSUM_UNAVAILABLE where it tells none of those asked for, NOT_FOUND
 */
export async function readChecksums(door: Door, path: string, options: ChecksumOptions = {}): Promise<Checksums> {
  checkNames(options, ["algorithms", "patience", "signal"], "option of checksums");
  const { algorithms = allChecksums, signal } = options;
  const found = await lookUpChecksums(door, door.urlOf(path), { ...options, algorithms });
  if (algorithms.some((name) => found[name] !== undefined)) return found;
  const entry = await statEntry(door, path, { checksums: true, operation: "checksum", ...(signal === undefined ? {} : { signal }) });
  const all = { ...entry.checksums, ...found };
  if (algorithms.some((name) => all[name] !== undefined)) return all;
  const why = entry.type === "directory" ? "it is a directory" : `it offers none of ${algorithms.join(", ")}`;
  throw new SciError("CHECKSUM_UNAVAILABLE", `${door.service.name} tells no checksum of ${path}: ${why}.`, {
    service: door.service.name,
    operation: "checksum",
    url: entry.url,
  });
}

/** By HEAD alone; nothing where the storage does not answer with one. */
export async function lookUpChecksums(door: Door, url: string, options: ChecksumOptions): Promise<Checksums> {
  const { algorithms = allChecksums, patience = 300_000, signal } = options;
  const head = await door.request(
    { operation: "checksum", method: "HEAD", url, headers: { "want-digest": wanted(algorithms) } },
    { timeout: { idle: patience, total: patience * 2 }, ...(signal === undefined ? {} : { signal }) },
  );
  return statedChecksums((name) => head.header(name), true);
}

/** XRootD reads no weights, so the one preferred stands first and without. */
function wanted(algorithms: readonly ChecksumName[]): string {
  return algorithms.map((name, index) => (index === 0 ? name : `${name};q=${(1 - index / 10).toFixed(1)}`)).join(",");
}
