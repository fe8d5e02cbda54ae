import { readFileSync } from "node:fs";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { runCommand } from "@sci/cli-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oms as program } from "../src/cli/program.ts";
import {
  attributes,
  createOms,
  luminosityPerLumisection,
  type Oms,
  parseInjectionScheme,
  ratesOverTime,
  type ResourceName,
} from "../src/index.ts";
import { resourceNames } from "../src/attributes.ts";
import { refusal } from "@sci/http-core/testing";
import { silent } from "@sci/http-core/testing";
import { withEnvironment } from "./support/replayed.ts";

let sandbox: Sandbox;
let oms: Oms;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["oms"] });
  oms = await withEnvironment(sandbox.env, () => createOms());
});
afterAll(async () => {
  await oms.close();
  await sandbox.stop();
});
const all = { limit: 100_000 };

describe("against the sandbox, log-in included", () => {
  it("knows no attribute here that the service does not have", async () => {
    const offered = await oms.endpoints();
    for (const resource of resourceNames) {
      expect(offered).toContain(resource);
      const listed = (await oms.meta(resource)).fields.map(({ name }) => name);
      const unknown = attributes(resource as ResourceName)
        .map(({ name }) => name)
        .filter((name) => !listed.includes(name));
      expect({ resource, unknown }).toEqual({ resource, unknown: [] });
    }
  });

  it("gives what public users of OMS state of real runs and fills", async () => {
    const run = await oms.run(327564, { fields: ["fill_number", "delivered_lumi", "recorded_lumi", "l1_key"], withUnits: true });
    expect(run).toMatchObject({
      fill_number: { value: 7492 },
      delivered_lumi: { value: 8.117866 },
      recorded_lumi: { value: 7.763654 },
      l1_key: { value: "l1_trg_collisionshi2018/v28" },
    });
    expect(run.delivered_lumi.units).toMatch(/b\^\{-1\}$/);
    const fill = await oms.fill(7492);
    expect(fill).toMatchObject({ fill_type_runtime: "IONS", energy: 6369 });
    expect(parseInjectionScheme(fill.injection_scheme)).toBeDefined();
    expect(await oms.lumisectionCount(319579)).toBe(3259);
    expect(await oms.lumisectionCount(327267)).toBe(45);
    expect(await oms.lumisectionCount({ fill: 6919 })).toBe(3754);
    expect(await oms.lumisectionCount({ from: "2016-12-04T11:23:52Z", to: "2016-12-04T14:57:10Z" })).toBe(549);
    expect(
      await oms.query("runs").where("run_number", "GE", 326741).where("run_number", "LE", 326942).where("sequence", "GLOBAL-RUN").count(),
    ).toBe(117);
    expect(await oms.query("fills").where("fill_number", "GE", 7000).where("fill_number", "LE", 7495).count()).toBe(496);
    const paths = await oms.hltPaths(319579, { fields: ["path_name"] }).collect(all);
    expect(paths).toHaveLength(665);
    expect(paths.map(({ path_name }) => path_name)).toContain("HLT_AK8PFJet400_TrimMass30_v12");
  });

  it("lists every lumisection once, in order, whatever the size of the pages", async () => {
    const whole = await oms.lumisections(319579, { fields: ["lumisection_number"] }).collect(all);
    expect(whole.map(({ lumisection_number }) => lumisection_number)).toEqual(Array.from({ length: 3259 }, (_, index) => index + 1));
    expect(await oms.lumisections(319579, { fields: ["lumisection_number"], pageSize: 77 }).collect(all)).toEqual(whole);
    const nested = await oms.query("runs/319579/lumisections").fields("lumisection_number").sort("lumisection_number").collect(all);
    expect(nested).toEqual(whole);
  });

  it("orders by any attribute without repeating or losing rows", async () => {
    const runs = await oms
      .query("runs", { pageSize: 7 })
      .fields("run_number", "energy")
      .where("fill_number", "GE", 7480)
      .sort("-energy")
      .collect(all);
    expect(new Set(runs.map(({ run_number }) => run_number)).size).toBe(runs.length);
    const energies = runs.map(({ energy }) => energy ?? Number.NEGATIVE_INFINITY);
    expect(energies).toEqual([...energies].sort((a, b) => b - a));
  });

  it("adds lumisections up to the run's own luminosity", async () => {
    const total = await oms.luminosity.integrated({ run: 327564 });
    const count = await oms.lumisectionCount(327564);
    const summed = await oms.luminosity.integrated({ selection: { "327564": [[1, count]] } });
    expect(summed.missing).toEqual([]);
    expect(summed.delivered).toBeCloseTo(total.delivered, 5);
    expect(summed.recorded).toBeCloseTo(total.recorded, 5);
    expect(summed.lumisections).toBe(count);
    const rows = await oms.lumisections(327564, { withUnits: true }).collect(all);
    const values = luminosityPerLumisection(rows, { totals: [await oms.run(327564, { withUnits: true })] });
    expect(values.every(({ delivered }) => delivered !== null && delivered >= 0)).toBe(true);
    const half = Math.floor(count / 2);
    const parts = await Promise.all(
      [[1, half] as const, [half + 1, count] as const].map((range) =>
        oms.luminosity.integrated({ fill: 7492, selection: { "327564": [range] } }),
      ),
    );
    expect(parts.reduce((sum, { delivered }) => sum + delivered, 0)).toBeCloseTo(total.delivered, 5);
  });

  it("gives rates of triggers, and when they were", async () => {
    const path = "HLT_TrkMu16_DoubleTrkMu6NoFiltersNoVtx_v12";
    const rates = await oms.triggerRates.hlt(319579, { path }).collect(all);
    expect(rates).toHaveLength(3167);
    const times = await oms.lumisections(319579, { fields: ["run_number", "lumisection_number", "start_time", "end_time"] }).collect(all);
    const over = ratesOverTime(rates, times);
    expect(over.every(({ start_time, rate }) => start_time !== null && rate !== null)).toBe(true);
    const [accepts] = (await oms.triggerRates.l1(319579, { granularity: "run" })).items;
    expect(accepts?.l1a_total?.counter).toBeGreaterThan(0);
    const algorithms = await oms.triggerRates
      .l1Algorithms(319579, { from: 1, to: 3, fields: ["bit", "pre_dt_rate", "first_lumisection_number"] })
      .collect(all);
    expect(algorithms.length % 3).toBe(0);
    const [dead] = (await oms.deadtimes(319579, { granularity: "run" })).items;
    expect(dead?.overall_total_deadtime?.percent).toBeGreaterThanOrEqual(0);
    const some: unknown[] = [];
    for await (const { path_name } of oms.triggerRates.allHlt(327267, {
      granularity: "run",
      fields: ["path_name", "rate"],
      concurrency: 8,
    }))
      some.push(path_name);
    expect(new Set(some).size).toBe(some.length);
    expect(some.length).toBe((await oms.hltPaths(327267)).total);
  });

  it("tells errors in the service's words", async () => {
    expect((await refusal(() => oms.query("lumisection"), "NOT_FOUND")).message).toMatch(/lumisection/);
    expect((await refusal(() => oms.query("runs", { unchecked: true }).where("nono", 1), "SERVICE_ERROR")).message).toMatch(/nono/);
    expect((await refusal(() => oms.query("runs").fields("delivered_lumy"))).message).toMatch(/Did you mean "delivered_lumi"/);
  });

  it("is asked with one token for everything, and not at all without credentials", async () => {
    await withEnvironment({ ...sandbox.env, SSO_CLIENT_ID: undefined, SSO_CLIENT_SECRET: undefined }, async () => {
      const bare = createOms({ logger: silent });
      await refusal(() => bare.run(327564), "NOT_AUTHENTICATED");
      await bare.close();
    });
  });
});

