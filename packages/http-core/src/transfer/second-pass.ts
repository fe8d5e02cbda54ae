import { isSciError } from "../errors.ts";
import { onAbort } from "../transport/abort.ts";
import type { DoorState } from "./door-state.ts";
import { mayRepeat, transferRetryStatuses } from "./retries.ts";

/** Files that may wait for it. */
const most = 1000;

/**
 * Files whose attempts were all in vain are tried once more when everything else is done: a pool that was restarted is back by then.
 * Not where nothing at all came through: then it is the storage that is away.
 */
export class SecondPass {
  readonly #waiting: (() => void)[] = [];
  #active = 0;
  #good = 0;
  #walked = false;

  constructor(
    private readonly state: DoorState,
    private readonly signal: AbortSignal,
  ) {
    onAbort(signal, () => this.#wake());
  }

  /** A file begins. */
  begin(): void {
    this.#active += 1;
  }

  /** It is over, one way or the other. */
  end(): void {
    this.#active -= 1;
    this.#check();
  }

  /** A file came through. */
  good(): void {
    this.#good += 1;
  }

  /** There are no more files. */
  walked(): void {
    this.#walked = true;
    this.#check();
  }

  /** Waits until everything else is done, without counting as under way; false where the file has failed for good. */
  async later(error: unknown): Promise<boolean> {
    const retryStatuses = this.state.settings.service.retryStatuses ?? transferRetryStatuses;
    const repeatable = isSciError<string>(error) && mayRepeat(error, { repeatable: true, retryStatuses });
    if (!repeatable || this.signal.aborted || this.#waiting.length >= most) return false;
    const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active -= 1;
    this.#check();
    await turn;
    this.#active += 1;
    return !this.signal.aborted && this.#good > 0;
  }

  #check(): void {
    if (this.#walked && this.#active === 0) this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
