import { nearest, SciError, shown } from "@sci/http-core";
import type { AttributeValue } from "./attributes.ts";

const operators = {
  EQ: "EQ",
  "=": "EQ",
  "==": "EQ",
  NEQ: "NEQ",
  NE: "NEQ",
  "!=": "NEQ",
  "<>": "NEQ",
  LT: "LT",
  "<": "LT",
  GT: "GT",
  ">": "GT",
  LE: "LE",
  LTE: "LE",
  "<=": "LE",
  GE: "GE",
  GTE: "GE",
  ">=": "GE",
  LIKE: "LIKE",
  CT: "CT",
} as const;

/** The service's own operators; CT is "contains". */
export type ServiceOperator = (typeof operators)[keyof typeof operators];

/** Operators as they may be written, in any case: `"GE"`, `"ge"`, `">="`. */
export type Operator = keyof typeof operators | Lowercase<keyof typeof operators & string>;

/** What an attribute can be compared with. A `Date` is sent as UTC text. */
export type Operand<Resource extends string = string, Name extends string = string> =
  | (unknown extends AttributeValue<Resource, Name>
      ? string | number | bigint | boolean | Date
      : AttributeValue<Resource, Name> extends number
        ? number | bigint
        : AttributeValue<Resource, Name> extends boolean
          ? boolean
          : string | Date)
  | null;

/** One condition of a query; all are joined by AND. */
export interface Condition {
  readonly name: string;
  readonly operator: ServiceOperator;
  readonly value: Operand;
}

/** @throws INVALID_ARGUMENT for an operator that OMS does not have, naming the nearest, and for what is no value */
export function condition(name: unknown, operator: unknown, value: unknown): Condition {
  if (typeof name !== "string" || name === "")
    throw new SciError("INVALID_ARGUMENT", `where() needs the name of an attribute, not ${shown(name)}.`);
  const known = serviceOperator(operator, name);
  const wrong = fault(value, known);
  if (wrong !== undefined) throw unfit({ name, operator: known, value: value as Operand }, wrong);
  return { name, operator: known, value: value as Operand };
}

/** The error for a value that does not fit. */
export function unfit({ name, operator, value }: Condition, why: string): SciError {
  return new SciError("INVALID_ARGUMENT", `${name} ${operator} ${shown(value)}: ${why}.`, { details: { name } });
}

function serviceOperator(given: unknown, name: string): ServiceOperator {
  const upper = typeof given === "string" ? given.trim().toUpperCase() : "";
  if (Object.hasOwn(operators, upper)) return operators[upper as keyof typeof operators];
  const near = nearest(upper, Object.keys(operators));
  const help =
    upper === "IN" || upper === "NOTLIKE" || upper === "OR"
      ? " OMS has neither lists nor OR nor NOT LIKE: use a range, or several queries."
      : near === undefined
        ? ` Known: ${[...new Set(Object.values(operators))].join(", ")}.`
        : ` Did you mean "${near}"?`;
  throw new SciError("INVALID_ARGUMENT", `Unknown operator ${shown(given)} for ${name}.${help}`, {
    details: { name, ...(near === undefined ? {} : { nearest: near }) },
  });
}

/** What is wrong with a value, whatever the attribute is. */
function fault(value: unknown, operator: ServiceOperator): string | undefined {
  if (value === null) return operator === "EQ" || operator === "NEQ" ? undefined : "null can be compared by EQ and NEQ only";
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return "the number is not finite";
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? "the integer is beyond 2^53; write it as a bigint" : undefined;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "the date is invalid" : undefined;
  if (["string", "boolean", "bigint"].includes(typeof value)) return undefined;
  return "a value is text, a number, true, false, null or a Date; OMS has no lists";
}

/** A value as it is sent, before it is encoded for the URL. */
export function sentValue(value: Operand): string {
  return value instanceof Date ? timeText(value) : String(value);
}

export function timeText(date: Date): string {
  return date.toISOString().replace(/\.000Z$/, "Z");
}
