import { json, refusal, type Reply, type ReceivedRequest } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { serving } from "./support/serving.ts";

interface Told {
  /** Headers with totals. @default all of them */
  readonly headers?: "all" | "count" | "none";
  /** Records per page at most. */
  readonly most?: number;
}

/** A page of `count` records, as the service answers. */
const pages =
  (count: number, { headers = "all", most = 500 }: Told = {}) =>
  ({ query }: ReceivedRequest): Reply => {
    const asked = Object.fromEntries(query) as { page: string; page_size: string };
    const [page, size] = [Number(asked.page), Math.min(most, Number(asked.page_size))];
    const ids = Array.from({ length: count }, (_, index) => index + 1).slice((page - 1) * size, page * size);
    const told = { "x-total-count": String(count), "x-count-per-page": String(size), "x-current-page": String(page) };
    return json(
      ids.map((id) => ({ id, name: `unit ${id}` })),
      { headers: headers === "none" ? {} : headers === "count" ? told : { ...told, "x-total-pages": String(Math.ceil(count / size)) } },
    );
  };

const asked = ({ requests }: { readonly requests: readonly ReceivedRequest[] }): string[] =>
  requests.map(({ query }) => query.map(([name, value]) => `${name}=${value}`).join("&"));

describe("with totals", () => {
  test("pages are asked for several at a time, each once, and come in order", async () => {
    let underway = 0;
    let most = 0;
    const answer = pages(1000);
    await serving(
      {
        "GET units/": async (request) => {
          most = Math.max(most, ++underway);
          await new Promise((resolve) => setImmediate(resolve));
          underway--;
          return answer(request);
        },
      },
      async ({ mdc, server }) => {
        const ids: number[] = [];
        for await (const { id } of mdc.units.list(undefined, { pageSize: 50 })) ids.push(id);
        expect(ids).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
        expect(new Set(asked(server)).size).toBe(20);
        expect(server.requests).toHaveLength(20);
        expect(most).toBeGreaterThan(1);
      },
    );
  });

  test("the first page tells the total; a limit that is too small is an error, not a cut", () =>
    serving({ "GET units/": pages(120) }, async ({ mdc, server }) => {
      expect(await mdc.units.list()).toMatchObject({ total: 120, hasNext: true, index: 0 });
      expect(asked(server)).toEqual(["page=1&page_size=100"]);
      expect((await refusal(() => mdc.units.list().collect({ limit: 100 }), "LIMIT_EXCEEDED")).details).toMatchObject({ total: 120 });
    }));

  test("a page behind the end is empty, and says what there is", () =>
    serving({ "GET units/": pages(7) }, async ({ mdc, server }) => {
      expect(await mdc.units.list({}, { page: 40, pageSize: 3 })).toMatchObject({ items: [], total: 7, hasNext: false, index: 39 });
      expect(asked(server)).toEqual(["page=40&page_size=3"]);
      const found = await mdc.units.list({}, { page: 2, pageSize: 3 }).collect({ limit: 9 });
      expect(found.map(({ id }) => id)).toEqual([4, 5, 6, 7]);
      const page = await mdc.units.list({}, { page: 2, pageSize: 3 });
      expect([page.index, page.total, (await page.next())?.items.map(({ id }) => id)]).toEqual([1, 7, [7]]);
    }));
});

describe("without the number of pages", () => {
  test.each(["none", "count"] as const)("(%s) page follows page, up to the first that is not full", (headers) =>
    serving({ "GET units/": pages(10, { headers }) }, async ({ mdc, server }) => {
      const found = await mdc.units.list({}, { pageSize: 5 }).collect({ limit: 100 });
      expect(found.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(asked(server)).toEqual(["page=1&page_size=5", "page=2&page_size=5", "page=3&page_size=5"]);
      expect((await mdc.units.list({}, { pageSize: 5 })).total).toBeUndefined();
    }),
  );

  test("an empty search is an empty list", () =>
    serving({ "GET units/": pages(0, { headers: "none" }) }, async ({ mdc }) =>
      expect(await mdc.units.list().collect({ limit: 1 })).toEqual([]),
    ));

  test("fewer records per page than asked for is an error, where it would end the walk too early", () =>
    serving({ "GET units/": pages(10, { headers: "count", most: 3 }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.units.list({}, { pageSize: 5 }).collect({ limit: 100 }), "INVALID_RESPONSE");
      expect(error.message).toContain("pageSize: 3");
    }));
});

test("a page that is all there is is no page cut short, whatever count the headers give it", () =>
  serving(
    {
      "GET units/": ({ query }) => {
        const page = Number(Object.fromEntries(query)["page"]);
        const ids = page === 1 ? [1, 2, 3, 4, 5] : [6, 7];
        const told = { "x-total-count": "7", "x-total-pages": "2", "x-current-page": String(page), "x-count-per-page": String(ids.length) };
        return json(
          ids.map((id) => ({ id, name: `unit ${id}` })),
          { headers: told },
        );
      },
    },
    async ({ mdc }) => {
      expect(await mdc.units.list({}, { pageSize: 5 }).collect({ limit: 9 })).toHaveLength(7);
      expect((await mdc.units.list({}, { pageSize: 5, page: 2 })).items).toHaveLength(2);
    },
  ));

test("an endpoint without pages is asked once, and missing records are told", () =>
  serving(
    {
      "GET repositories/": ({ query }) =>
        json([{ id: 11, identifier: "A" }], {
          headers: Object.fromEntries(query)["identifier"] === "A" ? {} : { "x-total-pages": "2", "x-total-count": "2" },
        }),
    },
    async ({ mdc, server }) => {
      expect(await mdc.repositories.list({ identifier: "A" }).collect({ limit: 9 })).toHaveLength(1);
      expect(asked(server)).toEqual(["identifier=A"]);
      await refusal(() => mdc.repositories.list({ identifier: "B" }).collect({ limit: 9 }), "LISTING_CHANGED");
      await refusal(() => mdc.repositories.list({ identifier: "A" }, { page: 2 }));
    },
  ));

test("a search is one of those the service knows; a value that is missing would list everything", () =>
  serving({}, async ({ mdc, server }) => {
    for (const where of [{ name: null }, { name: "" }, { name: undefined }, { nmae: "x" }, {}, { proposal_id: "x" }]) {
      await refusal(() => mdc.samples.list(where as never));
    }
    expect((await refusal(() => mdc.samples.list({ nmae: "x" } as never))).message).toContain('"name"');
    await refusal(() => mdc.units.list({}, { pageSize: 501 }));
    await refusal(() => mdc.units.list({}, { pagesize: 5 } as never));
    expect(server.requests).toEqual([]);
  }));

test("one record is found, or none, or several", () =>
  serving(
    {
      "GET data_types/": ({ query }) => {
        const count = Number(Object.fromEntries(query)["name"]);
        return json(Array.from({ length: count }, (_, index) => ({ id: index + 1, name: "x" })));
      },
    },
    async ({ mdc }) => {
      expect((await mdc.dataTypes.find({ name: "1" })).id).toBe(1);
      await refusal(() => mdc.dataTypes.find({ name: "0" }), "NOT_FOUND");
      expect((await refusal(() => mdc.dataTypes.find({ name: "2" }), "AMBIGUOUS")).details).toMatchObject({ ids: [1, 2] });
    },
  ));
