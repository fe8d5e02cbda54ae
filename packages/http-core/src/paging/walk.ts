import { onAbort } from "../transport/abort.ts";
import { contextOf, isSciError, SciError } from "../errors.ts";
import { nextPosition, readPage, singlePage, type ListingContext, type ListPlan } from "./page.ts";
import type { Page, PagedOperation, PagePosition } from "./types.ts";

/**
 * Walks the pages in order. With a total, up to `concurrency` pages are under way or waiting to be delivered; without one,
 * page follows page. A reader who stops ends what is under way.
 */
export async function* walk<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  plan: ListPlan,
  context: ListingContext,
): AsyncGenerator<Page<Item>, void, undefined> {
  const state: State<Item> = { delivered: 0, index: 0, recent: new RecentKeys(), last: undefined, warned: false, duplicates: 0 };
  if (plan.limit === 0) return;
  // An operation without input begins with undefined; coming back from a pass, undefined is the end.
  let from: Input | undefined = input;
  do {
    const stop = new AbortController();
    const release = follow(plan.callOptions.signal, stop);
    try {
      from = yield* walkOnce(paged, from as Input, { ...plan, callOptions: { ...plan.callOptions, signal: stop.signal } }, context, state);
    } finally {
      release();
      stop.abort(new SciError("ABORTED", `${context.service} ${paged.operation.name}: the reader stopped.`));
    }
  } while (from !== undefined);
}

interface State<Item> {
  /** Items given to the reader. */
  delivered: number;
  /** Number of the next page for the reader. */
  index: number;
  readonly recent: RecentKeys;
  last: Item | undefined;
  warned: boolean;
  duplicates: number;
}

/** One pass over a table that stands still; returns the input to read on with where it did not. */
async function* walkOnce<Input, Body, Item>(
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  plan: ListPlan,
  context: ListingContext,
  state: State<Item>,
): AsyncGenerator<Page<Item>, Input | undefined, undefined> {
  const ask = (position: PagePosition): Promise<Body> => {
    const body = context.request(paged.operation, { input, position }, plan.callOptions);
    // Pages are awaited in order: one that fails early must not count as unhandled until it is its turn.
    body.catch(() => undefined);
    return body;
  };
  const before = state.delivered;
  const pending: Promise<Body>[] = [];
  let asked = 0;
  let seen = 0;
  let pages = 1;
  let total: number | undefined;
  const cursors = new Set<string>();
  let previous: string | undefined;
  for (let position: PagePosition | undefined = { page: 0, pageSize: plan.pageSize }; position !== undefined;) {
    if (asked <= position.page) asked = position.page + 1;
    const body: Body = await (pending.shift() ?? ask(position)).catch((error: unknown) => {
      throw withPage(error, state.index, context, paged.operation.name);
    });
    const { items, total: now } = readPage(paged, body, context, state.index);
    if (position.page === 0) {
      total = now;
      if (total !== undefined && paged.next === undefined) pages = Math.ceil(Math.min(total, plan.limit - before) / plan.pageSize);
    } else if (now !== total) {
      const on: Input | undefined = changed(
        `the total went from ${total} to ${now} at page ${state.index}`,
        paged,
        input,
        plan,
        context,
        state,
      );
      if (on !== undefined) return on;
      total = now;
      if (now !== undefined && paged.next === undefined) pages = Math.ceil(Math.min(now, plan.limit - before) / plan.pageSize);
    }
    const print = fingerprint(items, paged.key);
    if (print !== undefined && print === previous) throw repeats(state.index, context, paged.operation.name);
    previous = print;
    const fresh = state.recent.fresh(items, paged.key, plan.pageSize * (plan.concurrency + 1));
    state.duplicates += items.length - fresh.length;
    seen += items.length;
    while (asked < pages && pending.length < plan.concurrency) pending.push(ask({ page: asked++, pageSize: plan.pageSize }));
    const wanted = fresh.slice(0, plan.limit - state.delivered);
    state.delivered += wanted.length;
    if (wanted.length > 0) state.last = wanted.at(-1);
    const end = Math.min(total ?? Number.POSITIVE_INFINITY, plan.limit - before);
    let next: PagePosition | undefined = nextPosition(paged, body, position, seen, end);
    if (next?.cursor !== undefined) {
      if (cursors.has(next.cursor)) throw repeats(state.index + 1, context, paged.operation.name);
      cursors.add(next.cursor);
    }
    if (state.delivered >= plan.limit) next = undefined;
    const overall = total === undefined ? undefined : before + total;
    context.onPage({ page: state.index, items: wanted.length, total: overall });
    const here = position;
    yield {
      items: wanted,
      index: state.index++,
      total: overall,
      hasNext: next !== undefined,
      next: async () => (next === undefined ? undefined : singlePage(paged, input, plan, context, { ...here, ...next })),
    };
    position = next;
  }
  if (total !== undefined && seen < Math.min(total, plan.limit - before)) {
    // Fewer rows than told: rows went, or the service gives fewer per page than it was asked for.
    const what = `${total} items were announced, ${seen} came in pages of ${plan.pageSize}`;
    const on: Input | undefined = changed(what, paged, input, plan, context, state);
    if (on !== undefined && seen > 0) return on;
  }
  if (state.duplicates > 0 && state.delivered < plan.limit && !state.warned) {
    const message = `${state.duplicates} of its items came twice, so as many others may be missing`;
    changed(message, paged, input, plan, context, state);
  }
  return undefined;
}

