/** Records that need not be kept because they follow from their id. */
export interface Seeds<T> {
  readonly first: number;
  readonly count: number;
  readonly make: (id: number) => T;
  /** Ids of those that belong to something. */
  readonly of?: (parent: number) => readonly number[];
}

export interface Numbered {
  readonly id: number;
}

/** Seeded records that are kept, so that reading them again costs nothing. */
const kept = 20_000;

/** Records by id: seeded ones, made when they are asked for, and those that were added or changed. */
export class Table<T extends Numbered> {
  readonly #seeds: Seeds<T>;
  readonly #parent: (record: T) => number | undefined;
  /** Added or changed; null: removed. */
  readonly #changed = new Map<number, T | null>();
  readonly #made = new Map<number, T>();
  readonly #children = new Map<number, Set<number>>();
  #next: number;

  constructor(seeds: Seeds<T> | undefined, parent: (record: T) => number | undefined = () => undefined) {
    this.#seeds = seeds ?? { first: 1, count: 0, make: () => undefined as never };
    this.#parent = parent;
    this.#next = this.#seeds.first + this.#seeds.count;
  }

  get(id: number): T | undefined {
    const changed = this.#changed.get(id);
    if (changed !== undefined) return changed ?? undefined;
    const { first, count, make } = this.#seeds;
    if (!Number.isInteger(id) || id < first || id >= first + count) return undefined;
    let made = this.#made.get(id);
    if (made === undefined) {
      made = make(id);
      if (this.#made.size >= kept) this.#made.clear();
      this.#made.set(id, made);
    }
    return made;
  }

  /** The id for the next record. */
  nextId(): number {
    return this.#next++;
  }

  put(record: T): void {
    this.#changed.set(record.id, record);
    if (record.id >= this.#next) this.#next = record.id + 1;
    const parent = this.#parent(record);
    if (parent === undefined) return;
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, new Set([record.id]));
    else children.add(record.id);
  }

  remove(id: number): void {
    this.#changed.set(id, null);
  }

  /** Those that belong to something, by id. */
  of(parent: number): T[] {
    const ids = new Set([...(this.#seeds.of?.(parent) ?? []), ...(this.#children.get(parent) ?? [])]);
    return [...ids].map((id) => this.get(id)).filter((record): record is T => record !== undefined && this.#parent(record) === parent);
  }

  /** All of them, by id. */
  *all(): Generator<T> {
    const { first, count } = this.#seeds;
    for (let id = first; id < first + count; id++) {
      const record = this.get(id);
      if (record !== undefined) yield record;
    }
    for (const [id, record] of this.#changed) if (record !== null && (id < first || id >= first + count)) yield record;
  }
}
