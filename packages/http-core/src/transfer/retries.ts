import { emit } from "../engine/events.ts";
import type { Deadline } from "../engine/deadline.ts";
import { backoff } from "../engine/retry.ts";
import { contextOf, describeCause, isSciError, SciError, type Attempt, type ErrorContext } from "../errors.ts";
import type { RetryOptions } from "../options.ts";
import type { DoorState } from "./door-state.ts";

/** Statuses after which a transfer is tried again unless its service says otherwise. A storage answers 500 for faults that pass. */
export const transferRetryStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** Milliseconds that a server may ask to wait (Retry-After) where no limit of the call is nearer. */
const longestWait = 10 * 60_000;

let transfers = 0;

export interface RetryRules {
  readonly retry: Required<RetryOptions>;
  /** May be sent again after it may have been served. */
  readonly repeatable: boolean;
  readonly retryStatuses: readonly number[];
  /** Read only when it is needed: masking a URL costs as much as a small request. */
  readonly context: () => ErrorContext;
  /** Told before each wait. */
  readonly onRetry?: (error: SciError<string>, attempt: number, delay: number) => void;
  /** Waits; a queue gives its place free meanwhile. @default the deadline's */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Counts the attempts of one transfer, and decides after each fault whether there is another. */
export class Retries {
  readonly #attempts: Attempt[] = [];
  /** Attempts in a row that brought nothing. */
  #vain = 0;
  #number = 0;

  constructor(
    private readonly state: DoorState,
    private readonly deadline: Deadline,
    private readonly rules: RetryRules,
  ) {}

  /** The number of the attempt under way, from 1. */
  get attempt(): number {
    return this.#number + 1;
  }

  /**
   * Resolves when the next attempt may start.
   * @param started by performance.now()
   * @param progressed the attempt brought something that stays: the count of vain attempts starts anew
   * @throws the final error, with the list of all attempts
   */
  async after(fault: unknown, started: number, progressed = false): Promise<void> {
    const error = asError(fault, this.rules.context);
    this.#number += 1;
    const last: Attempt = {
      attempt: this.#number,
      duration: Math.round(performance.now() - started),
      ...(error.status === undefined ? {} : { status: error.status }),
      code: error.code,
      message: error.message,
    };
    this.#vain = progressed ? 1 : this.#vain + 1;
    this.#goOn();
    if (this.#vain >= this.rules.retry.attempts || !mayRepeat(error, this.rules)) throw this.#final(error, last);
    const asked = error.retryAfter;
    const delay = asked ?? backoff(this.#vain, this.rules.retry);
    if (delay > Math.min(longestWait, this.deadline.remaining)) {
      const why =
        asked === undefined ? "The next attempt would be too late" : `The server asks to wait ${Math.round(asked / 1000)} s (Retry-After)`;
      throw this.#final(new SciError(error.code, `${error.message} ${why}.`, { ...contextOf(error), cause: error.cause ?? error }), last);
    }
    // A transfer that goes on for days must not collect its faults without end.
    if (this.#attempts.length < 100) this.#attempts.push({ ...last, delay });
    const { service, onEvent } = this.state.settings;
    const operation = error.operation ?? this.rules.context().operation ?? "";
    emit(
      { type: "retry", id: ++transfers, service: service.name, operation, attempt: this.#number, delay, reason: error.message },
      onEvent,
    );
    this.rules.onRetry?.(error, this.#number, delay);
    await (this.rules.wait?.(delay) ?? this.deadline.wait(delay));
    this.#goOn();
  }

  #goOn(): void {
    const { reason } = this.deadline;
    if (reason !== undefined) throw reason;
  }

  #final(error: SciError<string>, last: Attempt): SciError<string> {
    if (this.#attempts.length === 0) return error;
    const attempts = [...this.#attempts, last];
    const list = attempts
      .slice(-10)
      .map(({ status, code }) => status ?? code)
      .join(", ");
    return new SciError(error.code, `${error.message} (${this.#number} attempts, the last: ${list})`, {
      ...contextOf(error),
      attempts,
      cause: error.cause ?? error,
    });
  }
}

/** Whether another attempt can help, and may be made. */
export function mayRepeat(error: SciError<string>, rules: Pick<RetryRules, "repeatable" | "retryStatuses">): boolean {
  const { details = {}, status } = error;
  if (details["permanent"] === true) return false;
  if (details["again"] === true) return rules.repeatable;
  if (status !== undefined && rules.retryStatuses.includes(status) && details["phase"] === undefined) return rules.repeatable;
  const fault = isSciError(error, "NETWORK", "TRUNCATED") || (isSciError(error, "TIMEOUT") && details["phase"] !== undefined);
  return fault && (rules.repeatable || details["sent"] === false);
}

/** Any fault as an error of ours with the context of its transfer. */
export function asError(fault: unknown, context: () => ErrorContext): SciError<string> {
  if (isSciError<string>(fault)) {
    if (fault.operation !== undefined && fault.service !== undefined) return fault;
    return new SciError(fault.code, fault.message, { ...context(), ...contextOf(fault), cause: fault.cause ?? fault });
  }
  return new SciError("NETWORK", `The transfer failed: ${describeCause(fault) ?? String(fault)}`, { ...context(), cause: fault });
}
