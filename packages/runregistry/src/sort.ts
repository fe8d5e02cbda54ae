import { nearest, SciError, shown } from "@sci/http-core";
import { attributes, findAttribute, type ListingName } from "./attributes.ts";
import { unknownAttribute } from "./filter.ts";

export type ServiceSorting = readonly [key: string, direction: "ASC" | "DESC"];

/** What makes a row unique: without it, pages of an order with equal values repeat and lose rows. */
const tieBreakers: Readonly<Record<ListingName, readonly ServiceSorting[]>> = {
  runs: [["run_number", "DESC"]],
  datasets: [
    ["run_number", "DESC"],
    ["name", "ASC"],
  ],
};

/**
 * `["-energy"]` as the service takes it, ended by run_number (and name for datasets). Nothing given is the service's own order, which
 * is unique: run_number descending (then name ascending).
 * @throws INVALID_ARGUMENT for a name the listing cannot be sorted by; the service would put it into its SQL unquoted
 */
export function compileSort(sort: readonly string[] | undefined, listing: ListingName): ServiceSorting[] {
  if (sort === undefined) return [];
  if (!Array.isArray(sort))
    throw new SciError("INVALID_ARGUMENT", `sort must be a list of names such as ["-run_number"], not ${shown(sort)}.`);
  const result = new Map<string, ServiceSorting>();
  for (const entry of sort as readonly unknown[]) {
    const [key, direction] = one(entry, listing);
    if (result.has(key)) throw new SciError("INVALID_ARGUMENT", `sort names ${key} twice.`);
    result.set(key, [key, direction]);
  }
  if (result.size === 0) return [];
  for (const tie of tieBreakers[listing]) if (!result.has(tie[0])) result.set(tie[0], tie);
  return [...result.values()];
}

function one(entry: unknown, listing: ListingName): ServiceSorting {
  if (typeof entry !== "string") throw new SciError("INVALID_ARGUMENT", `sort takes names such as "-run_number", not ${shown(entry)}.`);
  const descending = entry.startsWith("-");
  const name = descending ? entry.slice(1) : entry;
  const attribute = findAttribute(name, listing);
  if (attribute === undefined) throw unknownAttribute(name, listing, "name to sort by");
  if (!attribute.sortable.includes(listing)) {
    const near = nearest(
      name,
      attributes({ listing })
        .filter((known) => known.sortable.includes(listing))
        .map((known) => known.name),
    );
    const able =
      listing === "datasets"
        ? " It sorts datasets by run_number, name, dataset_attributes, components, class, b_field and ls_duration."
        : "";
    throw new SciError("INVALID_ARGUMENT", `The service cannot sort ${listing} by ${name}.${able}`, {
      details: { name, ...(near === undefined ? {} : { nearest: near }) },
    });
  }
  // A component is known to the service by its hyphen, without the table in front.
  const key = attribute.table === "triplet" ? attribute.name : attribute.path;
  return [key, descending ? "DESC" : "ASC"];
}
