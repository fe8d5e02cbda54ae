import { isSciError, SciError } from "../errors.ts";

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * One piece of work for everybody who waits for it. A waiter that gives up takes only itself away; the work itself is aborted
 * when nobody waits any more. Nothing is kept once it has ended: a failure reaches those who waited, not those who come later.
 */
export class SingleFlight<T> {
  #flight: Flight<T> | undefined;

  join(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(reasonOf(signal));
    const flight = (this.#flight ??= this.#start(start));
    flight.waiters++;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        signal?.removeEventListener("abort", onAbort);
        flight.waiters--;
      };
      const onAbort = (): void => {
        leave();
        if (flight.waiters === 0) {
          if (this.#flight === flight) this.#flight = undefined;
          flight.controller.abort(reasonOf(signal as AbortSignal));
        }
        reject(reasonOf(signal as AbortSignal));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      flight.promise.then(
        (value) => {
          leave();
          resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(error as Error);
        },
      );
    });
  }

  #start(start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    // A start that throws at once fails like one that rejects.
    const promise = Promise.resolve().then(() => start(controller.signal));
    const flight = { promise, controller, waiters: 0 };
    const end = (): void => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    promise.then(end, end);
    return flight;
  }
}

/** Why a signal was aborted, as an error of ours. */
export function reasonOf(signal: AbortSignal, what = "The wait for a token"): SciError {
  const { reason } = signal as { reason: unknown };
  return isSciError<string>(reason) ? reason : new SciError("ABORTED", `${what} was aborted by the caller.`, { cause: reason });
}
