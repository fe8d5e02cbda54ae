import type { Column } from "../table.ts";
import { BadRequest } from "./errors.ts";

export const operators = ["EQ", "NEQ", "LT", "GT", "LE", "GE", "LIKE", "CT"] as const;
export type Operator = (typeof operators)[number];

/** One `filter[attribute][operator]=value`, read. */
export interface Condition {
  readonly attribute: string;
  readonly operator: Operator;
  readonly value: unknown;
  readonly test: (value: unknown) => boolean;
}

function read(column: Column<never>, text: string, parameter: string): unknown {
  if (text === "null") return null;
  switch (column.type) {
    case "LONG":
    case "INTEGER":
    case "DOUBLE": {
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number)) throw new BadRequest(`"${text}" is not a number`, parameter);
      return number;
    }
    case "BOOLEAN": {
      const word = text.toLowerCase();
      if (word !== "true" && word !== "false") throw new BadRequest(`"${text}" is not a boolean`, parameter);
      return word === "true";
    }
    case "DATE": {
      const time = Date.parse(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text.replace(" ", "T")}Z` : text);
      if (Number.isNaN(time)) throw new BadRequest(`"${text}" is not a time`, parameter);
      return `${new Date(time).toISOString().slice(0, 19)}Z`;
    }
    case "STRING":
    case "LIST":
    case "OBJECT":
      return text;
  }
}

function pattern(text: string): RegExp {
  const source = text
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replace(/%/g, "[^]*")
    .replace(/_/g, "[^]");
  return new RegExp(`^${source}$`);
}

/** The test of a condition. As in SQL, nothing but a comparison with null itself is true of null. */
function tester(operator: Operator, wanted: unknown, raw: string): (value: unknown) => boolean {
  if (operator === "LIKE") {
    const like = pattern(raw);
    return (value) => value !== null && value !== undefined && like.test(String(value));
  }
  if (operator === "CT") {
    return (value) => (Array.isArray(value) ? value.includes(raw) : value !== null && value !== undefined && String(value).includes(raw));
  }
  if (wanted === null)
    return operator === "NEQ" ? (value) => value !== null && value !== undefined : (value) => value === null || value === undefined;
  const compare = (decide: (value: never, wanted: never) => boolean) => (value: unknown) =>
    value !== null && value !== undefined && decide(value as never, wanted as never);
  switch (operator) {
    case "EQ":
      return compare((value, other) => value === other || (Array.isArray(value) && (value as unknown[]).includes(other)));
    case "NEQ":
      return compare((value, other) => value !== other);
    case "LT":
      return compare((value, other) => value < other);
    case "GT":
      return compare((value, other) => value > other);
    case "LE":
      return compare((value, other) => value <= other);
    case "GE":
      return compare((value, other) => value >= other);
  }
}

/** Reads one filter. */
export function condition(column: Column<never>, attribute: string, operatorText: string, text: string, parameter: string): Condition {
  const operator = operatorText.toUpperCase() as Operator;
  if (!operators.includes(operator)) throw new BadRequest(`unknown operator "${operatorText}"; known: ${operators.join(", ")}`, parameter);
  if ((column.searchable ?? column.type !== "OBJECT") === false)
    throw new BadRequest(`attribute "${attribute}" is not searchable`, parameter);
  if ((operator === "LIKE" || operator === "CT") && (column.type === "BOOLEAN" || column.type === "DATE"))
    throw new BadRequest(`operator ${operator} does not apply to "${attribute}"`, parameter);
  const value = operator === "LIKE" || operator === "CT" ? text : read(column, text, parameter);
  if (value === null && operator !== "EQ" && operator !== "NEQ")
    throw new BadRequest(`operator ${operator} does not apply to null`, parameter);
  return { attribute, operator, value, test: tester(operator, value, text) };
}
