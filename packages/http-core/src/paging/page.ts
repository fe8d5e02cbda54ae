import { shown } from "../check.ts";
import { contextOf, isSciError, SciError } from "../errors.ts";
import type { Operation } from "../operation.ts";
import type { CallOptions } from "../options.ts";
import type { Page, PagedOperation, PagePosition } from "./types.ts";

/** What a listing needs of the client it belongs to. */
export interface ListingContext {
  readonly request: <Input, Output>(operation: Operation<Input, Output>, input: Input, options: CallOptions) => Promise<Output>;
  readonly service: string;
  /** What the user of the client asked for. */
  readonly concurrency: number | undefined;
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
    if (isSciError<string>(cause)) throw new SciError(cause.code, cause.message, { ...where, ...contextOf(cause), cause: cause.cause });
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
