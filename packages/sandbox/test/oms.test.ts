import { describe, expect, test } from "vitest";
import reference from "../src/oms/world/oms-reference.json" with { type: "json" };
import { startSandbox } from "@sci/sandbox";
import { useSandbox } from "./support.ts";

const box = useSandbox({ facilities: ["oms", "runregistry"], oms: { login: false } });

interface Row {
  readonly id: string;
  readonly type: string;
  // Attributes differ from resource to resource and are what the tests are about.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly attributes: Record<string, any>;
  readonly links?: { readonly self: string };
  readonly meta?: { readonly row: Record<string, { readonly units: string }> };
  readonly relationships?: Record<string, { readonly links: { readonly related: string } }>;
}
interface Page {
  readonly data: Row[];
  readonly links: Record<"self" | "first" | "last" | "next" | "prev", string | null>;
  readonly meta: { readonly totalResourceCount: number };
}

const url = (path: string): string => `${box.sandbox.env["OMS_URL"] as string}/v1/${path}`;
const get = async (path: string): Promise<{ status: number; json: unknown }> => {
  const reply = await fetch(path.startsWith("http") ? path : url(path), { redirect: "manual" });
  return { status: reply.status, json: await reply.json() };
};
const page = async (path: string): Promise<Page> => (await get(path)).json as Page;
const total = async (path: string): Promise<number> => (await page(path)).meta.totalResourceCount;
const failure = async (path: string): Promise<[number, string | undefined, string]> => {
  const { status, json } = await get(path);
  const [error] = (json as { errors: { detail: string; source?: { parameter: string } }[] }).errors;
  return [status, error?.source?.parameter, error?.detail as string];
};

describe("values that public users of the service state", () => {
  test("runs", async () => {
    const { data } = await page("runs?filter[run_number][EQ]=327564");
    const { run_number, ...stated } = reference.runs[0] as Record<string, unknown>;
    expect(data[0]).toMatchObject({ id: "327564", type: "runs", attributes: { run_number, ...stated } });
    for (const { from, to, runs } of reference.run_ranges)
      expect(await total(`runs?filter[run_number][GE]=${from}&filter[run_number][LE]=${to}&filter[sequence]=GLOBAL-RUN`)).toBe(runs);
    const fields = Object.keys(data[0]?.attributes ?? {});
    expect(fields).toEqual(expect.arrayContaining(reference.run_attributes));
  });

  test("lumisections of runs, of a fill and of a time", async () => {
    expect(await total("lumisections?filter[run_number]=319579")).toBe(3259);
    expect(await total("lumisections?filter[run_number]=327267")).toBe(45);
    expect(await total("lumisections?filter[fill_number]=6919")).toBe(3754);
    const [range] = reference.time_ranges;
    const { data, meta } = await page(
      `lumisections?filter[start_time][GE]=${range?.from as string}&filter[end_time][LE]=${range?.to as string}&sort=lumisection_number&page[limit]=5000`,
    );
    expect([meta.totalResourceCount, data.length]).toEqual([549, 549]);
    expect(
      data.every(
        ({ attributes }) => attributes["start_time"] >= (range?.from as string) && attributes["end_time"] <= (range?.to as string),
      ),
    ).toBe(true);
  });

  test("paths of the high-level trigger and their rates", async () => {
    const { data, meta } = await page("hltpathinfo?filter[run_number]=319579&page[limit]=1000");
    expect(meta.totalResourceCount).toBe(665);
    expect(new Set(data.map(({ attributes }) => attributes["path_name"] as string)).size).toBe(665);
    expect(data.map(({ attributes }) => attributes["path_name"] as string)).toContain("HLT_AK8PFJet400_TrimMass30_v12");
    const path = "HLT_TrkMu16_DoubleTrkMu6NoFiltersNoVtx_v12";
    const query = `filter[last_lumisection_number][GT]=0&filter[path_name][EQ]=${path}&filter[run_number][EQ]=319579&sort=last_lumisection_number&page[limit]=10000`;
    const rates = await page(`hltpathrates?${query}&group[granularity]=lumisection`);
    expect([rates.meta.totalResourceCount, rates.data.length]).toEqual([3167, 3167]);
    const lasts = rates.data.map(({ attributes }) => attributes["last_lumisection_number"] as number);
    expect(lasts).toEqual([...lasts].sort((a, b) => a - b));
    const run = await page(`hltpathrates?${query}&group[granularity]=run`);
    expect(run.data).toHaveLength(1);
    const sum = rates.data.reduce((counted, { attributes }) => counted + (attributes["counter"] as number), 0);
    expect(run.data[0]?.attributes["counter"]).toBe(sum);
  });

  test("fills", async () => {
    const { fill_number, ...stated } = reference.fills[0] as Record<string, unknown>;
    expect((await page("fills?filter[fill_number]=7492")).data[0]?.attributes).toMatchObject({ fill_number, ...stated });
    for (const { from, to, fills } of reference.fill_ranges)
      expect(await total(`fills?filter[fill_number][GE]=${from}&filter[fill_number][LE]=${to}&sort=fill_number`)).toBe(fills);
    expect(await total("fills?filter[fill_number]=6477")).toBe(1);
  });
});

