import { randomUUID } from "node:crypto";

/** A write lock. */
export interface Lock {
  readonly token: string;
  readonly path: readonly string[];
  readonly shared: boolean;
  readonly deep: boolean;
  /** XML of the `owner` element as the client gave it. */
  readonly owner: string;
  /** Seconds that it lasts from each refresh. */
  seconds: number;
  until: number;
}

const begins = (path: readonly string[], beginning: readonly string[]): boolean =>
  beginning.length <= path.length && beginning.every((name, index) => name === path[index]);
const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && begins(a, b);

/** Locks by token. They end with their time, and with the process. */
export class Locks {
  readonly #locks = new Map<string, Lock>();

  #valid(): Lock[] {
    const now = Date.now();
    for (const [token, lock] of this.#locks) if (lock.until <= now) this.#locks.delete(token);
    return [...this.#locks.values()];
  }

  /** Locks that hold for a path: its own, and deep ones above it. */
  on(path: readonly string[]): Lock[] {
    if (this.#locks.size === 0) return [];
    return this.#valid().filter((lock) => (lock.deep ? begins(path, lock.path) : equal(path, lock.path)));
  }

  /** Locks that hold for a path or, when it is a folder, anything below it. */
  within(path: readonly string[]): Lock[] {
    if (this.#locks.size === 0) return [];
    return this.#valid().filter((lock) => begins(lock.path, path) || (lock.deep && begins(path, lock.path)));
  }

  get(token: string): Lock | undefined {
    return this.#valid().find((lock) => lock.token === token);
  }

  /** A new lock; undefined when another one is in its way. */
  add(lock: Omit<Lock, "token" | "until">): Lock | undefined {
    const others = lock.deep ? this.within(lock.path) : this.on(lock.path);
    if (others.some((other) => !other.shared || !lock.shared)) return undefined;
    const made: Lock = { ...lock, token: `opaquelocktoken:${randomUUID()}`, until: Date.now() + lock.seconds * 1000 };
    this.#locks.set(made.token, made);
    return made;
  }

  refresh(lock: Lock, seconds: number): void {
    lock.seconds = seconds;
    lock.until = Date.now() + seconds * 1000;
  }

  remove(token: string): void {
    this.#locks.delete(token);
  }

  /** Ends the locks of what is no longer there. */
  removeBelow(path: readonly string[]): void {
    for (const [token, lock] of this.#locks) if (begins(lock.path, path)) this.#locks.delete(token);
  }
}
