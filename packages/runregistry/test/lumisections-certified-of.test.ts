import { json, type ReceivedRequest, silence } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { mapInOrder } from "../src/dataset-join.ts";
import { LumiMask } from "../src/lumi-mask.ts";
import { lumisectionsApi } from "../src/lumisections.ts";
import { bench, errorOf } from "./batch-support.ts";

const good = { status: "GOOD", cause: "", comment: "" };
const bad = { status: "BAD", cause: "", comment: "HV trip" };
const bodyOf = (request: ReceivedRequest) => request.json as { run_number: number; dataset_name: string };
/** Run n is good in dt-dt for n lumisections and bad in the one behind them; odd runs have csc-csc too. */
const rangesOf = (run: number): object[] => {
  const csc = run % 2 === 1 ? { "csc-csc": good } : {};
  return [
    { "dt-dt": good, ...csc, start: 1, end: run },
    { "dt-dt": bad, ...csc, start: run + 1, end: run + 1 },
  ];
};
const rows = (...runs: number[]) => runs.map((run_number) => ({ run_number, name: "/P/D/DQM", extra: true }));

async function collect<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("certifiedOf", () => {
  it("gives the mask of every dataset in the order of the listing", async () => {
    const { core, server } = await bench((request) => json(rangesOf(bodyOf(request).run_number)));
    const all = Array.from({ length: 30 }, (_, index) => 30 - index);
    const found = await collect(lumisectionsApi(core).certifiedOf(rows(...all), { components: ["dt-dt"], concurrency: 4 }));
    expect(found.map(({ run_number }) => run_number)).toEqual(all);
    expect(found[0]).toMatchObject({ run_number: 30, name: "/P/D/DQM", row: { extra: true } });
    expect(LumiMask.union(found.map(({ mask }) => mask)).lumisectionCount).toBe((30 * 31) / 2);
    expect(server.peakInFlight).toBeLessThanOrEqual(4);
  });

  it("takes runs for their online datasets", async () => {
    const { core, server } = await bench((request) => json(rangesOf(bodyOf(request).run_number)));
    await collect(lumisectionsApi(core).certifiedOf([{ run_number: 7 }], { components: ["dt-dt"] }));
    expect(server.requests[0]?.json).toEqual({ run_number: 7, dataset_name: "online" });
  });

  it("certifies nothing where a component is missing, and refuses one that is nowhere", async () => {
    const { core } = await bench((request) => json(bodyOf(request).run_number === 4 ? [] : rangesOf(bodyOf(request).run_number)));
    const api = lumisectionsApi(core);
    const found = await collect(api.certifiedOf(rows(1, 2, 3, 4), { components: ["csc-csc"] }));
    expect(found.map(({ mask }) => mask.lumisectionCount)).toEqual([2, 0, 4, 0]);
    const error = await errorOf(collect(api.certifiedOf(rows(1, 2), { components: ["dt-td"] })));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toBe('Unknown component or bit (in none of 2 datasets) "dt-td". Did you mean "dt-dt"?');
    const strict = await errorOf(collect(api.certifiedOf(rows(1, 4), { components: ["dt-dt"], missing: "error" })));
    expect(strict.code).toBe("NOT_FOUND");
    expect(strict.message).toContain("run 4");
  });

  it("names run and dataset of a failure, after what came before it", async () => {
    const { core } = await bench((request) =>
      bodyOf(request).run_number === 2
        ? json({ err: "column does not exist" }, { status: 500 })
        : json(rangesOf(bodyOf(request).run_number)),
    );
    const found: number[] = [];
    const error = await errorOf(async () => {
      for await (const { run_number } of lumisectionsApi(core).certifiedOf(rows(1, 2, 3), { components: ["dt-dt"] }))
        found.push(run_number);
    });
    expect(found).toEqual([1]);
    expect(error.code).toBe("SERVICE_ERROR");
    expect(error.message).toContain("(Run 2, dataset /P/D/DQM.)");
    expect(error.details).toMatchObject({ run_number: 2, dataset_name: "/P/D/DQM" });
  });

  it("ends what is under way when the reader stops", async () => {
    const { core, server } = await bench((request) => (bodyOf(request).run_number === 1 ? json(rangesOf(1)) : silence()));
    let ended = false;
    async function* endless() {
      try {
        for (let run = 1; ; run++) yield { run_number: run };
      } finally {
        ended = true;
      }
    }
    for await (const { mask } of lumisectionsApi(core).certifiedOf(endless(), { components: ["dt-dt"], concurrency: 3 })) {
      expect(mask.count(1)).toBe(1);
      await server.received(3);
      break;
    }
    expect(ended).toBe(true);
    expect(await server.requests[1]?.ended).toBe("cut");
    expect(await server.requests[2]?.ended).toBe("cut");
  });

  it("ends when it is aborted", async () => {
    const { core, server } = await bench(() => silence());
    const controller = new AbortController();
    const ended = errorOf(collect(lumisectionsApi(core).certifiedOf(rows(1, 2), { components: ["dt-dt"], signal: controller.signal })));
    await server.received(2);
    controller.abort();
    expect((await ended).code).toBe("ABORTED");
  });

  it("refuses what is no option, no dataset, and nothing to be good", async () => {
    const { core, server } = await bench(() => json([]));
    const api = lumisectionsApi(core);
    const bads: [rows: unknown, options: unknown, message: string][] = [
      [rows(1), {}, "needs components or bits"],
      [rows(1), { components: ["dt-dt"], statuses: [] }, "statuses of lumisections.certifiedOf() is empty"],
      [rows(1), { components: ["dt-dt"], concurency: 2 }, 'Did you mean "concurrency"?'],
      [rows(1), { components: ["dt-dt"], missing: "ignore" }, 'Unknown "missing" in lumisections.certifiedOf() "ignore"'],
      [[{ run_number: "1" }], { components: ["dt-dt"] }, "The run number must be a whole number"],
      [[{ run_number: 1, name: "" }], { components: ["dt-dt"] }, "The name of a dataset in certifiedOf() must be text"],
    ];
    for (const [given, options, message] of bads) {
      const error = await errorOf(collect(api.certifiedOf(given as { run_number: number }[], options as { components: string[] })));
      expect(error.message).toContain(message);
    }
    expect((await errorOf(api.certified(1, "online", { components: ["dt-dt"], concurrency: 2 } as never))).message).toContain(
      "Unknown option",
    );
    expect(server.requests).toEqual([]);
  });
});

describe("mapInOrder", () => {
  it("gives what came before its source failed", async () => {
    async function* source() {
      yield 1;
      yield 2;
      await Promise.reject(new Error("page 2 failed"));
    }
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const one of mapInOrder(source(), async (item) => item * 10, { concurrency: 8 })) seen.push(one);
    };
    await expect(run()).rejects.toThrow("page 2 failed");
    expect(seen).toEqual([10, 20]);
  });
});
