import { SqlError, type SqlType, type Truth } from "./sql.ts";

/** A row as conditions see it. */
export interface Row {
  column(name: string): unknown;
  json(column: string): unknown;
}

export interface Table {
  readonly name: "Run" | "Dataset" | "DatasetTripletCache";
  readonly columns: Readonly<Record<string, SqlType>>;
}

/** Smallest and largest value that a test lets through, both included. */
export interface Bounds {
  readonly from: number;
  readonly to: number;
}

export type Node =
  | { readonly kind: "always" | "never" }
  | { readonly kind: "and" | "or"; readonly nodes: readonly Node[] }
  | {
      readonly kind: "test";
      /** Plain column tested, where the test is a bound or a list of values and nothing more. */
      readonly column: string | undefined;
      readonly points: readonly number[] | undefined;
      readonly bounds: Bounds | undefined;
      readonly holds: (row: Row) => Truth;
    };

/** Asks a row. AND stops at the first false, OR at the first true. */
export function holds(node: Node, row: Row): Truth {
  switch (node.kind) {
    case "always":
      return true;
    case "never":
      return false;
    case "test":
      return node.holds(row);
    default: {
      const decisive = node.kind === "or";
      let unknown = false;
      for (const inner of node.nodes) {
        const truth = holds(inner, row);
        if (truth === decisive) return decisive;
        if (truth === null) unknown = true;
      }
      return unknown ? null : !decisive;
    }
  }
}

/** What a tree says about run numbers, so that only these need be asked. */
export interface Reach {
  readonly from: number;
  readonly to: number;
  readonly points: readonly number[] | undefined;
  /** Whether the reach says all that the tree says. */
  readonly exact: boolean;
}

const everything: Reach = { from: -Infinity, to: Infinity, points: undefined, exact: false };

/** The run numbers that can fit. */
export function reach(node: Node): Reach {
  if (node.kind === "always") return { ...everything, exact: true };
  if (node.kind === "never") return { from: 1, to: 0, points: [], exact: true };
  if (node.kind === "test") {
    if (node.column !== "run_number") return everything;
    if (node.points !== undefined) return { from: -Infinity, to: Infinity, points: node.points, exact: true };
    return node.bounds === undefined ? everything : { ...node.bounds, points: undefined, exact: true };
  }
  const parts = (node as Extract<Node, { nodes: unknown }>).nodes.map(reach);
  if (node.kind === "or") {
    const lists = parts.map((part) => (part.exact ? part.points : undefined));
    return lists.every((list) => list !== undefined) ? { ...everything, points: lists.flat(), exact: true } : everything;
  }
  const lists = parts.map((part) => part.points).filter((list) => list !== undefined);
  return {
    from: Math.max(...parts.map((part) => part.from)),
    to: Math.min(...parts.map((part) => part.to)),
    points: lists.length === 0 ? undefined : lists.reduce((left, right) => left.filter((value) => right.includes(value))),
    exact: parts.every((part) => part.exact),
  };
}

export const runTable: Table = {
  name: "Run",
  columns: { run_number: "integer", oms_attributes: "jsonb", rr_attributes: "jsonb", version: "integer", deleted: "boolean" },
};
export const datasetTable: Table = {
  name: "Dataset",
  columns: {
    run_number: "integer",
    name: "text",
    dataset_attributes: "jsonb",
    datasets_in_gui: "jsonb",
    deleted: "boolean",
    version: "integer",
  },
};
export const summaryTable: Table = {
  name: "DatasetTripletCache",
  columns: { run_number: "integer", name: "text", triplet_summary: "jsonb", dcs_summary: "jsonb", version: "integer" },
};

/** For an order by a column that is not there. */
export function noColumn(table: Table, name: string): SqlError {
  return new SqlError(`column ${table.name}.${name} does not exist`);
}
