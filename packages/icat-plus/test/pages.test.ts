import { json, startServer } from "@sci/http-core/testing";
import { afterEach, expect, test } from "vitest";
import { createIcatClient } from "../src/index.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const rows = (count: number): { id: number }[] => Array.from({ length: count }, (_, id) => ({ id }));

/** Ids of the datasets that a catalogue gives which answers as told, and the requests that it took. */
async function datasets(answer: (limit: number, skip: number) => unknown, query: object): Promise<{ ids: unknown[]; requests: number }> {
  const server = await startServer(({ query: sent }) => {
    const values = new Map(sent);
    return json(answer(Number(values.get("limit")), Number(values.get("skip") ?? 0)));
  });
  stops.push(() => server.stop());
  const icat = createIcatClient({ icatplusRestrictedUrl: server.url, icatSessionId: "session-0001" });
  stops.push(() => icat.close());
  const found = await icat.getDatasetsBy({ investigationId: 1, ...query }).collect({ limit: 1000 });
  return { ids: found.map(({ id }) => id), requests: server.requests.length };
}

const first = (count: number, from = 0): number[] =>
  rows(from + count)
    .map(({ id }) => id)
    .slice(from);

test("a list as long as its pages ends, though the service does not say how long it is", async () => {
  const { ids } = await datasets((limit, skip) => rows(200).slice(skip, skip + limit), {});
  expect(ids).toEqual(first(200));
});

test("a service that does not page is asked once, and gives no row twice", async () => {
  expect(await datasets(() => rows(250), {})).toEqual({ ids: first(250), requests: 1 });
  expect(await datasets(() => rows(250), { limit: 120 })).toEqual({ ids: first(120), requests: 1 });
});

test("skip, limit and the size of a page go together", async () => {
  const { ids, requests } = await datasets((limit, skip) => rows(250).slice(skip, skip + limit), { skip: 30, limit: 120, pageSize: 50 });
  expect({ ids, requests }).toEqual({ ids: first(120, 30), requests: 3 });
});

test("what comes short of an announced total is an error, not a shorter list", async () => {
  const capped = (limit: number, skip: number) =>
    rows(250)
      .slice(skip, skip + Math.min(limit, 50))
      .map((row) => ({ ...row, meta: { page: { total: 250 } } }));
  await expect(datasets(capped, {})).rejects.toMatchObject({ code: "LISTING_CHANGED" });
});
