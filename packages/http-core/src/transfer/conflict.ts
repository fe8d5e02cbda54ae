import { createReadStream, type Stats } from "node:fs";
import { SciError } from "../errors.ts";
import { bestOf, createDigest } from "./digests.ts";
import { fileError, identityOf } from "./files.ts";
import type { Source } from "./fetch-types.ts";
import type { Journal } from "./journal.ts";
import { differs } from "./source-facts.ts";
import type { Checksums, ConflictPolicy, Verification } from "./types.ts";

/** What to do about a file that is there already. */
export type Decision =
  | { readonly action: "skip"; readonly reason: "complete" | "exists" | "newer"; readonly verification?: Verification }
  | { readonly action: "fetch" | "rename" };

export interface ConflictRules {
  readonly policy: ConflictPolicy;
  readonly compareChecksums: boolean;
  readonly journal: Journal | undefined;
  /** Empty where the server tells none. */
  readonly checksums: () => Promise<Checksums>;
}

/**
 * Whether what stands under a name is the file that is wanted, and if not, what the policy says.
 * @throws CONFLICT, FILE
 */
export async function decideConflict(source: Source, path: string, there: Stats, rules: ConflictRules): Promise<Decision> {
  const { policy } = rules;
  if (there.isDirectory()) {
    throw new SciError("CONFLICT", `${path} is a folder here and a file on the server.`, { details: { path } });
  }
  if (there.isFile()) {
    const same = await isSame(source, path, there, rules);
    if (same !== undefined) return { action: "skip", reason: "complete", ...same };
  }
  if (policy === "overwrite") return { action: "fetch" };
  if (policy === "rename") return { action: "rename" };
  if (policy === "skip") return { action: "skip", reason: "exists" };
  if (policy === "newer") {
    const newer = source.mtime === undefined || source.mtime > there.mtimeMs + 1000;
    return newer ? { action: "fetch" } : { action: "skip", reason: "newer" };
  }
  const size = source.size === undefined || source.size === there.size ? "" : ` (${there.size} bytes here, ${source.size} on the server)`;
  throw new SciError(
    "CONFLICT",
    `${path} is there already and is not the same file${size}. Choose conflict: "overwrite", "skip", "newer" or "rename", or another folder.`,
    { details: { path } },
  );
}

/** Undefined where it is another file, or where nothing tells. */
async function isSame(
  source: Source,
  path: string,
  there: Stats,
  { compareChecksums, journal, checksums }: ConflictRules,
): Promise<{ readonly verification?: Verification } | undefined> {
  if (source.size !== undefined && source.size !== there.size) return undefined;
  const record = journal?.find(source.name);
  if (!compareChecksums) {
    const ours = record?.local !== undefined && record.local === identityOf(there) && !differs(record, source);
    if (ours) return record.verification === undefined ? {} : { verification: record.verification };
    // Size and time together, as the last transfer left them.
    if (source.size !== undefined && source.mtime !== undefined && Math.abs(source.mtime - there.mtimeMs) <= 1000) return {};
    if (bestOf(source.checksums) === undefined) return undefined;
  }
  const best = bestOf(source.checksums) ?? (compareChecksums ? bestOf(await checksums()) : undefined);
  if (best === undefined) return undefined;
  const [algorithm, stated] = best;
  const digest = createDigest(algorithm);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) digest.update(chunk as Uint8Array);
  } catch (error) {
    throw fileError(error, path, "read");
  }
  const value = digest.value();
  return value === stated ? { verification: { by: "checksum", algorithm, value } } : undefined;
}
