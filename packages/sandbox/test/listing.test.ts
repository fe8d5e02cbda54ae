import { describe, expect, test } from "vitest";
import { useSandbox } from "./support.ts";

const { post, get } = useSandbox();
const page = (body: Record<string, unknown>, route = "runs") =>
  post(`/${route}_filtered_ordered`, { filter: {}, sortings: [], page: 0, page_size: 50, ...body });
const numbers = (rows: { run_number: number }[]): number[] => rows.map((row) => row.run_number);

describe("shapes", () => {
  test("a run", async () => {
    const { json } = await page({ filter: { run_number: 315257 } });
    expect(Object.keys(json)).toEqual(["runs", "pages", "count"]);
    expect(json).toMatchObject({ pages: 1, count: 1 });
    const [run] = json.runs;
    expect(Object.keys(run)).toEqual(["run_number", "oms_attributes", "rr_attributes", "version", "deleted", "DatasetTripletCache"]);
    expect(run.rr_attributes).toMatchObject({ class: "Collisions18", state: "COMPLETED", significant: true });
    expect(run.oms_attributes).toMatchObject({ run_number: 315257, energy: 6500, b_field: 3.8, tracker_included: true });
    expect(Object.keys(run.DatasetTripletCache)).toEqual(["triplet_summary"]);
    const summary = run.DatasetTripletCache.triplet_summary["dt-dt"];
    expect(summary).toMatchObject({ EMPTY: 0, causes: [], comments: [] });
    expect(summary.GOOD).toBe(run.oms_attributes.ls_duration);
  });

  test("json comes with its keys in jsonb's order: by length, then by bytes", async () => {
    const { json } = await page({ page_size: 20 });
    for (const run of json.runs) {
      const keys = Object.keys(run.oms_attributes);
      expect(keys).toEqual([...keys].sort((a, b) => a.length - b.length || (a < b ? -1 : 1)));
    }
  });

  test("a dataset, and the online one without attributes", async () => {
    const { json } = await page({ filter: { run_number: 327604 } }, "datasets");
    expect(json.datasets.map((row: { name: string }) => row.name)).toEqual([
      "/Express/Cosmics18/DQM",
      "/PromptReco/Cosmics18/DQM",
      "/PromptReco/HICosmics18A/DQM",
      "online",
    ]);
    const [express] = json.datasets;
    expect(Object.keys(express)).toEqual([
      "run_number",
      "name",
      "dataset_attributes",
      "datasets_in_gui",
      "deleted",
      "version",
      "Run",
      "DatasetTripletCache",
    ]);
    expect(Object.keys(express.Run)).toEqual(["rr_attributes", "oms_attributes"]);
    expect(Object.keys(express.DatasetTripletCache)).toEqual(["triplet_summary", "dcs_summary"]);
    expect(express.DatasetTripletCache.dcs_summary.ls_duration).toEqual({ TRUE: express.Run.oms_attributes.ls_duration });
    expect(express.DatasetTripletCache.dcs_summary.cms_active).toMatchObject({ FALSE: 0, NULL: 0 });
    expect(json.datasets[3].dataset_attributes).toEqual({});
  });

  test("a run that is not significant has OMS' lumisections, but none of Run Registry's", async () => {
    const { json } = await page({ filter: { "rr_attributes.significant": false }, page_size: 1 });
    const [run] = json.runs;
    expect(run.DatasetTripletCache.triplet_summary).toEqual({});
    const asked = { run_number: run.run_number, dataset_name: "online" };
    expect((await post("/lumisections/rr_lumisections", asked)).json).toEqual([]);
    expect((await post("/lumisections/oms_lumisections", asked)).json).toHaveLength(run.oms_attributes.ls_duration);
  });

  test("absent things are no errors", async () => {
    expect(await get("/runs/1")).toMatchObject({ status: 200, json: null });
    expect((await post("/datasets/get_dataset", { run_number: 1, dataset_name: "online" })).json).toBeNull();
    expect((await get("/get_all_dataset_names_of_run/1")).json).toEqual([]);
    expect((await get("/run_with_history/1")).json).toEqual([]);
    expect((await get("/get_all_dataset_names_of_run/315257")).json).toEqual([
      "/Express/Collisions2018/DQM",
      "/PromptReco/Collisions2018A/DQM",
      "online",
    ]);
  });

  test("history, cycles, accepted datasets and the last 50", async () => {
    const history = (await get("/run_with_history/315257")).json;
    expect(history.map((event: { state: string }) => event.state)).toEqual(["OPEN", "SIGNOFF", "COMPLETED"]);
    expect(history[1]).toMatchObject({ run_number: 315257, by: "shifter@cern.ch", comment: "move state run 315257 to state SIGNOFF" });
    const cycles = (await get("/cycles/whatever")).json;
    expect(cycles).toHaveLength(2);
    expect(cycles[0].CycleDataset[0].Datasets[0]).toEqual(cycles[0].datasets[0]);
    const accepted = (await get("/datasets_accepted/Cosmics18")).json;
    expect(accepted.length).toBeGreaterThan(1);
    expect(new Set(accepted.map((rule: { class: string }) => rule.class))).toEqual(new Set(["Cosmics18"]));
    expect((await get("/runs_lastupdated_50")).json).toHaveLength(50);
  });
});

