import { SciError } from "../errors.ts";

interface Watched {
  bytes: number;
  since: number;
  readonly slow: (error: SciError<"TIMEOUT">) => void;
}

/** Gives up transfers that creep: each must move `minimum` bytes a second over each `span`. One timer for all of them. */
export class RateWatch {
  readonly #watched = new Set<Watched>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #paused = false;

  constructor(
    private readonly minimum: number,
    /** Milliseconds. */
    private readonly span: number,
  ) {}

  /** `slow` is called once when the transfer falls below; `end` must be called when it is over. */
  watch(slow: Watched["slow"]): { count(bytes: number): void; end(): void } {
    if (this.minimum === 0) return { count: () => undefined, end: () => undefined };
    const one: Watched = { bytes: 0, since: performance.now(), slow };
    this.#watched.add(one);
    this.#timer ??= setInterval(() => this.#check(), Math.min(1000, this.span / 4));
    return {
      count: (bytes) => void (one.bytes += bytes),
      end: () => {
        this.#watched.delete(one);
        if (this.#watched.size === 0) this.stop();
      },
    };
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const one of this.#watched) restart(one);
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
      if (one.bytes * 1000 >= this.minimum * elapsed) restart(one);
      else {
        this.#watched.delete(one);
        const message = `The transfer moved ${one.bytes} bytes in ${Math.round(elapsed / 1000)} s, below the minimum rate of ${this.minimum} bytes a second (minimumRate).`;
        one.slow(new SciError("TIMEOUT", message, { details: { phase: "body", sent: true } }));
      }
    }
  }
}

function restart(one: Watched): void {
  one.bytes = 0;
  one.since = performance.now();
}
