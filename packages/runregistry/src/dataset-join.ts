/**
 * Does `work` for every item, several at a time, and gives the results in the order of the items. No more than `concurrency` are begun
 * or waiting to be read. A reader who stops, or a failure of `work`, ends what is under way and the source.
 */
export async function* mapInOrder<Item, Result>(
  source: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  { concurrency, signal }: { readonly concurrency: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Result, void, undefined> {
  const items = iterate(source);
  const stop = new AbortController();
  const follow = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) follow();
  else signal?.addEventListener("abort", follow, { once: true });
  const pending: Promise<Result>[] = [];
  let more = true;
  let failure: { readonly error: unknown } | undefined;
  try {
    while (more || pending.length > 0) {
      while (more && pending.length < concurrency) {
        const next = await Promise.resolve(items.next()).catch((error: unknown) => {
          failure = { error };
        });
        if (next === undefined || next.done === true) more = false;
        else {
          const result = work(next.value, stop.signal);
          // Results are awaited in order: one that fails early must not count as unhandled until it is its turn.
          result.catch(() => undefined);
          pending.push(result);
        }
      }
      const first = pending.shift();
      if (first !== undefined) yield await first;
    }
    // What came before the source failed has been given out by now.
    if (failure !== undefined) throw failure.error;
  } finally {
    signal?.removeEventListener("abort", follow);
    stop.abort();
    if (more) await items.return?.();
  }
}

function iterate<Item>(source: Iterable<Item> | AsyncIterable<Item>): AsyncIterator<Item> | Iterator<Item> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
