import type { Condition } from "./query/conditions.ts";

export type ColumnType = "LONG" | "INTEGER" | "DOUBLE" | "STRING" | "BOOLEAN" | "DATE" | "LIST" | "OBJECT";

/** One attribute of a resource. */
export interface Column<Row> {
  readonly type: ColumnType;
  readonly description: string;
  /** Units as `/meta` tells them. */
  readonly units?: string;
  /** Units of one row, where they differ; default those of `/meta`. */
  readonly rowUnits?: (row: Row) => string | undefined;
  /** Default: true, but for lists (not sortable) and objects (neither). */
  readonly searchable?: boolean;
  readonly sortable?: boolean;
  readonly get: (row: Row) => unknown;
  /** What the value follows from alone, where that is the same for many rows in turn: its text is then made once for all of them. */
  readonly follows?: (row: Row) => unknown;
}

/** How many lumisections a row stands for. */
export interface Grouping {
  /** Infinity: the whole run. */
  readonly size: number;
}

/** Positions of rows, from (included) and to (not included). */
export type Segment = readonly [from: number, to: number];

/** The rows of a resource in their natural order, each made when it is read. */
export interface Rows<Row> {
  readonly count: number;
  readonly at: (position: number) => Row;
  readonly id: (row: Row) => string;
  /** Where rows can be that fulfil the conditions, and which of these have still to be looked at row by row. */
  readonly narrow: (conditions: readonly Condition[]) => { readonly segments: readonly Segment[]; readonly rest: readonly Condition[] };
  /** Position of the row with this id, or undefined. */
  readonly find: (id: string) => number | undefined;
}

/** A resource. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: Readonly<Record<string, Column<Row>>>;
  /** Attributes that give the natural order and, together, tell rows apart. */
  readonly order: readonly string[];
  /** Those of them by whose values the rows are not sorted. */
  readonly unsorted?: readonly string[];
  /** Most rows of a page. */
  readonly cap: number;
  /** Rows for lumisections in groups, where the resource has them; `fallback` is what holds when none is asked for. */
  readonly grouped?: { readonly fallback: Grouping; readonly byRun: boolean };
  readonly rows: (grouping: Grouping) => Rows<Row>;
  /** What the units of a row follow from alone. */
  readonly unitsFollow?: (row: Row) => unknown;
  /** Nested resources, and the attribute by which they belong to a row. */
  readonly nested?: Readonly<Record<string, string>>;
}

// Tables of different rows stand side by side; each works on rows of its own only.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyTable = Table<any>;

/** The conditions of one attribute that compare with a single value. */
export function equalTo(conditions: readonly Condition[], name: string): unknown {
  return conditions.find(({ attribute, operator }) => attribute === name && operator === "EQ")?.value;
}