describe("paging", () => {
  test("counts from 0, and a page beyond the end is empty", async () => {
    const all = numbers((await page({ page_size: 100_000 })).json.runs);
    expect([...all].sort((a, b) => b - a)).toEqual(all);
    const second = await page({ page: 1, page_size: 10 });
    expect(numbers(second.json.runs)).toEqual(all.slice(10, 20));
    expect(second.json).toMatchObject({ count: all.length, pages: Math.ceil(all.length / 10) });
    expect((await page({ page: 10_000 })).json).toMatchObject({ runs: [], count: all.length });
  });

  test.each([
    ["page as text", { page: "1", page_size: 10 }, 10],
    ["page null counts as 0", { page: null, page_size: 10 }, 0],
    ["a page that is no integer: the product is the offset", { page: 1.5, page_size: 2 }, 3],
  ])("%s", async (_, body, offset) => {
    const all = numbers((await page({ page_size: 100 })).json.runs);
    const { json } = await page(body);
    expect(json.runs[0].run_number).toBe(all[offset]);
  });

  test("size 0: nothing, the right count, and no number of pages", async () => {
    const { json } = await page({ page_size: 0 });
    expect(json).toMatchObject({ runs: [], pages: null });
    expect(json.count).toBeGreaterThan(500);
  });

  test.each([
    [{ page: -1 }, "OFFSET must not be negative"],
    [{ page: 0, page_size: -1 }, "LIMIT must not be negative"],
    [{ page: "a" }, 'column "nan" does not exist'],
    [{ page: undefined }, 'column "nan" does not exist'],
    [{ page_size: undefined }, 'column "nan" does not exist'],
    [{ filter: undefined }, "Cannot convert undefined or null to object"],
    [{ sortings: undefined }, "Cannot read property 'map' of undefined"],
  ])("%o is refused", async (body, err) => {
    expect(await page(body)).toMatchObject({ status: 500, json: { err } });
  });
});

