import { json, type ReceivedRequest } from "@sci/http-core/testing";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRunRegistry, like, LumiMask, type RunRegistry } from "../src/index.ts";
import { lumisectionsApi } from "../src/lumisections.ts";
import type { Triplet } from "../src/lumisections-types.ts";
import { bench, errorOf } from "./batch-support.ts";

type Values = Readonly<Record<string, unknown>>;
const ofOms = ["cms_active", "bpix_ready"];
const good = { status: "GOOD", cause: "", comment: "" };
const bad = { status: "BAD", cause: "hv", comment: "HV trip" };
const empty = { status: "EMPTY", cause: "", comment: "" };

/** Ranges of equal lumisections, as the service makes them. */
function rangesOf(lumisections: readonly Values[]): object[] {
  const ranges: { values: Values; start: number; end: number }[] = [];
  for (const [index, values] of lumisections.entries()) {
    const last = ranges.at(-1);
    if (last !== undefined && JSON.stringify(last.values) === JSON.stringify(values)) last.end = index + 1;
    else ranges.push({ values, start: index + 1, end: index + 1 });
  }
  return ranges.map(({ values, start, end }) => ({ ...values, start, end }));
}

/** The service's routes over lumisections of the two sources, the same for every run; OMS ranges keep only some attributes. */
async function serving(rr: readonly Values[], oms: readonly Values[]) {
  const kept = oms.map((values) => Object.fromEntries(Object.entries(values).filter(([name]) => ofOms.includes(name))));
  const joint = Array.from({ length: Math.max(rr.length, oms.length) }, (_, index) => ({ ...oms[index], ...rr[index] }));
  const { core, server } = await bench({
    "POST /lumisections/rr_lumisection_ranges": json(rangesOf(rr)),
    "POST /lumisections/oms_lumisection_ranges": json(rangesOf(kept)),
    "POST /lumisections/joint_lumisection_ranges": json(rangesOf(joint)),
    "GET /get_all_dataset_names_of_run/{run}": json(["online", "/P/D/DQM"]),
  });
  const asked = () => server.requests.map((request: ReceivedRequest) => /\/(\w+)_lumisection_ranges/.exec(request.path)?.[1]).sort();
  return { api: lumisectionsApi(core), asked };
}

/** What joint ranges have to say. */
function byJoint(run: number, joint: readonly object[], components: readonly string[], bits: readonly string[]): LumiMask {
  return LumiMask.fromRanges(run, joint as { start: number; end: number }[], (range) => {
    const values = range as unknown as Values;
    return (
      bits.every((bit) => values[bit] === true) && components.every((name) => (values[name] as Triplet | undefined)?.status === "GOOD")
    );
  });
}

const noData = { err: "No data available for this lumisection" };
const on = (recorded: number): Values => ({ cms_active: true, bpix_ready: true, gas_ready: true, recorded });
const off = (recorded: number): Values => ({ cms_active: true, bpix_ready: null, gas_ready: recorded % 2 === 0, recorded });
const rrHoles = [good, good, bad, empty, good, good, good].map((value) => ({ "dt-dt": value, "csc-csc": good }));

