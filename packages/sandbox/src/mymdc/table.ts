import type { Kind, Row, Stored, Value } from "./fields.ts";
import { cast } from "./fields.ts";

/** Rows that are made when they are read. Their numbers follow one another from `firstGenerated`. */
export interface Generated {
  readonly count: number;
  make(index: number): Row;
  /** Where the rows with this value stand: from (included) to (excluded). Undefined when the field says nothing about it. */
  range?(field: string, value: Value): readonly [number, number] | undefined;
}

/** The number of the first generated row of every table; real and fixed ones have smaller numbers. */
export const firstGenerated = 1001;

/** Conditions of equality, all of which hold. */
export type Filter = readonly (readonly [field: string, value: Value])[];

function matches(row: Row, filter: Filter): boolean {
  return filter.every(([field, value]) => {
    const found = row[field] ?? null;
    return Array.isArray(found) ? found.includes(value) : String(found as string) === String(value as string);
  });
}

/** The rows of one resource: fixed ones, generated ones, and over them what was changed. */
export class Table {
  readonly collection: string;
  readonly #kinds: Readonly<Record<string, Kind>>;
  readonly #generated: Generated | undefined;
  /** Rows that are not as generated; undefined stands for a deleted one. */
  readonly #over = new Map<number, Stored | undefined>();
  readonly #selections = new Map<string, number[]>();
  #last: number;
  #revision = 0;

  constructor(collection: string, kinds: Readonly<Record<string, Kind>>, fixed: readonly Stored[], generated?: Generated) {
    this.collection = collection;
    this.#kinds = kinds;
    this.#generated = generated;
    this.#last = firstGenerated - 1 + (generated?.count ?? 0);
    for (const row of fixed) this.set(row.id, row);
  }

  get(id: number): Stored | undefined {
    if (this.#over.has(id)) return this.#over.get(id);
    const index = id - firstGenerated;
    return this.#generated !== undefined && Number.isInteger(index) && index >= 0 && index < this.#generated.count
      ? this.#made(index)
      : undefined;
  }

  #made(index: number): Stored {
    return { id: firstGenerated + index, ...(this.#generated as Generated).make(index) };
  }

  /** The number that a new record gets. */
  next(): number {
    return this.#last + 1;
  }

  /** Puts or, with undefined, takes away a row. */
  set(id: number, row: Stored | undefined): void {
    this.#over.set(id, row);
    this.#last = Math.max(this.#last, id);
    this.#selections.clear();
    this.#revision++;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** The numbers of the rows that a filter lets through, ascending. Values are read as their fields are. */
  find(filter: Filter): readonly number[] {
    const conditions = filter.map(([field, value]) => [field, cast(this.#kinds[field] ?? "any", value)] as const);
    const key = conditions.map(([field, value]) => `${field}=${String(value as string)}`).join("\n");
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const found = this.#generatedFound(conditions);
    const changed = [...this.#over.values()]
      .filter((row) => row !== undefined && matches(row, conditions))
      .map((row) => (row as Stored).id);
    const ids = changed.length === 0 ? found : [...found, ...changed].sort((a, b) => a - b);
    if (this.#selections.size >= 64) this.#selections.clear();
    this.#selections.set(key, ids);
    return ids;
  }

  #generatedFound(filter: Filter): number[] {
    const generated = this.#generated;
    if (generated === undefined) return [];
    let [from, to] = [0, generated.count];
    const left = filter.filter(([field, value]) => {
      const range = generated.range?.(field, value);
      if (range === undefined) return true;
      [from, to] = [Math.max(from, range[0]), Math.min(to, range[1])];
      return false;
    });
    const ids: number[] = [];
    for (let index = from; index < to; index++) {
      if (this.#over.has(firstGenerated + index)) continue;
      if (left.length === 0 || matches(generated.make(index), left)) ids.push(firstGenerated + index);
    }
    return ids;
  }
}
