import { isSciError, SciError } from "../../errors.ts";
import { onAbort } from "../../transport/abort.ts";
import type { Door } from "../door.ts";
import type { RunningJob } from "../job.ts";
import type { RemoteEntry } from "../types.ts";
import { listBatches } from "../webdav/list.ts";
import { makeDirectory, rememberDirectory } from "../webdav/make-directory.ts";

/** Files that wait for one listing at most; more than that, and than the last listing held, begin another. */
const mostWaiting = 5000;

/**
 * A directory of the storage that files are uploaded into. It is listed once before, if it is there, so that no file has to be
 * asked for; and once after its small files have arrived, where the storage has no checksums, to compare their lengths.
 */
export class RemoteFolder {
  readonly #waiting = new Map<string, (entry: RemoteEntry | undefined) => void>();
  #expected = 0;
  #arrived = 0;
  #complete = false;
  #lastListing = 0;
  #release: (() => void) | undefined;

  private constructor(
    private readonly door: Door,
    private readonly job: RunningJob,
    /** Decoded, below the base URL. */
    readonly path: string,
    /** What was in it before, by name. */
    readonly before: ReadonlyMap<string, RemoteEntry>,
    readonly made: boolean,
  ) {}

  /**
   * @param there whether it is known to be there; undefined where nothing is known
   * @param wanted whether an entry is worth remembering: a directory may hold far more than is uploaded into it
   * @throws CONFLICT where a file has its name, and the codes of mkdir and list
   */
  static async open(
    door: Door,
    job: RunningJob,
    path: string,
    there: boolean | undefined,
    wanted: (entry: RemoteEntry) => boolean,
  ): Promise<RemoteFolder> {
    const { signal } = job;
    const checksums = job.options.compareChecksums === true;
    if (there !== false) {
      try {
        const before = await listed(door, path, wanted, { signal, checksums });
        rememberDirectory(door, path);
        return new RemoteFolder(door, job, path, before, false);
      } catch (error) {
        if (!isSciError(error, "NOT_FOUND")) throw error;
      }
    }
    const made = await makeDirectory(door, path, { signal });
    // Somebody else made it meanwhile: then it may hold something.
    return new RemoteFolder(door, job, path, made ? new Map() : await listed(door, path, wanted, { signal, checksums }), made);
  }

  /** A small file is going to be uploaded into it. */
  expect(): void {
    this.#expected += 1;
  }

  /** What the storage has under a name, told for all files of the directory together. */
  settled(name: string): Promise<RemoteEntry | undefined> {
    const { signal } = this.job;
    if (signal.aborted) return Promise.resolve(undefined);
    const entry = new Promise<RemoteEntry | undefined>((resolve) => this.#waiting.set(name, resolve));
    this.#release ??= onAbort(signal, () => this.#giveUp());
    this.arrived();
    return entry;
  }

  /** One of those expected is over, or waits for {@link settled}. */
  arrived(): void {
    this.#arrived += 1;
    this.#look();
  }

  /** No further file comes. */
  close(): void {
    this.#complete = true;
    this.#look();
  }

  /** The job ends: nothing more is listed. */
  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #look(): void {
    const all = this.#complete && this.#arrived >= this.#expected;
    if (all) this.#release?.();
    if (this.#waiting.size === 0 || !(all || this.#waiting.size >= Math.max(mostWaiting, this.#lastListing))) return;
    const waiting = new Map(this.#waiting);
    this.#waiting.clear();
    void this.job
      .within(async () => {
        let count = 0;
        for await (const batch of listBatches(this.door, this.path, { signal: this.job.signal })) {
          count += batch.length;
          for (const entry of batch) {
            waiting.get(entry.name)?.(entry);
            waiting.delete(entry.name);
          }
        }
        this.#lastListing = count;
      })
      // Each file is then looked at alone, which tells what is wrong.
      .catch(() => undefined)
      .finally(() => {
        for (const resolve of waiting.values()) resolve(undefined);
      });
  }
}

async function listed(
  door: Door,
  path: string,
  wanted: (entry: RemoteEntry) => boolean,
  options: { readonly signal: AbortSignal; readonly checksums: boolean },
): Promise<Map<string, RemoteEntry>> {
  const entries = new Map<string, RemoteEntry>();
  for await (const batch of listBatches(door, path, options)) {
    for (const entry of batch) {
      if (entry.name === "") {
        throw new SciError("CONFLICT", `${path} is a file on ${door.service.name}, and a directory here.`, {
          service: door.service.name,
          operation: "upload",
        });
      }
      if (wanted(entry)) entries.set(entry.name, entry);
    }
  }
  return entries;
}
