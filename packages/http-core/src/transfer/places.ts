import { abortError } from "../transport/classify.ts";
import { onAbort } from "../transport/abort.ts";

/** The bounds between which "auto" looks for the best number. */
const first = 16;
const most = 128;
/** Bytes of files in flight up to which more places are tried: with large files it is not the round trips that limit. */
const inFlight = 32 * 1024 * 1024;
/** Milliseconds that a number is tried for at least. */
const trial = 100;
/** Milliseconds after which a settled number is put in question again. */
const settledFor = 10_000;
/** Bytes that weigh as much as one file. */
const fileWeight = 64 * 1024;

interface Waiter {
  readonly start: () => void;
}

/**
 * The places of a job: how many files and listings are in flight together. With "auto" the number is doubled as long as that moves more
 * by a tenth, from 16 up to 128: over a long way small files are limited by round trips, on a short one by the processor.
 */
export class Places {
  #limit: number;
  readonly #auto: boolean;
  #active = 0;
  #paused = false;
  readonly #waiting: Waiter[] = [];
  #head = 0;
  /** Of the trial under way. */
  #since = performance.now();
  #finished = 0;
  #moved = 0;
  #starved = false;
  #best = { limit: 0, score: 0 };
  #settled: number | undefined;

  constructor(concurrency: number | "auto") {
    this.#auto = concurrency === "auto";
    this.#limit = concurrency === "auto" ? first : concurrency;
  }

  get limit(): number {
    return this.#limit;
  }

  get active(): number {
    return this.#active;
  }

  /** Undefined where a place was free: then it is taken at once. */
  take(signal: AbortSignal): Promise<void> | undefined {
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (!this.#paused && this.#active < this.#limit) {
      this.#active += 1;
      if (this.#waitingCount === 0) this.#starved = true;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      let open = true;
      const release = onAbort(signal, () => {
        open = false;
        reject(abortError(signal));
      });
      this.#waiting.push({
        start: () => {
          // One that left passes its place on.
          if (!open) return this.free();
          release();
          resolve();
        },
      });
    });
  }

  free(): void {
    this.#active -= 1;
    this.#admit();
  }

  /** Counts towards the trial: a file finished, or bytes moved. */
  count(files: number, bytes: number): void {
    if (!this.#auto) return;
    this.#finished += files;
    this.#moved += bytes;
    if (files > 0) this.#judge();
  }

  /** The server says that it is too much (429, 503, a refused connection): half of it, for a while. */
  ease(): void {
    if (!this.#auto || this.#limit <= 2) return;
    this.#limit = Math.max(2, Math.ceil(this.#limit / 2));
    this.#settled = performance.now();
    this.#restart();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#restart();
    this.#admit();
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  #admit(): void {
    while (!this.#paused && this.#active < this.#limit && this.#waitingCount > 0) {
      const waiter = this.#waiting[this.#head] as Waiter;
      this.#head += 1;
      if (this.#head > 64 && this.#head * 2 > this.#waiting.length) {
        this.#waiting.splice(0, this.#head);
        this.#head = 0;
      }
      this.#active += 1;
      waiter.start();
    }
  }

  #judge(): void {
    const now = performance.now();
    if (this.#settled !== undefined) {
      if (now - this.#settled < settledFor) return;
      this.#settled = undefined;
      this.#best = { limit: 0, score: 0 };
      this.#restart();
      return;
    }
    const elapsed = now - this.#since;
    if (elapsed < trial || this.#finished < 2 * this.#limit) return;
    // Places that stood empty tell nothing about more of them.
    if (this.#starved) return this.#restart();
    const score = (this.#finished * fileWeight + this.#moved) / elapsed;
    if (score > this.#best.score * 1.1) {
      this.#best = { limit: this.#limit, score };
      const ceiling = Math.min(most, Math.max(first, Math.round((inFlight * this.#finished) / Math.max(1, this.#moved))));
      if (this.#limit >= ceiling) this.#settled = now;
      else this.#limit = Math.min(ceiling, this.#limit * 2);
    } else {
      this.#limit = this.#best.limit;
      this.#settled = now;
    }
    this.#restart();
    this.#admit();
  }

  #restart(): void {
    this.#since = performance.now();
    this.#finished = 0;
    this.#moved = 0;
    this.#starved = false;
  }
}
