import { describe, expect, test } from "vitest";
import { expert, type Loose, useSandbox } from "./support.ts";

const box = useSandbox();
const ask = async (route: string, body: Record<string, unknown>): Promise<Loose> => (await box.post(`/lumisections/${route}`, body)).json;

/** The service's algorithm, lumisection by lumisection. */
function slowRanges(list: readonly Record<string, unknown>[]): object[] {
  const text = (value: object): string => JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  const ranges: Record<string, unknown>[] = [];
  list.forEach((values, index) => {
    const last = ranges.at(-1);
    if (last !== undefined && text(last["values"] as object) === text(values)) last["end"] = index + 1;
    else ranges.push({ values, start: index + 1, end: index + 1 });
  });
  return ranges.map(({ values, start, end }) => ({ ...(values as object), start, end }));
}

const runs = [315257, 315363, 327596, 327597, 327598, 327599, 327600, 327601, 327602, 327603, 327604, 327743, 362758];

describe("plain lists and ranges tell the same", () => {
  test.each(runs)("run %i", async (run_number) => {
    for (const dataset_name of ["online", ...(await box.get(`/get_all_dataset_names_of_run/${run_number}`)).json.slice(0, 1)]) {
      const asked = { run_number, dataset_name };
      const rr = await ask("rr_lumisections", asked);
      const oms = await ask("oms_lumisections", asked);
      expect(await ask("rr_lumisection_ranges", asked)).toEqual(slowRanges(rr));
      const bits = oms.map(({ recorded: _recorded, delivered: _delivered, err: _err, ...values }: Record<string, unknown>) => values);
      expect(await ask("oms_lumisection_ranges", asked)).toEqual(slowRanges(bits));
      const joint = Array.from({ length: Math.max(rr.length, oms.length) }, (_, index) => ({ ...oms[index], ...rr[index] }));
      expect(await ask("joint_lumisection_ranges", asked)).toEqual(slowRanges(joint));
    }
  });
});

test("index 0 is lumisection 1, holes are EMPTY triplets, OMS' holes an object with err", async () => {
  const holed: number[] = [];
  for (const run_number of runs) {
    const rr = await ask("rr_lumisections", { run_number, dataset_name: "online" });
    const oms = await ask("oms_lumisections", { run_number });
    const hole = oms.findIndex((bits: object) => "err" in bits);
    if (hole < 0) continue;
    holed.push(run_number);
    expect(oms[hole]).toEqual({ err: "No data available for this lumisection" });
    expect(rr[hole]["dt-dt"]).toEqual({ status: "EMPTY", comment: "", cause: "" });
    const { json } = await box.post("/runs_filtered_ordered", { filter: { run_number }, sortings: [], page: 0, page_size: 1 });
    const summary = json.runs[0].DatasetTripletCache.triplet_summary["dt-dt"];
    expect(summary.EMPTY).toBe(oms.filter((bits: object) => "err" in bits).length);
  }
  expect(holed.length).toBeGreaterThan(0);
});

test("ranges by component are counted without the holes", async () => {
  for (const run_number of runs) {
    const rr = await ask("rr_lumisections", { run_number, dataset_name: "online" });
    const known = rr.map((values: Loose) => values["dt-dt"]).filter(({ status }: Loose) => status !== "EMPTY");
    const byComponent = await ask("rr_lumisection_ranges_by_component", { run_number, dataset_name: "online" });
    expect(byComponent["dt-dt"]).toEqual(slowRanges(known));
    const byBit = await ask("oms_lumisection_ranges_by_dcs_bit", { run_number });
    expect(byBit["cms_active"][0]).toMatchObject({ status: true, start: 1 });
  }
});

test("certified lumisections are good throughout, the others are not", async () => {
  const ranges = await ask("rr_lumisection_ranges", { run_number: 315257, dataset_name: "/PromptReco/Collisions2018A/DQM" });
  const oms = await ask("oms_lumisection_ranges", { run_number: 315257 });
  expect(oms.map(({ start, end }: Loose) => [start, end]).slice(0, 3)).toEqual([
    [1, 88],
    [89, 90],
    [91, 92],
  ]);
  expect(ranges[0]["tracker-strip"]).toEqual({ cause: "", status: "GOOD", comment: "" });
});

test("luminosity breaks joint ranges into single lumisections", async () => {
  const ranges = await ask("joint_lumisection_ranges", { run_number: 315257, dataset_name: "online" });
  expect(ranges.every(({ start, end }: Loose) => start === end)).toBe(true);
});

describe("what is asked for", () => {
  test("Run Registry's values need the name of a dataset, OMS' take online", async () => {
    expect(await ask("rr_lumisections", { run_number: 327600 })).toEqual({
      err: 'Named parameter ":dataset_name" has no value in the given object.',
    });
    expect(await ask("joint_lumisection_ranges", { run_number: 327600 })).toHaveProperty("err");
    const online = await ask("oms_lumisections", { run_number: 327600, dataset_name: "online" });
    expect(await ask("oms_lumisections", { run_number: 327600 })).toEqual(online);
    expect(await ask("oms_lumisections", { run_number: 327600, dataset_name: "/nosuch" })).toEqual(online);
    expect(await ask("rr_lumisections", { run_number: 327600, dataset_name: "/nosuch" })).toEqual([]);
  });

  test("a run number may be text; an unknown run has nothing", async () => {
    expect(await ask("oms_lumisections", { run_number: "327600" })).toEqual(await ask("oms_lumisections", { run_number: 327600 }));
    expect(await ask("oms_lumisections", { run_number: "x" })).toEqual({ err: 'invalid input syntax for type integer: "x"' });
    expect(await ask("rr_lumisection_ranges", { run_number: 1, dataset_name: "online" })).toEqual([]);
    expect(await ask("rr_lumisection_ranges_by_component", { run_number: 1, dataset_name: "online" })).toEqual({});
  });
});

test("a change by a person wins over later automatic ones, and both stand in the history", async () => {
  const run_number = 362763;
  const edit = (status: string, headers: Record<string, string>): Promise<unknown> =>
    box.post(
      "/lumisections/edit_rr_lumisections",
      {
        run_number,
        dataset_name: "online",
        component: "dt-dt",
        new_lumisection_range: { start: 3, end: 5, status, comment: "checked", cause: "" },
      },
      headers,
      "PUT",
    );
  await edit("BAD", expert);
  await edit("EXCLUDED", { email: "auto@auto" });
  const ranges = (await ask("rr_lumisection_ranges_by_component", { run_number, dataset_name: "online" }))["dt-dt"];
  expect(ranges.find(({ start }: Loose) => start === 3)).toEqual({ cause: "", status: "BAD", comment: "checked", start: 3, end: 5 });
  const history = await ask("get_rr_lumisection_history", { run_number, dataset_name: "online" });
  expect(history.slice(-2).map(({ manual_change, jsonb, by }: Loose) => [manual_change, jsonb["dt-dt"].status, by])).toEqual([
    [false, "EXCLUDED", "auto@auto"],
    [true, "BAD", "expert@cern.ch"],
  ]);
  const { json } = await box.post("/runs_filtered_ordered", { filter: { run_number }, sortings: [], page: 0, page_size: 1 });
  expect(json.runs[0].DatasetTripletCache.triplet_summary["dt-dt"]).toMatchObject({ BAD: 3, comments: ["checked"] });
});
