import { findAttribute, type ListingName } from "../../src/attributes.ts";

type Truth = boolean | null;
type Fields = Readonly<Record<string, unknown>>;

const and = (truths: readonly Truth[]): Truth => (truths.includes(false) ? false : truths.includes(null) ? null : true);
const or = (truths: readonly Truth[]): Truth => (truths.includes(true) ? true : truths.includes(null) ? null : false);

/** Whether a row fits a filter as the README words it: three-valued, every name and group meaning what it says. */
export function fits(row: Fields, filter: Fields, listing: ListingName): Truth {
  return and(
    Object.entries(filter).map(([name, condition]) => {
      if (name === "and" || name === "or")
        return (name === "and" ? and : or)((condition as readonly Fields[]).map((inner) => fits(row, inner, listing)));
      const path = findAttribute(name, listing)?.path ?? name;
      if (name.includes("-") && !name.includes(".")) return hasStatus(at(row, `${inRow(path, listing)}`) as Fields | undefined, condition);
      return holds(at(row, inRow(path, listing)) ?? null, condition);
    }),
  );
}

function inRow(path: string, listing: ListingName): string {
  if (path.startsWith("triplet_summary.")) return `DatasetTripletCache.${path}`;
  return listing === "datasets" && /^(rr|oms)_attributes\./.test(path) ? `Run.${path}` : path;
}

function at(row: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, step) => (value as Fields | null | undefined)?.[step], row);
}

/** A component has a status when lumisections are counted under it. */
function hasStatus(summary: Fields | undefined, condition: unknown): Truth {
  const has = (status: unknown): Truth => ((summary?.[String(status)] as number | undefined) ?? 0) > 0;
  if (Array.isArray(condition)) return or(condition.map(has));
  return typeof condition === "string" ? has(condition) : !has((condition as { "<>": string })["<>"]);
}

function holds(value: unknown, condition: unknown): Truth {
  if (Array.isArray(condition)) return or(condition.map((one) => holds(value, one)));
  if (typeof condition !== "object" || condition === null) return compare(value, "=", condition);
  return and(
    Object.entries(condition).map(([operator, operand]: [string, unknown]) => {
      if (operator === "and" || operator === "or")
        return (operator === "and" ? and : or)((operand as readonly unknown[]).map((one) => holds(value, one)));
      return Array.isArray(operand) ? holds(value, operand) : compare(value, operator, operand);
    }),
  );
}

function compare(value: unknown, operator: string, operand: unknown): Truth {
  // A list of names holds one or not; it is never missing.
  if (Array.isArray(value) && operator === "=") return value.includes(operand);
  if (operand === null) return (value === null) === (operator === "=");
  if (value === null) return null;
  const [a, b] = [value, operand] as [number, number];
  switch (operator) {
    case "=":
      return a === b;
    case "<>":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "like":
    case "notlike":
    case "NOTLIKE":
      return like(String(value), String(operand), operator !== "NOTLIKE") === (operator === "like");
    default:
      throw new Error(`The test knows no ${operator}.`);
  }
}

function like(text: string, pattern: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(text);
}
