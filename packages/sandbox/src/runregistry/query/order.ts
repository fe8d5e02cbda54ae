import { atPath, jsonbText } from "../jsonb.ts";
import { mix } from "../../random.ts";
import { compareText, SqlError, toDouble, toInteger } from "./sql.ts";
import { noColumn, type Row, type Table } from "./tree.ts";

export type SortKey = number | string | boolean | null;

/** One key of an order. */
export interface Sorting {
  /** Name of a plain column, where it is one. */
  readonly column: string | undefined;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly read: (row: Row) => SortKey;
}

const directions = new Set([
  "ASC",
  "DESC",
  "ASC NULLS LAST",
  "DESC NULLS LAST",
  "ASC NULLS FIRST",
  "DESC NULLS FIRST",
  "NULLS FIRST",
  "NULLS LAST",
]);

function reader(key: unknown, table: Table, direction: string): Pick<Sorting, "column" | "read"> {
  if (key === null || key === undefined) throw new SqlError(`Cannot read property 'includes' of ${String(key)}`);
  if (typeof key !== "string") throw new SqlError("key.includes is not a function");
  const path = (
    column: string,
    steps: readonly string[],
    convert: (text: string) => SortKey = (text) => text,
  ): Pick<Sorting, "column" | "read"> => ({
    column: undefined,
    read: (row: Row): SortKey => {
      const text = jsonbText(atPath(row.json(column), steps));
      return text === null ? null : convert(text);
    },
  });
  const special =
    key === "oms_attributes.ls_duration" || key === "oms_attributes.b_field" || (key === "rr_attributes.class" && table.name === "Dataset");
  const dotted = key.includes(".") && table.columns[key.split(".")[0] as string] === "jsonb";
  if (direction !== "" && (special || dotted || key.includes("-"))) throw new SqlError(`syntax error at or near "${direction}""`);
  if (key === "oms_attributes.ls_duration") return path("oms_attributes", ["ls_duration"], toInteger);
  if (key === "oms_attributes.b_field") return path("oms_attributes", ["b_field"], toDouble);
  if (key === "rr_attributes.class" && table.name === "Dataset") return path("rr_attributes", ["class"]);
  // The whole key is one step of the path, and is never made part of a query here.
  if (key.includes("-")) return path("triplet_summary", [key]);
  if (key.includes(".")) {
    const [column, ...steps] = key.split(".") as [string, ...string[]];
    if (table.columns[column] === undefined) throw new SqlError("Cannot read property 'type' of undefined");
    if (table.columns[column] !== "jsonb") throw noColumn(table, `${key}${direction}`);
    return path(column, steps);
  }
  if (table.columns[key] === undefined) throw noColumn(table, `${key}${direction}`);
  if (direction !== "") throw noColumn(table, `${key}${direction}`);
  const json = table.columns[key] === "jsonb";
  return { column: key, read: (row) => (json ? jsonbText(row.json(key)) : (row.column(key) as SortKey)) };
}

/** Reads `[[key, direction], …]`. */
export function readSortings(sortings: unknown, table: Table): Sorting[] {
  if (sortings === null || sortings === undefined) throw new SqlError(`Cannot read property 'map' of ${String(sortings)}`);
  if (!Array.isArray(sortings)) throw new SqlError("sortings.map is not a function");
  return sortings.map((sorting: unknown): Sorting => {
    if (typeof sorting !== "object" && typeof sorting !== "string")
      throw new SqlError(`${typeof sorting} ${String(sorting)} is not iterable (cannot read property Symbol(Symbol.iterator))`);
    if (sorting === null || (typeof sorting === "object" && !Array.isArray(sorting)))
      throw new SqlError("object is not iterable (cannot read property Symbol(Symbol.iterator))");
    const [key, direction] = sorting as unknown as [unknown, unknown];
    if (direction === undefined) throw new SqlError("Cannot read property 'toUpperCase' of undefined");
    if (direction === null) throw new SqlError("Cannot read property '_modelAttribute' of null");
    if (typeof direction !== "string") throw new SqlError(`Unknown structure passed to order / group: ${JSON.stringify(direction)}`);
    const word = String(direction).toUpperCase();
    const known = directions.has(word);
    const descending = word.startsWith("DESC");
    return {
      ...reader(key, table, known ? "" : `"${String(direction)}`),
      descending,
      nullsFirst: word.endsWith("FIRST") || (descending && !word.endsWith("LAST")),
    };
  });
}

function compareKeys(a: SortKey, b: SortKey, sorting: Sorting): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === sorting.nullsFirst ? -1 : 1;
  }
  const sign = typeof a === "string" ? compareText(a, b as string) : Number(a) - Number(b);
  return sorting.descending ? -sign : sign;
}

/**
 * Positions in the order asked for. Rows with equal keys come in an order that depends on `salt`:
 * the data base promises none, and gives another one for another page.
 */
export function sorted(keys: readonly (readonly SortKey[])[], sortings: readonly Sorting[], salt: number): number[] {
  const places = keys.map((_, index) => index);
  return places.sort((left, right) => {
    for (let index = 0; index < sortings.length; index++) {
      const sign = compareKeys(
        (keys[left] as SortKey[])[index] as SortKey,
        (keys[right] as SortKey[])[index] as SortKey,
        sortings[index] as Sorting,
      );
      if (sign !== 0) return sign;
    }
    return mix(left, salt) - mix(right, salt) || left - right;
  });
}
