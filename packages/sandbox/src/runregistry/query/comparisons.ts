import type { Operator } from "./operators.ts";
import { compareText, likePattern, type Literal, SqlError, type SqlType, toBoolean, toDouble, toInteger, type Truth } from "./sql.ts";
import type { Bounds, Node, Row } from "./tree.ts";

interface Target {
  readonly type: SqlType;
  readonly column: string | undefined;
  readonly read: (row: Row) => unknown;
}

type Test = Exclude<Operator, "and" | "or" | "@>"> | "in";

const symbols: Partial<Record<Test, string>> = { ilike: "~~*", "not ilike": "!~~*", "not like": "!~~", in: "=" };

function missing(target: Target, operator: Test, literal: Literal): SqlError {
  return new SqlError(`operator does not exist: ${target.type} ${symbols[operator] ?? operator} ${literal.type}`);
}

/** The literal as a value of the target's type, or the error with which PostgreSQL refuses the query. */
function coerce(target: Target, operator: Test, literal: Literal): number | boolean | string | null {
  const { type, value } = literal;
  if (type === "null") return null;
  if (operator.endsWith("like")) {
    if (target.type === "text" && type === "unknown") return value;
    throw missing(target, operator, literal);
  }
  if (type === "unknown") {
    const text = value as string;
    if (target.type === "integer") return toInteger(text);
    if (target.type === "double precision") return toDouble(text);
    if (target.type === "boolean") return toBoolean(text);
    return text;
  }
  const numbers = target.type === "integer" || target.type === "double precision";
  const fits = type === "boolean" ? target.type === "boolean" : (type === "integer" || type === "bigint" || type === "numeric") && numbers;
  if (!fits) throw missing(target, operator, literal);
  return value;
}

/** What a row holds, as a value of the target's type. */
function valueOf(target: Target, row: Row): number | boolean | string | null {
  const raw = target.read(row);
  if (raw === null || raw === undefined) return null;
  if (typeof raw === "string") {
    if (target.type === "double precision") return toDouble(raw);
    if (target.type === "boolean") return toBoolean(raw);
  }
  return raw as number | boolean | string;
}

function order(a: number | boolean | string, b: number | boolean | string): number {
  if (typeof a === "string") return compareText(a, b as string);
  const left = Number(a);
  const right = Number(b);
  // NaN equals itself and is larger than every number.
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left - right;
}

const decide: Readonly<Record<string, (sign: number) => boolean>> = {
  "=": (sign) => sign === 0,
  "<>": (sign) => sign !== 0,
  ">": (sign) => sign > 0,
  "<": (sign) => sign < 0,
  ">=": (sign) => sign >= 0,
  "<=": (sign) => sign <= 0,
};

function boundsOf(operator: Test, value: number): Bounds | undefined {
  if (operator === ">") return { from: Math.floor(value) + 1, to: Infinity };
  if (operator === ">=") return { from: Math.ceil(value), to: Infinity };
  if (operator === "<") return { from: -Infinity, to: Math.ceil(value) - 1 };
  if (operator === "<=") return { from: -Infinity, to: Math.floor(value) };
  return undefined;
}

/** A comparison. Types are checked here, as PostgreSQL does before it looks at a row; values in rows when they are read. */
export function test(target: Target, operator: Test, literals: readonly Literal[]): Node {
  const values = literals.map((literal) => coerce(target, operator, literal));
  const first = values[0] as number | boolean | string | null;
  const plainNumber = target.type === "integer" && values.every((value) => typeof value === "number");
  const points = plainNumber && (operator === "in" || operator === "=") ? (values as number[]) : undefined;
  const bounds = plainNumber && typeof first === "number" ? boundsOf(operator, first) : undefined;
  const column = points === undefined && bounds === undefined ? undefined : target.column;
  return { kind: "test", column, points, bounds, holds: tester(target, operator, values) };
}

function tester(target: Target, operator: Test, values: readonly (number | boolean | string | null)[]): (row: Row) => Truth {
  if (operator === "in") {
    return (row) => {
      const value = valueOf(target, row);
      if (value === null || values.length === 0) return null;
      if (values.some((wanted) => wanted !== null && order(value, wanted) === 0)) return true;
      return values.includes(null) ? null : false;
    };
  }
  const wanted = values[0] as number | boolean | string | null;
  if (wanted === null) {
    if (operator === "=") return (row) => valueOf(target, row) === null;
    if (operator === "<>") return (row) => valueOf(target, row) !== null;
    return () => null;
  }
  if (operator.endsWith("like")) {
    const pattern = likePattern(wanted as string, operator !== "not like");
    const negated = operator.startsWith("not");
    return (row) => {
      const value = valueOf(target, row);
      return value === null ? null : pattern.test(value as string) !== negated;
    };
  }
  const decided = decide[operator] as (sign: number) => boolean;
  return (row) => {
    const value = valueOf(target, row);
    return value === null ? null : decided(order(value, wanted));
  };
}