describe("other seeds and sizes", () => {
  test("hold the stated values too, and have as many rows as asked for", async () => {
    const other = await startSandbox({ facilities: ["oms"], oms: { login: false }, seed: 7, scale: 40_000 });
    const count = async (path: string): Promise<number> =>
      ((await (await fetch(`${other.env["OMS_URL"] as string}/v1/${path}`)).json()) as Page).meta.totalResourceCount;
    try {
      expect(await count("lumisections?filter[fill_number]=6919&page[limit]=1")).toBe(3754);
      expect(await count("runs?filter[run_number][GE]=326741&filter[run_number][LE]=326942&page[limit]=1")).toBe(117);
      expect(await count("fills?filter[fill_number][GE]=7000&filter[fill_number][LE]=7495&page[limit]=1")).toBe(496);
      expect(await count("runs?page[limit]=1")).toBeGreaterThan(40_000);
      const rows = await count("lumisections?page[limit]=1");
      expect(rows).toBeGreaterThan(700_000);
      const last = (await (await fetch(`${other.env["OMS_URL"] as string}/v1/lumisections?page[offset]=${rows - 3}`)).json()) as Page;
      expect(last.data).toHaveLength(3);
    } finally {
      await other.stop();
    }
  });
});

describe("the same world as Run Registry's", () => {
  test("its runs with the attributes that it copies", async () => {
    const { json } = await box.post("/runs_filtered_ordered", { filter: {}, sortings: [["run_number", "ASC"]], page: 0, page_size: 1000 });
    const mine = await page("runs?page[limit]=1000");
    const byNumber = new Map(mine.data.map(({ attributes }) => [attributes["run_number"] as number, attributes]));
    for (const { run_number, oms_attributes: theirs } of json.runs as { run_number: number; oms_attributes: Record<string, unknown> }[]) {
      const ours = byNumber.get(run_number);
      for (const name of ["fill_number", "start_time", "delivered_lumi", "hlt_key", "components", "l1_rate"]) {
        expect(ours?.[name], `${name} of ${run_number}`).toEqual(theirs[name]);
      }
    }
    expect(json.count).toBeGreaterThan(500);
    expect(await total("lumisections?filter[run_number]=327743")).toBe(78);
  });

  test("detector bits agree", async () => {
    const { json } = await box.post("/lumisections/oms_lumisections", { run_number: 319579, dataset_name: "online" });
    const { data } = await page("lumisections?filter[run_number]=319579&page[limit]=5000");
    const bits = (row: Record<string, unknown>): unknown[] =>
      ["bpix_ready", "beam1_stable", "cms_active", "prescale_name"].map((name) => row[name]);
    expect(data.map(({ attributes }) => bits(attributes))).toEqual((json as Record<string, unknown>[]).map(bits));
  });

  test("luminosity: running sums rise to the run's own, and their differences are those told", async () => {
    const { data } = await page("lumisections?filter[run_number]=319579&page[limit]=5000");
    const run = (await page("runs?filter[run_number]=319579")).data[0]?.attributes ?? {};
    for (const name of ["delivered_lumi", "recorded_lumi"]) {
      const sums = data.map(({ attributes }) => attributes[name] as number);
      expect(sums[0]).toBe(0);
      expect(sums.every((sum, index) => index === 0 || sum >= (sums[index - 1] as number))).toBe(true);
      const gained = data.map(({ attributes }) => attributes[`${name}_per_lumisection`] as number);
      for (const [index, value] of gained.entries()) {
        expect(((sums[index + 1] ?? run[name]) as number) - (sums[index] as number)).toBeCloseTo(value, 5);
      }
      expect(gained.reduce((all, value) => all + value, 0)).toBeCloseTo(run[name] as number, 3);
    }
    const fill = (await page(`fills?filter[fill_number]=${run["fill_number"] as number}`)).data[0]?.attributes ?? {};
    const inFill = await page(`runs?filter[fill_number]=${run["fill_number"] as number}&page[limit]=1000`);
    const sum = inFill.data.reduce((all, { attributes }) => all + ((attributes["delivered_lumi"] as number | null) ?? 0), 0);
    expect(fill["delivered_lumi"]).toBeCloseTo(sum, 5);
  });
});