/** A table that changed while it was read: an error, or a warning and the input to read on by key behind the last item. */
function changed<Input, Body, Item>(
  what: string,
  paged: PagedOperation<Input, Body, Item>,
  input: Input,
  plan: ListPlan,
  context: ListingContext,
  state: State<Item>,
): Input | undefined {
  const { name } = paged.operation;
  const message = `${context.service} ${name}: the table changed while it was read: ${what}.`;
  if (plan.onChange === "error") {
    throw new SciError(
      "LISTING_CHANGED",
      `${message} The ${state.delivered} items before are right. Read again, or pass onChange: "warn" to read on.`,
      {
        service: context.service,
        operation: name,
        page: state.index,
        details: { delivered: state.delivered },
      },
    );
  }
  if (!state.warned) context.warn(message);
  state.warned = true;
  return state.last === undefined ? undefined : paged.after?.(input, state.last);
}

function repeats(page: number, context: ListingContext, operation: string): SciError {
  return new SciError(
    "INVALID_RESPONSE",
    `${context.service} ${operation}: page ${page} is the same as a page before it; the service does not page. The items before are right.`,
    {
      service: context.service,
      operation,
      page,
    },
  );
}

function fingerprint<Item>(items: readonly Item[], key: ((item: Item) => string | number) | undefined): string | undefined {
  if (items.length === 0 || key === undefined) return undefined;
  return items.map(key).join("\n");
}

/** The same error, with the number of the page it happened at. */
function withPage(error: unknown, page: number, { service }: ListingContext, operation: string): unknown {
  if (!isSciError<string>(error) || error.page !== undefined) return error;
  const message = page === 0 ? error.message : `Page ${page} failed, the pages before it were delivered: ${error.message}`;
  return new SciError(error.code, message, { service, operation, ...contextOf(error), page, cause: error.cause ?? error });
}

/** Ends `inner` with `outer`; returns what takes the listener off again. */
function follow(outer: AbortSignal | undefined, inner: AbortController): () => void {
  if (outer === undefined) return () => undefined;
  const stop = (): void => {
    inner.abort(outer.reason);
  };
  if (!outer.aborted) return onAbort(outer, stop);
  stop();
  return () => undefined;
}

/** Keys of the items of the last pages: a row that moves between two requests moves by a page or so, never across the table. */
class RecentKeys {
  readonly #keys = new Set<string | number>();

  fresh<Item>(items: readonly Item[], key: ((item: Item) => string | number) | undefined, keep: number): readonly Item[] {
    if (key === undefined) return items;
    const fresh = items.filter((item) => {
      const value = key(item);
      if (this.#keys.has(value)) return false;
      this.#keys.add(value);
      return true;
    });
    for (const old of this.#keys) {
      if (this.#keys.size <= keep) break;
      this.#keys.delete(old);
    }
    return fresh;
  }
}
