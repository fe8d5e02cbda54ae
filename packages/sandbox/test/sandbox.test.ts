import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { SandboxError, type SandboxOptions, startSandbox } from "@sci/sandbox";
import { client, expert, type Loose } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "sci-sandbox-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const list = (body: Record<string, unknown>): object => ({ filter: {}, sortings: [], page: 0, page_size: 50, ...body });

describe("options", () => {
  test.each([
    [{ facilities: ["runregistri"] }, 'unknown facility "runregistri" (did you mean "runregistry"?); known: cern, runregistry'],
    [{ facilities: ["ctadat"] }, 'unknown facility "ctadat" (did you mean "ctadata"?)'],
    [{ ports: { icat: 1 } }, 'unknown facility "icat"'],
    [{ ports: { cern: 99_999 } }, "the port of cern must be an integer of 0 to 65535"],
    [{ scale: 0 }, "scale must be an integer of 1 to 1000000, not 0"],
    [{ seed: -1 }, "seed must be an integer"],
    [{ latency: "later" }, "latency must be a duration"],
    [{ scales: 3 }, 'unknown option of the sandbox "scales" (did you mean "scale"?)'],
    [{ cern: { tokenLifetime: 0 } }, "cern.tokenLifetime must be an integer"],
    [{ runregistry: { checkright: true } }, 'unknown option of runregistry "checkright"'],
    [{ faults: ["nonsense"] }, 'unknown fault "nonsense"'],
  ])("%j", async (options, message) => {
    const failure = await startSandbox(options as SandboxOptions).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxError);
    expect(failure).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
  });

  test("a facility brings what it needs; asking for one that was not started says so", async () => {
    const both = await startSandbox({ facilities: ["runregistry"] });
    expect(Object.keys(both.urls)).toEqual(["cern", "runregistry"]);
    await both.stop();
    const one = await startSandbox({ facilities: ["cern"] });
    expect(Object.keys(one.urls)).toEqual(["cern"]);
    expect(() => one.runregistry).toThrow('facility "runregistry" was not started');
    await one.stop();
    await one.stop();
  });

  test("a port that is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as AddressInfo;
    await expect(startSandbox({ ports: { runregistry: port } })).rejects.toMatchObject({
      code: "PORT",
      message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}`),
    });
    holder.close();
  });

  test("after stop nothing listens, even with connections kept open", async () => {
    const sandbox = await startSandbox();
    await (await fetch(`${sandbox.urls["cern"] as string}/`)).text();
    await sandbox.stop();
    await expect(fetch(sandbox.urls["cern"] as string)).rejects.toThrow();
  });
});

describe("state", () => {
  test("changes are there again after the next start; a line cut short is taken off", async () => {
    const options = { state: join(folder, "a"), seed: 3 };
    const first = client(await startSandbox(options));
    const edited = (await first.post("/manual_run_edit/362762/class", { class: "Cosmics22" }, expert, "PUT")).json;
    first.sandbox.runregistry.addRun(700_001);
    const { json: job } = await first.post(
      "/json_portal/generate",
      { json_logic: '{"==":[1,1]}', dataset_name_filter: "/PromptReco/Collisions2022G/DQM" },
      { email: "a@b" },
    );
    let done = { status: 0 };
    while (done.status !== 200) done = await first.post("/json_portal/json", { id_json: job.id });
    await first.sandbox.stop();
    const file = join(options.state, "runregistry.ndjson");
    appendFileSync(file, '{"type":"run","run":362762,"rr":{"cl');

    const second = client(await startSandbox(options));
    expect((await second.get("/runs/362762")).json).toEqual(edited);
    expect((await second.get("/runs/700001")).json.run_number).toBe(700_001);
    expect((await second.post("/json_portal/json", { id_json: job.id })).json.final_json.created_by).toBe("a@b");
    const again = (await second.post("/manual_run_edit/362762/class", { class: "Collisions22" }, expert, "PUT")).json;
    expect(again.version).toBeGreaterThan(edited.version);
    await second.sandbox.stop();
    expect(readFileSync(file, "utf8")).not.toContain('{"cl\n');

    const third = client(await startSandbox(options));
    expect((await third.get("/runs/362762")).json.rr_attributes.class).toBe("Collisions22");
    await third.sandbox.stop();
  });

  test("other data than those that were changed are refused, and so is a folder that cannot be one", async () => {
    await expect(startSandbox({ state: join(folder, "a"), seed: 4 })).rejects.toMatchObject({
      code: "STATE",
      message: expect.stringContaining("start with --seed 3"),
    });
    appendFileSync(join(folder, "file"), "x");
    await expect(startSandbox({ state: join(folder, "file") })).rejects.toMatchObject({ code: "STATE" });
  });
});

describe("scale and seed", () => {
  test("the scale is the number of runs, the real ones among them; the seed decides the rest", async () => {
    const read = async (seed: number): Promise<unknown> => {
      const box = client(await startSandbox({ scale: 2000, seed }));
      const { json } = await box.post("/runs_filtered_ordered", list({ page_size: 5 }));
      expect(json.count).toBe(2000);
      expect((await box.get("/runs/315257")).json.rr_attributes.class).toBe("Collisions18");
      await box.sandbox.stop();
      return json;
    };
    const first = await read(1);
    expect(await read(1)).toEqual(first);
    expect(await read(2)).not.toEqual(first);
  });

  test("a small scale keeps the first runs", async () => {
    const box = client(await startSandbox({ scale: 10 }));
    expect((await box.post("/runs_filtered_ordered", list({}))).json.count).toBe(10);
    await box.sandbox.stop();
  });

  test("40,000 runs are a million lumisections", async () => {
    const box = client(await startSandbox({ scale: 40_000 }));
    let lumisections = 0;
    for (let page = 0; page < 8; page++) {
      const { json } = await box.post("/runs_filtered_ordered", list({ page, page_size: 5000 }));
      for (const run of json.runs) lumisections += run.oms_attributes.ls_duration as number;
    }
    expect(lumisections).toBeGreaterThan(900_000);
    expect(lumisections).toBeLessThan(1_200_000);
    await box.sandbox.stop();
  });

  test("200,000 runs: pages far inside, windows of run numbers and conditions agree with one another", async () => {
    const box = client(await startSandbox({ scale: 200_000 }));
    const page = (await box.post("/runs_filtered_ordered", list({ page: 3999 }))).json;
    expect(page).toMatchObject({ count: 200_000, pages: 4000 });
    expect(page.runs).toHaveLength(50);
    const from = 450_000;
    const window = (
      await box.post(
        "/runs_filtered_ordered",
        list({ filter: { run_number: { and: [{ ">=": from }, { "<": from + 1000 }] } }, page_size: 2000 }),
      )
    ).json;
    expect(window.count).toBe(window.runs.length);
    const numbers = window.runs.map((run: { run_number: number }) => run.run_number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a: Loose, b: Loose) => b - a));
    const asText = (
      await box.post(
        "/runs_filtered_ordered",
        list({
          filter: { run_number: { ">=": String(from), "<": String(from + 1000) }, "rr_attributes.class": { like: "%" } },
          page_size: 2000,
        }),
      )
    ).json;
    expect(asText).toEqual(window);
    await box.sandbox.stop();
  });
});
