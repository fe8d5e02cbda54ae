import type { AnyTable, Column, Rows, Segment } from "../table.ts";
import { BadRequest } from "./errors.ts";
import { type Query, selectionKey, type Sort } from "./parse.ts";

/** Most rows that are looked at one by one for a query. */
const scanLimit = 3_000_000;
/** Most rows that are kept in memory for the next pages, over all queries. */
const keepLimit = 4_000_000;

/** Rows that fulfil a query, in its order. */
export interface Selection {
  readonly total: number;
  /** Position of the n-th of them among all rows. */
  readonly position: (index: number) => number;
  /** Rows kept in memory for it. */
  readonly weight: number;
}

function ofSegments(segments: readonly Segment[], reversed: boolean): Selection {
  const sums = [0];
  for (const [from, to] of segments) sums.push((sums[sums.length - 1] as number) + to - from);
  const total = sums[sums.length - 1] as number;
  return {
    total,
    weight: segments.length,
    position(index) {
      const wanted = reversed ? total - 1 - index : index;
      let low = 0;
      let high = segments.length;
      while (low < high - 1) {
        const middle = (low + high) >> 1;
        if ((sums[middle] as number) <= wanted) low = middle;
        else high = middle;
      }
      return (segments[low] as Segment)[0] + wanted - (sums[low] as number);
    },
  };
}

function ofPositions(positions: ArrayLike<number>): Selection {
  return { total: positions.length, weight: positions.length, position: (index) => positions[index] as number };
}

const sizeOf = (segments: readonly Segment[]): number => segments.reduce((sum, [from, to]) => sum + to - from, 0);

/** Whether the order asked for is the natural one, or that one backwards. */
function direction(table: AnyTable, query: Query): "natural" | "reversed" | "other" {
  if (query.sort.length === 0) return "natural";
  const fixed = new Set(query.conditions.filter(({ operator }) => operator === "EQ").map(({ attribute }) => attribute));
  const order = table.order.filter((name) => !fixed.has(name));
  const keys = query.sort.filter(({ attribute }) => !fixed.has(attribute));
  if (!keys.every(({ attribute }, index) => attribute === order[index] && table.unsorted?.includes(attribute) !== true)) return "other";
  if (keys.every(({ descending }) => !descending)) return "natural";
  return keys.every(({ descending }) => descending) && keys.length === order.length ? "reversed" : "other";
}

/** Null comes last, as in the service's database. */
function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return (a as number) < (b as number) ? -1 : 1;
}

function sorted(table: AnyTable, rows: Rows<unknown>, positions: number[], sort: readonly Sort[]): number[] {
  const columns = sort.map(({ attribute }) => table.columns[attribute] as Column<unknown>);
  const keyed = positions.map((position) => {
    const row = rows.at(position);
    return { position, keys: columns.map((column) => column.get(row)) };
  });
  keyed.sort((a, b) => {
    for (let index = 0; index < sort.length; index++) {
      const order = compare(a.keys[index], b.keys[index]);
      if (order !== 0) return sort[index]?.descending === true ? -order : order;
    }
    return a.position - b.position;
  });
  return keyed.map(({ position }) => position);
}

function select(table: AnyTable, query: Query): Selection {
  const rows = table.rows(query.grouping);
  const { segments, rest } = rows.narrow(query.conditions);
  const way = direction(table, query);
  if (rest.length === 0 && way !== "other") return ofSegments(segments, way === "reversed");
  if (sizeOf(segments) > scanLimit)
    throw new BadRequest(`the query would look at more than ${scanLimit} rows of ${table.name}; add a filter on run_number`, "filter");
  const checks = rest.map(({ attribute, test }) => [table.columns[attribute] as Column<unknown>, test] as const);
  const found: number[] = [];
  for (const [from, to] of segments) {
    for (let position = from; position < to; position++) {
      if (checks.length > 0) {
        const row = rows.at(position);
        if (!checks.every(([column, test]) => test(column.get(row)))) continue;
      }
      found.push(position);
    }
  }
  if (way === "reversed") found.reverse();
  return ofPositions(Float64Array.from(way === "other" ? sorted(table, rows, found, query.sort) : found));
}

/** Finds rows, and keeps what was found for the pages that follow. */
export class Selections {
  readonly #kept = new Map<string, Selection>();
  #weight = 0;

  get(table: AnyTable, query: Query): Selection {
    const key = selectionKey(table, query);
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = select(table, query);
    this.#kept.set(key, made);
    this.#weight += made.weight + 100;
    for (const [old, selection] of this.#kept) {
      if (this.#weight <= keepLimit || old === key) break;
      this.#kept.delete(old);
      this.#weight -= selection.weight + 100;
    }
    return made;
  }
}
