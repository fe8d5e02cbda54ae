import { SciError } from "../errors.ts";

/** A transfer that is watched. */
export interface Watched {
  /** Adds what was moved. */
  count(bytes: number): void;
  /** It is over. */
  end(): void;
}

class Creeping implements Watched {
  bytes = 0;
  since = performance.now();
  constructor(
    readonly slow: (error: SciError<"TIMEOUT">) => void,
    private readonly all: Set<Creeping>,
  ) {}
  count(bytes: number): void {
    this.bytes += bytes;
  }
  end(): void {
    this.all.delete(this);
  }
  restart(): void {
    this.bytes = 0;
    this.since = performance.now();
  }
}

/** Gives up transfers that creep: each must move `minimum` bytes a second over each `span`. One timer for all of them. */
export class RateWatch {
  readonly #watched = new Set<Creeping>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #paused = false;

  constructor(
    private readonly minimum: number,
    /** Milliseconds. */
    private readonly span: number,
  ) {}

  /** `slow` is called once when the transfer falls below. */
  watch(slow: (error: SciError<"TIMEOUT">) => void): Watched {
    const one = new Creeping(slow, this.#watched);
    if (this.minimum === 0) return one;
    this.#watched.add(one);
    this.#timer ??= setInterval(() => this.#check(), Math.min(1000, this.span / 4));
    return one;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const one of this.#watched) one.restart();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #check(): void {
    if (this.#paused) return;
    const now = performance.now();
    for (const one of this.#watched) {
      const elapsed = now - one.since;
      if (elapsed < this.span) continue;
      if (one.bytes * 1000 >= this.minimum * elapsed) one.restart();
      else {
        this.#watched.delete(one);
        const message = `The transfer moved ${one.bytes} bytes in ${Math.round(elapsed / 1000)} s, below the minimum rate of ${this.minimum} bytes a second (minimumRate).`;
        one.slow(new SciError("TIMEOUT", message, { details: { phase: "body", sent: true } }));
      }
    }
  }
}
