import { bestOf } from "./digests.ts";
import type { Opened } from "./attempt.ts";
import type { FetchSurroundings, Source } from "./fetch-types.ts";
import type { ChecksumName, Checksums } from "./types.ts";

/** What the contents are held against; null where something is required and nothing can be had. Then, and after a fault, the answer is given up. */
export async function checksumFor(
  { requireChecksum, checksumsOf }: FetchSurroundings,
  source: Source,
  opened: Opened,
  known: Checksums,
  signal: AbortSignal,
): Promise<readonly [ChecksumName, string] | undefined | null> {
  const best = bestOf(known);
  if (best !== undefined || !requireChecksum) return best;
  try {
    const other = bestOf(await checksumsOf(source, signal));
    if (other !== undefined) return other;
  } catch (error) {
    await opened.discard();
    throw error;
  }
  await opened.discard();
  return null;
}
