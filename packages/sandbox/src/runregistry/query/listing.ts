import { mix } from "../../random.ts";
import type { Store } from "../store.ts";
import { readSortings, sorted, type SortKey, type Sorting } from "./order.ts";
import { pageWindow } from "./paging.ts";
import { EntryRow } from "./rows.ts";
import { splitDatasetFilter, splitRunFilter } from "./split.ts";
import { datasetTable, holds, type Node, reach, runTable, summaryTable } from "./tree.ts";
import { WhereReader } from "./where.ts";

/** Everything that can be listed, in the default order: run numbers falling, then names rising. */
interface Entries {
  readonly runs: Int32Array;
  readonly names: readonly string[] | undefined;
}

interface Found {
  readonly revision: number;
  readonly entries: Entries;
  /** Positions in the entries; undefined: all from `from` to `to`. */
  readonly positions: Int32Array | undefined;
  readonly from: number;
  readonly to: number;
  keys: (readonly SortKey[])[] | undefined;
  order: number[] | undefined;
}

export interface ListedEntry {
  readonly run: number;
  readonly name: string | undefined;
}

const cachedQueries = 32;

/** First position whose run number is at most `run`, in falling numbers. */
function firstAtMost(runs: Int32Array, run: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as number) > run) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Answers the two listings. Conditions on run numbers alone are answered from the order of numbers, others by asking every row once. */
export class Listing {
  readonly #store: Store;
  readonly #withNames: boolean;
  readonly #found = new Map<string, Found>();
  #entries: { structure: number; value: Entries } | undefined;

  constructor(store: Store, kind: "runs" | "datasets") {
    this.#store = store;
    this.#withNames = kind === "datasets";
  }

  #list(): Entries {
    const structure = this.#store.structure;
    if (this.#entries?.structure !== structure) this.#entries = { structure, value: this.#build() };
    return this.#entries.value;
  }

  #build(): Entries {
    const { runs: factory } = this.#store;
    const numbers: number[] = [];
    for (let index = 0; index < factory.count; index++) numbers.push(factory.numberAt(index));
    const added = this.#store.addedRuns();
    if (added.length > 0) numbers.push(...added);
    numbers.sort((a, b) => b - a);
    const kept = structureFilter(this.#store, numbers);
    if (!this.#withNames) return { runs: Int32Array.from(kept), names: undefined };
    const runs: number[] = [];
    const names: string[] = [];
    for (const run of kept) {
      for (const name of this.#store.datasetNames(run)) {
        runs.push(run);
        names.push(name);
      }
    }
    return { runs: Int32Array.from(runs), names };
  }

  #read(filter: unknown): { own: Node; rest: Node[] } {
    if (!this.#withNames) {
      const { run, triplets } = splitRunFilter(filter);
      // `deleted` is always overwritten.
      delete run["deleted"];
      return { own: new WhereReader(runTable).read(run, false), rest: [new WhereReader(summaryTable).read(triplets, false)] };
    }
    const { dataset, run, triplets } = splitDatasetFilter(filter);
    delete dataset["deleted"];
    return {
      own: new WhereReader(datasetTable).read(dataset, true),
      rest: [new WhereReader(runTable).read(run, true), new WhereReader(summaryTable).read(triplets, true)],
    };
  }

  #find(filter: unknown, key: string): Found {
    const { own, rest } = this.#read(filter);
    const cached = this.#found.get(key);
    if (cached?.revision === this.#store.revision) return cached;
    const entries = this.#list();
    const limits = reach(own);
    const from = firstAtMost(entries.runs, limits.to);
    const to = firstAtMost(entries.runs, limits.from - 1);
    const points = limits.points === undefined ? undefined : new Set(limits.points);
    const base = { revision: this.#store.revision, entries, from, to, keys: undefined, order: undefined };
    const conditions = [...(limits.exact ? [] : [own]), ...rest.filter((node) => node.kind !== "always")];
    if (conditions.length === 0 && points === undefined) return this.#keep(key, { ...base, positions: undefined });
    const positions: number[] = [];
    for (let position = from; position < to; position++) {
      const run = entries.runs[position] as number;
      if (points !== undefined && !points.has(run)) continue;
      const row = new EntryRow(this.#store, run, entries.names?.[position]);
      if (conditions.every((node) => holds(node, row) === true)) positions.push(position);
    }
    return this.#keep(key, { ...base, positions: Int32Array.from(positions) });
  }

  #keep(key: string, found: Found): Found {
    this.#found.delete(key);
    this.#found.set(key, found);
    for (const old of this.#found.keys()) {
      if (this.#found.size <= cachedQueries) break;
      this.#found.delete(old);
    }
    return found;
  }

  /** All entries that fit, in the default order. */
  all(filter: unknown): ListedEntry[] {
    const found = this.#find(filter, JSON.stringify([filter, []]));
    return Array.from({ length: countOf(found) }, (_, index) => entryAt(found, index));
  }

  page(body: Readonly<Record<string, unknown>>): { entries: ListedEntry[]; pages: number | null; count: number } {
    const table = this.#withNames ? datasetTable : runTable;
    // In the order in which the service looks at them, so that the first fault is the one reported.
    this.#read(body["filter"]);
    const sortings = readSortings(body["sortings"], table);
    const found = this.#find(body["filter"], JSON.stringify([body["filter"], body["sortings"]]));
    const count = countOf(found);
    const { offset, limit, pages } = pageWindow(body["page"], body["page_size"], count);
    const end = Math.min(count, offset + limit);
    const entries: ListedEntry[] = [];
    const place = this.#placing(found, sortings, offset, limit);
    for (let index = offset; index < end; index++) entries.push(entryAt(found, place(index)));
    return { entries, pages, count };
  }

  /** Tells which of the entries found stands at a place of the order asked for. */
  #placing(found: Found, sortings: readonly Sorting[], offset: number, limit: number): (index: number) => number {
    const [first] = sortings;
    if (first === undefined) return (index) => index;
    const last = countOf(found) - 1;
    if (!this.#withNames && first.column === "run_number") return first.descending ? (index) => index : (index) => last - index;
    if (found.order !== undefined) return (index) => (found.order as number[])[index] as number;
    found.keys ??= Array.from({ length: last + 1 }, (_, index) => {
      const { run, name } = entryAt(found, index);
      const row = new EntryRow(this.#store, run, name);
      return sortings.map((sorting) => sorting.read(row));
    });
    const columns = sortings.map((sorting) => sorting.column);
    const unique = columns.includes("run_number") && (!this.#withNames || columns.includes("name"));
    const order = sorted(found.keys, sortings, mix(this.#store.seed, offset, Math.min(limit, 0xffffffff)));
    if (unique) found.order = order;
    return (index) => order[index] as number;
  }
}

function structureFilter(store: Store, numbers: readonly number[]): number[] {
  return store.hasRemovals ? numbers.filter((run) => !store.runDeleted(run)) : [...numbers];
}

function countOf(found: Found): number {
  return found.positions?.length ?? Math.max(0, found.to - found.from);
}

function entryAt(found: Found, index: number): ListedEntry {
  const position = found.positions === undefined ? found.from + index : (found.positions[index] as number);
  return { run: found.entries.runs[position] as number, name: found.entries.names?.[position] };
}
