import type { Core, Listing, ListOptions, Page, PagedOperation, Query } from "@sci/http-core";
import { SciError } from "@sci/http-core";
import { type Condition, sentValue } from "./conditions.ts";
import { documentSchema, type JsonApiDocument, type JsonApiItem } from "./schema.ts";

/** A query with everything decided, before it is put into a URL. */
export interface QueryInput {
  /** Parts of the path: `["runs"]`, `["runs", "327564", "lumisections"]`. */
  readonly path: readonly string[];
  readonly fields: readonly string[];
  readonly conditions: readonly Condition[];
  readonly sort: readonly string[];
  readonly include: readonly string[];
  /** `group[…]` and parameters of the caller's own, in their order. */
  readonly extra: readonly (readonly [name: string, value: string])[];
}

/** What makes rows unique. An order ends in it: without that, pages of equal values repeat and lose rows. */
export function identityOf({ path }: QueryInput): readonly string[] {
  const resource = path.at(-1);
  return resource === "runs"
    ? ["run_number"]
    : resource === "fills"
      ? ["fill_number"]
      : resource === "lumisections"
        ? ["run_number", "lumisection_number"]
        : [];
}

/** Pages as the originals ask for them: `omsapi` gives no upper limit, `wbmcrawlr` takes the largest that the service serves well. */
const pageSizes: Readonly<Record<string, { readonly usual: number; readonly most: number }>> = {
  runs: { usual: 100, most: 1000 },
  fills: { usual: 100, most: 1000 },
  lumisections: { usual: 1000, most: 5000 },
  l1triggerrates: { usual: 1000, most: 10_000 },
  l1algorithmtriggers: { usual: 1000, most: 10_000 },
  hltpathrates: { usual: 1000, most: 10_000 },
  deadtimes: { usual: 1000, most: 10_000 },
  streams: { usual: 1000, most: 10_000 },
};

/** Query of a page, in the order of the Python client: fields, filters, sort, include, paging, everything else. */
export function queryOf(input: QueryInput, position: { readonly page: number; readonly pageSize: number }): Query {
  return [
    ...(input.fields.length === 0 ? [] : [["fields", input.fields.join(",")] as const]),
    ...input.conditions.map(({ name, operator, value }) => [`filter[${name}][${operator}]`, sentValue(value)] as const),
    ...(input.sort.length === 0 ? [] : [["sort", input.sort.join(",")] as const]),
    ...(input.include.length === 0 ? [] : [["include", input.include.join(",")] as const]),
    ["page[offset]", position.page * position.pageSize],
    ["page[limit]", position.pageSize],
    ...input.extra,
  ];
}

/** How a query pages: by offset, never by a link out of an answer. */
export function pagedQuery(input: QueryInput): PagedOperation<QueryInput, JsonApiDocument, JsonApiItem> {
  const resource = input.path.at(-1) ?? "";
  const { usual, most } = pageSizes[resource] ?? { usual: 1000, most: 1000 };
  const key = keyOf(input);
  return {
    operation: {
      name: `${input.path.filter((_part, index) => index % 2 === 0).join(".")}.list`,
      method: "GET",
      path: input.path.map((_part, index) => `/{${index}}`).join(""),
      params: () => Object.fromEntries(input.path.entries()),
      query: ({ input: asked, position }) => queryOf(asked, position),
      response: documentSchema,
    },
    items: rowsOf,
    total: (body) => body.meta?.totalResourceCount,
    ...(key === undefined ? {} : { key }),
    defaultPageSize: usual,
    maxPageSize: most,
  };
}

/** @throws INVALID_RESPONSE where the rows are missing: an empty list would hide them */
function rowsOf(body: JsonApiDocument | undefined): readonly JsonApiItem[] {
  if (!Array.isArray(body?.data)) throw new SciError("INVALID_RESPONSE", 'The answer of OMS holds no list "data".');
  return body.data;
}

/** Attributes that tell rows of one id apart: triggers share it where they are grouped, and paths of a run may. */
const telling = ["path_name", "name", "bit", "stream_name", "first_lumisection_number", "last_lumisection_number", "lumisection_number"];

/** What tells rows apart; undefined where the projection leaves that out, so that doubled rows cannot be seen. */
function keyOf({ path, extra, fields }: QueryInput): ((item: JsonApiItem) => string) | undefined {
  const resource = path.at(-1) ?? "";
  if (extra.length === 0 && ["runs", "fills", "eras", "lumisections"].includes(resource))
    return (item) => item.id ?? JSON.stringify(item.attributes);
  if (
    fields.length > 0 &&
    (extra.length > 0 ? !fields.includes("first_lumisection_number") : !fields.some((name) => telling.includes(name)))
  )
    return undefined;
  return ({ id, attributes }) => `${id} ${telling.map((name) => String(attributes[name] ?? "")).join(" ")}`;
}

/** The listing of a query whose rows are changed one by one, and whose input is settled before the first page is asked for. */
export function listRows<Row>(
  core: Core,
  settle: () => Promise<QueryInput>,
  options: ListOptions,
  row: (item: JsonApiItem) => Row,
): Listing<Row> {
  const list = (input: QueryInput): Listing<JsonApiItem> => core.list(pagedQuery(input), input, options);
  const changed = (page: Page<JsonApiItem>): Page<Row> => ({
    items: page.items.map(row),
    index: page.index,
    total: page.total,
    hasNext: page.hasNext,
    next: async () => {
      const next = await page.next();
      return next === undefined ? undefined : changed(next);
    },
  });
  async function* pages(): AsyncGenerator<Page<Row>, void, undefined> {
    for await (const page of list(await settle()).pages()) yield changed(page);
  }
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.items;
    },
    collect: async (limit) => (await list(await settle()).collect(limit)).map(row),
    then: (fulfilled, rejected) => settle().then(list).then(changed).then(fulfilled, rejected),
  };
}
