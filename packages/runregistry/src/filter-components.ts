import { nearest, shown } from "@sci/http-core";
import { type Attribute, type Status, statuses } from "./attributes.ts";
import { isComparison, refuse, unknownOperator } from "./filter-operands.ts";

/** A filter as the service takes it. */
export type ServiceFilter = Readonly<Record<string, unknown>>;

/** One condition of the service: a key and what stands under it. */
export type Clause = readonly [key: string, value: unknown];

const groups: Readonly<Record<string, "and" | "or">> = { and: "and", AND: "and", or: "or", OR: "or" };
export function groupOf(operator: string): "and" | "or" | undefined {
  return Object.hasOwn(groups, operator) ? groups[operator] : undefined;
}

/** Whether a lumisection has the status: one at least, or none. A status that does not occur has no count, except EMPTY, which has one in every summary. */
function hasStatus(component: string, status: Status): Clause {
  return [`triplet_summary.${component}.${status}`, { ">": 0 }];
}
function lacksStatus(component: string, status: Status): Clause {
  const path = `triplet_summary.${component}.${status}`;
  const uncounted: Clause = [path, { "=": null }];
  // A run that is not significant has no summary.
  return status === "EMPTY" ? anyOf([[path, { "=": 0 }], uncounted]) : uncounted;
}

/** Clauses joined by OR: one alone needs no group. */
export function anyOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first !== undefined ? first : ["or", clauses.map((clause) => Object.fromEntries([clause]))];
}

/** Clauses joined by AND, as one. */
export function allOf(clauses: readonly Clause[]): Clause {
  const [first] = clauses;
  return clauses.length === 1 && first !== undefined ? first : ["and", clauses.map((clause) => Object.fromEntries([clause]))];
}

/**
 * What `"dt-dt": "GOOD"` and its relatives are in the service's terms, joined by AND: a component has no status of its own there,
 * but a count of lumisections per status.
 * @throws INVALID_ARGUMENT for what is no status
 */
export function componentClauses(attribute: Attribute, condition: unknown): Clause[] {
  const component = attribute.name;
  if (typeof condition === "string") return [hasStatus(component, checkStatus(attribute, condition))];
  if (Array.isArray(condition)) return [anyOf(members(attribute, condition).flatMap((one) => componentClauses(attribute, one)))];
  if (typeof condition !== "object" || condition === null) throw notAStatus(attribute, condition);
  const entries = Object.entries(condition);
  if (entries.length === 0) throw refuse(attribute, "the condition is empty.");
  return entries.flatMap(([operator, operand]) => one(attribute, operator, operand));
}

function one(attribute: Attribute, operator: string, operand: unknown): Clause[] {
  const component = attribute.name;
  const group = groupOf(operator);
  if (group !== undefined) {
    const parts = members(attribute, operand).map((member) => componentClauses(attribute, member));
    if (group === "and") return parts.flat();
    return [anyOf(parts.map(allOf))];
  }
  switch (operator) {
    case "=":
      return componentClauses(attribute, operand);
    case "<>":
      return [lacksStatus(component, checkStatus(attribute, operand))];
    case "like":
    case "LIKE":
      return [anyOf(matching(attribute, operand, "i").map((status) => hasStatus(component, status)))];
    case "notlike":
      return matching(attribute, operand, "i").map((status) => lacksStatus(component, status));
    case "NOTLIKE":
      return matching(attribute, operand, "").map((status) => lacksStatus(component, status));
    default:
      if (!isComparison(operator)) throw unknownOperator(operator, component);
      throw refuse(attribute, `${operator} does not compare statuses. Numbers of lumisections are "${component}.GOOD" and so on.`);
  }
}

function members(attribute: Attribute, list: unknown): readonly unknown[] {
  if (!Array.isArray(list)) throw refuse(attribute, `and/or take a list, not ${shown(list)}.`);
  if (list.length === 0) throw refuse(attribute, "an empty list says nothing.");
  return list;
}

function checkStatus(attribute: Attribute, value: unknown): Status {
  const found = typeof value === "string" ? statuses.find((status) => status === value.toUpperCase()) : undefined;
  if (found === undefined) throw notAStatus(attribute, value);
  return found;
}

function notAStatus(attribute: Attribute, value: unknown) {
  const near = typeof value === "string" ? nearest(value.toUpperCase(), statuses) : undefined;
  const count = typeof value === "number" ? ` Numbers of lumisections are "${attribute.name}.GOOD" and so on.` : "";
  return refuse(
    attribute,
    `${shown(value)} is no status.${near === undefined ? ` Known: ${statuses.join(", ")}.` : ` Did you mean "${near}"?`}${count}`,
    near === undefined ? {} : { nearest: near },
  );
}

/** The statuses that a pattern of like fits. */
function matching(attribute: Attribute, pattern: unknown, flags: string): Status[] {
  if (typeof pattern !== "string") throw refuse(attribute, `like takes text with % and _ as wildcards, not ${shown(pattern)}.`);
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  const expression = new RegExp(`^${source}$`, flags);
  const found = statuses.filter((status) => expression.test(status));
  if (found.length === 0) throw refuse(attribute, `no status is like ${shown(pattern)}. Known: ${statuses.join(", ")}.`);
  return found;
}
