import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePileup, convertLuminosity, integrateLuminosity, luminosityPerLumisection, type LumisectionRow } from "../src/index.ts";
import { refusal } from "@sci/http-core/testing";

const pb = "pb^{-1}";
const ub = "{\\mu}b^{-1}";
const measured = (value: number | null, units: string | null = pb) => ({ value, units });
const row = (lumisection: number, delivered: number | null, recorded = delivered, more: object = {}): LumisectionRow => ({
  run_number: 1,
  lumisection_number: lumisection,
  delivered_lumi: measured(delivered),
  recorded_lumi: measured(recorded),
  pileup: 30,
  ...more,
});
const total = (delivered: number | null, recorded = delivered) => ({
  run_number: 1,
  delivered_lumi: measured(delivered),
  recorded_lumi: measured(recorded),
});

describe("units of luminosity", () => {
  it.each<[number, string, number]>([
    [8.117866, pb, 8.117866],
    [8_117_866, ub, 8.117866],
    [8117.866, "nb^{-1}", 8.117866],
    [0.008117866, "fb^{-1}", 8.117866],
    [2, "µb^-1", 2e-6],
    [2, "ub-1", 2e-6],
    [2, "/pb", 2],
    [2, "1/nb", 0.002],
    [1, "b^{-1}", 1e-12],
  ])("%d %s", (value, units, result) => {
    expect(convertLuminosity(value, units)).toBeCloseTo(result, 12);
    expect(convertLuminosity(convertLuminosity(value, units), pb, units)).toBeCloseTo(value, 6);
  });

  it("are exact where the value is", () => {
    expect(convertLuminosity(8_117_866, ub)).toBe(8.117866);
  });

  it.each(["T", "10^{34}cm^{-2}s^{-1}", "pb", "xb^{-1}", "", undefined])("refuse %s", async (units) => {
    await refusal(() => convertLuminosity(1, units as string));
  });
});

