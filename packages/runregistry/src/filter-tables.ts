import { SciError } from "@sci/http-core";
import type { ListingName } from "./attributes.ts";
import { groupOf, type ServiceFilter } from "./filter-components.ts";

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

function pathsIn(filter: ServiceFilter): string[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    groupOf(key) === undefined ? [key] : Array.isArray(value) ? (value as readonly ServiceFilter[]).flatMap(pathsIn) : [],
  );
}

function tablesIn(filter: ServiceFilter, listing: ListingName): Set<ServiceTable> {
  return new Set(pathsIn(filter).map((path) => tableOf(path, listing)));
}

function has(filter: ServiceFilter, fits: (key: string, value: unknown) => boolean): boolean {
  return Object.entries(filter).some(
    ([key, value]) =>
      fits(key, value) ||
      (groupOf(key) !== undefined && Array.isArray(value) && (value as readonly ServiceFilter[]).some((branch) => has(branch, fits))),
  );
}

/** An `or` that is no list of filters that each say something; only unchecked filters have one. */
function isIrregular(key: string, value: unknown): boolean {
  if (groupOf(key) === undefined) return false;
  if (!Array.isArray(value)) return true;
  return key === "or" && (value.length === 0 || (value as readonly ServiceFilter[]).some((branch) => pathsIn(branch).length === 0));
}

/**
 * The same question in a form that survives the split of the service. Each table's part keeps all groups of the top level, so that an
 * `or` about another table is left there without members and fits nothing. In one list under `and` the members about other tables are
 * left out, which is why everything goes there, each member about one table.
 * @throws INVALID_ARGUMENT for an `or` that no such list can say, unless `unchecked`: then the filter stays as it is
 */
export function arrangeByTable(filter: ServiceFilter, listing: ListingName, unchecked: boolean): ServiceFilter {
  if (tablesIn(filter, listing).size < 2 || !has(filter, (key) => key === "or") || has(filter, isIrregular)) return filter;
  const all = conjuncts(filter);
  const mixed = all.filter((one) => tablesIn(one, listing).size > 1);
  if (mixed.length === 0) return joined(all);
  const separate = separated(all, listing);
  if (separate !== undefined) return joined(separate);
  if (unchecked) return filter;
  throw acrossTables(mixed, listing);
}

/** Filters of one condition or one `or` each, joined by AND. */
function conjuncts(filter: ServiceFilter): ServiceFilter[] {
  return Object.entries(filter).flatMap(([key, value]): ServiceFilter[] => {
    if (groupOf(key) === undefined) return [Object.fromEntries([[key, value]])];
    const branches = value as readonly ServiceFilter[];
    return key === "and" || branches.length === 1 ? branches.flatMap(conjuncts) : [{ [key]: branches }];
  });
}

/** Plain conditions in one object as far as their names differ, and groups, all in one list. */
function joined(filters: readonly ServiceFilter[]): ServiceFilter {
  const plain = new Map<string, unknown>();
  const others: ServiceFilter[] = [];
  for (const filter of filters) {
    const [[key, value] = ["", undefined]] = Object.entries(filter);
    if (groupOf(key) === undefined && !plain.has(key)) plain.set(key, value);
    else others.push(filter);
  }
  const first = Object.fromEntries(plain);
  if (others.length === 0) return first;
  const [only] = others;
  if (plain.size === 0 && others.length === 1 && only !== undefined) return only;
  return { and: plain.size === 0 ? others : [first, ...others] };
}

const mostTerms = 512;

/**
 * Factors about one table each, whose product is the filter: `(a and b) or (a and c)` is `a and (b or c)`. There is no "not", so that a
 * filter is the set of its smallest terms, and its factors are what the terms say about each table. Undefined where there are none.
 */
function separated(filters: readonly ServiceFilter[], listing: ListingName): ServiceFilter[] | undefined {
  const atoms: ServiceFilter[] = [];
  const numbers = new Map<string, number>();
  const atom = (filter: ServiceFilter): number => {
    const text = JSON.stringify(filter);
    const number = numbers.get(text) ?? atoms.push(filter) - 1;
    numbers.set(text, number);
    return number;
  };
  const termsOf = (all: readonly ServiceFilter[]): Term[] | undefined => {
    let terms: Term[] = [new Set()];
    for (const one of all) {
      const branches = tablesIn(one, listing).size > 1 ? (one["or"] as readonly ServiceFilter[]) : undefined;
      const inner = branches?.map((branch) => termsOf(conjuncts(branch))) ?? [[new Set([atom(one)])]];
      if (inner.includes(undefined)) return undefined;
      const others = inner.flatMap((some) => some ?? []);
      if (terms.length * others.length > mostTerms) return undefined;
      terms = smallest(terms.flatMap((term) => others.map((other) => new Set([...term, ...other]))));
    }
    return terms;
  };
  const terms = termsOf(filters);
  if (terms === undefined) return undefined;
  const tables = atoms.map((one) => [...tablesIn(one, listing)][0]);
  const factors = [...new Set(tables)].map((table) =>
    smallest(terms.map((term) => new Set([...term].filter((number) => tables[number] === table)))),
  );
  if (factors.reduce((product, factor) => product * factor.length, 1) > mostTerms) return undefined;
  const product = factors.reduce<Term[]>(
    (made, factor) => made.flatMap((term) => factor.map((other) => new Set([...term, ...other]))),
    [new Set()],
  );
  if (!product.every((made) => terms.some((term) => holds(made, term)))) return undefined;
  const filterOf = (term: Term): ServiceFilter[] => [...term].map((number) => atoms[number] ?? {});
  return factors.flatMap((factor) => {
    const [only] = factor;
    return factor.length === 1 && only !== undefined ? filterOf(only) : [{ or: factor.map((term) => joined(filterOf(term))) }];
  });
}

/** Conditions joined by AND, by their numbers. */
type Term = ReadonlySet<number>;

function holds(larger: Term, smaller: Term): boolean {
  return [...smaller].every((number) => larger.has(number));
}

/** Without the terms that hold another one, which say nothing more. */
function smallest(terms: readonly Term[]): Term[] {
  return terms.filter(
    (term, index) => !terms.some((other, place) => place !== index && holds(term, other) && (other.size < term.size || place < index)),
  );
}

function acrossTables(mixed: readonly ServiceFilter[], listing: ListingName): SciError<"INVALID_ARGUMENT"> {
  const tables = [...new Set(mixed.flatMap((one) => [...tablesIn(one, listing)]))];
  const own = [...new Set(mixed.flatMap(pathsIn).filter((path) => tableOf(path, listing) === "dataset"))];
  const other =
    listing === "datasets" && !tables.includes("triplet") && own.join() === "run_number"
      ? "Write oms_attributes.run_number in it, which is in the table of the run; else ask"
      : "Ask";
  return new SciError(
    "INVALID_ARGUMENT",
    `This "or" reaches over the tables ${tables.map((table) => tableNames[listing][table]).join(" and ")}: the service splits a filter by table and ` +
      `joins the parts with AND, so it would answer an "and". ${other} once per branch and put the rows together, or send it as it is with unchecked: true.`,
    { details: { tables } },
  );
}
