import { operation, type ListOptions, type Listing, type PagedOperation } from "@sci/http-core";
import { json, startServer, text, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { failure, recordingLogger, testCore } from "./support.ts";

interface Row {
  readonly id: number;
}
interface Body {
  readonly rows: readonly Row[];
  readonly count: number;
}
interface Filter {
  readonly below?: number;
}

const things: PagedOperation<Filter, Body, Row> = {
  operation: operation({
    name: "things.list",
    method: "POST",
    path: "/things",
    repeatable: true,
    body: ({ input, position }) => ({ json: { page: position.page, size: position.pageSize, ...input } }),
  }),
  items: (body) => body.rows,
  total: (body) => body.count,
  key: (row) => row.id,
  after: (input, last) => ({ ...input, below: last.id }),
  defaultPageSize: 10,
  maxPageSize: 100,
};

let server: TestServer;
afterEach(() => server.stop());

type Asked = { page: number; size: number; below?: number };

/** A table of rows with falling ids; `change` is called with every request and may change it. */
let delay: number | undefined;
afterEach(() => void (delay = undefined));

async function table(
  count: number,
  change?: (rows: Row[], asked: Asked, number: number) => ReturnType<typeof json> | undefined,
): Promise<Row[]> {
  const rows = Array.from({ length: count }, (_unused, index) => ({ id: count - index }));
  let number = 0;
  server = await startServer(({ json: body }) => {
    const asked = body as Asked;
    const special = change?.(rows, asked, number++);
    if (special !== undefined) return special;
    const matching = rows.filter(({ id }) => asked.below === undefined || id < asked.below);
    return json(
      { rows: matching.slice(asked.page * asked.size, (asked.page + 1) * asked.size), count: matching.length },
      delay === undefined ? {} : { delay },
    );
  });
  return rows;
}

function list(options: ListOptions = {}, paged = things): Listing<Row> {
  return testCore(server.url, { logger: recordingLogger() }).list(paged, {}, options);
}

async function idsOf(listing: AsyncIterable<Row>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of listing) ids.push(id);
  return ids;
}

test("a listing without input gives its items", async () => {
  await table(25);
  const paged: PagedOperation<void, Body, Row> = {
    operation: operation({
      name: "things.all",
      method: "POST",
      path: "/things",
      repeatable: true,
      body: ({ position }) => ({ json: { page: position.page, size: position.pageSize } }),
    }),
    items: (body) => body.rows,
    total: (body) => body.count,
    defaultPageSize: 10,
  };
  expect(await idsOf(testCore(server.url).list(paged, undefined))).toHaveLength(25);
});

const pagesAsked = (): number[] => server.requests.map(({ json: body }) => (body as Asked).page);

