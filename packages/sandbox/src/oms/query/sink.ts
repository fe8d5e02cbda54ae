/** Gathers the text of an answer as bytes: texts that come again and again are copied, not made again. */
export class Sink {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  text(text: string): void {
    this.#room(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  copy(part: Buffer): void {
    this.#room(part.length);
    this.#length += part.copy(this.#bytes, this.#length);
  }

  /** What was gathered, in a buffer of its own length. */
  done(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }
}
