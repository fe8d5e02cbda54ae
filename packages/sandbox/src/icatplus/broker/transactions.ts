import { misuse } from "./frames.ts";

/** Transactions of a connection: what belongs to one is carried out when it ends well. */
export class Transactions {
  readonly #open = new Map<string, (() => void)[]>();

  #of(name: string): (() => void)[] {
    const found = this.#open.get(name);
    if (found === undefined) throw misuse(`Invalid transaction id: ${name}`);
    return found;
  }

  begin(name: string): void {
    if (this.#open.has(name)) throw misuse(`The transaction was already started: ${name}`);
    this.#open.set(name, []);
  }

  add(name: string, act: () => void): void {
    this.#of(name).push(act);
  }

  /** Ends it and gives what belongs to it. */
  end(name: string): readonly (() => void)[] {
    const acts = this.#of(name);
    this.#open.delete(name);
    return acts;
  }
}
