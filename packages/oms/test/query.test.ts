import { json } from "@sci/http-core/testing";
import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { createOms, type Measured } from "../src/index.ts";
import { asked, pageOf, serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";
import { silent } from "@sci/http-core/testing";

const oms = createOms({ baseUrl: "http://127.0.0.1:1/agg/api", auth: false, logger: silent });
const queryOf = (url: string): [string, string][] => [...new URL(url).searchParams];
const run = { id: "327564", attributes: { run_number: 327564, energy: 6369 }, units: { energy: "GeV" } };

describe("a query", () => {
  it("puts its parts into the address in the order of the Python client, each encoded", async () => {
    const url = await oms
      .query("runs", { pageSize: 50 })
      .sort("-fill_number", "run_number")
      .include("meta", "presentation_timestamp")
      .where("b_field", "GT", 3.7)
      .where("fill_number", ">=", 7333)
      .fields("run_number", "fill_number")
      .group({ granularity: "run" })
      .custom("x", true)
      .url();
    expect(queryOf(url)).toEqual([
      ["fields", "run_number,fill_number"],
      ["filter[b_field][GT]", "3.7"],
      ["filter[fill_number][GE]", "7333"],
      ["sort", "-fill_number,run_number"],
      ["include", "meta,presentation_timestamp"],
      ["page[offset]", "0"],
      ["page[limit]", "50"],
      ["group[granularity]", "run"],
      ["x", "true"],
    ]);
    expect(url).toContain("filter%5Bb_field%5D%5BGT%5D=3.7");
  });

  it("is left as it was by every step", async () => {
    const base = oms.query("fills").where("fill_number", "GE", 7000);
    const narrow = base.where("energy", "GT", 6000).sort("fill_number");
    expect(queryOf(await base.url()).map(([name]) => name)).toEqual(["filter[fill_number][GE]", "page[offset]", "page[limit]"]);
    expect(queryOf(await narrow.url()).map(([name]) => name)).toContain("sort");
  });

  it("keeps the order of sorting, and ends it in what makes rows unique", async () => {
    const sortOf = async (url: Promise<string>) => new URL(await url).searchParams.get("sort");
    expect(await sortOf(oms.query("runs").sort("-energy").sort("fill_number").url())).toBe("-energy,fill_number,run_number");
    expect(await sortOf(oms.query("lumisections").sort("-pileup").url())).toBe("-pileup,run_number,lumisection_number");
    expect(await sortOf(oms.query("lumisections").where("run_number", 1).sort("-pileup").url())).toBe("-pileup,lumisection_number");
    expect(await sortOf(oms.query("runs").url())).toBeNull();
  });

  it("asks for what belongs to one row by its path, each part encoded", async () => {
    expect(new URL(await oms.query("runs/327564/lumisections").url()).pathname).toBe("/agg/api/v1/runs/327564/lumisections");
    expect(new URL(await oms.query("eras/a b%/runs").url()).pathname).toBe("/agg/api/v1/eras/a%20b%25/runs");
  });

  it.each(["a&page[limit]=9", "v1#2", "100%", "a b", "a+b", "müon 測定", "x=y;z", '"\\', "?/"])(
    "sends the value %s as it is",
    async (value) => {
      await serving({ runs: [run] }, async ({ oms: client, server }) => {
        await client.query("runs").where("hlt_key", value);
        expect(asked(server.requests[0] as never, "filter[hlt_key][EQ]")).toBe(value);
        expect(server.requests[0]?.query.map(([name]) => name)).toEqual(["filter[hlt_key][EQ]", "page[offset]", "page[limit]"]);
      });
    },
  );

  it("sends any text as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (value) => {
        const url = await oms.query("runs").where("hlt_key", "LIKE", value).url();
        expect(new URL(url).searchParams.get("filter[hlt_key][LIKE]")).toBe(value);
        expect([...new URL(url).searchParams]).toHaveLength(3);
      }),
    );
  });

  it("gives attributes, attributes with units, or whole items", async () => {
    await serving({ runs: [run] }, async ({ oms: client }) => {
      const query = client.query("runs").fields("run_number", "energy");
      const [plain] = (await query).items;
      const [measured] = (await query.withUnits()).items;
      const [raw] = (await query.raw()).items;
      expect(plain).toEqual({ run_number: 327564, energy: 6369 });
      expect(measured).toEqual({ run_number: { value: 327564, units: null }, energy: { value: 6369, units: "GeV" } });
      expect(raw).toEqual({ id: "327564", type: "runs", attributes: run.attributes, meta: { row: { energy: { units: "GeV" } } } });
      expectTypeOf(plain).toEqualTypeOf<{ readonly run_number: number | null; readonly energy: number | null } | undefined>();
      expectTypeOf(measured?.energy).toEqualTypeOf<Measured<number | null> | undefined>();
    });
  });

  it("counts without fetching rows, also where the service tells no number", async () => {
    const rows = Array.from({ length: 25 }, (_, index) => ({ id: `${index}`, attributes: { run_number: index } }));
    await serving({ runs: rows }, async ({ oms: client, server }) => {
      expect(await client.query("runs").count()).toBe(25);
      expect(server.requests.map((request) => asked(request, "page[limit]"))).toEqual(["1"]);
    });
    const untold = (request: Parameters<typeof pageOf>[1]) => {
      const { data } = JSON.parse(pageOf(rows, request).body as string) as { data: unknown };
      return json({ data });
    };
    await serving({ runs: untold }, async ({ oms: client }) => {
      expect(await client.query("runs", { pageSize: 10 }).count()).toBe(25);
    });
  });

  it("knows the types of attributes and values", async () => {
    const runs = oms.query("runs");
    await runs
      .where("fill_number", "GE", 7333)
      .where("stable_beam", true)
      .where("start_time", "<", new Date(0))
      .where("end_time", null)
      .url();
    // @ts-expect-error: a number is not text
    expect((await refusal(() => runs.where("fill_number", "GE", "7333"))).message).toMatch(/the attribute is a number/);
    // @ts-expect-error: a boolean is not text
    expect((await refusal(() => runs.where("stable_beam", "true"))).message).toMatch(/the attribute is true or false/);
    runs.where("a_new_attribute", "GT", 3);
    expectTypeOf(oms.query("runs/1/lumisections").fields("pileup")).toExtend<AsyncIterable<{ readonly pileup: number | null }>>();
  });
});

