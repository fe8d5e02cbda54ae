import { checkInteger, checkNames, shown } from "../check.ts";
import { SciError } from "../errors.ts";
import type { Operation } from "../operation.ts";
import type { CallOptions } from "../options.ts";
import type { Listing, ListOptions, Page, PagedOperation, PagePosition } from "./types.ts";
import { walk } from "./walk.ts";

/** What a listing needs of the client it belongs to. */
export interface ListingContext {
  readonly request: <Input, Output>(operation: Operation<Input, Output>, input: Input, options: CallOptions) => Promise<Output>;
  readonly service: string;
  readonly concurrency: number;
  readonly warn: (message: string) => void;
  readonly onPage: (page: { readonly page: number; readonly items: number; readonly total: number | undefined }) => void;
}

/** The options of a listing with everything decided. */
export interface ListPlan {
  readonly pageSize: number;
  readonly limit: number;
  readonly concurrency: number;
  readonly onChange: "error" | "warn";
  readonly callOptions: CallOptions;
}

export function createListing<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  options: ListOptions,
  context: ListingContext,
): Listing<Item> {
  const plan = planOf(paged, options, context);
  const pages = (): AsyncIterableIterator<Page<Item>> => walk(paged, input, plan, context);
  const listing: Listing<Item> = {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const page of pages()) yield* page.items;
    },
    async collect(collectOptions) {
      checkNames(collectOptions, ["limit"], `option of collect() of ${paged.operation.name}`);
      const limit = checkInteger((collectOptions as { limit?: unknown } | undefined)?.limit, "The limit of collect()", { min: 1 });
      return collect(pages(), limit, plan.limit, paged.operation.name, context.service);
    },
    then(onFulfilled, onRejected) {
      return firstPage(paged, input, plan, context).then(onFulfilled, onRejected);
    },
  };
  return listing;
}

function planOf<Input, Body, Item>(paged: PagedOperation<Input, Body, Item>, options: ListOptions, context: ListingContext): ListPlan {
  const {
    limit,
    pageSize = Math.max(1, Math.min(paged.defaultPageSize, limit ?? paged.defaultPageSize)),
    concurrency = context.concurrency,
    onChange = "error",
    ...callOptions
  } = options;
  checkInteger(pageSize, "pageSize", { min: 1, max: paged.maxPageSize ?? Number.MAX_SAFE_INTEGER });
  checkInteger(concurrency, "concurrency", { min: 1, max: 64 });
  if (limit !== undefined) checkInteger(limit, "limit", { min: 0 });
  if (onChange !== "error" && onChange !== "warn")
    throw new SciError("INVALID_ARGUMENT", `onChange must be "error" or "warn", not ${JSON.stringify(onChange)}.`);
  return { pageSize, limit: limit ?? Number.POSITIVE_INFINITY, concurrency, onChange, callOptions };
}

async function firstPage<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  plan: ListPlan,
  context: ListingContext,
): Promise<Page<Item>> {
  return singlePage(paged, input, plan, context, { page: 0, pageSize: plan.pageSize });
}

/** One page by itself, from which the next can be asked. */
export async function singlePage<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  plan: ListPlan,
  context: ListingContext,
  position: PagePosition,
): Promise<Page<Item>> {
  const body = await context.request(paged.operation, { input, position }, plan.callOptions);
  const before = position.page * plan.pageSize;
  const { items: all, total } = readPage(paged, body, context, position.page);
  const items = all.slice(0, plan.limit - before);
  const after = nextPosition(paged, body, position, before + items.length, Math.min(total ?? Number.POSITIVE_INFINITY, plan.limit));
  context.onPage({ page: position.page, items: items.length, total });
  return {
    items,
    index: position.page,
    total,
    hasNext: after !== undefined,
    next: async () => (after === undefined ? undefined : singlePage(paged, input, plan, context, after)),
  };
}

/** The items and the total of a page. @throws INVALID_RESPONSE for an answer that is no page */
export function readPage<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  body: Body,
  context: ListingContext,
  page: number,
): { readonly items: readonly Item[]; readonly total: number | undefined } {
  const where = { service: context.service, operation: paged.operation.name, page };
  try {
    const items = paged.items(body);
    const total = paged.total?.(body);
    if (Array.isArray(items) && (total === undefined || Number.isSafeInteger(total))) return { items, total };
  } catch (cause) {
    // The rule of the package met something else than a page, e.g. null.
    throw new SciError("INVALID_RESPONSE", `${notAPage(where)} ${shown(body)}`, { ...where, cause });
  }
  throw new SciError("INVALID_RESPONSE", `${notAPage(where)} ${shown(body)}`, where);
}

function notAPage({ service, operation, page }: { readonly service: string; readonly operation: string; readonly page: number }): string {
  return `${service} ${operation}: the answer for page ${page} is no page of a listing:`;
}

/** Where the page behind `position` is, undefined at the end. */
export function nextPosition<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  body: Body,
  position: PagePosition,
  seen: number,
  end: number,
): PagePosition | undefined {
  const { page, pageSize } = position;
  const count = paged.items(body).length;
  if (seen >= end) return undefined;
  const told = paged.total?.(body) !== undefined;
  if (paged.next !== undefined) {
    const cursor = paged.next(body);
    return cursor === undefined ? undefined : { page: page + 1, pageSize, cursor };
  }
  if (count === 0 || (told ? (page + 1) * pageSize >= end : count < pageSize)) return undefined;
  return { page: page + 1, pageSize };
}

async function collect<Item>(
  pages: AsyncIterableIterator<Page<Item>>,
  limit: number,
  planned: number,
  operation: string,
  service: string,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    const expected = Math.min(page.total ?? 0, planned);
    if (expected > limit || items.length + page.items.length > limit) {
      const found = page.total === undefined ? `more than ${limit}` : String(page.total);
      throw new SciError(
        "LIMIT_EXCEEDED",
        `${service} ${operation}: there are ${found} items, more than the limit of ${limit} given to collect(). Raise it, narrow the filter, or iterate.`,
        {
          service,
          operation,
          details: { limit, ...(page.total === undefined ? {} : { total: page.total }) },
        },
      );
    }
    items.push(...page.items);
  }
  return items;
}
