/** Keeps the JSON text of rows that were made, the least recently used leaving first once they take more than the limit. */
export class TextCache {
  readonly #texts = new Map<string, Buffer>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, make: () => Buffer): Buffer {
    const found = this.#texts.get(key);
    if (found !== undefined) {
      this.#texts.delete(key);
      this.#texts.set(key, found);
      return found;
    }
    const made = make();
    this.#texts.set(key, made);
    this.#bytes += made.length;
    for (const [old, text] of this.#texts) {
      if (this.#bytes <= this.#limit || old === key) break;
      this.#texts.delete(old);
      this.#bytes -= text.length;
    }
    return made;
  }

  forget(key: string): void {
    const found = this.#texts.get(key);
    if (found === undefined) return;
    this.#texts.delete(key);
    this.#bytes -= found.length;
  }
}
