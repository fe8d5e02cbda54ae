import { SciError } from "../../errors.ts";
import { bestOf } from "../digests.ts";
import type { Door } from "../door.ts";
import type { JournalRecord } from "../journal.ts";
import type { ChecksumName, Checksums, ConflictPolicy, RemoteEntry, Verification } from "../types.ts";
import { allChecksums, lookUpChecksums } from "../webdav/checksum.ts";
import type { Content } from "./content.ts";
import { computed } from "./verify.ts";

/** What to do about a name that is taken on the storage. */
export type UploadDecision =
  | { readonly action: "skip"; readonly reason: "complete" | "exists" | "newer"; readonly verification?: Verification }
  | { readonly action: "replace" | "rename" }
  /** What is there is a part that an earlier run of this job left. */
  | { readonly action: "remove" };

export interface UploadRules {
  readonly door: Door;
  readonly policy: ConflictPolicy;
  readonly compareChecksums: boolean;
  readonly signal: AbortSignal;
  /** What an earlier run of the same job knows of this file. */
  readonly record: JournalRecord | undefined;
}

/** Milliseconds by which times of files may differ and still be the same: servers keep whole seconds, some two. */
const sameTime = 2000;

/**
 * Whether what stands under a name is the file that is to be uploaded, and if not, what the policy says.
 * @throws CONFLICT
 */
export async function decide(content: Content, there: RemoteEntry, rules: UploadRules): Promise<UploadDecision> {
  const { policy, record } = rules;
  if (there.type === "directory") {
    throw new SciError(
      "CONFLICT",
      `${there.path} is a directory on ${rules.door.service.name}; end the path with a slash to upload into it.`,
      {
        service: rules.door.service.name,
        operation: "upload",
      },
    );
  }
  const same = await isSame(content, there, rules);
  if (same !== undefined) return { action: "skip", reason: "complete", ...same };
  // The run before began to send it when the name was free: what is there is its part.
  const begun = record !== undefined && record.verification === undefined;
  if (begun && (there.size === undefined || content.size === undefined || there.size < content.size)) return { action: "remove" };
  if (policy === "overwrite") return { action: "replace" };
  if (policy === "rename") return { action: "rename" };
  if (policy === "skip") return { action: "skip", reason: "exists" };
  if (policy === "newer") {
    const newer = content.mtime === undefined || there.mtime === undefined || content.mtime > there.mtime + sameTime;
    return newer ? { action: "replace" } : { action: "skip", reason: "newer" };
  }
  const size = there.size === undefined || there.size === content.size ? "" : ` (${there.size} bytes there, ${content.size ?? "?"} here)`;
  throw new SciError(
    "CONFLICT",
    `${there.path} is there already and is not the same file${size}. Choose conflict: "overwrite", "skip", "newer" or "rename", or another name.`,
    { service: rules.door.service.name, operation: "upload", url: there.url },
  );
}

/** Undefined where it is another file, or where nothing tells. */
async function isSame(
  content: Content,
  there: RemoteEntry,
  rules: UploadRules,
): Promise<{ readonly verification?: Verification } | undefined> {
  if (content.size === undefined || there.size !== content.size || !content.repeatable) return undefined;
  const { record } = rules;
  if (!rules.compareChecksums) {
    if (record?.verification !== undefined && record.mtime === content.mtime && record.size === content.size) {
      return { verification: record.verification };
    }
    // It was written after the last change of this one, and is as long: what else a storage that keeps no times can tell.
    if (content.mtime !== undefined && there.mtime !== undefined && there.mtime >= content.mtime - sameTime) return {};
    if (bestOf(there.checksums) === undefined) return undefined;
  }
  const checksums = await checksumsOf(there, rules);
  const best = bestOf(checksums);
  if (best === undefined) return undefined;
  const [algorithm, value] = best;
  return (await computed(content, algorithm)) === value ? { verification: { by: "checksum", algorithm, value } } : undefined;
}

async function checksumsOf(there: RemoteEntry, { door, compareChecksums, signal }: UploadRules): Promise<Checksums> {
  if (bestOf(there.checksums) !== undefined || !compareChecksums) return there.checksums;
  const algorithms: readonly ChecksumName[] = allChecksums;
  return lookUpChecksums(door, there.url, { algorithms, signal });
}
