import { json, startServer, type Handler, type ReceivedRequest } from "@sci/http-core/testing";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import {
  between,
  createRunRegistry,
  like,
  type CompressedRun,
  type Dataset,
  type Run,
  type RunFilter,
  type RunRegistry,
} from "../src/index.ts";
import { refusal } from "@sci/http-core/testing";
import { silent } from "@sci/http-core/testing";

type Asked = { page: number; page_size: number; filter: Record<string, unknown>; sortings: unknown[] };
const asked = (request: ReceivedRequest | undefined): Asked => request?.json as Asked;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function registry(handler: Handler) {
  const server = await startServer(handler);
  const rr: RunRegistry = createRunRegistry({ baseUrl: server.url, auth: false, logger: silent });
  open.push(rr, { close: () => server.stop() });
  return { server, rr };
}

const run = (run_number: number): Run => ({
  run_number,
  oms_attributes: { energy: 6500 },
  rr_attributes: { class: "Cosmics18", version: 99 },
  version: 1,
  deleted: false,
  DatasetTripletCache: { triplet_summary: { "dt-dt": { GOOD: 3, EMPTY: 0 } } },
});

/** The service over a list of run numbers, newest first, with the two comparisons that reading on needs. */
function over(numbers: () => readonly number[]): Handler {
  return (request) => {
    const { page, page_size, filter } = asked(request);
    const bounds = (filter["run_number"] ?? {}) as Record<string, number>;
    const all = numbers()
      .filter((number) => number < (bounds["<"] ?? Infinity) && number > (bounds[">"] ?? 0))
      .sort((a, b) => b - a);
    return json({
      runs: all.slice(page * page_size, (page + 1) * page_size).map(run),
      pages: Math.ceil(all.length / page_size),
      count: all.length,
    });
  };
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("runs()", () => {
  it("asks for one page of 250 with everything the service needs", async () => {
    const { rr, server } = await registry(over(() => upTo(300)));
    const page = await rr.runs({ filter: { class: like("%18%") }, sort: ["-energy"] });
    expect([page.items.length, page.total, page.hasNext]).toEqual([250, 300, true]);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/runs_filtered_ordered" });
    expect(asked(server.requests[0])).toEqual({
      page: 0,
      page_size: 250,
      filter: { "rr_attributes.class": { like: "%18%" } },
      sortings: [
        ["oms_attributes.energy", "DESC"],
        ["run_number", "DESC"],
      ],
    });
    expect((await page.next())?.items.map((one) => one.run_number).at(-1)).toBe(1);
  });

  it("gives all rows in order, with at most 8 pages in flight", async () => {
    const { rr, server } = await registry(over(() => upTo(100)));
    const seen: number[] = [];
    for await (const { run_number } of rr.runs({ pageSize: 5 })) seen.push(run_number);
    expect(seen).toEqual(upTo(100).reverse());
    expect(server.requests.length).toBe(20);
    expect(server.peakInFlight).toBeLessThanOrEqual(8);
  });

  it("collects within a limit, and names the total beyond it", async () => {
    const { rr } = await registry(over(() => upTo(30)));
    expect((await rr.runs({ pageSize: 7 }).collect({ limit: 30 })).length).toBe(30);
    const error = await refusal(() => rr.runs({ pageSize: 7 }).collect({ limit: 29 }), "LIMIT_EXCEEDED");
    expect(error.details).toMatchObject({ limit: 29, total: 30 });
  });

  it("tells when the table grows while it is read, or reads on behind the last row", async () => {
    const growing = (): Handler => {
      let count = 20;
      return (request) => {
        if (asked(request).page === 2) count = 22;
        return over(() => upTo(count))(request);
      };
    };
    const strict = await registry(growing());
    const error = await refusal(() => strict.rr.runs({ pageSize: 5, concurrency: 1 }).collect({ limit: 100 }), "LISTING_CHANGED");
    expect(error.message).toContain("the total went from 20 to 22");
    const lenient = await registry(growing());
    const rows = await lenient.rr.runs({ pageSize: 5, concurrency: 1, onChange: "warn" }).collect({ limit: 100 });
    expect(rows.map((one) => one.run_number)).toEqual(upTo(20).reverse());
    expect(asked(lenient.server.requests.at(-1)).filter).toEqual({ run_number: { "<": 11 } });
  });

  it("keeps the filter when it reads on by key", async () => {
    let changed = false;
    const { rr, server } = await registry((request) => {
      const { filter } = asked(request);
      const bounds = (filter["and"] as Record<string, Record<string, number>>[] | undefined)?.[1]?.["run_number"];
      changed ||= asked(request).page === 1;
      return over(() => upTo(changed ? 13 : 12).filter((number) => number < (bounds?.["<"] ?? Infinity)))({
        ...request,
        json: { ...asked(request), filter: {} },
      });
    });
    const rows = await rr
      .runs({ filter: { run_number: between(1, 12) }, pageSize: 4, concurrency: 1, onChange: "warn" })
      .collect({ limit: 100 });
    expect(rows.map((one) => one.run_number)).toEqual(upTo(12).reverse());
    expect(asked(server.requests.at(-1)).filter).toEqual({ and: [{ run_number: { ">=": 1, "<=": 12 } }, { run_number: { "<": 9 } }] });
  });

  it("gives the shape of the Python client, without losing what meets a name of the row", async () => {
    const { rr } = await registry(over(() => [1]));
    const [row] = (await rr.runs({ compress: true })).items;
    expect(row).toEqual({
      run_number: 1,
      oms_attributes: { energy: 6500 },
      class: "Cosmics18",
      version: 1,
      deleted: false,
      lumisections: { "dt-dt": { GOOD: 3, EMPTY: 0 } },
      rr_attributes: { version: 99 },
    });
  });
});

describe("other calls", () => {
  it("ask the routes of the service", async () => {
    const { rr, server } = await registry((request) =>
      json(request.path.startsWith("/runs_filtered") ? { runs: [run(1)], pages: 1, count: 1 } : []),
    );
    await rr.datasetNames(327600);
    await rr.cycles();
    await rr.datasetsAccepted();
    await rr.datasetsAccepted("Cosmics 18");
    await rr.runHistory(327600);
    await rr.lastUpdatedRuns();
    expect(await rr.run(1)).toEqual(run(1));
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /get_all_dataset_names_of_run/327600",
      "GET /cycles/global",
      "GET /datasets_accepted",
      "GET /datasets_accepted/Cosmics%2018",
      "GET /run_with_history/327600",
      "GET /runs_lastupdated_50",
      "POST /runs_filtered_ordered",
    ]);
  });

  it("datasets read on behind the last row by run number and name", async () => {
    const row = (run_number: number, name: string): Dataset => ({
      run_number,
      name,
      dataset_attributes: {},
      datasets_in_gui: [],
      version: 1,
      deleted: false,
      Run: { rr_attributes: {}, oms_attributes: {} },
      DatasetTripletCache: { triplet_summary: {} },
    });
    const { rr, server } = await registry((request) => {
      const { page, filter } = asked(request);
      if (filter["or"] !== undefined) return json({ datasets: [row(1, "b")], pages: 1, count: 1 });
      return json({ datasets: page === 0 ? [row(2, "a"), row(1, "a")] : [], pages: 2, count: page === 0 ? 3 : 4 });
    });
    const rows = await rr.datasets({ pageSize: 2, concurrency: 1, onChange: "warn" }).collect({ limit: 9 });
    expect(rows.map(({ run_number, name }) => `${run_number} ${name}`)).toEqual(["2 a", "1 a", "1 b"]);
    expect(asked(server.requests.at(-1)).filter).toEqual({
      or: [{ run_number: { "<": 1 } }, { run_number: { "=": 1 }, name: { ">": "a" } }],
    });
  });
});

