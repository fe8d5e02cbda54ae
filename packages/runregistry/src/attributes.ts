import { checkNames, SciError } from "@sci/http-core";
import { components, datasetAttributes, omsAttributes, rrAttributes } from "./attributes.generated.ts";

/** The two listings of the service: they know different attributes. */
export type ListingName = "runs" | "datasets";

export type AttributeType = "number" | "string" | "boolean" | "date" | "list";

/** One thing a listing can be filtered by. */
export interface Attribute {
  /** As it is typed in a filter: `class`, `energy`, `dt-dt`, `dt-dt.GOOD`. */
  readonly name: string;
  /** In the service's own grammar: `rr_attributes.class`. Accepted in filters too. */
  readonly path: string;
  /** Where the service keeps it. An `or` cannot mix two of `run`/`oms`/`rr`, `dataset` and `triplet`. */
  readonly table: "run" | "oms" | "rr" | "dataset" | "triplet";
  /** Of operands: `number` counts lumisections where `table` is `triplet`. A component itself takes a status and has type `string`. */
  readonly type: AttributeType;
  readonly listings: readonly ListingName[];
  /** Listings that can be sorted by it. */
  readonly sortable: readonly ListingName[];
}

/** Statuses of a lumisection that a summary counts. */
export const statuses = ["GOOD", "BAD", "STANDBY", "EXCLUDED", "NOTSET", "EMPTY", "NO VALUE FOUND"] as const;
export type Status = (typeof statuses)[number];
/** Lists of texts in a component's summary. */
export const summaryLists = ["causes", "comments"] as const;

const both: readonly ListingName[] = ["runs", "datasets"];
const datasetsOnly: readonly ListingName[] = ["datasets"];
const runsOnly: readonly ListingName[] = ["runs"];
const nowhere: readonly ListingName[] = [];

/** What the datasets listing can sort by of the run: everything else ends there in "Cannot read property 'type' of undefined". */
const sortableOfRun = new Set(["oms_attributes.ls_duration", "oms_attributes.b_field", "rr_attributes.class"]);

function ofRun(table: "oms" | "rr", types: Readonly<Record<string, AttributeType>>): Attribute[] {
  return Object.entries(types).map(([name, type]) => {
    const path = `${table}_attributes.${name}`;
    // The column run_number has the short name.
    return {
      name: name === "run_number" ? path : name,
      path,
      table,
      type,
      listings: both,
      sortable: sortableOfRun.has(path) ? both : runsOnly,
    };
  });
}

const columns: readonly Attribute[] = [
  { name: "run_number", path: "run_number", table: "run", type: "number", listings: both, sortable: both },
  { name: "name", path: "name", table: "dataset", type: "string", listings: datasetsOnly, sortable: datasetsOnly },
  { name: "version", path: "version", table: "run", type: "number", listings: both, sortable: runsOnly },
  { name: "deleted", path: "deleted", table: "run", type: "boolean", listings: both, sortable: nowhere },
  { name: "datasets_in_gui", path: "datasets_in_gui", table: "dataset", type: "list", listings: datasetsOnly, sortable: nowhere },
];

const plain: readonly Attribute[] = [
  ...columns,
  ...ofRun("rr", rrAttributes),
  ...ofRun("oms", omsAttributes),
  ...Object.entries(datasetAttributes).map(([name, type]): Attribute => ({
    name,
    path: `dataset_attributes.${name}`,
    table: "dataset",
    type,
    listings: datasetsOnly,
    sortable: datasetsOnly,
  })),
  ...components.map((name): Attribute => ({
    name,
    path: `triplet_summary.${name}`,
    table: "triplet",
    type: "string",
    listings: both,
    sortable: both,
  })),
];

/** Counts and lists inside a component's summary. */
function inside(component: string): Attribute[] {
  const of = (field: string, type: AttributeType): Attribute => ({
    name: `${component}.${field}`,
    path: `triplet_summary.${component}.${field}`,
    table: "triplet",
    type,
    listings: both,
    sortable: nowhere,
  });
  return [...statuses.map((status) => of(status, "number")), ...summaryLists.map((list) => of(list, "list"))];
}

interface Index {
  readonly byName: ReadonlyMap<string, Attribute>;
  /** Short and dotted names, for proposals. */
  readonly names: readonly string[];
}
const indexes = new Map<ListingName, Index>();

function indexOf(listing: ListingName): Index {
  let index = indexes.get(listing);
  if (index === undefined) {
    const byName = new Map<string, Attribute>();
    for (const attribute of plain.filter((one) => one.listings.includes(listing))) {
      byName.set(attribute.path, attribute);
      byName.set(attribute.name, attribute);
      if (attribute.table !== "triplet") continue;
      for (const inner of inside(attribute.name)) byName.set(inner.name, inner).set(inner.path, inner);
    }
    const name = byName.get("name");
    if (name !== undefined) byName.set("dataset_name", name);
    index = { byName, names: [...byName.keys()] };
    indexes.set(listing, index);
  }
  return index;
}

/** The attribute with this short or dotted name. */
export function findAttribute(name: string, listing: ListingName): Attribute | undefined {
  return indexOf(listing).byName.get(name);
}

/** All short and dotted names of a listing. */
export function attributeNames(listing: ListingName): readonly string[] {
  return indexOf(listing).names;
}

export interface AttributesOptions {
  /** Only names that hold this text, whatever its case. */
  readonly word?: string;
  /** Only what this listing knows. @default both */
  readonly listing?: ListingName;
}

/**
 * What runs and datasets can be filtered by; ATTRIBUTES.md of the package is the same as a page. A component stands for its counts
 * (`dt-dt.GOOD`, …) and lists (`dt-dt.causes`, `dt-dt.comments`) as well.
 * Source: `runregistry` 3.1.2 and the documentation of `runregistryclient`.
 * @example attributes({ word: "lumi" })
 */
export function attributes(options: AttributesOptions = {}): Attribute[] {
  checkNames(options, ["word", "listing"], "option of attributes()");
  const { word = "", listing } = options;
  if (typeof word !== "string") throw new SciError("INVALID_ARGUMENT", "attributes(): word must be text.");
  if (listing !== undefined && !both.includes(listing))
    throw new SciError("INVALID_ARGUMENT", `attributes(): listing must be "runs" or "datasets".`);
  const wanted = word.toLowerCase();
  return plain.filter(
    (one) =>
      one.name !== "deleted" &&
      (listing === undefined || one.listings.includes(listing)) &&
      (one.path.toLowerCase().includes(wanted) || (one.path === "name" && "dataset_name".includes(wanted))),
  );
}