describe("the command against the sandbox", () => {
  const run = (argv: readonly string[], input?: string) =>
    withEnvironment(sandbox.env, () => runCommand(program, argv, { env: sandbox.env, ...(input === undefined ? {} : { input }) }));

  it("writes what the notebook tool wrote: a run and its lumisections", async () => {
    const shown = await run(["run", "327564", "--format", "json"]);
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(shown.stdout)).toMatchObject({ run_number: 327564, delivered_lumi: 8.117866 });
    const rows = await run(["lumisections", "327267", "--fields", "lumisection_number,pileup,delivered_lumi", "--format", "csv"]);
    expect(rows.stdout.trimEnd().split("\n")).toHaveLength(46);
  });

  it("logs in by user name and password, and keeps nothing of them", async () => {
    const argv = [
      "--verbose",
      "--auth",
      "password",
      "--user",
      "sandbox-user",
      "--password-file",
      "-",
      "run",
      "327564",
      "--fields",
      "fill_number",
    ];
    const { code, stdout, stderr } = await run(argv, "sandbox-password\n");
    expect({ code, stdout: JSON.parse(stdout || "null") as unknown }, stderr).toEqual({ code: 0, stdout: { fill_number: 7492 } });
    expect(stderr).not.toContain("sandbox-password");
    const wrong = await run(argv, "wrong\n");
    expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
  });

  it("adds up a golden JSON from standard input", async () => {
    const { code, stdout } = await run(["luminosity", "--selection", "-", "--format", "json"], '{"327267": [[1, 45]]}');
    expect([code, (JSON.parse(stdout) as { lumisections: number }).lumisections]).toEqual([0, 45]);
  });

  it("takes the commands of its README", async () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const block = /```sh\n(oms run[\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const lines = block
      .trim()
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, ""));
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines.filter((one) => !/--output|--selection/.test(one))) {
      const argv = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "").slice(1);
      const { code, stderr } = await run(argv);
      // The sandbox has no rows of this path: that nothing can be drawn is said.
      expect({ line, code, stderr: stderr.replace(/^warning: there is nothing to draw.*\n/, "") }).toEqual({ line, code: 0, stderr: "" });
    }
  });
});