describe("types", () => {
  it("know the attributes, and leave a way for others", () => {
    const filter: RunFilter = {
      class: "A",
      energy: { ">=": 6500 },
      "dt-dt": "good",
      "oms_attributes.new_one": 3,
      or: [{ significant: true }, { start_time: new Date(0) }],
    };
    expectTypeOf(filter).toExtend<RunFilter>();
    // @ts-expect-error a misspelt name
    ({ clas: "A" }) satisfies RunFilter;
    // @ts-expect-error a number as text
    ({ duration: "900" }) satisfies RunFilter;
    // @ts-expect-error a status that is none
    ({ "dt-dt": "FINE" }) satisfies RunFilter;
    // @ts-expect-error an attribute of datasets
    ({ global_state: "OPEN" }) satisfies RunFilter;
    const check = (rr: RunRegistry): void => {
      expectTypeOf(rr.run(1)).resolves.toEqualTypeOf<Run>();
      expectTypeOf(rr.run(1, { compress: true })).resolves.toEqualTypeOf<CompressedRun>();
      expectTypeOf(rr.get({ run_number: [327600, ">="] })).resolves.toEqualTypeOf<Dataset[]>();
      expectTypeOf(rr.get({ run_number: 1 }, { flat: true })).resolves.toEqualTypeOf<Record<string, unknown>[]>();
      // @ts-expect-error an unknown name without unchecked
      rr.runs({ filter: { nosuch: 1 } });
      rr.runs({ filter: { nosuch: 1 }, unchecked: true });
    };
    expectTypeOf(check).returns.toBeVoid();
  });
});
