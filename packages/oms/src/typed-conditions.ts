import type { SciError } from "@sci/http-core";
import { type AttributeType, typeOf } from "./attributes.ts";
import { type Condition, timeText, unfit } from "./conditions.ts";

/**
 * A condition on an attribute whose type is known: the value has to fit, and times become UTC text.
 * @throws INVALID_ARGUMENT for a value of another type
 */
export function typedCondition(resource: string, condition: Condition): Condition {
  const { name, operator, value } = condition;
  const type = typeOf(resource, name);
  if (type === undefined || value === null || operator === "LIKE" || operator === "CT") return condition;
  const kind = value instanceof Date ? "date" : typeof value;
  if (!fitting[kind]?.includes(type)) throw unfit(condition, `the attribute is ${described[type]}`);
  return type === "time" && typeof value === "string"
    ? { ...condition, value: timeOperand(value, (why) => unfit(condition, why)) }
    : condition;
}

/** Types of attributes that a value of a type can be compared with: nested values (`{ rate, counter }`) by their numbers. */
const numeric: readonly AttributeType[] = ["integer", "number", "rate", "deadtime", "prescale"];
const fitting: Readonly<Record<string, readonly AttributeType[]>> = {
  number: numeric,
  bigint: numeric,
  boolean: ["boolean"],
  string: ["text", "time", "list"],
  date: ["time"],
};

const described: Readonly<Record<AttributeType, string>> = {
  integer: "a number",
  number: "a number",
  text: "text",
  time: "a time",
  boolean: "true or false",
  list: "a list of texts",
  rate: "a number",
  deadtime: "a number",
  prescale: "a number",
};

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
