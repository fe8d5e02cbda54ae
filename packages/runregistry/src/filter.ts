import { nearest, SciError, shown } from "@sci/http-core";
import { type Attribute, attributeNames, findAttribute, type ListingName } from "./attributes.ts";
import { type Clause, componentClauses, groupOf, type ServiceFilter } from "./filter-components.ts";
import { attributeClauses } from "./filter-conditions.ts";
import { arrangeByTable } from "./filter-tables.ts";

export type { ServiceFilter } from "./filter-components.ts";

interface Context {
  readonly listing: ListingName;
  readonly unchecked: boolean;
}

/**
 * A filter in the service's grammar: short names get their prefix, bare values their operator, components become counts.
 * What is in that grammar already stays as it is, unless the service would answer it wrongly and there is another way to say the same.
 * The filter given is not changed.
 * @throws INVALID_ARGUMENT for an unknown attribute or operator, an operand of the wrong type, and an `or` across tables, unless `unchecked`
 */
export function compileFilter(filter: unknown, listing: ListingName, unchecked = false): ServiceFilter {
  if (filter === undefined || filter === null) return {};
  return arrangeByTable(join(group(filter, { listing, unchecked }, `filter of ${listing}`)), listing, unchecked);
}

function group(filter: unknown, context: Context, what: string): Clause[] {
  if (typeof filter !== "object" || filter === null || Array.isArray(filter) || filter instanceof Date) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `The ${what} must be an object such as { run_number: 327600 }, not ${shown(filter)}. (The service takes some other values for "everything".)`,
    );
  }
  return Object.entries(filter).flatMap(([name, condition]) => {
    const joined = groupOf(name);
    return joined === undefined ? namedClauses(name, condition, context) : [groupClause(joined, condition, context)];
  });
}

function groupClause(joined: "and" | "or", branches: unknown, context: Context): Clause {
  if (!Array.isArray(branches)) {
    if (context.unchecked) return [joined, branches];
    throw new SciError("INVALID_ARGUMENT", `"${joined}" takes a list of filters, not ${shown(branches)}.`);
  }
  if (branches.length === 0 && !context.unchecked) {
    throw new SciError("INVALID_ARGUMENT", `"${joined}" holds an empty list: the service would answer everything. Leave it out.`);
  }
  const compiled = branches.map((branch: unknown) => join(group(branch, context, `filter in "${joined}"`)));
  if (context.unchecked) return [joined, compiled];
  const filled = compiled.filter((branch) => Object.keys(branch).length > 0);
  if (joined === "or" && filled.length < compiled.length)
    throw new SciError("INVALID_ARGUMENT", '"or" holds an empty filter, which fits everything.');
  return [joined, filled];
}

/** Clauses joined by AND in one object; what would meet under one key goes into `and`. */
function join(clauses: readonly Clause[]): ServiceFilter {
  const result = new Map<string, unknown>();
  const and: unknown[] = [];
  for (const [key, value] of clauses) {
    if (key === "and" && Array.isArray(value)) and.push(...(value as unknown[]));
    else if (result.has(key)) and.push(Object.fromEntries([[key, value]]));
    else result.set(key, value);
  }
  if (and.length > 0) result.set("and", and);
  return Object.fromEntries(result);
}

function namedClauses(name: string, condition: unknown, context: Context): Clause[] {
  const attribute = findAttribute(name, context.listing);
  if (attribute === undefined) {
    if (context.unchecked) return [[name, condition]];
    throw unknownAttribute(name, context.listing);
  }
  try {
    return isComponent(attribute) ? componentClauses(attribute, condition) : attributeClauses(attribute, condition);
  } catch (error) {
    if (!context.unchecked) throw error;
    // Unchecked: what a check refuses goes as it was given, under its full name.
    if (isComponent(attribute) && typeof condition === "string") return [[`${attribute.path}.${condition}`, { ">": 0 }]];
    return [[attribute.path, typeof condition === "object" && condition !== null ? condition : { "=": condition }]];
  }
}

/** A component as a whole, not one of its counts or lists. */
function isComponent(attribute: Attribute): boolean {
  return attribute.table === "triplet" && !attribute.name.includes(".");
}

/** The error for a name that the listing does not know. */
export function unknownAttribute(name: string, listing: ListingName, what = "attribute"): SciError<"INVALID_ARGUMENT"> {
  const other = listing === "runs" ? "datasets" : "runs";
  const near = nearest(name, attributeNames(listing));
  const help =
    findAttribute(name, other) !== undefined
      ? ` It is one of ${other}.`
      : near !== undefined
        ? ` Did you mean "${near}"?`
        : " attributes({ word }) lists what can be asked for.";
  return new SciError(
    "INVALID_ARGUMENT",
    `Unknown ${what} of ${listing} "${name}".${help} Names outside the list pass with unchecked: true.`,
    {
      details: { name, ...(near === undefined ? {} : { nearest: near }) },
    },
  );
}
