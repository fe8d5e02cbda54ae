import { nearest, SciError, shown } from "@sci/http-core";
import { type AttributeType, type AttributeValue, typeOf } from "./attributes.ts";

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
  /** As it is sent, before it is encoded for the URL. */
  readonly value: string;
}

/** @throws INVALID_ARGUMENT for an operator that OMS does not have, naming the nearest, and for an operand that does not fit */
export function condition(resource: string, name: unknown, operator: unknown, value: unknown): Condition {
  if (typeof name !== "string" || name === "")
    throw new SciError("INVALID_ARGUMENT", `where() needs the name of an attribute, not ${shown(name)}.`);
  const known = serviceOperator(operator, name);
  return { name, operator: known, value: operandText(value, known, typeOf(resource, name), name) };
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

function operandText(value: unknown, operator: ServiceOperator, type: AttributeType | undefined, name: string): string {
  const refuse = (why: string): SciError =>
    new SciError("INVALID_ARGUMENT", `${name} ${operator} ${shown(value)}: ${why}.`, { details: { name } });
  if (value === null) {
    if (operator !== "EQ" && operator !== "NEQ") throw refuse("null can be compared by EQ and NEQ only");
    return "null";
  }
  const pattern = operator === "LIKE" || operator === "CT";
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value)) throw refuse("the number is not finite");
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw refuse("the integer is beyond 2^53; write it as a bigint");
      if (!pattern && type !== undefined && !takesNumbers(type)) throw refuse(`the attribute is ${described(type)}`);
      return String(value);
    case "bigint":
      if (!pattern && type !== undefined && !takesNumbers(type)) throw refuse(`the attribute is ${described(type)}`);
      return String(value);
    case "boolean":
      if (type !== undefined && type !== "boolean") throw refuse(`the attribute is ${described(type)}`);
      return String(value);
    case "string":
      return pattern || type === undefined ? value : textOperand(value, type, refuse);
    default:
      if (value instanceof Date) {
        if (type !== undefined && type !== "time") throw refuse(`the attribute is ${described(type)}`);
        if (Number.isNaN(value.getTime())) throw refuse("the date is invalid");
        return timeText(value);
      }
      throw refuse("a value is text, a number, true, false, null or a Date; OMS has no lists, so ask for a range or several times");
  }
}

/** Nested values (`{ rate, counter }`) are left to the service. */
function takesNumbers(type: AttributeType): boolean {
  return type !== "text" && type !== "time" && type !== "boolean" && type !== "list";
}

function described(type: AttributeType): string {
  return type === "text"
    ? "text"
    : type === "list"
      ? "a list of texts"
      : type === "boolean"
        ? "true or false"
        : type === "time"
          ? "a time"
          : "a number";
}

function textOperand(value: string, type: AttributeType, refuse: (why: string) => SciError): string {
  if (type === "boolean") throw refuse("the attribute is true or false: write it without quotes");
  if (type === "integer" || type === "number") throw refuse("the attribute is a number: write it without quotes");
  return type === "time" ? timeOperand(value, refuse) : value;
}

/** A day, or a time with its zone, as UTC text; what has no zone is UTC as the service means it. */
function timeOperand(value: string, refuse: (why: string) => SciError): string {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(value.trim());
  const [, day = "", time = "00:00", zone = "Z"] = found ?? [];
  const normal = `${day}T${time.length === 5 ? `${time}:00` : time}${zone.toUpperCase()}`;
  const date = new Date(normal);
  if (found === null || Number.isNaN(date.getTime()) || (zone === "Z" && date.toISOString().slice(0, 10) !== day))
    throw refuse('a time is written like "2018-11-30T03:12:09Z" or "2018-11-30", in UTC');
  return zone.toUpperCase() === "Z" ? normal : timeText(date);
}

function timeText(date: Date): string {
  return date.toISOString().replace(/\.000Z$/, "Z");
}
