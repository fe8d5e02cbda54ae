import { json } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { lumisectionsApi } from "../src/lumisections.ts";
import { rangesByComponent } from "../src/lumisections-derive.ts";
import { bench, errorOf } from "./batch-support.ts";

const triplet = (status: string, comment = "", cause = "") => ({ status, comment, cause });
const good = triplet("GOOD");
const empty = triplet("EMPTY");
const trip = triplet("BAD", "HV trip", "hv");

// The answers of the service for one run with a gap at lumisection 7.
const rrRanges = [
  { "dt-dt": good, "tracker-strip": triplet("NOTSET"), start: 1, end: 2 },
  { "dt-dt": good, "tracker-strip": good, start: 3, end: 5 },
  { "dt-dt": trip, "tracker-strip": good, start: 6, end: 6 },
  { "dt-dt": empty, "tracker-strip": empty, start: 7, end: 7 },
  { "dt-dt": good, "tracker-strip": good, start: 8, end: 9 },
];
const joint = [
  { cms_active: true, bpix_ready: false, recorded: 0.1, "dt-dt": good, "tracker-strip": triplet("NOTSET"), start: 1, end: 2 },
  { cms_active: true, bpix_ready: true, recorded: 0.2, "dt-dt": good, "tracker-strip": good, start: 3, end: 4 },
  { cms_active: true, bpix_ready: null, recorded: 0.2, "dt-dt": good, "tracker-strip": good, start: 5, end: 5 },
  { cms_active: true, bpix_ready: true, "dt-dt": trip, "tracker-strip": good, start: 6, end: 6 },
  { err: "No data available for this lumisection", "dt-dt": empty, "tracker-strip": empty, start: 7, end: 7 },
  { cms_active: true, bpix_ready: true, "dt-dt": good, "tracker-strip": good, start: 8, end: 9 },
  { cms_active: true, bpix_ready: true, start: 10, end: 10 },
];
const omsRanges = [
  { cms_active: true, bpix_ready: false, start: 1, end: 2 },
  { cms_active: true, bpix_ready: true, start: 3, end: 4 },
  { cms_active: true, bpix_ready: null, start: 5, end: 5 },
  { cms_active: true, bpix_ready: true, start: 6, end: 6 },
  { start: 7, end: 7 },
  { cms_active: true, bpix_ready: true, start: 8, end: 10 },
];
const dataset = "/PromptReco/Collisions2018D/DQM";
const routes = {
  "POST /lumisections/rr_lumisection_ranges": json(rrRanges),
  "POST /lumisections/oms_lumisection_ranges": json(omsRanges),
  "POST /lumisections/joint_lumisection_ranges": json(joint),
  "GET /get_all_dataset_names_of_run/{run}": json(["online", dataset]),
};

