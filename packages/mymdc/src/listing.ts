import {
  checkInteger,
  checkNames,
  type Core,
  type Listing,
  type ListOptions,
  listOptionNames,
  type Page,
  type PagedOperation,
} from "@sci/http-core";
import type { PageBody, SearchInput } from "./definition.ts";

/** Options of a search. */
export interface SearchOptions extends ListOptions {
  /** Begins at this page, counted from 1 as the service does. @default 1 */
  readonly page?: number;
}

/** A listing, from the page that is asked for. Totals and numbers of pages count from the first page there is. */
export function listing<Row>(
  core: Core,
  search: PagedOperation<SearchInput, PageBody<Row>, Row>,
  input: Pick<SearchInput, "query" | "params">,
  options: SearchOptions,
  of: string,
  paged = true,
): Listing<Row> {
  checkNames(options, paged ? [...listOptionNames, "page"] : listOptionNames, `option of ${of}()`);
  const { page: firstPage = 1, ...listOptions } = options;
  checkInteger(firstPage, `page of ${of}()`, { min: 1 });
  const found = core.list(search, { ...input, firstPage }, listOptions);
  if (firstPage === 1) return found;
  const skipped = (firstPage - 1) * (listOptions.pageSize ?? Math.min(search.defaultPageSize, listOptions.limit || search.defaultPageSize));
  const moved = (page: Page<Row>): Page<Row> => ({
    items: page.items,
    index: page.index + firstPage - 1,
    total: page.total === undefined ? undefined : page.total + skipped,
    hasNext: page.hasNext,
    next: async () => {
      const next = await page.next();
      return next === undefined ? undefined : moved(next);
    },
  });
  async function* pages(): AsyncGenerator<Page<Row>, void, undefined> {
    for await (const page of found.pages()) yield moved(page);
  }
  return {
    pages,
    [Symbol.asyncIterator]: () => found[Symbol.asyncIterator](),
    collect: (collectOptions) => found.collect(collectOptions),
    then: (fulfilled, rejected) => found.then(moved).then(fulfilled, rejected),
  };
}

/** A listing whose input has to be asked for before its first page is. */
export function listingAfter<Row, Input>(ask: () => Promise<Input>, list: (input: Input) => Listing<Row>): Listing<Row> {
  // Boxed: a listing is awaitable itself, and would be taken for its first page.
  const ready = async (): Promise<readonly [Listing<Row>]> => [list(await ask())];
  async function* pages(): AsyncGenerator<Page<Row>, void, undefined> {
    const [found] = await ready();
    yield* found.pages();
  }
  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.items;
    },
    collect: async (options) => (await ready())[0].collect(options),
    then: (fulfilled, rejected) =>
      ready()
        .then(([found]) => found)
        .then(fulfilled, rejected),
  };
}
