import { json } from "@sci/http-core/testing";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { LumisectionsOf, Measured } from "../src/index.ts";
import { asked, pageOf, type ServedRow, serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";

const lumisections = (count: number, run = 319579): ServedRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${run}_${index + 1}`,
    attributes: { run_number: run, lumisection_number: index + 1, pileup: 30 + index / 100 },
  }));

describe("one row", () => {
  const runs = [{ id: "327564", attributes: { run_number: 327564, energy: 6369 }, units: { energy: "GeV" } }];

  it("is found by its number, in the shape asked for", async () => {
    await serving(
      { runs, fills: [{ id: "7492", attributes: { fill_number: 7492 } }], eras: [{ id: "e", attributes: { name: "Run2018D" } }] },
      async ({ oms, server }) => {
        expect(await oms.run(327564)).toEqual({ run_number: 327564, energy: 6369 });
        const measured = await oms.run(327564, { fields: ["energy"], withUnits: true });
        expect(measured["energy"]).toEqual({ value: 6369, units: "GeV" });
        expectTypeOf(measured).toEqualTypeOf<{ readonly energy: Measured<number | null> }>();
        const raw = await oms.run(327564, { raw: true });
        expect([raw.id, raw.attributes.energy]).toEqual(["327564", 6369]);
        expect(await oms.fill(7492)).toEqual({ fill_number: 7492 });
        expect(await oms.era("Run2018D")).toEqual({ name: "Run2018D" });
        expect(server.requests.map((request) => request.query.find(([name]) => name.startsWith("filter")))).toEqual([
          ["filter[run_number][EQ]", "327564"],
          ["filter[run_number][EQ]", "327564"],
          ["filter[run_number][EQ]", "327564"],
          ["filter[fill_number][EQ]", "7492"],
          ["filter[name][EQ]", "Run2018D"],
        ]);
      },
    );
  });

  it("that is not there is NOT_FOUND", async () => {
    await serving({ runs: [], fills: [], eras: [] }, async ({ oms }) => {
      expect((await refusal(() => oms.run(1), "NOT_FOUND")).message).toBe("OMS has no run 1.");
      expect((await refusal(() => oms.fill(-1), "NOT_FOUND")).message).toBe("OMS has no fill -1.");
      expect((await refusal(() => oms.era("x"), "NOT_FOUND")).message).toBe("OMS has no era x.");
    });
  });

  it.each<[string, (oms: Parameters<Parameters<typeof serving>[1]>[0]["oms"]) => unknown, RegExp]>([
    ["a run number as text", (oms) => oms.run("327564" as never), /The run number must be a whole number/],
    ["a run number with a fraction", (oms) => oms.run(1.5), /The run number must be a whole number/],
    ["a fill number that is none", (oms) => oms.fill(Number.NaN), /The fill number must be a whole number/],
    ["an era without name", (oms) => oms.era(""), /An era has a name/],
    ["an unknown option", (oms) => oms.run(1, { field: ["x"] } as never), /Unknown option of run\(\) "field"\. Did you mean "fields"/],
    ["fields as text", (oms) => oms.run(1, { fields: "energy" as never }), /fields must be a list/],
    ["units of raw rows", (oms) => oms.run(1, { raw: true, withUnits: true }), /raw rows hold their units/],
    ["a flag as text", (oms) => oms.run(1, { raw: "yes" as never }), /raw must be true or false/],
  ])("%s is refused", async (_what, call, message) => {
    await serving({}, async ({ oms, server }) => {
      expect((await refusal(() => call(oms))).message).toMatch(message);
      expect(server.requests).toEqual([]);
    });
  });
});

describe("lists", () => {
  it("are asked for by offset, several pages at a time, and given in order", async () => {
    const rows = lumisections(2345);
    let all = (): void => undefined;
    const together = new Promise<void>((resolve) => (all = resolve));
    const answer = async (request: Parameters<typeof pageOf>[1]) => {
      // The pages behind the first are answered when four of them are there.
      const offset = Number(asked(request, "page[offset]"));
      if (offset === 400) all();
      if (offset > 0) await together;
      return pageOf(rows, request);
    };
    await serving({ lumisections: answer }, async ({ oms, server }) => {
      const numbers: unknown[] = [];
      for await (const { lumisection_number } of oms.lumisections(319579, { pageSize: 100, concurrency: 4 }))
        numbers.push(lumisection_number);
      expect(numbers).toEqual(rows.map(({ attributes }) => attributes["lumisection_number"]));
      expect(server.requests).toHaveLength(24);
      expect(server.peakInFlight).toBe(4);
      expect(new Set(server.requests.map((request) => asked(request, "page[offset]"))).size).toBe(24);
    });
  });

  it.each<[string, object, number]>([
    ["whole lumisections", {}, 4],
    ["lumisections of few attributes", { fields: ["lumisection_number"] }, 8],
    ["whole lumisections, as the call says", { concurrency: 6 }, 6],
  ])("of %s have this many pages under way", async (_what, options, pages) => {
    let there = 0;
    let all = (): void => undefined;
    const together = new Promise<void>((resolve) => (all = resolve));
    const answer = async (request: Parameters<typeof pageOf>[1]) => {
      if (asked(request, "page[offset]") !== "0") {
        if (++there === pages) all();
        await together;
      }
      return pageOf(rows, request);
    };
    const rows = lumisections(200);
    await serving({ lumisections: answer }, async ({ oms, server }) => {
      expect(await oms.lumisections(319579, { pageSize: 10, ...options }).collect({ limit: 200 })).toHaveLength(200);
      expect(server.peakInFlight).toBe(pages);
    });
  });

  it("have a page of 1,000 lumisections, which can be awaited, walked and collected", async () => {
    await serving({ lumisections: lumisections(2001) }, async ({ oms, server }) => {
      const page = await oms.lumisections(319579);
      expect([page.items.length, page.total, page.hasNext]).toEqual([1000, 2001, true]);
      expect((await (await page.next())?.next())?.items).toHaveLength(1);
      const sizes: number[] = [];
      for await (const one of oms.lumisections(319579).pages()) sizes.push(one.items.length);
      expect(sizes).toEqual([1000, 1000, 1]);
      expect(await oms.lumisections(319579, { limit: 3 }).collect({ limit: 3 })).toHaveLength(3);
      expect(asked(server.requests.at(-1) as never, "page[limit]")).toBe("3");
      expect((await refusal(() => oms.lumisections(319579).collect({ limit: 2000 }), "LIMIT_EXCEEDED")).message).toMatch(
        /there are 2001 items/,
      );
    });
  });

  it("tell when a table changes while it is read", async () => {
    let total = 2500;
    const changing = (request: Parameters<typeof pageOf>[1]) => pageOf(lumisections(total--), request);
    await serving({ lumisections: changing }, async ({ oms }) => {
      await refusal(() => oms.lumisections(319579).collect({ limit: 5000 }), "LISTING_CHANGED");
    });
  });

  it("tell when a service cuts pages short", async () => {
    const answer = (request: Parameters<typeof pageOf>[1]) => pageOf(lumisections(3000), request, "lumisections", 10);
    await serving({ lumisections: answer }, async ({ oms }) => {
      expect((await refusal(() => oms.lumisections(319579).collect({ limit: 9000 }), "LISTING_CHANGED")).message).toMatch(
        /3000 items were announced, 30 came/,
      );
    });
  });

  it("end where the reader stops", async () => {
    await serving({ lumisections: lumisections(5000) }, async ({ oms, server }) => {
      for await (const _row of oms.lumisections(319579, { pageSize: 100, concurrency: 2 })) break;
      expect(server.requests.length).toBeLessThanOrEqual(3);
    });
  });
});

describe("lumisections", () => {
  const filterOf = (request: { readonly query: readonly (readonly [string, string])[] } | undefined) =>
    request?.query.filter(([name]) => name.startsWith("filter") || name === "sort");

  it.each<[LumisectionsOf, readonly (readonly [string, string])[]]>([
    [
      319579,
      [
        ["filter[run_number][EQ]", "319579"],
        ["sort", "lumisection_number"],
      ],
    ],
    [
      { run: 319579 },
      [
        ["filter[run_number][EQ]", "319579"],
        ["sort", "lumisection_number"],
      ],
    ],
    [
      { fill: 6919 },
      [
        ["filter[fill_number][EQ]", "6919"],
        ["sort", "run_number,lumisection_number"],
      ],
    ],
    [
      { from: "2016-12-04", to: new Date("2016-12-04T14:57:10Z") },
      [
        ["filter[start_time][GE]", "2016-12-04T00:00:00Z"],
        ["filter[end_time][LE]", "2016-12-04T14:57:10Z"],
        ["sort", "run_number,lumisection_number"],
      ],
    ],
  ])("of %j", async (of, query) => {
    await serving({ lumisections: lumisections(1) }, async ({ oms, server }) => {
      await oms.lumisections(of, { fields: ["pileup"] });
      expect(filterOf(server.requests[0])).toEqual(query);
      expect(await oms.lumisectionCount(of)).toBe(1);
      expect(filterOf(server.requests[1])).toEqual(query);
    });
  });

  it.each([
    undefined,
    null,
    {},
    { run: 1, fill: 2 },
    { from: "2016-12-04" },
    { runs: 1 },
    "319579",
    { run: 1, from: "2016-12-04", to: "2016-12-05" },
  ])("of %j are refused", async (of) => {
    await serving({}, async ({ oms }) => {
      await refusal(() => oms.lumisections(of as never));
    });
  });

  it("as raw rows, with units, and as they are", async () => {
    const rows = [{ id: "1_1", attributes: { lumisection_number: 1, delivered_lumi: 0.5 }, units: { delivered_lumi: "{\\mu}b^{-1}" } }];
    await serving({ lumisections: rows }, async ({ oms }) => {
      const [measured] = (await oms.lumisections(1, { withUnits: true })).items;
      expect(measured?.delivered_lumi).toEqual({ value: 0.5, units: "{\\mu}b^{-1}" });
      const [raw] = (await oms.lumisections(1, { raw: true })).items;
      expect(raw?.meta?.row?.["delivered_lumi"]?.units).toBe("{\\mu}b^{-1}");
      const [plain] = (await oms.lumisections(1, { fields: ["delivered_lumi"] })).items;
      expectTypeOf(plain).toEqualTypeOf<{ readonly delivered_lumi: number | null } | undefined>();
    });
  });
});

describe("any path", () => {
  it("is fetched as it is, with encoded parameters", async () => {
    await serving({ "db2json/a%20b": (request) => json({ query: request.query }) }, async ({ oms }) => {
      expect(await oms.get("db2json/a b", { query: { "filter[x][EQ]": "a&b", n: null } })).toEqual({
        query: [
          ["filter[x][EQ]", "a&b"],
          ["n", "null"],
        ],
      });
      await refusal(() => oms.get("runs?x=1"));
      await refusal(() => oms.get(5 as never));
      await refusal(() => oms.get("../../secret"));
    });
  });
});
