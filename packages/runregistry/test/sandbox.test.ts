import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  attributes,
  between,
  createRunRegistry,
  ge,
  get,
  gt,
  like,
  ne,
  oneOf,
  type Dataset,
  type ListingName,
  type RunRegistry,
} from "../src/index.ts";
import { refusal } from "@sci/http-core/testing";
import { withEnvironment } from "./support/replayed.ts";
import { command, objects } from "./support/runreg.ts";

let sandbox: Sandbox;
let rr: RunRegistry;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["runregistry"], scale: 120 });
  rr = await inSandbox(() => createRunRegistry());
});
afterAll(async () => {
  await rr.close();
  await sandbox.stop();
});
const inSandbox = <T>(use: () => T | Promise<T>): Promise<T> => withEnvironment(sandbox.env, use);
const all = { limit: 100_000 };

describe("against the sandbox, log-in included", () => {
  it("lists every run once, whatever the order and the size of the pages", async () => {
    const { total } = await rr.runs({ pageSize: 1 });
    const byNumber = (await rr.runs().collect(all)).map((run) => run.run_number);
    expect(byNumber.length).toBe(total);
    expect(byNumber).toEqual([...byNumber].sort((a, b) => b - a));
    // Equal classes by the hundred: without run_number at the end of the order, pages would repeat and lose rows.
    const byClass = (await rr.runs({ sort: ["class"], pageSize: 10 }).collect(all)).map((run) => run.run_number);
    expect(new Set(byClass)).toEqual(new Set(byNumber));
    expect(byClass.length).toBe(total);
    const datasets = await rr.datasets({ sort: ["run_number"], pageSize: 50 }).collect(all);
    expect(new Set(datasets.map(({ run_number, name }) => `${run_number} ${name}`)).size).toBe((await rr.datasets({ pageSize: 1 })).total);
  });

  it("finds what the filter says", async () => {
    const everything = await rr.runs().collect(all);
    const middle = everything[Math.floor(everything.length / 2)]?.run_number ?? 0;
    const some = everything[3]?.rr_attributes.class ?? "";
    const found = async (filter: Parameters<typeof rr.runs>[0]) => (await rr.runs(filter).collect(all)).map((run) => run.run_number);
    const expected = (fits: (run: (typeof everything)[number]) => boolean) => everything.filter(fits).map((run) => run.run_number);
    expect(await found({ filter: { run_number: between(middle, middle + 200) } })).toEqual(
      expected(({ run_number: n }) => n >= middle && n <= middle + 200),
    );
    expect(await found({ filter: { class: some } })).toEqual(expected((run) => run.rr_attributes.class === some));
    expect(await found({ filter: { class: oneOf(some, "none such") } })).toEqual(expected((run) => run.rr_attributes.class === some));
    expect(await found({ filter: { class: like(`%${some.slice(2).toUpperCase()}`) } })).toEqual(
      expected((run) => run.rr_attributes.class?.toUpperCase().endsWith(some.slice(2).toUpperCase()) === true),
    );
    expect(await found({ filter: { duration: gt(900) } })).toEqual(expected((run) => (run.oms_attributes.duration ?? 0) > 900));
    expect(await found({ filter: { significant: true, start_time: ge("2018-06-01") } })).toEqual(
      expected((run) => run.rr_attributes.significant === true && (run.oms_attributes.start_time ?? "") >= "2018-06-01"),
    );
    expect(await found({ filter: { stop_reason: null } })).toEqual(expected((run) => run.rr_attributes.stop_reason == null));
    expect(await found({ filter: { stop_reason: ne(null) } })).toEqual(expected((run) => run.rr_attributes.stop_reason != null));
  });

  it("finds components by what their lumisections say", async () => {
    const everything = await rr.runs().collect(all);
    const count = (run: (typeof everything)[number], status: "GOOD" | "BAD") =>
      run.DatasetTripletCache.triplet_summary["tracker-strip"]?.[status] ?? 0;
    const found = async (filter: Parameters<typeof rr.runs>[0]) => (await rr.runs(filter).collect(all)).length;
    expect(await found({ filter: { "tracker-strip": "GOOD" } })).toBe(everything.filter((run) => count(run, "GOOD") > 0).length);
    expect(await found({ filter: { "tracker-strip": { "<>": "GOOD" } } })).toBe(
      everything.filter((run) => count(run, "GOOD") === 0).length,
    );
    expect(await found({ filter: { "tracker-strip": ["GOOD", "BAD"] } })).toBe(
      everything.filter((run) => count(run, "GOOD") + count(run, "BAD") > 0).length,
    );
    expect(await found({ filter: { "tracker-strip.GOOD": gt(100) } })).toBe(everything.filter((run) => count(run, "GOOD") > 100).length);
  });

  it("takes several conditions on one attribute, and groups beside conditions, in every way they are written", async () => {
    const everything = await rr.datasets().collect(all);
    const keys = (rows: readonly Dataset[]): string[] => rows.map(({ run_number, name }) => `${run_number} ${name}`);
    const between900And9000 = everything.filter(({ Run }) => {
      const { duration } = Run.oms_attributes;
      return duration != null && duration > 900 && duration < 9000;
    });
    expect(between900And9000.length).toBeGreaterThan(0);
    const wanted = keys(between900And9000);
    const { env } = sandbox;
    expect(
      keys(
        (await inSandbox(() =>
          get({
            duration: [
              [900, ">"],
              [9000, "<"],
            ],
          }),
        )) as Dataset[],
      ),
    ).toEqual(wanted);
    expect(keys((await inSandbox(() => get({ duration__gt: "900", duration__lt: "9000" }))) as Dataset[])).toEqual(wanted);
    const listed = async (...argv: string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await command(env, ["datasets", "--fields", "run_number,name", "--format", "ndjson", ...argv]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return keys(objects(stdout) as unknown as Dataset[]);
    };
    expect(await listed("--where", "duration > 900", "--where", "duration < 9000")).toEqual(wanted);
    expect(await listed("--where-json", '{"oms_attributes.duration":{"and":[{">":900},{"<":9000}]}}')).toEqual(wanted);
    const good = between900And9000.filter(({ DatasetTripletCache }) => {
      const { GOOD = 0, BAD = 0 } = DatasetTripletCache.triplet_summary["tracker-strip"] ?? {};
      return GOOD > 0 || BAD > 0;
    });
    const statuses = '{"or":[{"tracker-strip":"GOOD"},{"tracker-strip":"BAD"}]}';
    expect(await listed("--where", "duration > 900", "--where-json", statuses, "--where", "duration < 9000")).toEqual(keys(good));
  });

  it("reads on behind the last row of a filter with groups when the table changes", async () => {
    const [silent, warned] = [() => undefined, [] as string[]];
    const patient = await inSandbox(() =>
      createRunRegistry({ logger: { debug: silent, info: silent, error: silent, warn: (message) => void warned.push(message) } }),
    );
    try {
      for (const [listing, run] of [
        ["runs", 600_001],
        ["datasets", 600_002],
      ] as const) {
        const filter = { "tracker-strip": ["GOOD", "BAD"], or: [{ energy: 6500 }, { energy: 6800 }] } as const;
        const key = ({ run_number, name }: { run_number: number; name?: unknown }): string => `${run_number} ${String(name)}`;
        const rows: object[] = await (listing === "runs" ? rr.runs({ filter }) : rr.datasets({ filter })).collect(all);
        expect(rows.length).toBeGreaterThan(40);
        const options = { filter, pageSize: 20, concurrency: 1, onChange: "warn" } as const;
        const seen: string[] = [];
        for await (const row of listing === "runs" ? patient.runs(options) : patient.datasets(options)) {
          seen.push(key(row));
          // New rows come first, so that all others move by one.
          if (seen.length === 30) sandbox.runregistry.addRun(run);
        }
        expect(seen).toEqual(rows.map((row) => key(row as { run_number: number })));
      }
      expect(warned.length).toBeGreaterThanOrEqual(2);
    } finally {
      await patient.close();
    }
  });

  it.each(["runs", "datasets"] as const)(
    "%s can be filtered by every attribute listed, and sorted by every one that says so",
    async (listing: ListingName) => {
      const ask = async (options: object): Promise<unknown> =>
        listing === "runs" ? rr.runs({ pageSize: 1, ...options }) : rr.datasets({ pageSize: 1, ...options });
      const failed: string[] = [];
      const attempt = async (what: string, options: object): Promise<unknown> =>
        ask(options).catch((error: Error) => failed.push(`${what}: ${error.message}`));
      const known = attributes({ listing });
      // Twenty at a time: the service's message names the one that it refuses.
      for (let from = 0; from < known.length; from += 20) {
        const some = known.slice(from, from + 20);
        const conditions = some.map(({ name, path, table }) => ({
          [name]: table === "triplet" ? "GOOD" : path === "datasets_in_gui" ? "x" : null,
        }));
        await attempt("filter", { filter: { and: conditions } });
        await attempt("sort", { sort: some.filter(({ sortable }) => sortable.includes(listing)).map(({ name }) => `-${name}`) });
      }
      expect(failed).toEqual([]);
    },
  );

  it("gives one row, one error where there is none, and the service's words", async () => {
    const [first] = (await rr.datasets({ filter: { name: like("/%") } })).items;
    if (first === undefined) throw new Error("The sandbox has no offline dataset.");
    expect((await rr.run(first.run_number)).run_number).toBe(first.run_number);
    expect(await rr.dataset(first.run_number, first.name)).toEqual(first);
    expect((await rr.dataset(first.run_number)).name).toBe("online");
    expect(await rr.datasetNames(first.run_number)).toEqual(expect.arrayContaining(["online", first.name]));
    await refusal(() => rr.run(1), "NOT_FOUND");
    expect((await refusal(() => rr.runs({ filter: { nosuch: { "=": 1 } }, unchecked: true }), "SERVICE_ERROR")).message).toMatch(/nosuch/);
    expect((await rr.cycles()).length).toBeGreaterThanOrEqual(0);
    expect(Array.isArray(await rr.datasetsAccepted())).toBe(true);
    expect((await rr.runHistory(first.run_number)).length).toBeGreaterThan(0);
    expect((await rr.lastUpdatedRuns()).length).toBe(50);
  });

  it("answers the older client's get(), in today's shape, flat, and in the old wire format", async () => {
    const offline = await rr.datasets({ filter: { name: like("/%"), "tracker-strip": "GOOD" } }).collect(all);
    const numbers = offline.map((dataset) => dataset.run_number);
    const [from, to] = [Math.min(...numbers), Math.max(...numbers)];
    const fields = {
      run_number: [
        [from, ">="],
        [to, "lte"],
      ],
      name: ["/%", "like"],
      "strip.status": "GOOD",
    } as const;
    const rows: Dataset[] = await inSandbox(() => get(fields));
    expect(rows).toEqual(offline);
    expect(
      await inSandbox(() => get({ run_number__gte: from, run_number__lte: to, name__like: "/%", "tracker-strip.status": "GOOD" })),
    ).toEqual(offline);
    const [flat] = await inSandbox(() => get(fields, { flat: true }));
    expect(flat).toMatchObject({
      run_number: offline[0]?.run_number,
      name: offline[0]?.name,
      Run__rr_attributes__class: offline[0]?.Run.rr_attributes.class,
      "DatasetTripletCache__triplet_summary__tracker-strip__GOOD": offline[0]?.DatasetTripletCache.triplet_summary["tracker-strip"]?.GOOD,
    });
    expect(Object.keys(flat ?? {}).filter((name) => /history|lumisections/.test(name))).toEqual([]);
    const old = await inSandbox(() => get({ run_number: from }, { api: "v4" }));
    expect(old.length).toBeGreaterThan(0);
    expect(old.every((row) => row["run_number"] === from)).toBe(true);
  });

  it("shows why an or across tables is refused: the service answers an and", async () => {
    const [class1, component] = [{ class: "Cosmics18" }, { "tracker-strip": "BAD" }] as const;
    const across = { or: [class1, component] };
    await refusal(() => rr.runs({ filter: across }));
    const answered = await rr.runs({ filter: across, unchecked: true }).collect(all);
    expect(answered.map((run) => run.run_number)).toEqual(
      (await rr.runs({ filter: { ...class1, ...component } }).collect(all)).map((run) => run.run_number),
    );
  });
});