describe("luminosity per lumisection", () => {
  it("is the difference to the next sum, and to the run's total at its end", () => {
    const values = luminosityPerLumisection([row(1, 0), row(2, 1.5, 1), row(3, 3.5, 2.5)], { totals: [total(4, 3)] });
    expect(values.map(({ delivered, recorded }) => [delivered, recorded])).toEqual([
      [1.5, 1],
      [2, 1.5],
      [0.5, 0.5],
    ]);
    expect(values[0]).toEqual({
      run_number: 1,
      lumisection_number: 1,
      last_lumisection_number: 1,
      delivered: 1.5,
      recorded: 1,
      units: pb,
      pileup: 30,
    });
  });

  it("is not known at the end of a run whose total is not", () => {
    const [first, last] = luminosityPerLumisection([row(1, 0), row(2, 1)]);
    expect([first?.delivered, first?.reason]).toEqual([1, undefined]);
    expect([last?.delivered, last?.recorded, last?.reason]).toEqual([null, null, "end of run"]);
  });

  it("follows units that change from row to row", () => {
    const rows = [
      { ...row(1, 0), delivered_lumi: measured(900_000, ub), recorded_lumi: measured(800_000, ub) },
      { ...row(2, 0), delivered_lumi: measured(1.5), recorded_lumi: measured(1.25) },
      { ...row(3, 0), delivered_lumi: measured(2000, "nb^{-1}"), recorded_lumi: measured(0.0015, "fb^{-1}") },
    ];
    const values = luminosityPerLumisection(rows, { totals: [total(2, 1.5)] });
    expect(values.map(({ delivered }) => delivered?.toFixed(9))).toEqual(["0.600000000", "0.500000000", "0.000000000"]);
    expect(values.map(({ recorded }) => recorded?.toFixed(9))).toEqual(["0.450000000", "0.250000000", "0.000000000"]);
  });

  it("is not known where a sum falls back, and what is rounded has not fallen", () => {
    const values = luminosityPerLumisection([row(1, 5), row(2, 0.25), row(3, 1), row(4, 0.9999995)], { totals: [total(1)] });
    expect(values.map(({ delivered, reason }) => [delivered, reason])).toEqual([
      [null, "reset"],
      [0.75, undefined],
      [0, undefined],
      [expect.closeTo(0.0000005, 9), undefined],
    ]);
  });

  it("is not known without a value, and shared by lumisections whose rows are missing", () => {
    const values = luminosityPerLumisection([row(1, null), row(2, 1), row(5, 4), row(6, null)], { totals: [total(9)] });
    expect(
      values.map(({ lumisection_number, last_lumisection_number, delivered, reason }) => [
        lumisection_number,
        last_lumisection_number,
        delivered,
        reason,
      ]),
    ).toEqual([
      [1, 1, null, "no value"],
      [2, 4, 3, undefined],
      [5, 5, null, "no value"],
      [6, 6, null, "no value"],
    ]);
  });

  it("is the row's own where it tells it", () => {
    const own = { delivered_lumi_per_lumisection: measured(250_000, ub), recorded_lumi_per_lumisection: measured(0.2) };
    const [value] = luminosityPerLumisection([row(1, 7, 7, own)]);
    expect([value?.delivered, value?.recorded, value?.reason]).toEqual([0.25, 0.2, undefined]);
  });

  it("begins anew with each run", () => {
    const second = { ...row(1, 0), run_number: 2 };
    const values = luminosityPerLumisection([row(8, 1), second], { totals: [total(1.5), { ...total(3), run_number: 2 }] });
    expect(values.map(({ run_number, delivered }) => [run_number, delivered])).toEqual([
      [1, 0.5],
      [2, 3],
    ]);
  });

  it("takes bare values with a stated unit, and refuses them without", async () => {
    const bare = [
      { run_number: 1, lumisection_number: 1, delivered_lumi: 0, recorded_lumi: 0 },
      { run_number: 1, lumisection_number: 2, delivered_lumi: 2_000_000, recorded_lumi: 1_000_000 },
    ];
    expect(luminosityPerLumisection(bare, { units: ub })[0]).toMatchObject({ delivered: 2, recorded: 1, pileup: null });
    expect((await refusal(() => luminosityPerLumisection(bare))).message).toMatch(/delivered_lumi has no unit.*withUnits: true/);
    expect((await refusal(() => luminosityPerLumisection([{ ...bare[0], delivered_lumi: measured(0, null) }]))).message).toMatch(
      /has no unit/,
    );
  });

  it.each<[string, LumisectionRow[], RegExp]>([
    ["rows out of order", [row(2, 0), row(1, 1)], /must be sorted by lumisection_number/],
    ["a row twice", [row(1, 0), row(1, 0)], /each once/],
    ["rows without number", [{ delivered_lumi: measured(1) }], /Rows need run_number/],
    ["text", [row(1, "3" as never)], /must be a number or null/],
    ["another quantity", [{ ...row(1, 1), delivered_lumi: measured(1, "T") }], /no unit of integrated luminosity/],
  ])("refuses %s", async (_what, rows, message) => {
    expect((await refusal(() => luminosityPerLumisection(rows))).message).toMatch(message);
  });

  it("adds up to the total, whatever the sums are", () => {
    const steps = fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(steps, (values) => {
        let sum = 0;
        const rows = values.map((value, index) => {
          const made = row(index + 1, sum);
          sum += value;
          return made;
        });
        const { delivered, missing, lumisections } = integrateLuminosity(luminosityPerLumisection(rows, { totals: [total(sum)] }));
        expect(delivered).toBeCloseTo(sum, 9);
        expect([missing.length, lumisections]).toEqual([0, values.length]);
      }),
    );
  });
});

