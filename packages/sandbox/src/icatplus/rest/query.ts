import { millisecondsOf } from "../catalogue/times.ts";
import { badRequest } from "./errors.ts";

function whole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

/** Parts of a value separated by commas, without empty ones; undefined when the parameter is absent. */
export function listOf(query: URLSearchParams, name: string): string[] | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Ids separated by commas; undefined when the parameter is absent. */
export function idsOf(query: URLSearchParams, name: string): number[] | undefined {
  return listOf(query, name)?.map((text) => {
    if (!/^\d{1,15}$/.test(text)) throw badRequest(`${name} must hold numbers separated by commas, not "${text}"`);
    return Number(text);
  });
}

export function isTrue(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === "true";
}

/** A time given by day (`end`: the last moment of it) or as a whole; undefined when the parameter is absent. */
export function timeOf(query: URLSearchParams, name: string, end = false): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = millisecondsOf(day ? `${text}T${end ? "23:59:59.999" : "00:00:00.000"}` : text);
  if (Number.isNaN(time)) throw badRequest(`${name} is no date: "${text}"`);
  return time;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** What each row says of the page that it is on; empty when no page was asked for. */
  readonly meta: { readonly meta?: { readonly page: { total: number; totalPages: number; currentPage: number } } };
}

/** Which page of how many `skip` and `limit` mean. */
export function pageMeta(
  total: number,
  skip: number,
  limit: number | undefined,
): { total: number; totalPages: number; currentPage: number } {
  const size = limit ?? Math.max(1, total);
  return { total, totalPages: size === 0 ? 0 : Math.ceil(total / size), currentPage: size === 0 ? 0 : Math.floor(skip / size) + 1 };
}

/** Cuts the page out that `skip` and `limit` name. Throws Problem. */
export function pageOf<T>(rows: readonly T[], query: URLSearchParams): Page<T> {
  const [skip, limit] = [whole(query, "skip") ?? 0, whole(query, "limit")];
  if (limit === undefined && skip === 0) return { rows, meta: {} };
  const cut = rows.slice(skip, limit === undefined ? undefined : skip + limit);
  return { rows: cut, meta: { meta: { page: pageMeta(rows.length, skip, limit) } } };
}

/** Sorts by `sortBy` and `sortOrder` (-1: descending); `fields` tells what can be sorted by. Throws Problem. */
export function sorted<T>(rows: readonly T[], query: URLSearchParams, fields: Readonly<Record<string, (row: T) => string | number>>): T[] {
  const by = query.get("sortBy");
  const order = query.get("sortOrder") ?? "1";
  if (!/^(-?1|asc|desc)$/i.test(order)) throw badRequest(`sortOrder must be -1 or 1, not "${order}"`);
  if (by === null || by === "") return [...rows];
  const found = Object.entries(fields).find(([name]) => name.toLowerCase() === by.toLowerCase())?.[1];
  if (found === undefined) throw badRequest(`sortBy is "${by}"; known: ${Object.keys(fields).join(", ")}`);
  const sign = order === "-1" || order.toLowerCase() === "desc" ? -1 : 1;
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...rows].sort((a, b) => sign * compare(found(a), found(b)));
}

/** Whether one of the texts holds what is searched for, without regard to case. */
export function matches(query: URLSearchParams, ...texts: readonly (string | undefined)[]): boolean {
  const wanted = query.get("search")?.trim().toLowerCase();
  return wanted === undefined || wanted === "" || texts.some((text) => text?.toLowerCase().includes(wanted) === true);
}

type Test = (value: string, operand: string) => boolean;
const ordered =
  (test: (difference: number) => boolean): Test =>
  (value, operand) => {
    const [a, b] = [Number(value), Number(operand)];
    if (!Number.isNaN(a) && !Number.isNaN(b)) return test(a - b);
    return test(value < operand ? -1 : value > operand ? 1 : 0);
  };

const operators: Readonly<Record<string, Test>> = {
  eq: (value, operand) => value.toLowerCase() === operand.toLowerCase(),
  like: (value, operand) => value.toLowerCase().includes(operand.toLowerCase()),
  gt: ordered((difference) => difference > 0),
  gteq: ordered((difference) => difference >= 0),
  lt: ordered((difference) => difference < 0),
  lteq: ordered((difference) => difference <= 0),
  in: (value, operand) => operand.split(";").some((part) => part.toLowerCase() === value.toLowerCase()),
};

/** Reads `parameters`: filters `name`, or `name~operator~value`, separated by commas, that all must hold. Throws Problem. */
export function parameterFilter(query: URLSearchParams): (parameters: readonly { name: string; value: string }[]) => boolean {
  const tests = (listOf(query, "parameters") ?? []).map((text) => {
    const [name = "", operator, ...rest] = text.split("~");
    if (operator === undefined) return { name, test: () => true };
    const test = operators[operator.toLowerCase()];
    if (test === undefined) throw badRequest(`parameters holds the operator "${operator}"; known: ${Object.keys(operators).join(", ")}`);
    const operand = rest.join("~");
    return { name, test: (value: string) => test(value, operand) };
  });
  return (parameters) =>
    tests.every(({ name, test }) => parameters.some((one) => one.name.toLowerCase() === name.toLowerCase() && test(one.value)));
}
