import { SciError } from "@sci/http-core";

/** Results of a job per item, in the order of the items, with so many jobs under way. A reader who stops, stops them. */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal | undefined,
  job: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const start = (item: Item): Promise<Result> => {
    const result = job(item, both);
    // Awaited when it is its turn: one that fails early must not count as unhandled until then.
    result.catch(() => undefined);
    return result;
  };
  const pending: Promise<Result>[] = [];
  let next = 0;
  try {
    for (;;) {
      while (next < items.length && pending.length < limit) pending.push(start(items[next++] as Item));
      const first = pending.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    stop.abort(new SciError("ABORTED", "The reader stopped."));
  }
}
