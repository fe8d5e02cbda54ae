import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CernDeviceLoginOptions } from "@sci/cern-auth";
import { createMyMdc } from "@sci/mymdc";
import { createOms, type Oms } from "@sci/oms";
import { createRunRegistry, LumiMask, type RunRegistry } from "@sci/runregistry";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandboxCommand } from "../../lib/sandbox.mjs";
import { certify, generateGolden, rules, selectRuns } from "../certify.mjs";
import { writeFiles, writeLuminosity } from "../files.mjs";
import { agree, directSum, logIn, luminosityOf, spread } from "../luminosity.mjs";
import { beamtime, checkRun, closeRun, fillRun, openRun, replicateRun } from "../measurement.mjs";
import { confirmLogin } from "../person.mjs";

const folder = mkdtempSync(join(tmpdir(), "demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo", () => {
  let sandbox: Sandbox;
  let rr: RunRegistry;
  let certified: Awaited<ReturnType<typeof certify>>;

  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["runregistry", "oms"], scale: 150, cern: { deviceInterval: 1 } });
    // Below /api stands the service behind its log-in; at the root the bare back end answers.
    rr = createRunRegistry({ target: "local", baseUrl: new URL("/", sandbox.urls["runregistry"]).href });
  });
  afterAll(async () => {
    await rr.close();
    await sandbox.stop();
  });

  test("certifies the lumisections that Run Registry itself certifies by the same rules, and writes them to three files", async () => {
    const runs = await selectRuns(rr);
    expect(runs.size).toBeGreaterThan(0);
    certified = await certify(rr, runs);
    const made = await generateGolden(rr);
    expect(made.isEmpty).toBe(false);
    expect(certified.golden.toText()).toBe(made.toText());
    expect(certified.rows.map((row) => row.run_number)).toEqual(made.runs());

    const written = await writeFiles(folder, certified);
    expect(readdirSync(folder).sort()).toEqual(["golden.json", "runs.csv", "runs.ndjson"]);
    expect(written.map(({ bytes }) => bytes)).toEqual(written.map(({ name }) => readFileSync(join(folder, name)).length));
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    expect(LumiMask.parse(read("golden.json")).equals(made)).toBe(true);
    const lines = read("runs.ndjson").trimEnd().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as (typeof certified.rows)[number]);
    expect(rows).toEqual(certified.rows);
    expect(read("runs.csv").trimEnd().split("\n")).toHaveLength(rows.length + 1);
    expect(rows.every((row) => row.class === rules.runClass && row.certified_lumisections <= (row.lumisections ?? 0))).toBe(true);
  });

  describe("as a person who is logged in", () => {
    const pages: string[] = [];
    let login: Awaited<ReturnType<typeof logIn>>;
    let oms: Oms;

    beforeAll(async () => {
      const onPrompt: CernDeviceLoginOptions["onPrompt"] = (prompt) =>
        confirmLogin(prompt, (title: string, done: string) => pages.push(title + done));
      login = await logIn({ environment: { ...sandbox.env, XDG_CONFIG_HOME: folder }, onPrompt });
      oms = createOms({ baseUrl: sandbox.urls["oms"] as string, auth: login.auth });
    });
    afterAll(() => oms.close());

    test("confirms the code in the browser, and neither tells the password nor leaves a token on disk", () => {
      expect(login.username).toBe("sandbox-user");
      expect(pages).toHaveLength(3);
      expect(pages.at(-1)).toBe("Device Login Successful");
      expect(pages.join()).not.toContain("sandbox-password");
      expect(readdirSync(folder)).not.toContain("sci-cern-auth");
    });

    test("gets the luminosity of the certified lumisections, and writes a row per run", async () => {
      const luminosity = await luminosityOf(oms, certified);
      expect(luminosity.runs.map(({ run_number }: { run_number?: number }) => run_number)).toEqual(certified.golden.runs());
      for (const [index, run] of luminosity.runs.entries()) {
        const {
          certified_lumisections: count,
          recorded_lumi: whole,
          fill_number: fill,
        } = certified.rows[index] as (typeof certified.rows)[number];
        expect(run).toMatchObject({ lumisections: count, fill_number: fill, units: "pb^{-1}" });
        expect(run.recorded).toBeLessThanOrEqual(whole as number);
        expect(run.recorded).toBeLessThanOrEqual(run.delivered as number);
      }
      expect(luminosity.recorded).toBeGreaterThan(0);
      await writeLuminosity(folder, luminosity);
      const [header, ...lines] = readFileSync(join(folder, "luminosity.csv"), "utf8").trimEnd().split("\n");
      expect(header).toBe("run_number,fill_number,lumisections,delivered,recorded,units");
      expect(lines).toHaveLength(luminosity.runs.length);
      const sum = lines.reduce((total, line) => total + Number(line.split(",")[4]), 0);
      expect(sum).toBeCloseTo(luminosity.recorded, 3);
      expect(lines.every((line) => line.split(",").every((cell) => !/\.\d{7}/.test(cell)))).toBe(true);
    });

    test("finds the luminosity to be that between the ends of the ranges, and would tell another", async () => {
      const { runs } = await luminosityOf(oms, certified);
      const some = spread(runs, 4);
      expect(new Set(some.map(({ run_number }: { run_number?: number }) => run_number)).size).toBe(4);
      for (const run of some) {
        const direct = await directSum(oms, run.run_number as number, certified.golden.ranges(run.run_number as number));
        expect(direct.recorded).toBeGreaterThan(0);
        expect(agree(run, direct), `run ${run.run_number}: ${run.recorded} and ${direct.recorded}`).toBe(true);
        expect(agree(run, { ...direct, recorded: direct.recorded * 1.001 })).toBe(false);
        expect(agree(run, { ...direct, lumisections: direct.lumisections - 1 })).toBe(false);
      }
    });

    test("says why where a page says no", async () => {
      const used = `${sandbox.urls["cern"]}/device?user_code=AAAA-AAAA`;
      const failing = confirmLogin({ verificationUri: used, verificationUriComplete: undefined }, () => undefined);
      await expect(failing).rejects.toThrow('The page "Device Login" answered 200: Invalid code, please try again.');
    });
  });
});

