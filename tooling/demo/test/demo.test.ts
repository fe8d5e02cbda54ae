import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRunRegistry, LumiMask, type RunRegistry } from "@sci/runregistry";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSandboxCommand } from "../../lib/sandbox.mjs";
import { certify, generateGolden, rules, selectRuns } from "../certify.mjs";
import { writeFiles } from "../files.mjs";

const folder = mkdtempSync(join(tmpdir(), "demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo", () => {
  let sandbox: Sandbox;
  let rr: RunRegistry;

  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["runregistry"], scale: 150 });
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
    const certified = await certify(rr, runs);
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
