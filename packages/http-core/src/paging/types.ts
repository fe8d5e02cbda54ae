import type { CallOptions } from "../options.ts";
import type { Operation } from "../operation.ts";

/** Which page a request asks for. */
export interface PagePosition {
  /** From 0. */
  readonly page: number;
  readonly pageSize: number;
  /** What `next` of the page before gave, for services that give a cursor or link. */
  readonly cursor?: string;
}

/** How an endpoint pages, as data: the walking is done here, once. */
export interface PagedOperation<Input, Body, Item> {
  /** Asked once per page. */
  readonly operation: Operation<{ readonly input: Input; readonly position: PagePosition }, Body>;
  readonly items: (body: Body) => readonly Item[];
  /** Number of items over all pages, where the service tells it. With it, pages are asked in parallel. */
  readonly total?: (body: Body) => number | undefined;
  /** For services without a total: the cursor of the next page, undefined at the end. */
  readonly next?: (body: Body) => string | undefined;
  /** Identity of an item, for leaving out those that a moving table shows twice. */
  readonly key?: (item: Item) => string | number;
  /** The input that reads on behind `last` by key instead of by offset; used when the table changes while it is read. */
  readonly after?: (input: Input, last: Item) => Input | undefined;
  readonly defaultPageSize: number;
  readonly maxPageSize?: number;
  /** Items under way at a time, where they are large: fewer pages than 8 are asked for at once, unless the user says how many. */
  readonly itemsInFlight?: number;
}

export interface ListOptions extends CallOptions {
  /** Items per request. @default as the service (see the package's README) */
  readonly pageSize?: number;
  /** Ends after so many items. */
  readonly limit?: number;
  /** Pages in flight. @default 8, fewer where pages are large */
  readonly concurrency?: number;
  /** A total that changes while the pages are read: an error, or a warning and reading on by key. @default "error" */
  readonly onChange?: "error" | "warn";
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** From 0. */
  readonly index: number;
  /** Number of items over all pages, undefined where the service does not tell. */
  readonly total: number | undefined;
  readonly hasNext: boolean;
  /** The page behind this one, undefined at the end. */
  next(): Promise<Page<Item> | undefined>;
}

/** A list that can be awaited (its first page), iterated (all items), walked by page, or collected. Nothing is sent before that. */
export interface Listing<Item> extends PromiseLike<Page<Item>>, AsyncIterable<Item> {
  pages(): AsyncIterableIterator<Page<Item>>;
  /**
   * All items in one array.
   * @throws LIMIT_EXCEEDED where there are more than `limit`, naming the total: never a silent cut.
   */
  collect(options: { readonly limit: number }): Promise<Item[]>;
}