describe("the forms of lumisections", () => {
  it.each([
    ["ranges", "rr_lumisection_ranges"],
    ["oms", "oms_lumisection_ranges"],
    ["joint", "joint_lumisection_ranges"],
    ["history", "get_rr_lumisection_history"],
  ] as const)("%s asks %s, for online unless told otherwise", async (name, path) => {
    const answer = [{ start: 1, end: 4 }];
    const { core, sent, warnings } = await bench({ [`POST /lumisections/${path}`]: json(answer), ...routes });
    const api = lumisectionsApi(core);
    if (name === "ranges" || name === "history") {
      await api[name](327743, dataset);
      expect(sent()).toEqual([`POST /lumisections/${path} {"run_number":327743,"dataset_name":"${dataset}"}`]);
    } else await api[name](327743);
    expect(sent().at(-1)).toContain(`POST /lumisections/${path}`);
    expect(warnings).toEqual([]);
  });

  it("numbers the plain lists from 1", async () => {
    const { core } = await bench({
      "POST /lumisections/rr_lumisections": json([{ "dt-dt": good }, { "dt-dt": trip }]),
      "POST /lumisections/oms_lumisections": json([{ cms_active: true }, { err: "No data available for this lumisection" }]),
    });
    const api = lumisectionsApi(core);
    expect(await api.list(327743)).toEqual([
      { lumisection_number: 1, "dt-dt": good },
      { lumisection_number: 2, "dt-dt": trip },
    ]);
    expect(await api.omsList(327743)).toEqual([
      { lumisection_number: 1, cms_active: true },
      { lumisection_number: 2, err: "No data available for this lumisection" },
    ]);
  });

  it("gives ranges by component with true numbers behind a gap; the service's own on request", async () => {
    const counted = {
      "dt-dt": [
        { ...good, start: 1, end: 5 },
        { ...trip, start: 6, end: 6 },
        { ...good, start: 7, end: 8 },
      ],
    };
    const { core, sent } = await bench({ ...routes, "POST /lumisections/rr_lumisection_ranges_by_component": json(counted) });
    const api = lumisectionsApi(core);
    expect(await api.byComponent(327743)).toEqual({
      "dt-dt": [
        { ...good, start: 1, end: 5 },
        { ...trip, start: 6, end: 6 },
        { ...empty, start: 7, end: 7 },
        { ...good, start: 8, end: 9 },
      ],
      "tracker-strip": [
        { ...triplet("NOTSET"), start: 1, end: 2 },
        { ...good, start: 3, end: 6 },
        { ...empty, start: 7, end: 7 },
        { ...good, start: 8, end: 9 },
      ],
    });
    expect(await api.byComponent(327743, "online", { source: "service" })).toEqual(counted);
    expect(sent()[1]).toContain("rr_lumisection_ranges_by_component");
    expect((await errorOf(api.byComponent(327743, "online", { source: "both" as never }))).message).toContain(
      'must be "ranges" or "service"',
    );
  });

  it("does not bridge ranges that lack a component", () => {
    const ranges = [
      { "dt-dt": good, start: 1, end: 2 },
      { "csc-csc": good, start: 3, end: 3 },
      { "dt-dt": good, start: 4, end: 5 },
    ];
    expect(rangesByComponent(ranges)["dt-dt"]).toEqual([
      { ...good, start: 1, end: 2 },
      { ...good, start: 4, end: 5 },
    ]);
  });

  it("leaves the mark of gaps out of the bits", async () => {
    const bits = {
      cms_active: [
        { status: true, start: 1, end: 6 },
        { start: 7, end: 7 },
      ],
      err: [{ start: 1, end: 6 }],
    };
    const { core, warnings } = await bench({ "POST /lumisections/oms_lumisection_ranges_by_dcs_bit": json(bits) });
    expect(await lumisectionsApi(core).byDcsBit(327743)).toEqual({ cms_active: bits.cms_active });
    expect(warnings).toEqual([]);
  });

  it("gives empty answers for runs that are absent", async () => {
    const { core } = await bench((request) => json(request.path.includes("_by_") ? {} : []));
    const api = lumisectionsApi(core);
    expect(await api.ranges(1)).toEqual([]);
    expect(await api.list(1)).toEqual([]);
    expect(await api.byComponent(1)).toEqual({});
    expect(await api.byDcsBit(1)).toEqual({});
  });

  it("asks again where the service was away for a moment: these POSTs only read", async () => {
    let calls = 0;
    const { core } = await bench(() => (++calls === 1 ? { status: 503 } : json(rrRanges)));
    expect(await lumisectionsApi(core).ranges(327743)).toEqual(rrRanges);
  });
});

describe("a dataset that the run has not", () => {
  it.each(["oms", "joint", "omsList", "byDcsBit"] as const)(
    "is an error of %s, where the service answers the online data",
    async (name) => {
      const { core, sent } = await bench(routes);
      const error = await errorOf(lumisectionsApi(core)[name](327743, "/PromptReco/Collisions2018E/DQM"));
      expect(error.code).toBe("NOT_FOUND");
      expect(error.message).toBe(`Run 327743 has no dataset "/PromptReco/Collisions2018E/DQM"; it has online, ${dataset}.`);
      expect(sent()).toEqual(["GET /get_all_dataset_names_of_run/327743"]);
    },
  );

  it("is not asked about with checkDataset: false, or for a dataset that is there", async () => {
    const { core, sent } = await bench(routes);
    const api = lumisectionsApi(core);
    await api.joint(327743, "/other", { checkDataset: false });
    expect(sent()).toHaveLength(1);
    expect(await api.joint(327743, dataset)).toEqual(joint);
  });
});

