import { describeCause, isSciError, SciError } from "../errors.ts";
import { abortError } from "../transport/classify.ts";
import { onAbort } from "../transport/abort.ts";
import { Journal } from "./journal.ts";
import { Meter } from "./meter.ts";
import { Places } from "./places.ts";
import { RateWatch } from "./rate-watch.ts";
import type { FileOutcome, TransferJob, TransferListener, TransferOptions, TransferReport } from "./types.ts";

export { checkTransferOptions, transferOptionNames } from "./job-options.ts";

/** What the work of one file may do with its place in the queue. */
export interface Slot {
  /** Ends with the job. */
  readonly signal: AbortSignal;
  /**
   * Counts contents that arrived or left (negative: what has to come again; not `fresh`: what was there from an earlier run). Gives a
   * promise while the job is paused: wait for it.
   */
  moved(bytes: number, fresh?: boolean): Promise<void> | undefined;
  /** Waits without holding the place. */
  rest(milliseconds: number): Promise<void>;
  /** Gives the place free for good: for what remains to be done without the network. */
  release(): void;
  /** Tells of another attempt. */
  retrying(error: SciError<string>, attempt: number, delay: number, kept: number): void;
}

/** A job as its directions see it. */
export interface RunningJob {
  readonly signal: AbortSignal;
  readonly options: TransferOptions;
  readonly places: Places;
  readonly rates: RateWatch;
  readonly journal: Journal | undefined;
  /**
   * Adds a file. Resolves when it has a place, so that a walk goes no faster than its files; `work` never rejects but for what ends the
   * whole job.
   */
  add(name: string, size: number | undefined, work: (slot: Slot) => Promise<FileOutcome>): Promise<void>;
  /** Runs a request that is no file (a listing) in a place of its own. */
  within<T>(work: () => Promise<T>): Promise<T>;
  /** A directory was made. */
  directory(): void;
  /** Runs when all is done, whatever became of it. */
  atEnd(work: () => void): void;
  /** Ends the job with an error that concerns all of it, a full disk for one. */
  stop(error: SciError<string>): void;
}

/**
 * Starts a job: `produce` adds its files and resolves when there are no more; the report follows when all of them are done.
 * What a walk throws ends the walk, not the files under way, and stands in the report.
 */
export function startJob(
  direction: TransferReport["direction"],
  options: TransferOptions,
  idle: number,
  produce: (job: RunningJob) => Promise<void>,
): TransferJob {
  const job = new Job(direction, options, idle);
  const report = job.run(produce);
  // Whoever only listens to events must not be ended by an unhandled rejection.
  report.catch(() => undefined);
  return {
    report,
    then: (fulfilled, rejected) => report.then(fulfilled, rejected),
    get progress() {
      return job.meter.progress();
    },
    pause: () => job.pause(),
    resume: () => job.resume(),
    abort: (reason) => job.abort(reason),
  };
}

class Job implements RunningJob {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  readonly places: Places;
  readonly meter: Meter;
  readonly rates: RateWatch;
  journal: Journal | undefined;
  readonly #listener: TransferListener | undefined;
  readonly #counts = { done: 0, verifiedByChecksum: 0, verifiedByLength: 0, skipped: 0, failed: 0, directories: 0 };
  readonly #failures: FileOutcome[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #started = performance.now();
  readonly #atEnd: (() => void)[] = [];
  #error: SciError<string> | undefined;
  #paused: { readonly promise: Promise<void>; readonly end: () => void } | undefined;

