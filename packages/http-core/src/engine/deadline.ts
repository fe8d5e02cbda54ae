import { SciError, type ErrorContext } from "../errors.ts";
import { onAbort } from "../transport/abort.ts";

/**
 * One signal for a whole call: ends with the caller's signal or after `total` milliseconds. Its one listener on the caller's
 * signal is taken off by `dispose`: a signal shared by thousands of calls must not collect listeners.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #ends: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #outer: AbortSignal | undefined;
  #release: (() => void) | undefined;
  readonly #onAbort = (): void => {
    this.#controller.abort(this.#aborted());
  };
  readonly #context: ErrorContext;

  constructor(total: number, outer: AbortSignal | undefined, context: ErrorContext) {
    this.#context = context;
    this.#outer = outer;
    this.#ends = performance.now() + total;
    if (outer?.aborted === true) this.#onAbort();
    else {
      if (outer !== undefined) this.#release = onAbort(outer, this.#onAbort);
      if (Number.isFinite(total)) {
        this.#timer = setTimeout(() => {
          this.#controller.abort(this.expired(total));
        }, total);
      }
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Milliseconds left. */
  get remaining(): number {
    return Math.max(0, this.#ends - performance.now());
  }

  /** Why the call ended, if it did: an error of ours. */
  get reason(): SciError | undefined {
    return this.#controller.signal.aborted ? (this.#controller.signal.reason as SciError) : undefined;
  }

  expired(total: number): SciError {
    return new SciError(
      "TIMEOUT",
      `${nameOf(this.#context)} was not done within its total limit of ${total} ms (timeout.total).`,
      this.#context,
    );
  }

  /** Waits, or rejects with the reason when the call ends before. */
  async wait(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.race(new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds))));
    } finally {
      clearTimeout(timer);
    }
  }

  /** The result of `work`, or the reason as soon as the call ends: for work that may not listen to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    if (signal.aborted) {
      // Nobody waits for it any more: its own end must not come out as a rejection that nobody handles.
      work.catch(() => undefined);
      throw signal.reason as Error;
    }
    let release: (() => void) | undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      release = onAbort(signal, () => {
        reject(signal.reason as Error);
      });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      release?.();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#release?.();
  }

  #aborted(): SciError {
    return new SciError("ABORTED", `${nameOf(this.#context)} was aborted by the caller.`, { ...this.#context, cause: this.#outer?.reason });
  }
}

function nameOf({ service, operation }: ErrorContext): string {
  return `${service ?? "the call"}${operation === undefined ? "" : ` ${operation}`}`;
}
