import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { shown } from "../check.ts";
import { Deadline } from "../engine/deadline.ts";
import { isSciError, SciError } from "../errors.ts";
import { decideConflict } from "./conflict.ts";
import { bestOf, wantDigest } from "./digests.ts";
import type { Door } from "./door.ts";
import { headersOf, targetOf } from "./door-call.ts";
import { stateOf } from "./door-state.ts";
import { Fetch, noteLength } from "./fetch-file.ts";
import { PartFile } from "./part-file.ts";
import { type Fetched, type FetchSurroundings, type Source, wholeLength } from "./fetch-types.ts";
import { fileError } from "./files.ts";
import { checkTransferOptions } from "./job-options.ts";
import { startJob, type RunningJob, type Slot } from "./job.ts";
import { Lanes } from "./lanes.ts";
import { createSelection } from "./patterns.ts";
import { Places } from "./places.ts";
import { SecondPass } from "./second-pass.ts";
import { TargetFolder, type Place } from "./target.ts";
import type { Checksums, FileOutcome, RemoteEntry, TransferJob, TransferOptions } from "./types.ts";
import { lookUpChecksums, readChecksums } from "./webdav/checksum.ts";
import { listBatches } from "./webdav/list.ts";

/** Options of downloads. */
export interface DownloadOptions extends TransferOptions {
  /** Sent with every request for contents. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** One file to fetch. Whatever is given is held against what the server sends. */
export interface FileSource extends Partial<Omit<RemoteEntry, "url" | "type">> {
  /** Escaped path below the base URL of the door ("/a%20b"), or an absolute URL of its origin. */
  readonly url: string;
}

/** A tree: its path on a WebDAV storage (decoded, below the base URL), or entries from elsewhere, one at a time or in batches. */
export type TreeSource = string | AsyncIterable<RemoteEntry | readonly RemoteEntry[]> | Iterable<RemoteEntry | readonly RemoteEntry[]>;

/** Small files that may wait for the disk together. */
const settlingFiles = 64;

/**
 * Fetches a tree into a folder, made where it is missing. Names come from the server and never lead out of the folder. What is complete
 * there is passed over, so that running it again continues; a single file that cannot be had does not end the job.
 * @throws INVALID_ARGUMENT (at once, or by `report`)
 */
export function downloadTree(door: Door, source: TreeSource, folder: string, options: DownloadOptions = {}): TransferJob {
  checkTransferOptions(options, "downloadTree()", ["headers"]);
  if (typeof folder !== "string" || folder === "")
    throw new SciError("INVALID_ARGUMENT", `The target folder must be a path, not ${shown(folder)}.`);
  const selection = createSelection(options.include, options.exclude);
  const state = stateOf(door);
  state.checkOpen();
  return startJob("download", options, state.settings.timeout.idle, async (job) => {
    const target = TargetFolder.open(resolve(folder));
    const run = await Downloads.open(door, job, target, options);
    try {
      for await (const batch of entriesOf(door, source, job, options, (name) => selection.enters(name), run)) {
        for (const entry of Array.isArray(batch) ? (batch as readonly RemoteEntry[]) : [batch as RemoteEntry]) {
          if (entry.type === "directory") {
            if (entry.name !== "" && selection.enters(entry.name) && options.include === undefined) run.directory(entry);
          } else if (selection.takes(entry.name)) await run.add(entry, keyOf(entry.path));
        }
      }
    } finally {
      run.second.walked();
    }
  });
}

async function* entriesOf(
  door: Door,
  source: TreeSource,
  job: RunningJob,
  { compareChecksums = false }: DownloadOptions,
  enters: (name: string) => boolean,
  run: Downloads,
): AsyncGenerator<RemoteEntry | readonly RemoteEntry[], void, undefined> {
  if (typeof source !== "string") yield* source;
  else {
    yield* listBatches(door, source, {
      recursive: true,
      signal: job.signal,
      checksums: compareChecksums,
      enter: (directory) => enters(directory.name),
      onError: (error, path) => {
        // The root itself: then there is no tree.
        if (path.replace(/\/+$/, "") === source.replace(/\/+$/, "")) throw error;
        run.unlisted(error, path);
      },
    });
  }
}

/**
 * Fetches one file to a path; to its own name inside of it where that is a folder or ends in a slash.
 * @throws what makes it fail: the codes of every client, CONFLICT, CHECKSUM_MISMATCH, CHECKSUM_UNAVAILABLE, CHANGED, DISK_FULL, FILE
 */
export async function downloadFile(door: Door, source: FileSource, path: string, options: DownloadOptions = {}): Promise<FileOutcome> {
  checkTransferOptions(options, "downloadFile()", ["headers"]);
  const state = stateOf(door);
  state.checkOpen();
  const url = targetOf(state, source.url);
  const own = source.name ?? decodeURIComponent(basename(url.pathname));
  const intoFolder = /[/\\]$/.test(path) || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const folder = intoFolder ? path : dirname(path);
  const name = intoFolder ? own : basename(path);
  const entry: Source & { readonly path?: string } = {
    name,
    url: source.url,
    size: source.size,
    mtime: source.mtime,
    etag: source.etag,
    checksums: source.checksums ?? {},
    ...(source.path === undefined ? {} : { path: source.path }),
  };
  let outcome: FileOutcome | undefined;
  const job = startJob("download", { ...options, concurrency: 1 }, state.settings.timeout.idle, async (running) => {
    const run = await Downloads.open(door, running, TargetFolder.open(resolve(folder)), options);
    await run.add(entry, keyOf(source.path ?? url.pathname), intoFolder ? "server" : "user", (one) => (outcome = one));
    run.second.walked();
  });
  const report = await job.report;
  if (outcome?.error !== undefined) throw outcome.error;
  if (outcome === undefined || report.error !== undefined) throw report.error ?? new SciError("ABORTED", "The download was aborted.");
  return outcome;
}

/** Keeps the parts of two sources apart that would get the same name. */
function keyOf(path: string): string {
  // FNV-1a: no secret depends on it.
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

class Downloads {
  readonly #around: FetchSurroundings;
  readonly #deadline: Deadline;
  readonly second: SecondPass;

  /** Opens what the files of a job share. */
  static async open(door: Door, job: RunningJob, target: TargetFolder, options: DownloadOptions): Promise<Downloads> {
    const state = stateOf(door);
    const headers = headersOf(state, { ...wantDigest, "accept-encoding": "identity", ...options.headers });
    const lanes = await Lanes.open(state, headers, wholeLength, job.signal);
    if (lanes !== undefined) job.atEnd(() => lanes.close());
    return new Downloads(door, job, target, options, headers, lanes);
  }

  private constructor(
    private readonly door: Door,
    private readonly job: RunningJob,
    private readonly target: TargetFolder,
    private readonly options: DownloadOptions,
    headers: Readonly<Record<string, string>>,
    lanes: Lanes | undefined,
  ) {
    const state = stateOf(door);
    this.second = new SecondPass(state, job.signal);
    this.#deadline = new Deadline(Number.POSITIVE_INFINITY, job.signal, { service: state.settings.service.name, operation: "download" });
    job.atEnd(() => this.#deadline.dispose());
    this.#around = {
      state,
      job,
      target,
      deadline: this.#deadline,
      headers,
      lanes,
      sync: (options.sync ?? true) && target.kind !== "memory",
      times: options.times ?? true,
      requireChecksum: options.requireChecksum ?? false,
      settling: new Places(settlingFiles),
      checksumsOf: (source, signal) => this.#checksumsOf(source, signal),
    };
  }

  directory(entry: RemoteEntry): void {
    try {
      if (this.target.claimFolder(entry.name)) this.job.directory();
    } catch (error) {
      this.#failed(entry.name, fileError(error, join(this.target.root, entry.name), "made"));
    }
  }

  /** A directory that the server does not list: what is below it is not known. */
  unlisted(error: SciError<string>, path: string): void {
    this.#failed(path, error);
  }

  #failed(name: string, error: SciError<string>): void {
    const outcome: FileOutcome = { name, status: "failed", size: undefined, transferred: 0, target: name, attempts: 0, error };
    void this.job.add(name, undefined, () => Promise.resolve(outcome)).catch(() => undefined);
  }

  add(
    source: Source & { readonly path?: string },
    key: string,
    named: "server" | "user" = "server",
    tell?: (outcome: FileOutcome) => void,
  ): Promise<void> {
    return this.job.add(source.name, source.size, (slot) => {
      this.second.begin();
      const work = this.#one(source, key, named, slot).finally(() => this.second.end());
      return tell === undefined ? work : work.then((outcome) => (tell(outcome), outcome));
    });
  }

  async #one(source: Source, key: string, named: "server" | "user", slot: Slot): Promise<FileOutcome> {
    let place: Place | undefined;
    const passes: Fetch[] = [];
    const sum = (what: "transferred" | "attempts"): number => passes.reduce((total, one) => total + one[what], 0);
    try {
      place = named === "user" ? this.target.claimOwn(source.name, key) : this.target.claim(source.name, key);
      const there = place.fresh ? undefined : await this.target.files.lstat(place.path);
      if (there !== undefined) {
        const decision = await decideConflict(source, place.path, there, {
          policy: this.options.conflict ?? "error",
          compareChecksums: this.options.compareChecksums ?? false,
          journal: this.job.journal,
          checksums: () => this.#checksumsOf(source, slot.signal),
        });
        if (decision.action === "skip") {
          const { reason, verification } = decision;
          if (reason === "complete" && there.size >= noteLength) PartFile.tidy(place.part);
          return {
            ...this.#facts(source, place, 0, 0),
            status: "skipped",
            reason,
            ...(verification === undefined ? {} : { verification }),
          };
        }
        if (decision.action === "rename") {
          const taken = place;
          place = await this.target.free(taken, key);
          taken.release();
        }
      }
      const fetch = (to: Place): Promise<Fetched> => {
        const pass = new Fetch(this.#around, source, to, slot);
        passes.push(pass);
        return pass.run();
      };
      const { size, verification } = await fetch(place).catch(async (error: unknown) => {
        // A single file, or a job that is to end with the first that fails, has nothing to wait for.
        if (named === "user" || this.options.onFailure === "stop") throw error;
        slot.release();
        if (!(await this.second.later(error))) throw error;
        await slot.rest(0);
        return fetch(place as Place);
      });
      this.second.good();
      return {
        ...this.#facts(source, place, sum("transferred"), sum("attempts")),
        status: "done",
        size,
        ...(verification === undefined ? {} : { verification }),
      };
    } catch (thrown) {
      const error = fileError(thrown, place?.path ?? source.name, "written");
      // No other file would find room either.
      if (isSciError(error, "DISK_FULL") && error.details?.["where"] === "local") this.job.stop(error);
      return { ...this.#facts(source, place, sum("transferred"), sum("attempts")), status: "failed", error };
    } finally {
      place?.release();
    }
  }

  #facts(source: Source, place: Place | undefined, transferred: number, attempts: number): Omit<FileOutcome, "status"> {
    return { name: source.name, size: source.size, transferred, target: place?.path ?? "", attempts };
  }

  async #checksumsOf(source: Source & { readonly path?: string }, signal: AbortSignal): Promise<Checksums> {
    const none = (error: unknown): Checksums => {
      // Not every server knows HEAD and PROPFIND; what it does not know it does not tell.
      const unknown =
        isSciError<string>(error) &&
        (error.status === 405 || error.status === 501 || isSciError<string>(error, "CHECKSUM_UNAVAILABLE", "INVALID_RESPONSE"));
      if (unknown) return {};
      throw error;
    };
    const found = await lookUpChecksums(this.door, source.url, { signal }).catch(none);
    if (bestOf(found) !== undefined || source.path === undefined) return found;
    return readChecksums(this.door, source.path, { signal }).catch(none);
  }
}