describe("certified by components and bits", () => {
  it.each([
    ["holes on both sides", rrHoles, [on(1), noData, on(2), on(3), off(4), on(5), on(6)]],
    ["a longer OMS", rrHoles, [...Array.from({ length: 9 }, (_, index) => on(index)), off(10)]],
    ["a shorter OMS", rrHoles, [on(1), off(2), on(3)]],
  ])("takes what the joint ranges would give: %s", async (_name, rr, oms) => {
    const { api, asked } = await serving(rr, oms);
    const reference = await api.joint(7);
    for (const components of [["dt-dt"], ["dt-dt", "csc-csc"], []]) {
      for (const bits of [["cms_active"], ["cms_active", "bpix_ready"]]) {
        const expected = byJoint(7, reference, components, bits);
        expect(expected.isEmpty).toBe(false);
        expect((await api.certified(7, "online", { components, bits })).toText()).toBe(expected.toText());
      }
    }
    expect(asked()).toEqual(["joint", ...Array.from({ length: 6 }, () => "oms"), ...Array.from({ length: 4 }, () => "rr")]);
  });

  it("asks for the joint ranges where OMS ranges have not got a bit, and then of further datasets at once", async () => {
    const { api, asked } = await serving(rrHoles, [on(1), off(2), off(3), on(4), off(5), on(6), off(8)]);
    const options = { components: ["dt-dt"], bits: ["cms_active", "gas_ready"] };
    const mask = await api.certified(7, "/P/D/DQM", options);
    expect(mask.ranges(7)).toEqual([
      [1, 2],
      [6, 7],
    ]);
    expect(asked()).toEqual(["joint", "oms", "rr"]);
    const masks: LumiMask[] = [];
    const rows = [1, 2, 3].map((run_number) => ({ run_number }));
    for await (const one of api.certifiedOf(rows, { ...options, concurrency: 1 })) masks.push(one.mask);
    expect(masks.map((one) => one.lumisectionCount)).toEqual([4, 4, 4]);
    expect(asked().slice(0, 4)).toEqual(["joint", "joint", "joint", "joint"]);
    expect(asked().slice(4)).toEqual(["oms", "oms", "rr", "rr"]);
  });

  it("knows no bit that neither has, and none where OMS has nothing", async () => {
    const { api } = await serving(rrHoles, [on(1), on(2)]);
    const error = await errorOf(api.certified(7, "online", { components: ["dt-dt"], bits: ["gas_redy"] }));
    expect(error.message).toBe('Unknown bit (of run 7) "gas_redy". Did you mean "gas_ready"?');
    const silent = (await serving(rrHoles, [])).api;
    for (const components of [["dt-dt"], []]) {
      expect((await errorOf(silent.certified(7, "online", { components, bits: ["cms_active"] }))).code).toBe("INVALID_ARGUMENT");
      expect((await silent.certified(7, "online", { components, bits: ["cms_active"], missing: "empty" })).isEmpty).toBe(true);
    }
    const nothing = (await serving([], [])).api;
    expect((await errorOf(nothing.certified(7, "online", { bits: ["cms_active"] }))).code).toBe("NOT_FOUND");
  });

  it("tells which of the two failed", async () => {
    const { core } = await bench({
      "POST /lumisections/rr_lumisection_ranges": json(rangesOf(rrHoles)),
      "POST /lumisections/oms_lumisection_ranges": json({ err: "relation does not exist" }, { status: 500 }),
    });
    const error = await errorOf(lumisectionsApi(core).certified(7, "online", { components: ["dt-dt"], bits: ["cms_active"] }));
    expect(error).toMatchObject({ code: "SERVICE_ERROR", operation: "lumisections.oms" });
  });
});

describe("against the sandbox", () => {
  let sandbox: Sandbox;
  let rr: RunRegistry;
  const paths: string[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["runregistry"], scale: 120 });
    rr = createRunRegistry({
      target: "local",
      baseUrl: new URL("/", sandbox.urls["runregistry"]).href,
      onEvent: (event) => {
        if (event.type === "request") paths.push(new URL(event.url).pathname);
      },
    });
  });
  afterAll(async () => {
    await rr.close();
    await sandbox.stop();
  });

  it.each([
    ["online", { components: ["dt-dt", "tracker-strip"], bits: ["cms_active", "bpix_ready"] }],
    ["/%", { components: ["cms-cms", "tracker-strip", "ecal-ecal"], bits: ["beam1_stable", "tibtid_ready", "hf_ready"] }],
    ["/%", { components: [], bits: ["physics_flag", "rpc_ready"] }],
  ])("datasets like %s: the same as by joint ranges, by two requests each at most", async (name, asked) => {
    const all = await rr.datasets({ filter: { name: like(name), significant: true } }).collect({ limit: 10_000 });
    const step = Math.ceil(all.length / 12);
    const rows = all.filter((_, index) => index % step === 0);
    expect(rows.length).toBeGreaterThan(8);
    paths.length = 0;
    const masks: LumiMask[] = [];
    for await (const { mask } of rr.lumisections.certifiedOf(rows, asked)) masks.push(mask);
    expect(paths.filter((path) => path.endsWith("/joint_lumisection_ranges"))).toEqual([]);
    expect(paths).toHaveLength(rows.length * (asked.components.length === 0 ? 1 : 2));
    for (const [index, row] of rows.entries()) {
      const joint = await rr.lumisections.joint(row.run_number, row.name, { checkDataset: false });
      expect(masks[index]?.toText()).toBe(byJoint(row.run_number, joint, asked.components, asked.bits).toText());
    }
    expect(masks.some((mask) => !mask.isEmpty)).toBe(true);
  });
});
