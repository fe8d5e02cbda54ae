import { checkInteger, checkNames } from "../check.ts";
import { SciError } from "../errors.ts";
import { singlePage, type ListingContext, type ListPlan } from "./page.ts";
import type { Listing, ListOptions, Page, PagedOperation } from "./types.ts";
import { walk } from "./walk.ts";

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
    concurrency = context.concurrency ?? Math.max(1, Math.min(8, Math.floor((paged.itemsInFlight ?? Number.POSITIVE_INFINITY) / pageSize))),
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
