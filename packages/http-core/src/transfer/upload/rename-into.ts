import { isSciError, SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { RemoteEntry } from "../types.ts";
import { isRefused, relocateKnown } from "../webdav/move-copy.ts";
import { statIfThere } from "../webdav/stat.ts";

export interface Renaming {
  /** Absolute and escaped. */
  readonly from: string;
  readonly fromPath: string;
  /** Decoded. */
  readonly to: string;
  readonly replaces: RemoteEntry | undefined;
  readonly size: number;
}

const attempts = 3;

/**
 * Gives an uploaded file its name. A connection that breaks meanwhile is no answer: then it is looked where the file is.
 * @returns "refused" where the storage does not offer it, or not to this user
 * @throws CONFLICT where the name was taken meanwhile
 */
export async function renameInto(door: Door, renaming: Renaming, signal: AbortSignal): Promise<"done" | "refused"> {
  const { from, fromPath, to, replaces, size } = renaming;
  const call = { signal };
  for (let attempt = 1; ; attempt++) {
    if (replaces === undefined && (await statIfThere(door, to, call)) !== undefined) throw taken(door, to);
    try {
      await relocateKnown(
        door,
        { method: "MOVE", source: from, to, directory: false, overwrite: replaces !== undefined, operation: "upload" },
        call,
      );
      return "done";
    } catch (error) {
      if (isSciError(error, "CONFLICT")) throw error;
      if (isRefused(error)) return "refused";
      if (!isSciError(error, "NETWORK", "TIMEOUT", "TRUNCATED", "UNAVAILABLE", "HTTP_STATUS", "NOT_FOUND")) throw error;
      const still = await statIfThere(door, fromPath, call);
      if (still === undefined) {
        const there = await statIfThere(door, to, call);
        if (there?.size === size) return "done";
        throw error;
      }
      if (attempt >= attempts) throw error;
    }
  }
}

function taken(door: Door, to: string): SciError<"CONFLICT"> {
  const message = `${to} appeared on ${door.service.name} while it was uploaded, and was not replaced.`;
  return new SciError("CONFLICT", message, { service: door.service.name, operation: "upload", method: "MOVE" });
}
