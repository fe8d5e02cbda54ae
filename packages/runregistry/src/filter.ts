import { nearest, SciError, shown } from "@sci/http-core";
import { type Attribute, attributeNames, findAttribute, type ListingName } from "./attributes.ts";
import { type Clause, componentClauses, groupOf } from "./filter-components.ts";
import { checkOperand, isComparison, refuse, takesList, unknownOperator } from "./filter-operands.ts";

/** A filter as the service takes it. */
export type ServiceFilter = Readonly<Record<string, unknown>>;

interface Context {
  readonly listing: ListingName;
  readonly unchecked: boolean;
}

/**
 * A filter in the service's grammar: short names get their prefix, bare values their operator, components become counts.
 * What is in that grammar already stays as it is. The filter given is not changed.
 * @throws INVALID_ARGUMENT for an unknown attribute or operator, an operand of the wrong type, and an `or` across tables, unless `unchecked`
 */
export function compileFilter(filter: unknown, listing: ListingName, unchecked = false): ServiceFilter {
  if (filter === undefined || filter === null) return {};
  return join(group(filter, { listing, unchecked }, `filter of ${listing}`));
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
    return joined === undefined ? attributeClauses(name, condition, context) : [groupClause(joined, condition, context)];
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
  if (joined === "or" && !context.unchecked) {
    if (compiled.some((branch) => Object.keys(branch).length === 0))
      throw new SciError("INVALID_ARGUMENT", '"or" holds an empty filter, which fits everything.');
    if (compiled.length > 1) checkTables(compiled, context.listing);
  }
  return [joined, compiled];
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

function attributeClauses(name: string, condition: unknown, context: Context): Clause[] {
  const attribute = findAttribute(name, context.listing);
  if (attribute === undefined) {
    if (context.unchecked) return [[name, condition]];
    throw unknownAttribute(name, context.listing);
  }
  try {
    return isComponent(attribute) ? componentClauses(attribute, condition) : [[attribute.path, attributeCondition(attribute, condition)]];
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

function attributeCondition(attribute: Attribute, condition: unknown): unknown {
  if (Array.isArray(condition)) return list(attribute, condition);
  if (typeof condition !== "object" || condition === null || condition instanceof Date)
    return { "=": checkOperand(attribute, "=", condition) };
  const entries = Object.entries(condition);
  if (entries.length === 0) throw refuse(attribute, "the condition is empty.");
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "=" && Array.isArray(only[1])) return list(attribute, only[1]);
  const result: Record<string, unknown> = {};
  const more: unknown[] = [];
  for (const [operator, operand] of entries) {
    const joined = groupOf(operator);
    if (joined !== undefined) {
      const compiled = members(attribute, joined, operand);
      if (joined in result) more.push({ [joined]: compiled });
      else result[joined] = compiled;
    } else if (operator === "=" && Array.isArray(operand)) more.push(equalities(attribute, operand));
    else if (operator === "contains" && attribute.path === "datasets_in_gui") result[operator] = checkOperand(attribute, "=", operand);
    else if (!isComparison(operator)) throw unknownOperator(operator, attribute.name);
    else if (Array.isArray(operand))
      throw refuse(
        attribute,
        `${operator} takes one value, not a list.${operator === "<>" ? ' For none of several write { and: [{ "<>": a }, { "<>": b }] }.' : ""}`,
      );
    else result[operator] = checkOperand(attribute, operator, operand);
  }
  if (more.length === 0) return result;
  return { ...result, and: [...((result["and"] as unknown[] | undefined) ?? []), ...more] };
}

/** `and`/`or` under an attribute: bare values are completed, because the service reads them differently or not at all. */
function members(attribute: Attribute, joined: "and" | "or", operand: unknown): unknown[] {
  if (!Array.isArray(operand)) throw refuse(attribute, `"${joined}" takes a list, not ${shown(operand)}.`);
  if (operand.length === 0) throw refuse(attribute, `"${joined}" holds an empty list.`);
  return operand.map((member: unknown) => (Array.isArray(member) ? equalities(attribute, member) : attributeCondition(attribute, member)));
}

/** One of several values: a bare list on a column (SQL's IN), an `or` of equalities inside a json attribute, where the list would fail. */
function list(attribute: Attribute, values: readonly unknown[]): unknown {
  const compiled = equalities(attribute, values);
  return takesList(attribute) && !values.includes(null) ? compiled.or.map((one) => one["="]) : compiled;
}

function equalities(attribute: Attribute, values: readonly unknown[]): { readonly or: readonly { readonly "=": unknown }[] } {
  if (values.length === 0) throw refuse(attribute, "an empty list fits nothing.");
  return {
    or: values.map((value) => {
      if (typeof value === "object" && value !== null && !(value instanceof Date))
        throw refuse(attribute, `a list holds plain values, not ${shown(value)}.`);
      return { "=": checkOperand(attribute, "=", value) };
    }),
  };
}

type ServiceTable = "run" | "dataset" | "triplet";
const tableNames: Readonly<Record<ListingName, Readonly<Record<ServiceTable, string>>>> = {
  runs: { run: "run (run_number, rr_attributes, oms_attributes)", dataset: "dataset", triplet: "triplet_summary (components)" },
  datasets: {
    run: "run (rr_attributes, oms_attributes)",
    dataset: "dataset (run_number, name, dataset_attributes)",
    triplet: "triplet_summary (components)",
  },
};

/** The table the service puts a condition into: it splits every filter this way and joins the parts with AND. */
function tableOf(path: string, listing: ListingName): ServiceTable {
  if (path.startsWith("triplet_summary.")) return "triplet";
  if (path.startsWith("rr_attributes.") || path.startsWith("oms_attributes.")) return "run";
  return listing === "runs" ? "run" : "dataset";
}

function checkTables(branches: readonly ServiceFilter[], listing: ListingName): void {
  const tables = new Set<ServiceTable>();
  const visit = (filter: ServiceFilter): void => {
    for (const [key, value] of Object.entries(filter)) {
      if (groupOf(key) === undefined) tables.add(tableOf(key, listing));
      else for (const branch of value as readonly ServiceFilter[]) visit(branch);
    }
  };
  for (const branch of branches) visit(branch);
  if (tables.size < 2) return;
  const named = [...tables].map((table) => tableNames[listing][table]).join(" and ");
  throw new SciError(
    "INVALID_ARGUMENT",
    `This "or" reaches over the tables ${named}: the service splits a filter by table and joins the parts with AND, so it would answer an "and". ` +
      "Ask once per branch and put the rows together, or send it as it is with unchecked: true.",
    { details: { tables: [...tables] } },
  );
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
