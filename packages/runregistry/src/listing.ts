import {
  type Core,
  checkNames,
  listOptionNames,
  type ListOptions,
  type Operation,
  type PagedOperation,
  type Schema,
  SciError,
  shown,
} from "@sci/http-core";
import type { ListingName } from "./attributes.ts";
import { compileFilter, type ServiceFilter } from "./filter.ts";
import { groupOf } from "./filter-components.ts";
import { compileSort, type ServiceSorting } from "./sort.ts";

/** What both listings are asked for. */
export interface ListingInput {
  readonly filter: ServiceFilter;
  readonly sortings: readonly ServiceSorting[];
}

/** An answer of a listing: rows under the listing's name, and their number over all pages. */
export type ListingBody = Readonly<Record<string, unknown>>;

const own = ["filter", "sort", "unchecked", "compress"] as const;

/** The options of a listing, checked and taken apart: what is asked for, and what the core is told. */
export function listingInput(
  options: object | undefined,
  listing: ListingName,
): { input: ListingInput; compress: boolean; options: ListOptions } {
  checkNames(options, [...own, ...listOptionNames], `option of ${listing}()`);
  const { filter, sort, unchecked, compress, ...rest } = (options ?? {}) as {
    filter?: unknown;
    sort?: readonly string[];
    unchecked?: unknown;
    compress?: unknown;
  } & ListOptions;
  for (const [name, value] of Object.entries({ unchecked, compress })) {
    if (value !== undefined && typeof value !== "boolean")
      throw new SciError("INVALID_ARGUMENT", `${listing}(): ${name} must be true or false, not ${shown(value)}.`);
  }
  return {
    input: { filter: compileFilter(filter, listing, unchecked === true), sortings: compileSort(sort, listing) },
    compress: compress === true,
    options: rest,
  };
}

type PageInput = Parameters<
  NonNullable<Operation<{ readonly input: ListingInput; readonly position: { readonly page: number; readonly pageSize: number } }>["body"]>
>[0];

/** The body of both listings: the service has a default for none of the four. */
export function listingBody({ input, position }: PageInput) {
  return { json: { page: position.page, filter: input.filter, page_size: position.pageSize, sortings: input.sortings } };
}

/** How a listing pages. */
export function pagedListing<Row, Item>(definition: {
  readonly listing: ListingName;
  readonly schema: Schema<ListingBody>;
  readonly item: (row: Row) => Item;
  readonly key: (item: Item) => string | number;
  readonly after: (input: ListingInput, last: Item) => ListingInput | undefined;
}): PagedOperation<ListingInput, ListingBody, Item> {
  const { listing, schema, item, key, after } = definition;
  return {
    operation: {
      name: `${listing}.list`,
      method: "POST",
      path: `/${listing}_filtered_ordered`,
      // It only reads, although it is a POST.
      repeatable: true,
      params: () => ({}),
      body: listingBody,
      response: schema,
    },
    items: (body) => rowsOf<Row>(body, listing).map(item),
    total: (body) => totalOf(body, listing),
    key,
    after,
    defaultPageSize: 250,
    // Rows are some kilobytes each: 200,000 of them are read within 150 MB this way, as fast as the service gives them.
    itemsInFlight: 1000,
  };
}

/** @throws INVALID_RESPONSE where the rows are missing: an empty list would hide them */
export function rowsOf<Row>(body: ListingBody, name: string): readonly Row[] {
  const rows = body?.[name];
  if (!Array.isArray(rows)) throw new SciError("INVALID_RESPONSE", `The answer of Run Registry holds no list "${name}".`);
  return rows as readonly Row[];
}

/** @throws INVALID_RESPONSE where the number of rows is missing: the rest of the pages would be left out without a word */
export function totalOf(body: ListingBody, name: string): number {
  const total = body["count"];
  if (typeof total !== "number")
    throw new SciError("INVALID_RESPONSE", `The answer of Run Registry does not tell how many ${name} there are ("count").`);
  return total;
}

/** The same question for the rows behind a run number; undefined where the order does not begin with it. */
export function behindRun(input: ListingInput, lastRun: number): ListingInput | undefined {
  const [first] = input.sortings;
  if (first !== undefined && first[0] !== "run_number") return undefined;
  const operator = first?.[1] === "ASC" ? ">" : "<";
  return { ...input, filter: both(input.filter, { run_number: { [operator]: lastRun } }) };
}

/** Two filters joined by AND: flat where their keys differ and neither has a group, which must not stand beside conditions of another table. */
export function both(filter: ServiceFilter, more: ServiceFilter): ServiceFilter {
  const keys = [...Object.keys(filter), ...Object.keys(more)];
  if (Object.keys(filter).length === 0) return more;
  const apart = new Set(keys).size < keys.length || keys.some((key) => groupOf(key) !== undefined);
  return apart ? { and: [filter, more] } : { ...filter, ...more };
}

/** The one row of a question that can have one only. */
export async function only<Item>(
  core: Core,
  paged: PagedOperation<ListingInput, ListingBody, Item>,
  input: ListingInput,
  what: string,
  options: ListOptions,
): Promise<Item> {
  // Two are asked for, so that a doubled row is seen.
  const page = await core.list(paged, input, { ...options, pageSize: 2 });
  const [row] = page.items;
  if (row === undefined)
    throw new SciError("NOT_FOUND", `Run Registry has no ${what}.`, { service: core.service.name, operation: paged.operation.name });
  if (page.items.length > 1 || (page.total ?? 1) > 1) {
    throw new SciError("INVALID_RESPONSE", `Run Registry answers ${page.total ?? page.items.length} rows for ${what}; one was expected.`, {
      service: core.service.name,
      operation: paged.operation.name,
    });
  }
  return row;
}
