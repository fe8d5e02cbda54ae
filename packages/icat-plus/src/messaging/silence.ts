/** Tells when receipts are due on a connection and none comes, even if nobody waits for those any more. */
export class Silence {
  readonly #limit: number;
  readonly #onSilent: () => void;
  /** Since when. */
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param limit milliseconds */
  constructor(limit: number, onSilent: () => void) {
    this.#limit = limit;
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
    const isSilent = (): boolean => since !== undefined && this.#since === since && performance.now() - since >= this.#limit;
    // A process that was busy has not looked yet at what came meanwhile.
    if (isSilent()) setImmediate(() => (isSilent() ? this.#onSilent() : undefined));
  }
}
