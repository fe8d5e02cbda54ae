import { isSciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { RemoteEntry } from "../types.ts";
import { statIfThere } from "../webdav/stat.ts";
import { wait } from "./verify.ts";

/** Milliseconds that the removal of a part may take when nothing else goes on. */
const lastCare = 15_000;
/** Milliseconds before each look for a part. */
const looks = [0, 100, 400, 1500];

/** Keeps in mind what an upload may have left under a name that was free before, and removes it. */
export class Leftover {
  #at: { readonly url: string; readonly path: string; readonly size: number | undefined } | undefined;

  constructor(private readonly door: Door) {}

  /** Bytes are on their way there. */
  suspect(url: string, path: string, size: number | undefined): void {
    this.#at = { url, path, size };
  }

  /** What stands there is as it should be, or is not ours. */
  forget(): void {
    this.#at = undefined;
  }

  /** What has the name of a file: all that was sent ("ours"), a part of it, or what somebody else put there. */
  async look(path: string, signal: AbortSignal): Promise<"ours" | "part" | "other"> {
    if (this.#at?.path !== path) return "other";
    const entry = await statIfThere(this.door, path, { signal });
    return entry === undefined ? "part" : this.#isPart(entry) ? "part" : entry.size === this.#at.size ? "ours" : "other";
  }

  /** Removes a part; a whole file is left for the next attempt to find, unless it is known to be `wrong`. */
  async clear(signal: AbortSignal, wrong = false): Promise<void> {
    const at = this.#at;
    if (at === undefined) return;
    try {
      const entry = await statIfThere(this.door, at.path, { signal });
      if (entry === undefined || !(this.#isPart(entry) || (wrong && entry.size === at.size))) return;
      await this.#remove(at.url, signal);
    } catch {
      // The next attempt tells what is wrong with the storage, and the last care is taken at the end.
    }
  }

  /** Removes what is left, also after an abort. @returns the name of what may remain */
  async clearAtLast(): Promise<string | undefined> {
    const at = this.#at;
    if (at === undefined) return undefined;
    this.#at = undefined;
    const signal = AbortSignal.timeout(lastCare);
    try {
      let entry: RemoteEntry | undefined;
      // A storage may notice only now that the rest does not come, and keep what it has.
      for (const pause of looks) {
        await wait(pause, signal);
        entry = await statIfThere(this.door, at.path, { signal });
        if (entry !== undefined) break;
      }
      const ours = entry !== undefined && (this.#isPart(entry, at.size) || entry.size === at.size);
      if (ours) await this.#remove(at.url, signal);
      return undefined;
    } catch (error) {
      return isSciError(error, "NOT_FOUND") ? undefined : at.path;
    }
  }

  /** Another file of the same name cannot be smaller than ours and new at the same time; a larger one is not touched. */
  #isPart(entry: RemoteEntry, size = this.#at?.size): boolean {
    return entry.type === "file" && (entry.size === undefined || size === undefined || entry.size < size);
  }

  async #remove(url: string, signal: AbortSignal): Promise<void> {
    await this.door.request({ operation: "clean up", method: "DELETE", url, statuses: [404] }, { signal, timeout: { total: lastCare } });
  }
}