describe("what a query refuses before anything is sent", () => {
  const runs = oms.query("runs");
  it.each<[string, () => unknown, RegExp]>([
    ["an operator OMS lacks", () => runs.where("run_number", "IN" as "EQ", 1), /neither lists nor OR/],
    ["a misspelt operator", () => runs.where("run_number", "GEE" as "EQ", 1), /Did you mean "GE"/],
    ["null in an order", () => runs.where("end_time", ">", null), /null can be compared by EQ and NEQ only/],
    ["a list", () => runs.where("run_number", [1, 2] as never), /OMS has no lists/],
    ["a number that is none", () => runs.where("energy", Number.NaN), /not finite/],
    ["an integer that was rounded", () => runs.where("run_number", 2 ** 60), /beyond 2\^53/],
    ["a time that is none", () => runs.where("start_time", "GE", "30.11.2018"), /a time is written like/],
    ["a day that is none", () => runs.where("start_time", "GE", "2018-02-30"), /a time is written like/],
    ["an invalid date", () => runs.where("start_time", new Date("x")), /the date is invalid/],
    ["a condition without value", () => (runs.where as (name: string) => unknown)("energy"), /an operator and a value/],
    ["undefined", () => runs.where("energy", undefined as never), /energy EQ undefined/],
    ["no fields", () => runs.fields(), /at least one name/],
    ["a list of names in one", () => runs.fields("run_number,energy"), /one name each/],
    ["an order up and down", () => runs.sort("energy", "-energy"), /twice, up and down/],
    ["an unknown include", () => runs.include("units" as "meta"), /Unknown include "units"/],
    ["an unknown granularity", () => runs.group({ granularity: "lumi" as "run" }), /"run" or "lumisection"/],
    ["no grouping", () => runs.group({}), /needs granularity or size/],
    ["paging by hand", () => runs.custom("page[limit]", 100_000), /pageSize and limit/],
    ["an unknown option", () => oms.query("runs", { pagesize: 3 } as never), /Did you mean "pageSize"/],
    ["a page larger than the service serves", () => oms.query("lumisections", { pageSize: 5001 }), /from 1 to 5000/],
    ["a page of nothing", () => oms.query("runs", { pageSize: 0 }), /from 1 to 1000/],
    ["one row", () => oms.query("runs/327564"), /is one row/],
    ["no resource", () => oms.query(""), /A resource is a name/],
    ["a way out of the service", () => oms.query("runs/../secret"), /A resource is a name/],
  ])("%s", async (_what, action, message) => {
    expect((await refusal(action)).message).toMatch(message);
  });
});

describe("values as they are sent", () => {
  const valueOf = async (url: Promise<string>) => [...new URL(await url).searchParams].find(([name]) => name.startsWith("filter"))?.[1];
  it.each<[unknown, string]>([
    ["2018-11-30", "2018-11-30T00:00:00Z"],
    ["2018-11-30T03:12", "2018-11-30T03:12:00Z"],
    ["2018-11-30T03:12:09Z", "2018-11-30T03:12:09Z"],
    ["2018-11-30T04:12:09+01:00", "2018-11-30T03:12:09Z"],
    [new Date("2018-11-30T03:12:09Z"), "2018-11-30T03:12:09Z"],
    [new Date("2018-11-30T03:12:09.250Z"), "2018-11-30T03:12:09.250Z"],
    [null, "null"],
  ])("the time %s", async (value, sent) => {
    expect(
      await valueOf(
        oms
          .query("runs")
          .where("start_time", value as string)
          .url(),
      ),
    ).toBe(sent);
  });

  it.each<[string, string]>([
    ["=", "EQ"],
    ["!=", "NEQ"],
    ["<>", "NEQ"],
    ["<", "LT"],
    [">", "GT"],
    ["<=", "LE"],
    ["ge", "GE"],
    ["Like", "LIKE"],
    ["ct", "CT"],
  ])("the operator %s", async (operator, sent) => {
    expect(
      await oms
        .query("runs")
        .where("energy", operator as "LIKE", 1)
        .url(),
    ).toContain(`%5B${sent}%5D=1`);
  });

  it("big integers and booleans", async () => {
    expect(
      await valueOf(
        oms
          .query("runs")
          .where("run_number", 2n ** 60n)
          .url(),
      ),
    ).toBe("1152921504606846976");
    expect(await valueOf(oms.query("runs").where("tier0_transfer", false).url())).toBe("false");
  });
});
