import { SqlError } from "./sql.ts";

/** A filter as it came, or a part of it. */
export type Filter = Record<string, unknown>;

function entries(value: unknown): [string, unknown][] {
  if (value === null || value === undefined) throw new SqlError("Cannot convert undefined or null to object");
  return Object.entries(value);
}

type Choice = "keep" | "leave";

/**
 * Takes one table's part out of a filter, as the service does: only `and` and `or` in lower case are looked into.
 * Members without a condition of the table are dropped until the first condition was seen; later ones stay as empty objects.
 */
function takePart(
  filter: unknown,
  seen: boolean,
  choose: (name: string) => Choice,
  change: (name: string, value: unknown) => unknown,
): [Filter, boolean] {
  const part: Filter = {};
  for (const [name, value] of entries(filter)) {
    if (choose(name) === "keep") {
      part[name] = change(name, value);
      seen = true;
    } else if (name === "and" || name === "or") {
      if (!Array.isArray(value)) throw new SqlError("val.filter is not a function");
      const before = seen;
      const kept = value.filter((member) => takePart(member, before, choose, change)[1]);
      part[name] = kept.map((member) => {
        const [inner, found] = takePart(member, seen, choose, change);
        seen = found;
        return inner;
      });
    }
  }
  return [part, seen];
}

function part(filter: unknown, choose: (name: string) => boolean, change = (_: string, value: unknown): unknown => value): Filter {
  const [taken, seen] = takePart(filter, false, (name) => (choose(name) ? "keep" : "leave"), change);
  return seen ? taken : {};
}

const logical = (name: string): boolean => name === "and" || name === "or";
const triplet = (name: string): boolean => name.startsWith("triplet_summary");

/** The parts of a filter of runs: the run's own, and the one of the lumisection summary. */
export function splitRunFilter(filter: unknown): { run: Filter; triplets: Filter } {
  return { run: { ...part(filter, (name) => !triplet(name) && !logical(name)) }, triplets: part(filter, triplet) };
}

/** The parts of a filter of datasets. Whatever is asked of `datasets_in_gui` becomes "contains". */
export function splitDatasetFilter(filter: unknown): { dataset: Filter; run: Filter; triplets: Filter } {
  const own = (name: string): boolean =>
    !triplet(name) && !name.startsWith("rr_attributes") && !name.startsWith("oms_attributes") && !logical(name);
  const contains = (name: string, value: unknown): unknown => {
    if (!name.startsWith("datasets_in_gui")) return value;
    if (value === null || value === undefined) throw new SqlError("Cannot convert undefined or null to object");
    return { contains: Object.values(value)[0] as unknown };
  };
  return {
    dataset: part(filter, own, contains),
    run: part(filter, (name) => name.startsWith("rr_attributes.") || name.startsWith("oms_attributes.")),
    triplets: part(filter, triplet),
  };
}
