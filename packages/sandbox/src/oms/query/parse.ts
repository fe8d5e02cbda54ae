import { unknown } from "../../names.ts";
import type { AnyTable, Column, Grouping } from "../table.ts";
import { type Condition, condition } from "./conditions.ts";
import { BadRequest } from "./errors.ts";

export interface Sort {
  readonly attribute: string;
  readonly descending: boolean;
}

/** A query, read and checked. */
export interface Query {
  readonly conditions: readonly Condition[];
  readonly sort: readonly Sort[];
  /** Attributes asked for; undefined: all. */
  readonly fields: readonly string[] | undefined;
  readonly include: ReadonlySet<string>;
  readonly offset: number;
  readonly limit: number;
  readonly grouping: Grouping;
}

const includes = ["meta", "presentation_timestamp", "data_only"];
const defaultLimit = 100;

function columnOf(table: AnyTable, name: string, parameter: string): Column<never> {
  const column = table.columns[name];
  if (column === undefined) throw new BadRequest(unknown(`attribute of ${table.name}`, name, Object.keys(table.columns)), parameter);
  return column as Column<never>;
}

const list = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

function whole(query: URLSearchParams, name: string, fallback: number, least: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^-?\d{1,15}$/.test(text) || Number(text) < least)
    throw new BadRequest(`must be an integer of at least ${least}, not "${text}"`, name);
  return Number(text);
}

function groupingOf(query: URLSearchParams, table: AnyTable): Grouping {
  const granularity = query.get("group[granularity]");
  const size = query.get("group[size]");
  if (table.grouped === undefined) {
    if (granularity === null && size === null) return { size: 1 };
    throw new BadRequest(`${table.name} cannot be grouped`, granularity === null ? "group[size]" : "group[granularity]");
  }
  if (granularity !== null && granularity !== "lumisection" && !(granularity === "run" && table.grouped.byRun))
    throw new BadRequest(
      `unknown granularity "${granularity}"; known: ${table.grouped.byRun ? "run, " : ""}lumisection`,
      "group[granularity]",
    );
  if (size !== null) {
    if (granularity === "run") throw new BadRequest("a size does not go with granularity run", "group[size]");
    return { size: whole(query, "group[size]", 1, 1) };
  }
  if (granularity === null) return table.grouped.fallback;
  return { size: granularity === "run" ? Infinity : 1 };
}

/** Reads the query of a listing. Throws BadRequest, naming the parameter. Parameters that mean nothing here are ignored, as by the service. */
export function parseQuery(query: URLSearchParams, table: AnyTable): Query {
  const conditions: Condition[] = [];
  for (const [name, text] of query) {
    const match = /^filter\[([^\]]*)\](?:\[([^\]]*)\])?$/.exec(name);
    if (match === null) {
      if (name.startsWith("filter")) throw new BadRequest("a filter is written filter[attribute][operator]", name);
      continue;
    }
    const [, attribute = "", operator = "EQ"] = match;
    conditions.push(condition(columnOf(table, attribute, name), attribute, operator, text, name));
  }
  const sort = list(query.get("sort") ?? "").map((key): Sort => {
    const descending = key.startsWith("-");
    const attribute = key.replace(/^[-+]/, "").trim();
    const column = columnOf(table, attribute, "sort");
    if ((column.sortable ?? !["LIST", "OBJECT"].includes(column.type)) === false)
      throw new BadRequest(`attribute "${attribute}" is not sortable`, "sort");
    return { attribute, descending };
  });
  const fields = query.get("fields") === null ? undefined : [...new Set(list(query.get("fields") as string))];
  for (const name of fields ?? []) columnOf(table, name, "fields");
  const include = new Set(list(query.get("include") ?? ""));
  for (const name of include) if (!includes.includes(name)) throw new BadRequest(unknown("include", name, includes), "include");
  return {
    conditions,
    sort,
    fields: fields?.length === 0 ? undefined : fields,
    include,
    offset: whole(query, "page[offset]", 0, 0),
    limit: Math.min(whole(query, "page[limit]", defaultLimit, 1), table.cap),
    grouping: groupingOf(query, table),
  };
}

/** Text that is the same for queries with the same rows in the same order. */
export function selectionKey(table: AnyTable, { conditions, sort, grouping }: Query): string {
  return JSON.stringify([
    table.name,
    grouping.size === Infinity ? "run" : grouping.size,
    conditions.map(({ attribute, operator, value }) => [attribute, operator, value]),
    sort,
  ]);
}