test("a run is opened, filled, closed and replicated, and the demo would tell one that is not", async () => {
  const sandbox = await startSandbox({ facilities: ["mymdc"], scale: 40 });
  const mdc = createMyMdc({
    baseUrl: sandbox.urls["mymdc"] as string,
    clientId: sandbox.env["MYMDC_CLIENT_ID"] as string,
    clientSecret: sandbox.env["MYMDC_CLIENT_SECRET"] as string,
    userEmail: sandbox.env["MYMDC_USER_EMAIL"] as string,
  });
  try {
    const opened = await openRun(mdc, new Date("2026-03-02T07:30:00Z"));
    expect(opened.run).toMatchObject({ run_number: 21, flg_status: 1, first_train: 9_007_199_254_740_993n });
    const files = await fillRun(mdc, opened);
    await expect(checkRun(mdc, opened, files)).rejects.toThrow('{"status":1,"files":3,"replicas":[]} of run 21');
    expect(await closeRun(mdc, opened)).toMatchObject({ flg_status: 2, last_train: 9_007_199_254_741_593n });
    expect(await replicateRun(mdc, opened)).toMatchObject([{ outcome: "created", data_group_id: opened.data_group.id }]);
    expect(await checkRun(mdc, opened, files)).toMatchObject({
      run_number: 21,
      repositories: { [beamtime.repository]: { data_groups: 1 } },
    });
    await expect(checkRun(mdc, opened, files.slice(1))).rejects.toThrow("run 21");
  } finally {
    await mdc.close();
    await sandbox.stop();
  }
});

describe("the sandbox as a process", () => {
  function program(text: string): { program: string[] } {
    const path = join(folder, `${Math.random()}.mjs`);
    writeFileSync(path, text);
    return { program: [path] };
  }

  test("is ready when it says so, and ends when it is stopped", async () => {
    const text = `process.on("SIGTERM", () => process.exit(0)); setInterval(() => 0, 1000);
      console.log("hello"); console.log('READY {"urls":{"a":"b"},"env":{"C":"' + process.argv.slice(2).join() + '"}}');`;
    const sandbox = await startSandboxCommand(["--scale", "7"], program(text));
    expect(sandbox).toMatchObject({ urls: { a: "b" }, env: { C: "start,--scale,7" } });
    await sandbox.stop();
  });

  test("says why it did not start", async () => {
    const failing = startSandboxCommand([], program(`console.error("the port is taken"); process.exitCode = 3;`));
    await expect(failing).rejects.toThrow(/did not get ready: it ended with 3\.\nthe port is taken/);
  });
});
