/**
 * How many limits a broker gets that sends heart-beats all the while: it lives, but takes nothing (its store is full), and what was sent
 * again and again would only fill it further.
 */
const PATIENCE = 5;

/** Tells when receipts are due on a connection and none comes, even if nobody waits for those any more. */
export class Silence {
  readonly #limit: number;
  readonly #isAlive: (milliseconds: number) => boolean;
  readonly #onSilent: () => void;
  /** Since when. */
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param limit milliseconds
   * @param isAlive whether anything was heard within so many milliseconds
   */
  constructor(limit: number, isAlive: (milliseconds: number) => boolean, onSilent: () => void) {
    this.#limit = limit;
    this.#isAlive = isAlive;
    this.#onSilent = onSilent;
  }

  /** A receipt was asked for. */
  asked(): void {
    this.#since ??= performance.now();
  }

  /** Receipts came. */
  heard(areMoreDue: boolean): void {
    this.#since = areMoreDue ? performance.now() : undefined;
  }

  /** Looks from time to time while messages are under way: that keeps the process running, and not longer. */
  watch(isAnythingDue: boolean): void {
    if (!isAnythingDue) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#judge();
    this.#timer ??= setInterval(
      () => {
        this.#judge();
      },
      Math.max(10, this.#limit / 8),
    );
  }

  /** The connection is another one. */
  forget(): void {
    this.#since = undefined;
    this.watch(false);
  }

  #judge(): void {
    const since = this.#since;
    const isOver = (limit: number): boolean => since !== undefined && this.#since === since && performance.now() - since >= limit;
    const isSilent = (): boolean => isOver(this.#isAlive(this.#limit) ? PATIENCE * this.#limit : this.#limit);
    // A process that was busy has not looked yet at what came meanwhile.
    if (isSilent()) setImmediate(() => (isSilent() ? this.#onSilent() : undefined));
  }
}
