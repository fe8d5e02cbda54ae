import { json } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { asked, pageOf, type ServedRow, serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";

/** Rows of one id, as the service gives them for a trigger that is grouped by lumisection. */
const rates = (count: number, attributes: object = {}, id = "319579_1"): ServedRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id,
    attributes: { run_number: 319579, first_lumisection_number: index + 1, last_lumisection_number: index + 1, rate: index, ...attributes },
  }));
const queryOf = (request: { readonly query: readonly (readonly [string, string])[] } | undefined) =>
  request?.query.filter(([name]) => !name.startsWith("page"));

describe("rates", () => {
  it("of Level-1 accepts, per lumisection or for the run", async () => {
    await serving({ l1triggerrates: rates(2, { l1a_total: { rate: 1, counter: 23 } }) }, async ({ oms, server }) => {
      const [row] = (await oms.triggerRates.l1(319579)).items;
      expect(row?.l1a_total?.counter).toBe(23);
      await oms.triggerRates.l1(319579, { granularity: "run" });
      await oms.triggerRates.l1(319579, { from: 10, to: 20, fields: ["first_lumisection_number", "l1a_physics"] });
      expect(server.requests.map(queryOf)).toEqual([
        [
          ["filter[run_number][EQ]", "319579"],
          ["sort", "last_lumisection_number"],
          ["group[granularity]", "lumisection"],
        ],
        [
          ["filter[run_number][EQ]", "319579"],
          ["group[granularity]", "run"],
        ],
        [
          ["fields", "first_lumisection_number,l1a_physics"],
          ["filter[first_lumisection_number][GE]", "10"],
          ["filter[last_lumisection_number][LE]", "20"],
          ["filter[run_number][EQ]", "319579"],
          ["sort", "last_lumisection_number"],
          ["group[granularity]", "lumisection"],
        ],
      ]);
    });
  });

  it("of Level-1 algorithms by name or bit, and dead times", async () => {
    await serving({ l1algorithmtriggers: rates(1), deadtimes: rates(1) }, async ({ oms, server }) => {
      await oms.triggerRates.l1Algorithms(319579, { name: "L1_SingleMu22", granularity: "run" });
      await oms.triggerRates.l1Algorithms(319579, { bit: 0, granularity: "run" });
      await oms.deadtimes(319579, { granularity: "run" });
      expect(server.requests.map((request) => queryOf(request)?.[0])).toEqual([
        ["filter[name][EQ]", "L1_SingleMu22"],
        ["filter[bit][EQ]", "0"],
        ["filter[run_number][EQ]", "319579"],
      ]);
    });
  });

  it("that share one id are all given, whatever the projection", async () => {
    await serving({ hltpathrates: rates(2500) }, async ({ oms }) => {
      expect(await oms.triggerRates.hlt(319579, { path: "HLT_A_v1" }).collect({ limit: 5000 })).toHaveLength(2500);
      expect(await oms.triggerRates.hlt(319579, { path: "HLT_A_v1", fields: ["rate"] }).collect({ limit: 5000 })).toHaveLength(2500);
      const fields = ["first_lumisection_number", "rate"] as const;
      expect(await oms.triggerRates.hlt(319579, { path: "HLT_A_v1", fields }).collect({ limit: 5000 })).toHaveLength(2500);
    });
  });

  it("of all HLT paths come path after path, several in flight", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `HLT_P${index}_v1`);
    const answers = {
      hltpathinfo: names.map((path_name) => ({ id: "same", attributes: { path_name } })),
      hltpathrates: (request: Parameters<typeof pageOf>[1]) =>
        pageOf(rates(3, { path_name: asked(request, "filter[path_name][EQ]") }), request),
    };
    await serving(answers, async ({ oms, server }) => {
      const seen: unknown[] = [];
      for await (const { path_name } of oms.triggerRates.allHlt(319579, { concurrency: 4 })) seen.push(path_name);
      expect(seen).toEqual(names.flatMap((name) => [name, name, name]));
      expect(server.requests).toHaveLength(31);
      expect(server.peakInFlight).toBeLessThanOrEqual(4);
    });
    await serving(answers, async ({ oms, server }) => {
      for await (const _row of oms.triggerRates.allHlt(319579, { concurrency: 2 })) break;
      expect(server.requests.length).toBeLessThanOrEqual(4);
      const seen: unknown[] = [];
      for await (const { path_name } of oms.triggerRates.allHlt(319579, { paths: ["HLT_B_v2"] })) seen.push(path_name);
      expect(seen).toEqual(["HLT_B_v2", "HLT_B_v2", "HLT_B_v2"]);
    });
  });

  it("of a path that fails name it", async () => {
    const answers = { hltpathrates: () => json({ errors: [{ title: "No" }] }, { status: 400 }) };
    await serving(answers, async ({ oms }) => {
      const read = async () => {
        for await (const _row of oms.triggerRates.allHlt(319579, { paths: ["HLT_A_v1"] })) continue;
      };
      const error = await refusal(read, "SERVICE_ERROR");
      expect(error.url).toContain("HLT_A_v1");
    });
  });

  it.each<[string, (oms: Parameters<Parameters<typeof serving>[1]>[0]["oms"]) => unknown, RegExp]>([
    ["no path", (oms) => oms.triggerRates.hlt(1, {} as never), /A path has a name/],
    ["no options", (oms) => (oms.triggerRates.hlt as (run: number) => unknown)(1), /A path has a name/],
    ["a misspelt granularity", (oms) => oms.triggerRates.l1(1, { granularity: "ls" as "run" }), /"run" or "lumisection"/],
    ["lumisection 0", (oms) => oms.triggerRates.l1(1, { from: 0 }), /from must be a whole number from 1/],
    ["a bit that is none", (oms) => oms.triggerRates.l1Algorithms(1, { bit: -1 }), /bit must be/],
    ["an unknown option", (oms) => oms.deadtimes(1, { granularty: "run" } as never), /Did you mean "granularity"/],
    ["a run that is none", (oms) => oms.triggerRates.l1(0), /The run number/],
  ])("of %s are refused", async (_what, call, message) => {
    await serving({}, async ({ oms, server }) => {
      expect((await refusal(() => call(oms))).message).toMatch(message);
      expect(server.requests).toEqual([]);
    });
  });
});
