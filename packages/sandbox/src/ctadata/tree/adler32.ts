const base = 65_521;
/** So many bytes may be added before the sums have to be reduced. */
const run = 5552;

/** Adler-32, piece by piece. */
export class Adler32 {
  #low = 1;
  #high = 0;

  update(chunk: Uint8Array): this {
    let low = this.#low;
    let high = this.#high;
    for (let from = 0; from < chunk.length; from += run) {
      const end = Math.min(from + run, chunk.length);
      for (let index = from; index < end; index++) {
        low += chunk[index] as number;
        high += low;
      }
      low %= base;
      high %= base;
    }
    this.#low = low;
    this.#high = high;
    return this;
  }

  /** Eight hexadecimal digits. */
  digest(): string {
    return ((this.#high * 65_536 + this.#low) >>> 0).toString(16).padStart(8, "0");
  }
}
