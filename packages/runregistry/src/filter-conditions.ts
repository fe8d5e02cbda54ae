import { shown } from "@sci/http-core";
import type { Attribute } from "./attributes.ts";
import { allOf, anyOf, type Clause, groupOf } from "./filter-components.ts";
import { checkOperand, isComparison, isInsideJson, refuse, takesList, unknownOperator } from "./filter-operands.ts";

/** A condition on one attribute, read: comparisons joined by AND, one of several values, or a group. */
type Part =
  | { readonly kind: "tests"; readonly tests: Readonly<Record<string, unknown>> }
  | { readonly kind: "list"; readonly values: readonly unknown[] }
  | { readonly kind: "and" | "or"; readonly parts: readonly Part[] };

/**
 * A condition on one attribute as the service answers it rightly, joined by AND. It looks at the operand of an operator to choose the type
 * of an attribute inside json, and finds none in a list of operator objects: these would be compared as text with numbers, and fail.
 * @throws INVALID_ARGUMENT for an unknown operator and for an operand of the wrong type
 */
export function attributeClauses(attribute: Attribute, condition: unknown): Clause[] {
  const part = read(attribute, condition);
  if (isContained(attribute) || (part.kind !== "tests" && isInsideJson(attribute) && isTyped(part))) return spread(attribute, part);
  const list = part.kind === "list" && takesList(attribute) && !part.values.includes(null);
  return [[attribute.path, list ? part.values : written(part)]];
}

/** Searched by "contains" only, whatever the operator, and by the first one of an object. */
function isContained(attribute: Attribute): boolean {
  return attribute.path === "datasets_in_gui";
}

function read(attribute: Attribute, condition: unknown): Part {
  if (Array.isArray(condition)) return list(attribute, condition);
  if (typeof condition !== "object" || condition === null || condition instanceof Date)
    return { kind: "tests", tests: { "=": checkOperand(attribute, "=", condition) } };
  const entries: [string, unknown][] = Object.entries(condition);
  if (entries.length === 0) throw refuse(attribute, "the condition is empty.");
  const tests: Record<string, unknown> = {};
  const parts: Part[] = [];
  for (const [operator, operand] of entries) {
    const joined = groupOf(operator);
    if (joined !== undefined) parts.push({ kind: joined, parts: members(attribute, joined, operand) });
    else if (operator === "=" && Array.isArray(operand)) parts.push(list(attribute, operand));
    else if (operator === "contains" && isContained(attribute)) tests[operator] = checkOperand(attribute, "=", operand);
    else if (!isComparison(operator)) throw unknownOperator(operator, attribute.name);
    else if (Array.isArray(operand))
      throw refuse(
        attribute,
        `${operator} takes one value, not a list.${operator === "<>" ? ' For none of several write { and: [{ "<>": a }, { "<>": b }] }.' : ""}`,
      );
    else tests[operator] = checkOperand(attribute, operator, operand);
  }
  // What stands beside a group in one object is not looked at by the service: each becomes a member of its own.
  if (Object.keys(tests).length > 0) parts.unshift({ kind: "tests", tests });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "and", parts };
}

function members(attribute: Attribute, joined: "and" | "or", operand: unknown): Part[] {
  if (!Array.isArray(operand)) throw refuse(attribute, `"${joined}" takes a list, not ${shown(operand)}.`);
  if (operand.length === 0) throw refuse(attribute, `"${joined}" holds an empty list.`);
  return operand.map((member: unknown) => read(attribute, member));
}

function list(attribute: Attribute, values: readonly unknown[]): Part {
  if (values.length === 0) throw refuse(attribute, "an empty list fits nothing.");
  return {
    kind: "list",
    values: values.map((value) => {
      if (typeof value === "object" && value !== null && !(value instanceof Date))
        throw refuse(attribute, `a list holds plain values, not ${shown(value)}.`);
      return checkOperand(attribute, "=", value);
    }),
  };
}

const isTypedValue = (value: unknown): boolean => typeof value === "number" || typeof value === "boolean";

/** Whether an operand is a number or a boolean, so that the attribute must be cast. */
function isTyped(part: Part): boolean {
  if (part.kind === "tests") return Object.values(part.tests).some(isTypedValue);
  return part.kind === "list" ? part.values.some(isTypedValue) : part.parts.some(isTyped);
}

/** What stands under the attribute's name, groups included. */
function written(part: Part): Readonly<Record<string, unknown>> {
  if (part.kind === "tests") return part.tests;
  if (part.kind === "list") return { or: part.values.map((value) => ({ "=": value })) };
  return { [part.kind]: part.parts.map(written) };
}

/** Groups of whole conditions instead of groups under the name. */
function spread(attribute: Attribute, part: Part): Clause[] {
  const { path } = attribute;
  switch (part.kind) {
    case "tests":
      return isContained(attribute)
        ? Object.entries(part.tests).map(([operator, operand]): Clause => [path, { [operator]: operand }])
        : [[path, part.tests]];
    case "list":
      return [oneOfValues(attribute, part.values)];
    case "and":
      return merged(flat(part)).flatMap((one) => spread(attribute, one));
    case "or": {
      const values = part.parts.flatMap((one) => equalities(one) ?? [undefined]);
      if (!values.includes(undefined)) return [oneOfValues(attribute, values)];
      return [anyOf(part.parts.map((one) => allOf(spread(attribute, one))))];
    }
  }
}

/** Bare values are cast by the first one, where operator objects are not. */
function oneOfValues(attribute: Attribute, values: readonly unknown[]): Clause {
  const [first] = values;
  const alike = isTypedValue(first) && values.every((value) => typeof value === typeof first);
  if (values.length > 1 && alike && !isContained(attribute)) return [attribute.path, { or: values }];
  return anyOf(values.map((value): Clause => [attribute.path, { "=": value }]));
}

function equalities(part: Part): readonly unknown[] | undefined {
  if (part.kind === "list") return part.values;
  return part.kind === "tests" && Object.keys(part.tests).join() === "=" ? [part.tests["="]] : undefined;
}

function flat(part: Part): Part[] {
  return part.kind === "and" ? part.parts.flatMap(flat) : [part];
}

/** Comparisons in one object, as far as their operators differ. */
function merged(parts: readonly Part[]): Part[] {
  let tests: Record<string, unknown> = {};
  const rest: Part[] = [];
  for (const part of parts) {
    if (part.kind === "tests" && !Object.keys(part.tests).some((operator) => Object.hasOwn(tests, operator)))
      tests = { ...tests, ...part.tests };
    else rest.push(part);
  }
  return Object.keys(tests).length === 0 ? rest : [{ kind: "tests", tests }, ...rest];
}
