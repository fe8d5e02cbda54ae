import { json } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { LuminosityOf } from "../src/index.ts";
import { asked, pageOf, type ServedRow, serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";

const ub = "{\\mu}b^{-1}";
const pb = "pb^{-1}";
const units = (unit: string) => ({ delivered_lumi: unit, recorded_lumi: unit });

/** Two runs of fill 7 with lumisections of 2 and 1 pb^{-1}, and a third of fill 8; sums of run 12 come in {\mu}b^{-1}. */
const sizes: Readonly<Record<number, readonly [fill: number, lumisections: number]>> = { 11: [7, 4], 12: [7, 3], 13: [8, 2] };
const runs: ServedRow[] = Object.entries(sizes).map(([run, [fill_number, count]]) => ({
  id: run,
  attributes: { run_number: Number(run), fill_number, delivered_lumi: 2 * count, recorded_lumi: count },
  units: units(pb),
}));
const fills: ServedRow[] = [7, 8, 9].map((fill) => ({
  id: `${fill}`,
  attributes: { fill_number: fill, delivered_lumi: fill === 9 ? null : fill * 1e6, recorded_lumi: fill * 5e5 },
  units: units(ub),
}));
const eras: ServedRow[] = [{ id: "e", attributes: { name: "Run7", start_fill: 7, end_fill: 9, start_run: 12, end_run: null } }];

function filtered(rows: readonly ServedRow[], request: Parameters<typeof pageOf>[1]): ServedRow[] {
  return rows.filter(({ attributes }) =>
    request.query.every(([name, value]) => {
      const [, attribute = "", operator] = /^filter\[(\w+)\]\[(\w+)\]$/.exec(name) ?? [];
      if (attribute === "") return true;
      const own = attributes[attribute];
      return operator === "GE" ? Number(own) >= Number(value) : operator === "LE" ? Number(own) <= Number(value) : String(own) === value;
    }),
  );
}
const table = (rows: readonly ServedRow[]) => (request: Parameters<typeof pageOf>[1]) => pageOf(filtered(rows, request), request);

function lumisections(request: Parameters<typeof pageOf>[1]) {
  const run = Number(asked(request, "filter[run_number][EQ]"));
  const factor = run === 12 ? 1e6 : 1;
  const rows = Array.from({ length: sizes[run]?.[1] ?? 0 }, (_, index) => ({
    id: `${run}_${index + 1}`,
    attributes: {
      run_number: run,
      lumisection_number: index + 1,
      pileup: 10 * (index + 1),
      delivered_lumi: 2 * index * factor,
      recorded_lumi: index * factor,
    },
    units: units(run === 12 ? ub : pb),
  }));
  return pageOf(rows, request);
}
const answers = { runs: table(runs), fills: table(fills), eras: table(eras), lumisections };

describe("integrated luminosity", () => {
  it.each<[string, LuminosityOf, object]>([
    [
      "a run",
      { run: 11 },
      {
        delivered: 8,
        recorded: 4,
        lumisections: null,
        parts: [{ run_number: 11, delivered: 8, recorded: 4, lumisections: null }],
        missing: [],
      },
    ],
    ["a fill", { fill: 7 }, { delivered: 7, recorded: 3.5, parts: [{ fill_number: 7, delivered: 7, recorded: 3.5, lumisections: null }] }],
    ["an era", { era: "Run7" }, { delivered: 15, recorded: 12, missing: [{ fill_number: 9, reason: "no value" }] }],
    ["a selection", { selection: { "11": [[2, 3]], "12": [[1, 3]] } }, { delivered: 10, recorded: 5, lumisections: 5, missing: [] }],
    [
      "a selection within a run",
      { run: 12, selection: { "11": [[2, 3]], "12": [[1, 1]] } },
      { delivered: 2, lumisections: 1, missing: [] },
    ],
    [
      "a selection within a fill",
      { fill: 7, selection: { "11": [[1, 4]], "13": [[1, 2]] } },
      { delivered: 8, lumisections: 4, missing: [] },
    ],
    [
      "a selection within an era",
      { era: "Run7", selection: { "11": [[1, 4]], "13": [[1, 2]] } },
      { delivered: 4, lumisections: 2, missing: [] },
    ],
    [
      "a selection that OMS has in part",
      { selection: { "13": [[2, 5]], "99": [[1, 1]] } },
      {
        delivered: 2,
        missing: [
          { run_number: 13, lumisection_number: 3, last_lumisection_number: 5, reason: "not in OMS" },
          { run_number: 99, lumisection_number: 1, last_lumisection_number: 1, reason: "not in OMS" },
        ],
      },
    ],
  ])("of %s", async (_what, of, result) => {
    await serving(answers, async ({ oms }) => {
      expect(await oms.luminosity.integrated(of)).toMatchObject({ units: pb, ...result });
    });
  });

  it("of lumisections, one by one, run after run", async () => {
    await serving(answers, async ({ oms, server }) => {
      const values: unknown[] = [];
      for await (const { run_number, lumisection_number, delivered, recorded, pileup } of oms.luminosity.perLumisection(
        { fill: 7 },
        { concurrency: 2 },
      ))
        values.push([run_number, lumisection_number, delivered, recorded, pileup]);
      expect(values).toEqual([1, 2, 3, 4].map((n) => [11, n, 2, 1, 10 * n]).concat([1, 2, 3].map((n) => [12, n, 2, 1, 10 * n])));
      const masked: unknown[] = [];
      for await (const { lumisection_number } of oms.luminosity.perLumisection({
        selection: {
          "11": [
            [2, 2],
            [4, 4],
          ],
        },
      }))
        masked.push(lumisection_number);
      expect(masked).toEqual([2, 4]);
      expect(server.requests.filter(({ path }) => path.endsWith("lumisections"))[0]?.query[0]).toEqual([
        "fields",
        "run_number,lumisection_number,pileup,delivered_lumi,recorded_lumi",
      ]);
    });
  });

  it("of what OMS does not have is NOT_FOUND, and errors of a run end it", async () => {
    await serving(answers, async ({ oms }) => {
      await refusal(() => oms.luminosity.integrated({ run: 5 }), "NOT_FOUND");
      await refusal(() => oms.luminosity.integrated({ era: "Run8" }), "NOT_FOUND");
      await refusal(() => oms.luminosity.integrated({ era: "Run8", selection: { "11": [[1, 1]] } }), "NOT_FOUND");
    });
    await serving({ ...answers, lumisections: () => json({ errors: [{ title: "No" }] }, { status: 400 }) }, async ({ oms }) => {
      await refusal(() => oms.luminosity.integrated({ selection: { "11": [[1, 1]] } }), "SERVICE_ERROR");
    });
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", {}, /one of \{ run \}, \{ fill \} and \{ era \}/],
    ["two", { run: 11, fill: 7 }, /one of \{ run \}/],
    ["a number", 11, /needs \{ run \}/],
    ["a misspelt part", { runs: 11 }, /Did you mean "run"/],
    ["a run as text", { run: "11" }, /The run number/],
    ["an era without name", { era: "" }, /An era has a name/],
    ["a selection that is none", { selection: 5 }, /golden JSON/],
  ])("of %s is refused", async (_what, of, message) => {
    await serving(answers, async ({ oms, server }) => {
      expect((await refusal(() => oms.luminosity.integrated(of as LuminosityOf))).message).toMatch(message);
      expect(server.requests).toEqual([]);
    });
  });

  it("of the lumisections of a whole era is refused", async () => {
    const first = async (rows: AsyncIterable<unknown>) => {
      for await (const row of rows) return row;
      return undefined;
    };
    await serving(answers, async ({ oms }) => {
      expect((await refusal(() => first(oms.luminosity.perLumisection({ era: "Run7" })))).message).toMatch(/needs a selection/);
      await refusal(() => first(oms.luminosity.perLumisection({ run: 1 }, { concurency: 2 } as never)));
    });
  });
});