describe("certified", () => {
  it("takes lumisections whose components are all GOOD", async () => {
    const { core, sent } = await bench(routes);
    const mask = await lumisectionsApi(core).certified(327743, dataset, { components: ["dt-dt", "tracker-strip"] });
    expect(mask.toJSON()).toEqual({
      "327743": [
        [3, 5],
        [8, 9],
      ],
    });
    expect(sent()).toEqual([`POST /lumisections/rr_lumisection_ranges {"run_number":327743,"dataset_name":"${dataset}"}`]);
  });

  it("asks for bits too: null, absent and gaps are not true", async () => {
    const { core, sent } = await bench(routes);
    const api = lumisectionsApi(core);
    const mask = await api.certified(327743, dataset, { components: ["dt-dt"], bits: ["cms_active", "bpix_ready"] });
    expect(mask.toJSON()).toEqual({
      "327743": [
        [3, 4],
        [8, 9],
      ],
    });
    const input = `{"run_number":327743,"dataset_name":"${dataset}"}`;
    expect(sent().sort()).toEqual([
      `POST /lumisections/oms_lumisection_ranges ${input}`,
      `POST /lumisections/rr_lumisection_ranges ${input}`,
    ]);
    expect((await api.certified(327743, "online", { bits: ["cms_active"] })).toJSON()).toEqual({
      "327743": [
        [1, 6],
        [8, 10],
      ],
    });
    expect(sent().slice(2)).toEqual(['POST /lumisections/oms_lumisection_ranges {"run_number":327743,"dataset_name":"online"}']);
  });

  it("takes other statuses", async () => {
    const { core } = await bench(routes);
    const api = lumisectionsApi(core);
    const mask = await api.certified(327743, "online", { components: ["tracker-strip"], statuses: ["GOOD", "NOTSET"] });
    expect(mask.ranges(327743)).toEqual([
      [1, 6],
      [8, 9],
    ]);
    expect((await errorOf(api.certified(327743, "online", { components: ["dt-dt"], statuses: ["good"] }))).message).toContain(
      'Did you mean "GOOD"?',
    );
  });

  it("names the nearest component and bit", async () => {
    const { core } = await bench(routes);
    const api = lumisectionsApi(core);
    expect((await errorOf(api.certified(327743, "online", { components: ["tracker-strips"] }))).message).toContain(
      'Did you mean "tracker-strip"?',
    );
    expect((await errorOf(api.certified(327743, "online", { bits: ["cms_activ"] }))).message).toContain('Did you mean "cms_active"?');
  });

  it("tells nothing known from nothing certified", async () => {
    const { core } = await bench({
      "POST /lumisections/rr_lumisection_ranges": json([]),
      // For an unknown dataset: OMS's half, without a component.
      "POST /lumisections/oms_lumisection_ranges": json([{ cms_active: true, start: 1, end: 9 }]),
    });
    const api = lumisectionsApi(core);
    const options = { components: ["dt-dt"] };
    const error = await errorOf(api.certified(1, "/none", options));
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toContain('no lumisections of run 1 in dataset "/none"');
    expect((await errorOf(api.certified(1, "/none", { ...options, bits: ["cms_active"] }))).code).toBe("NOT_FOUND");
    expect((await api.certified(1, "/none", { ...options, missing: "empty" })).isEmpty).toBe(true);
  });

  it("refuses a dataset that the run has not, also where only bits are asked for", async () => {
    const { core } = await bench(routes);
    expect((await errorOf(lumisectionsApi(core).certified(327743, "/none", { bits: ["cms_active"] }))).code).toBe("NOT_FOUND");
  });

  it("needs something that must be good", async () => {
    const { core, sent } = await bench(routes);
    const api = lumisectionsApi(core);
    expect((await errorOf(api.certified(327743, "online", {}))).message).toContain("needs components or bits");
    expect((await errorOf(api.certified(327743, "online", undefined as never))).message).toContain("needs components or bits");
    expect((await errorOf(api.certified(327743, "online", { components: "dt-dt" as never }))).message).toContain("must be a list of names");
    expect((await errorOf(api.certified(327743, "online", { component: ["dt-dt"] } as never))).message).toContain(
      'Did you mean "components"?',
    );
    expect(sent()).toEqual([]);
  });
});

describe("what is given", () => {
  const bad: [name: string, run: unknown, data: unknown, message: string][] = [
    ["a run as text", "327743", "online", "The run number must be a whole number"],
    ["a boolean", true, "online", "The run number must be a whole number"],
    ["run 0", 0, "online", "The run number must be a whole number"],
    ["an empty dataset name", 327743, "", "The dataset name must be text that is not empty"],
    ["no dataset name", 327743, null, "The dataset name must be text that is not empty, not null."],
  ];
  it.each(bad)("refuses %s before anything is sent", async (_name, run, data, message) => {
    const { core, sent } = await bench(routes);
    const api = lumisectionsApi(core);
    for (const call of [api.ranges, api.oms, api.joint, api.list, api.omsList, api.byComponent, api.byDcsBit, api.history]) {
      const error = await errorOf(call(run as number, data as string));
      expect(error.code).toBe("INVALID_ARGUMENT");
      expect(error.message).toContain(message);
    }
    expect(sent()).toEqual([]);
  });

  it("names the nearest option", async () => {
    const { core } = await bench(routes);
    expect((await errorOf(lumisectionsApi(core).ranges(1, "online", { signl: 1 } as never))).message).toContain('Did you mean "signal"?');
    expect((await errorOf(lumisectionsApi(core).oms(1, "online", { checkDatasets: false } as never))).message).toContain(
      'Did you mean "checkDataset"?',
    );
  });
});