describe("what a document holds", () => {
  test("rows with links, relationships and units that differ from row to row", async () => {
    const ions = (await page("runs?filter[run_number]=327564")).data[0] as Row;
    const protons = (await page("runs?filter[run_number]=319579")).data[0] as Row;
    expect(ions.links?.self).toBe(url("runs/327564"));
    expect(ions.relationships?.["lumisections"]?.links.related).toBe(url("runs/327564/lumisections"));
    expect([ions, protons].map((row) => row.meta?.row["delivered_lumi"]?.units)).toEqual(["{\\mu}b^{-1}", "pb^{-1}"]);
    expect(protons.meta?.row).toMatchObject({
      b_field: { units: "T" },
      energy: { units: "GeV" },
      init_lumi: { units: "10^{34}cm^{-2}s^{-1}" },
    });
    const reply = await fetch(url("runs"));
    expect(reply.headers.get("content-type")).toMatch(/^application\/vnd\.api\+json/);
  });

  test("/meta describes every attribute that rows have, and no other", async () => {
    for (const resource of await endpoints()) {
      const { meta } = (await get(`${resource}/meta`)).json as { meta: { resource: string; fields: Record<string, object> } };
      const [row] = (await page(`${resource}?page[limit]=1`)).data;
      expect(Object.keys(meta.fields), resource).toEqual(Object.keys(row?.attributes ?? {}));
      for (const field of Object.values(meta.fields))
        expect(field).toMatchObject({
          type: expect.any(String),
          description: expect.any(String),
          searchable: expect.any(Boolean),
          sortable: expect.any(Boolean),
        });
    }
    const { meta } = (await get("runs/meta")).json as { meta: { fields: Record<string, unknown> } };
    expect(meta.fields).toMatchObject({
      run_number: { type: "LONG" },
      b_field: { type: "DOUBLE", units: "T" },
      tier0_transfer: { type: "BOOLEAN", searchable: false },
      components: { type: "LIST", sortable: false },
    });
  });

  const endpoints = async (): Promise<string[]> => (await page("version/endpoints")).data.map(({ id }) => id);

  test("the resources, the version, the roots", async () => {
    expect(await endpoints()).toEqual(
      expect.arrayContaining([
        ...["runs", "fills", "lumisections", "eras", "l1triggerrates", "l1algorithmtriggers", "l1configurationkeys"],
        ...["hltpathinfo", "hltpathrates", "deadtimes", "streams", "bunches"],
      ]),
    );
    for (const path of ["", "version"]) expect((await get(path)).status).toBe(200);
  });

  test("one row and nested rows", async () => {
    expect((await get("runs/319579")).json).toMatchObject({ data: { id: "319579", type: "runs", attributes: { run_number: 319579 } } });
    expect((await get("lumisections/319579_7")).json).toMatchObject({ data: { attributes: { lumisection_number: 7 } } });
    expect((await get("fills/7492?fields=energy")).json).toMatchObject({ data: { attributes: { energy: 6369 } } });
    expect(await total("runs/319579/lumisections")).toBe(3259);
    expect(await total("runs/319579/lumisections?filter[lumisection_number][LE]=10")).toBe(10);
    expect(await total("fills/6919/lumisections")).toBe(3754);
    expect(await total("runs/319579/hltpathinfo")).toBe(665);
  });

  test("objects: rates with counters, prescales, dead times", async () => {
    const rate = { rate: expect.any(Number), counter: expect.any(Number) };
    expect((await page("runs/319579/l1triggerrates")).data[0]?.attributes).toMatchObject({
      l1a_total: rate,
      l1a_physics: rate,
      trigger_physics_lost: rate,
    });
    expect((await page("runs/319579/deadtimes")).data[0]?.attributes["overall_total_deadtime"]).toEqual({
      percent: expect.any(Number),
      counter: expect.any(Number),
    });
    const [trigger] = (await page("l1algorithmtriggers?filter[run_number]=319579&filter[name]=L1_SingleMu22")).data;
    expect(trigger?.attributes["initial_prescale"]).toEqual({
      prescale: expect.any(Number),
      prescale_index: expect.any(Number),
      prescale_name: expect.any(String),
    });
    expect((await page("runs/319579/l1triggerrates?group[granularity]=lumisection")).meta.totalResourceCount).toBe(3259);
  });

  test("what is not there is 404, other methods 405", async () => {
    for (const path of ["runs/1", "runz", "runs/319579/eras", "runs/319579/lumisections/1", "../v2/runs"])
      expect((await failure(path))[0], path).toBe(404);
    expect((await fetch(url("runs"), { method: "POST" })).status).toBe(405);
  });

  test("errors name the parameter and the nearest name", async () => {
    expect(await failure("runs?filter[run_nummber]=1")).toEqual([
      400,
      "filter[run_nummber]",
      expect.stringContaining('did you mean "run_number"'),
    ]);
    expect(await failure("runs?filter[run_number][XX]=1")).toEqual([400, "filter[run_number][XX]", expect.stringContaining("EQ, NEQ")]);
    expect(await failure("runs?filter[run_number]=x")).toEqual([400, "filter[run_number]", '"x" is not a number']);
    expect(await failure("runs?filter[tier0_transfer]=true")).toEqual([
      400,
      "filter[tier0_transfer]",
      expect.stringContaining("not searchable"),
    ]);
    for (const query of [
      "sort=nono",
      "sort=components",
      "fields=nono",
      "include=nono",
      "page[offset]=-10",
      "page[limit]=0",
      "group[size]=2",
    ])
      expect((await failure(`runs?${query}`)).slice(0, 2), query).toEqual([400, query.split("=")[0]]);
    expect((await failure("hltpathrates?group[granularity]=week"))[0]).toBe(400);
    expect((await failure("hltpathrates?filter[rate][GT]=1&group[granularity]=lumisection"))[2]).toContain("add a filter on run_number");
  });
});
