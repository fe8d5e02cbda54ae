import type { Column, Condition, ListChoice } from "@sci/cli-core";
import { columnsOf } from "@sci/cli-core";
import { unknownName } from "@sci/http-core";
import type { ListingName } from "../attributes.ts";

/** `--where` and `--where-json` as the library takes a filter: all joined by AND. Undefined where neither is given. */
export function filterOf({ where = [], whereJson }: Pick<ListChoice, "where" | "whereJson">): Record<string, unknown> | undefined {
  const parts: unknown[] = where.map(({ name, operator, value }: Condition) =>
    // A computed key, because a name may be __proto__ and must then be refused like any other.
    Object.fromEntries([[name, Object.fromEntries([[operator === "!=" ? "<>" : operator, value]])]]),
  );
  if (whereJson !== undefined) parts.push(whereJson);
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? (parts[0] as Record<string, unknown>) : { and: parts };
}

/** Where a row of a listing holds what the service's filters call by this path. */
function pathInRow(path: string, listing: ListingName): string {
  if (path.startsWith("triplet_summary") || path.startsWith("dcs_summary")) return `DatasetTripletCache.${path}`;
  if (listing === "datasets" && /^(?:rr|oms)_attributes/.test(path)) return `Run.${path}`;
  return path;
}

/** Parts of a row that are no attributes, but can be asked for: whole groups, and the service's own paths. */
const groups: Readonly<Record<ListingName, readonly string[]>> = {
  runs: ["oms_attributes", "rr_attributes", "triplet_summary", "DatasetTripletCache"],
  datasets: ["oms_attributes", "rr_attributes", "dataset_attributes", "triplet_summary", "dcs_summary", "Run", "DatasetTripletCache"],
};

/**
 * The columns for `--fields`: short names (`class`), dotted ones (`rr_attributes.class`, `dt-dt.GOOD`) and groups (`oms_attributes`).
 * @throws INVALID_ARGUMENT for a name that the listing does not have, naming the nearest, unless `unchecked`
 */
export async function listingColumns(fields: readonly string[], listing: ListingName, unchecked = false): Promise<Column[]> {
  const [{ findAttribute }, { unknownAttribute }] = await Promise.all([import("../attributes.ts"), import("../filter.ts")]);
  return columnsOf(
    fields.map((name) => {
      const path = findAttribute(name, listing)?.path ?? (isPath(name, listing) ? name : undefined);
      if (path === undefined && !unchecked) throw unknownAttribute(name, listing, "field");
      return [name, pathInRow(path ?? name, listing)] as const;
    }),
  );
}

function isPath(name: string, listing: ListingName): boolean {
  return groups[listing].some(
    (group) => name === group || ((group === "dcs_summary" || /^[A-Z]/.test(group)) && name.startsWith(`${group}.`)),
  );
}

/**
 * The columns for `--fields` of rows that are all at hand: names of their fields, or of what is inside these.
 * @throws INVALID_ARGUMENT for a name that none of the rows has, naming the nearest
 */
export function columnsIn(fields: readonly string[] | undefined, rows: readonly object[], what: string): Column[] | undefined {
  if (fields === undefined) return undefined;
  const known = new Set<string>();
  const collect = (value: object, prefix: string): void => {
    for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
      known.add(prefix + key);
      if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) collect(inner, `${prefix}${key}.`);
    }
  };
  for (const row of rows) collect(row, "");
  if (rows.length > 0) for (const name of fields) if (!known.has(name)) throw unknownName(name, [...known], `field of ${what}`);
  return columnsOf(fields);
}