describe("integrated luminosity", () => {
  const values = luminosityPerLumisection(
    [row(1, 0, 0, { pileup: 10 }), row(2, 1, 1, { pileup: 20 }), row(3, 3, 2, { pileup: 40 }), row(6, 6, 5, { pileup: null })],
    {
      totals: [total(7, 6)],
    },
  );

  it("counts the lumisections selected, both ends included, however the ranges lie", () => {
    expect(integrateLuminosity(values, { selection: { "1": [[1, 2]] } })).toEqual({
      delivered: 3,
      recorded: 2,
      units: pb,
      lumisections: 2,
      parts: [{ run_number: 1, delivered: 3, recorded: 2, lumisections: 2 }],
      missing: [],
    });
    const scattered = {
      "1": [
        [3, 6],
        [1, 1],
        [2, 4],
      ] as [number, number][],
    };
    expect(integrateLuminosity(values, { selection: scattered })).toMatchObject({ delivered: 7, lumisections: 6, missing: [] });
  });

  it("takes whatever becomes golden JSON", () => {
    const mask = { toJSON: () => ({ "1": [[2, 2]] as [number, number][] }) };
    expect(integrateLuminosity(values, { selection: mask }).delivered).toBe(2);
    expect(integrateLuminosity(values, { selection: {} })).toMatchObject({ delivered: 0, parts: [], lumisections: 0 });
  });

  it("lists what it could not count", () => {
    const selection = {
      "1": [
        [3, 4],
        [6, 9],
      ] as [number, number][],
      "2": [[1, 5]] as [number, number][],
    };
    const { delivered, missing, lumisections } = integrateLuminosity(values, { selection });
    expect([delivered, lumisections]).toEqual([1, 1]);
    expect(missing).toEqual([
      { run_number: 1, lumisection_number: 3, last_lumisection_number: 5, reason: "partly selected" },
      { run_number: 1, lumisection_number: 7, last_lumisection_number: 9, reason: "not in OMS" },
      { run_number: 2, lumisection_number: 1, last_lumisection_number: 5, reason: "not in OMS" },
    ]);
    const [open] = luminosityPerLumisection([row(1, 1)]);
    expect(integrateLuminosity([open as never]).missing).toEqual([
      { run_number: 1, lumisection_number: 1, last_lumisection_number: 1, reason: "end of run" },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ["text", "mask", /golden JSON such as/],
    ["a list", [[1, 2]], /golden JSON such as/],
    ["a run that is no number", { run1: [[1, 2]] }, /run numbers as its keys/],
    ["ranges that are none", { "1": 5 }, /list of ranges/],
    ["a range backwards", { "1": [[5, 1]] }, /\[first, last\]/],
    ["lumisection 0", { "1": [[0, 1]] }, /whole numbers from 1/],
    ["half a range", { "1": [[5]] }, /\[first, last\]/],
  ])("refuses %s as selection", async (_what, selection, message) => {
    expect((await refusal(() => integrateLuminosity(values, { selection: selection as never }))).message).toMatch(message);
    expect((await refusal(() => averagePileup(values, { selection: selection as never }))).message).toMatch(message);
  });

  it("gives the mean pileup, weighted by luminosity", () => {
    expect(averagePileup(values, { selection: { "1": [[1, 2]] } })).toEqual({
      pileup: (10 + 2 * 20) / 3,
      luminosity: 3,
      lumisections: 2,
      missing: 0,
    });
    expect(averagePileup(values, { selection: { "1": [[1, 2]] }, weight: "recorded" }).pileup).toBe(15);
    // Lumisection 6 has no pileup; 3 to 5 share one value.
    expect(
      averagePileup(values, {
        selection: {
          "1": [
            [2, 3],
            [6, 6],
          ],
        },
      }),
    ).toMatchObject({ pileup: 20, lumisections: 1, missing: 4 });
    expect(averagePileup([])).toEqual({ pileup: null, luminosity: 0, lumisections: 0, missing: 0 });
  });

  it("refuses another weight", async () => {
    await refusal(() => averagePileup(values, { weight: "lumi" as "recorded" }));
    await refusal(() => averagePileup(values, { wieght: "recorded" } as never));
  });
});