describe("a listing", () => {
  test("sends nothing until it is used", async () => {
    await table(30);
    list();
    expect(server.requests).toHaveLength(0);
  });

  test("awaited is its first page, from which the next is asked", async () => {
    await table(25);
    const first = await list();
    expect(first).toMatchObject({ index: 0, total: 25, hasNext: true });
    expect(first.items).toHaveLength(10);
    const second = await first.next();
    const third = await second?.next();
    expect(third?.items.map(({ id }) => id)).toEqual([5, 4, 3, 2, 1]);
    expect(third?.hasNext).toBe(false);
    expect(await third?.next()).toBeUndefined();
    expect(pagesAsked()).toEqual([0, 1, 2]);
  });

  test("iterated gives all items in order, each page asked once, at most `concurrency` at a time", async () => {
    delay = 5;
    const rows = await table(205);
    expect(await idsOf(list({ concurrency: 4 }))).toEqual(rows.map(({ id }) => id));
    expect(pagesAsked().sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_unused, index) => index));
    expect(server.peakInFlight).toBeLessThanOrEqual(4);
    expect(server.peakInFlight).toBeGreaterThan(1);
  });

  test("of large items has fewer pages under way, unless the user says how many", async () => {
    delay = 5;
    await table(205);
    const large = { ...things, itemsInFlight: 25 };
    await idsOf(list({}, large));
    expect(server.peakInFlight).toBe(2);
    await idsOf(list({ concurrency: 4 }, large));
    expect(server.peakInFlight).toBe(4);
  });

  test("by pages", async () => {
    await table(21);
    const sizes: [number, number, boolean][] = [];
    for await (const page of list().pages()) sizes.push([page.index, page.items.length, page.hasNext]);
    expect(sizes).toEqual([
      [0, 10, true],
      [1, 10, true],
      [2, 1, false],
    ]);
  });

  test("that is empty", async () => {
    await table(0);
    expect(await idsOf(list())).toEqual([]);
    expect(await list()).toMatchObject({ items: [], total: 0, hasNext: false });
  });

  test("with a limit asks for no more than it needs", async () => {
    await table(100);
    expect(await idsOf(list({ limit: 7 }))).toHaveLength(7);
    expect(server.requests.map(({ json: body }) => body)).toEqual([{ page: 0, size: 7 }]);
    expect(await idsOf(list({ limit: 15, pageSize: 10 }))).toHaveLength(15);
    expect(pagesAsked()).toEqual([0, 0, 1]);
    expect(await idsOf(list({ limit: 0 }))).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  test("collected within the limit, and refused beyond it with the total", async () => {
    await table(35);
    expect(await list().collect({ limit: 35 })).toHaveLength(35);
    const error = await failure(list().collect({ limit: 34 }));
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDED", details: { limit: 34, total: 35 } });
    expect(error.message).toContain("there are 35 items");
    expect(await failure(list().collect({} as never))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("left early stops asking and ends what is under way", async () => {
    await table(1000);
    for await (const { id } of list({ concurrency: 3 })) if (id === 995) break;
    const asked = server.requests.length;
    expect(asked).toBeLessThanOrEqual(4);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  test.each([[{ pageSize: 101 }], [{ pageSize: 0 }], [{ pageSize: 1.5 }], [{ concurrency: 0 }], [{ limit: -1 }], [{ onChange: "ignore" }]])(
    "refuses %j",
    async (options) => {
      await table(0);
      expect(() => list(options as never)).toThrow(/must be/);
    },
  );
});

describe("when something is wrong on the way", () => {
  test("the items before a failing page are delivered, and the error has its number", async () => {
    await table(50, (_rows, { page }) => (page === 3 ? json({ err: "boom" }, { status: 500 }) : undefined));
    const ids: number[] = [];
    const error = await failure(
      (async () => {
        for await (const { id } of list({ concurrency: 8 })) ids.push(id);
      })(),
    );
    expect(ids).toHaveLength(30);
    expect(error).toMatchObject({ status: 500, page: 3, operation: "things.list" });
    expect(error.message).toContain("Page 3 failed");
  });

  test("a page that repeats is an error, not an endless loop", async () => {
    await table(50, (rows) => json({ rows: rows.slice(0, 10), count: 50 }));
    const error = await failure(idsOf(list()));
    expect(error).toMatchObject({ code: "INVALID_RESPONSE", page: 1 });
    expect(error.message).toContain("does not page");
  });

  test("a service that gives fewer than it announced is told at the end, with what came delivered", async () => {
    await table(30, (rows, { page }) => json({ rows: rows.slice(page * 10, page * 10 + 5), count: 30 }));
    const ids: number[] = [];
    const error = await failure(
      (async () => {
        for await (const { id } of list()) ids.push(id);
      })(),
    );
    expect(ids).toHaveLength(15);
    expect(error).toMatchObject({ code: "LISTING_CHANGED" });
    expect(error.message).toContain("30 items were announced, 15 came in pages of 10");
  });

  test.each([["null"], ["[]"], ['{"rows":5,"count":1}'], ['{"rows":[],"count":"many"}']])(
    "an answer that is no page is told: %s",
    async (body) => {
      await table(1, () => json(body));
      const error = await failure(idsOf(list()));
      expect(error).toMatchObject({ code: "INVALID_RESPONSE", page: 0, service: "thing", operation: "things.list" });
      expect(await failure(list())).toMatchObject({ code: "INVALID_RESPONSE" });
    },
  );

  test("a total that changes is an error that says what was right", async () => {
    await table(50, (rows, _asked, number) => {
      if (number === 2) rows.splice(3, 1);
      return undefined;
    });
    const error = await failure(idsOf(list({ concurrency: 1 })));
    expect(error).toMatchObject({ code: "LISTING_CHANGED" });
    expect(error.message).toContain("from 50 to 49");
  });

  test.each([
    ["rows that go", (rows: Row[]) => void rows.splice(3, 1)],
    ["rows that come in front", (rows: Row[]) => void rows.unshift({ id: 1000 }, { id: 999 })],
    ["rows that come behind", (rows: Row[]) => void rows.push({ id: 0 })],
  ])("with onChange warn no row that stayed is lost or repeated: %s", async (_what, mutate) => {
    const rows = await table(95, (all, _asked, number) => {
      if (number === 4) mutate(all);
      return undefined;
    });
    const before = rows.map(({ id }) => id);
    const ids = await idsOf(list({ onChange: "warn", concurrency: 3 }));
    const stayed = before.filter((id) => rows.some((row) => row.id === id) || ids.includes(id));
    expect(ids.filter((id) => before.includes(id))).toEqual(stayed);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("items that come twice are left out, and told, as others may be missing", async () => {
    await table(20, (rows, { page }) => (page === 1 ? json({ rows: [rows[9], ...rows.slice(10, 19)], count: 20 }) : undefined));
    const ids: number[] = [];
    const error = await failure(
      (async () => {
        for await (const { id } of list()) ids.push(id);
      })(),
    );
    expect(ids).toEqual(Array.from({ length: 19 }, (_unused, index) => 20 - index));
    expect(error).toMatchObject({ code: "LISTING_CHANGED" });
  });
});

describe("a service without totals", () => {
  const bare: PagedOperation<Filter, Body, Row> = { ...things, total: () => undefined };
  test("is read page after page until a short one", async () => {
    await table(25);
    expect(await idsOf(list({}, bare))).toHaveLength(25);
    expect(pagesAsked()).toEqual([0, 1, 2]);
    expect(server.peakInFlight).toBe(1);
  });

  test("with cursors is read along them; a cursor that comes again is an error", async () => {
    const cursors: PagedOperation<Filter, Body & { next?: string }, Row> = { ...bare, next: (body) => body.next };
    await table(20, (rows, { page }) => json({ rows: rows.slice(page * 10, page * 10 + 10), ...(page === 0 ? { next: "a" } : {}) }));
    expect(await idsOf(list({}, cursors as never))).toHaveLength(20);
    await server.stop();
    await table(20, (rows, _asked, number) => json({ rows: rows.slice(number, number + 2), next: "a" }));
    expect(await failure(idsOf(list({}, cursors as never)))).toMatchObject({ code: "INVALID_RESPONSE" });
  });

  test("and a limit to collect()", async () => {
    await table(25);
    expect(await failure(list({}, bare).collect({ limit: 12 }))).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});

test("a caller's abort ends the walk", async () => {
  await table(100, (_rows, { page }) => (page === 2 ? text("", { hold: "all" }) : undefined));
  const controller = new AbortController();
  const work = failure(idsOf(list({ signal: controller.signal })));
  await server.received(4);
  controller.abort();
  expect(await work).toMatchObject({ code: "ABORTED" });
});
