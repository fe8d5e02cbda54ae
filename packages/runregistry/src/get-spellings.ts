import { SciError, shown } from "@sci/http-core";
import { comparisons, unknownOperator } from "./filter-operands.ts";

/** One condition on one field, in the service's operators. */
export interface GetCondition {
  readonly operator: string;
  readonly operand: unknown;
}

/** A field as it was named, and its conditions, joined by AND in the order given. */
export interface GetField {
  readonly name: string;
  readonly conditions: readonly GetCondition[];
}

const lookups: Readonly<Record<string, string>> = { eq: "=", lt: "<", lte: "<=", gte: ">=", gt: ">" };

/** The service's operator for any spelling; the original knew lower case only and sent whatever else it was given. */
function toOperator(spelling: unknown, name: string): string {
  if (typeof spelling !== "string") {
    throw new SciError(
      "INVALID_ARGUMENT",
      `get(): the second member of ${name} must be an operator such as ">=" or "gte", not ${shown(spelling)}. ${rules}`,
    );
  }
  if ((comparisons as readonly string[]).includes(spelling)) return spelling;
  const lower = spelling.toLowerCase();
  const found = Object.hasOwn(lookups, lower) ? lookups[lower] : (comparisons as readonly string[]).find((known) => known === lower);
  if (found !== undefined) return found;
  throw unknownOperator(spelling, name, Object.keys(lookups));
}

const rules =
  'A value is an equality; [value, operator] is one condition; a list that holds such pairs, [[1, ">"], [9, "<"]], joins them by AND.';

/**
 * The conditions of one value. Python tells a tuple from a list; here a list that holds a list is a list of conditions, and any other is
 * one condition: [value] or [value, operator].
 */
function conditionsOf(name: string, value: unknown): GetCondition[] {
  if (!Array.isArray(value)) return plain(name, value);
  if (value.length === 0) throw new SciError("INVALID_ARGUMENT", `get(): the list of ${name} is empty. ${rules}`);
  if (value.some((member) => Array.isArray(member)))
    return value.flatMap((member: unknown) => (Array.isArray(member) ? [pair(name, member)] : plain(name, member)));
  return [pair(name, value)];
}

function pair(name: string, members: readonly unknown[]): GetCondition {
  if (members.length < 1 || members.length > 2 || members.some((member) => Array.isArray(member))) {
    throw new SciError("INVALID_ARGUMENT", `get(): ${shown(members)} of ${name} is neither [value] nor [value, operator]. ${rules}`);
  }
  if (members.length === 2 && typeof members[1] !== "string") {
    throw new SciError(
      "INVALID_ARGUMENT",
      `get(): ${shown(members)} of ${name} holds two values; no row has both. For one of several use oneOf(…). ${rules}`,
    );
  }
  return { operator: members.length === 1 ? "=" : toOperator(members[1], name), operand: scalar(name, members[0]) };
}

function plain(name: string, value: unknown): GetCondition[] {
  if (typeof value !== "object" || value === null || value instanceof Date) return [{ operator: "=", operand: scalar(name, value) }];
  // What between(), like() and the other operators give.
  const entries = Object.entries(value);
  if (entries.length === 0) throw new SciError("INVALID_ARGUMENT", `get(): the condition on ${name} is empty. ${rules}`);
  return entries.map(([operator, operand]: [string, unknown]) => {
    if (Array.isArray(operand) && (operator === "=" || /^(and|or)$/i.test(operator))) return { operator, operand };
    return { operator: toOperator(operator, name), operand: scalar(name, operand) };
  });
}

function scalar(name: string, value: unknown): unknown {
  if (value === undefined)
    throw new SciError("INVALID_ARGUMENT", `get(): ${name} is undefined. Leave the name out, or write null for a missing value.`);
  if (typeof value === "object" && value !== null && !(value instanceof Date))
    throw new SciError("INVALID_ARGUMENT", `get(): ${shown(value)} is no value for ${name}. ${rules}`);
  return value;
}

/**
 * All spellings of the original: plain values, [value, operator], lists of those, and `field__op`, which may meet on one field.
 * @throws INVALID_ARGUMENT for an unknown lookup or operator, naming the nearest, and for what cannot hold together
 */
export function readFields(fields: unknown): GetField[] {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw new SciError("INVALID_ARGUMENT", `get() takes an object such as { run_number: 327600 }, not ${shown(fields)}.`);
  }
  const found = new Map<string, GetCondition[]>();
  for (const [key, value] of Object.entries(fields)) {
    const cut = key.lastIndexOf("__");
    const name = cut > 0 ? key.slice(0, cut) : key;
    if (name === "") throw new SciError("INVALID_ARGUMENT", "get(): a field has the empty name.");
    const conditions =
      cut > 0 ? [{ operator: toOperator(key.slice(cut + 2), name), operand: lookupValue(key, value) }] : conditionsOf(name, value);
    found.set(name, [...(found.get(name) ?? []), ...conditions]);
  }
  return [...found].map(([name, conditions]) => ({ name, conditions }));
}

function lookupValue(key: string, value: unknown): unknown {
  if (Array.isArray(value))
    throw new SciError("INVALID_ARGUMENT", `get(): ${key} takes one value, not ${shown(value)}: its operator stands in the name.`);
  return scalar(key, value);
}