describe("order", () => {
  test("an order replaces the default, and json sorts as text but for two names", async () => {
    const read = async (key: string): Promise<number[]> =>
      (
        await page({
          filter: { run_number: { ">": 326_000 } },
          sortings: [
            [key, "ASC"],
            ["run_number", "asc"],
          ],
        })
      ).json.runs.map((run: { oms_attributes: Record<string, number> }) => run.oms_attributes[key.slice(15)]);
    const durations = await read("oms_attributes.duration");
    expect(durations).toEqual([...durations].sort());
    expect(durations).not.toEqual([...durations].sort((a, b) => a - b));
    const lengths = await read("oms_attributes.ls_duration");
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
  });

  test("missing values come last, falling first", async () => {
    const read = async (direction: string): Promise<unknown> =>
      (
        await page({
          sortings: [
            ["oms_attributes.recorded_lumi", direction],
            ["run_number", "ASC"],
          ],
          page_size: 1,
        })
      ).json.runs[0].oms_attributes.recorded_lumi;
    expect(await read("DESC")).toBeNull();
    expect(await read("ASC")).not.toBeNull();
  });

  test("pages over a key with ties repeat and lose rows; with the run number appended they do not", async () => {
    const walk = async (sortings: string[][]): Promise<number> => {
      const seen = new Set<number>();
      const { count } = (await page({ page_size: 1 })).json;
      for (let number = 0; number * 50 < count; number++)
        for (const run of numbers((await page({ sortings, page: number })).json.runs)) seen.add(run);
      return count - seen.size;
    };
    expect(await walk([["rr_attributes.class", "ASC"]])).toBeGreaterThan(0);
    expect(
      await walk([
        ["rr_attributes.class", "ASC"],
        ["run_number", "DESC"],
      ]),
    ).toBe(0);
  });

  test.each([
    [[["run_number", "up"]], 'column Run.run_number"up does not exist'],
    [[["nosuch", "ASC"]], "column Run.nosuch does not exist"],
    [[["run_number"]], "Cannot read property 'toUpperCase' of undefined"],
    ["x", "sortings.map is not a function"],
    [null, "Cannot read property 'map' of null"],
    [[['dt-dt\'; drop table "Run"', "ASC"]], undefined],
  ])("%j", async (sortings, err) => {
    const reply = await page({ sortings });
    expect(reply.status).toBe(err === undefined ? 200 : 500);
    if (err !== undefined) expect(reply.json.err).toBe(err);
  });

  test("of the run's attributes a listing of datasets sorts by three", async () => {
    expect(await page({ sortings: [["oms_attributes.duration", "ASC"]] }, "datasets")).toMatchObject({
      status: 500,
      json: { err: "Cannot read property 'type' of undefined" },
    });
    for (const key of [
      "oms_attributes.ls_duration",
      "oms_attributes.b_field",
      "rr_attributes.class",
      "dataset_attributes.global_state",
      "tracker-strip",
    ]) {
      expect((await page({ sortings: [[key, "ASC"]], page_size: 1 }, "datasets")).status).toBe(200);
    }
  });
});

describe("HTTP", () => {
  test("headers: open to every origin, weak tag, not modified", async () => {
    const reply = await get("/runs/315257");
    expect(reply.headers.get("access-control-allow-origin")).toBe("*");
    const tag = reply.headers.get("etag") as string;
    expect(tag).toMatch(/^W\/"[0-9a-f]+-[A-Za-z0-9+/]{27}"$/);
    expect((await get("/runs/315257", { "If-None-Match": tag })).status).toBe(304);
  });

  test("no such route: a page of HTML; a route asked the wrong way too", async () => {
    for (const reply of [await get("/nosuch"), await get("/runs_filtered_ordered"), await post("/datasets/tracker/nosuch", {})]) {
      expect(reply.status).toBe(404);
      expect(reply.headers.get("content-type")).toContain("text/html");
      expect(reply.text).toContain("<pre>Cannot ");
    }
    expect((await get("/<script>")).text).not.toContain("<script>");
  });

  test("bodies: another type is not read, malformed JSON is an error of the same shape", async () => {
    expect(await post("/runs_filtered_ordered", "{}", { "Content-Type": "text/plain" })).toMatchObject({
      status: 500,
      json: { err: "Cannot convert undefined or null to object" },
    });
    expect(await post("/runs_filtered_ordered", '{"filter":x}')).toMatchObject({
      status: 500,
      json: { err: "Unexpected token x in JSON at position 10" },
    });
    expect(await post("/runs_filtered_ordered", '{"filter":')).toMatchObject({
      status: 500,
      json: { err: "Unexpected end of JSON input" },
    });
  });

  test("dead and strange routes", async () => {
    expect(await get("/runs")).toMatchObject({ status: 500, json: { err: "fn is not a function" } });
    expect(await get("/runs/abc")).toMatchObject({ status: 500, json: { err: 'invalid input syntax for type integer: "abc"' } });
  });
});