  constructor(
    private readonly direction: TransferReport["direction"],
    readonly options: TransferOptions,
    idle: number,
  ) {
    this.#listener = options.onEvent;
    this.places = new Places(options.concurrency ?? "auto");
    this.meter = new Meter(this.#listener, () => this.places.active);
    this.rates = new RateWatch(options.minimumRate ?? 1024, idle);
  }

  async run(produce: (job: RunningJob) => Promise<void>): Promise<TransferReport> {
    const { signal: outer, journal } = this.options;
    const release = outer === undefined ? undefined : onAbort(outer, () => this.abort(outer.reason));
    try {
      if (outer?.aborted === true) this.abort(outer.reason);
      if (journal !== undefined) this.journal = Journal.open(journal, this.direction);
      try {
        if (!this.signal.aborted) await produce(this);
        this.meter.walked = true;
      } catch (error) {
        if (isSciError(error, "INVALID_ARGUMENT") && this.meter.totalFiles === 0) throw error;
        this.#error ??= this.signal.aborted ? abortError(this.signal) : asSciError(error);
      }
      while (this.#running.size > 0) await Promise.all(this.#running);
      if (this.signal.aborted) this.#error ??= abortError(this.signal);
      await this.journal?.close(this.#error === undefined && this.#counts.failed === 0);
    } finally {
      release?.();
      this.rates.stop();
      for (const work of this.#atEnd) work();
      await this.journal?.close(false);
    }
    const report = this.#report();
    this.meter.tell(true);
    this.#listener?.({ type: "end", report });
    return report;
  }

  async add(name: string, size: number | undefined, work: (slot: Slot) => Promise<FileOutcome>): Promise<void> {
    const { meter } = this;
    meter.totalFiles += 1;
    meter.totalBytes += size ?? 0;
    const waiting = this.places.take(this.signal);
    if (waiting !== undefined) await waiting;
    const running = this.#work(name, size, work).then(
      () => void this.#running.delete(running),
      (error: unknown) => {
        this.#running.delete(running);
        this.stop(asSciError(error));
      },
    );
    this.#running.add(running);
  }

  async #work(name: string, size: number | undefined, work: (slot: Slot) => Promise<FileOutcome>): Promise<void> {
    const slot = new Place(this, name);
    let outcome: FileOutcome;
    try {
      outcome = await work(slot);
    } finally {
      slot.release();
    }
    const { meter } = this;
    // What was skipped or failed counts as over, and what was larger than announced as the total.
    const known = size ?? 0;
    if (outcome.status === "done" && outcome.size !== undefined) {
      meter.totalBytes += outcome.size - known;
      meter.bytes += outcome.size - slot.counted;
    } else meter.bytes += known - slot.counted;
    meter.files += 1;
    this.places.count(1, 0);
    this.#settle(outcome);
  }

  #settle(outcome: FileOutcome): void {
    const counts = this.#counts;
    if (outcome.status === "done") {
      counts.done += 1;
      if (outcome.verification?.by === "checksum") counts.verifiedByChecksum += 1;
      else if (outcome.verification?.by === "length") counts.verifiedByLength += 1;
    } else if (outcome.status === "skipped") counts.skipped += 1;
    else if (this.signal.aborted && isSciError(outcome.error, "ABORTED")) {
      // Not a failure of the file: it is still to be done.
      this.meter.files -= 1;
      return;
    } else {
      counts.failed += 1;
      if (this.#failures.length < 1000) this.#failures.push(outcome);
      if (this.options.onFailure === "stop" && outcome.error !== undefined) this.stop(outcome.error);
    }
    if (this.#listener !== undefined) {
      this.#listener({ type: "file", ...outcome });
      this.meter.tell(false);
    }
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    await this.places.take(this.signal);
    try {
      return await work();
    } finally {
      this.places.free();
    }
  }

  atEnd(work: () => void): void {
    this.#atEnd.push(work);
  }

  directory(): void {
    this.#counts.directories += 1;
  }

  stop(error: SciError<string>): void {
    this.#error ??= error;
    this.#controller.abort(error);
  }

  abort(reason: unknown): void {
    if (this.signal.aborted) return;
    const why = reason === undefined ? "" : ` (${describeCause(reason) ?? String(reason)})`;
    this.#controller.abort(new SciError("ABORTED", `The ${this.direction} was aborted by the caller${why}.`, { cause: reason }));
    this.resume();
  }

  pause(): void {
    if (this.#paused !== undefined || this.signal.aborted) return;
    let end = (): void => undefined;
    const promise = new Promise<void>((resolve) => (end = resolve));
    this.#paused = { promise, end };
    this.places.pause();
    this.rates.pause();
    this.#listener?.({ type: "paused" });
  }

  resume(): void {
    if (this.#paused === undefined) return;
    this.#paused.end();
    this.#paused = undefined;
    this.rates.resume();
    this.places.resume();
    this.#listener?.({ type: "resumed" });
  }

  get paused(): Promise<void> | undefined {
    return this.#paused?.promise;
  }

  #report(): TransferReport {
    const { meter } = this;
    return {
      direction: this.direction,
      files: meter.totalFiles,
      ...this.#counts,
      bytes: meter.transferred,
      duration: performance.now() - this.#started,
      failures: this.#failures,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  /** For the slots. */
  retried(event: Parameters<TransferListener>[0], error: SciError<string>): void {
    if (error.status === 429 || error.status === 503 || error.details?.["sent"] === false) this.places.ease();
    this.#listener?.(event);
  }
}

class Place implements Slot {
  counted = 0;
  #held = true;
  constructor(
    private readonly job: Job,
    private readonly name: string,
  ) {}
  get signal(): AbortSignal {
    return this.job.signal;
  }
  moved(bytes: number, fresh = true): Promise<void> | undefined {
    this.counted += bytes;
    this.job.meter.moved(bytes, fresh);
    if (fresh) this.job.places.count(0, bytes);
    return this.job.paused;
  }
  async rest(milliseconds: number): Promise<void> {
    this.release();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(finish, milliseconds);
      const release = onAbort(this.job.signal, finish);
      function finish(): void {
        clearTimeout(timer);
        release();
        resolve();
      }
    });
    await this.job.places.take(this.job.signal);
    this.#held = true;
  }
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.job.places.free();
  }
  retrying(error: SciError<string>, attempt: number, delay: number, kept: number): void {
    this.job.retried({ type: "retry", name: this.name, attempt, delay, error, kept }, error);
  }
}

function asSciError(error: unknown): SciError<string> {
  if (isSciError<string>(error)) return error;
  return new SciError("FILE", `The transfer failed: ${describeCause(error) ?? String(error)}`, { cause: error });
}
