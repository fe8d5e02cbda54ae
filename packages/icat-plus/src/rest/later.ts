import type { Listing } from "@sci/http-core";

/** A part of the client that is loaded with its first call: a page that makes one call loads what that call needs. */
export interface Later<Api> {
  /** Calls that give a promise. */
  calls<Name extends keyof Api>(names: readonly Name[]): Pick<Api, Name>;
  /** A call that gives a list. */
  list<Item>(open: (api: Api) => Listing<Item>): Listing<Item>;
}

type Call = (...given: readonly unknown[]) => unknown;

/** Makes the outside of a part. */
export function later<Api extends object>(load: () => Promise<Api>): Later<Api> {
  let loading: Promise<Api> | undefined;
  const loaded = (): Promise<Api> => (loading ??= load());
  return {
    calls: <Name extends keyof Api>(names: readonly Name[]) =>
      Object.fromEntries(
        names.map((name) => [name, async (...given: readonly unknown[]) => ((await loaded())[name] as Call)(...given)]),
      ) as unknown as Pick<Api, Name>,
    list: (open) => laterList(async () => ({ list: open(await loaded()) })),
  };
}

/** A list behind a promise. It comes in an object, as a list that a promise gives would be awaited itself. */
function laterList<Item>(load: () => Promise<{ readonly list: Listing<Item> }>): Listing<Item> {
  let loading: ReturnType<typeof load> | undefined;
  const loaded = (): ReturnType<typeof load> => (loading ??= load());
  async function* pages(): ReturnType<Listing<Item>["pages"]> {
    yield* (await loaded()).list.pages();
  }
  return {
    then: (done, failed) => loaded().then(({ list }) => list.then(done, failed), failed),
    async *[Symbol.asyncIterator]() {
      yield* (await loaded()).list;
    },
    pages,
    collect: async (options) => (await loaded()).list.collect(options),
  };
}
