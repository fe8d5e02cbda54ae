import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificationLogic, type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LumiMask } from "../src/index.ts";
import { command, objects } from "./support/runreg.ts";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["runregistry"] });
  folder = await mkdtemp(join(tmpdir(), "runreg-"));
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

const run = (...argv: string[]) => command(sandbox.env, argv);
async function done(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("runreg runs", () => {
  it("selects, sorts, chooses fields and pages", async () => {
    const argv = ["runs", "--where", "run_number>=315257", "--where", "class like %Collisions18%", "--fields", "run_number,class"];
    const rows = objects(await done(...argv, "--sort", "run_number", "--page-size", "20"));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows[0]).toEqual({ run_number: 315257, class: "Collisions18" });
    const numbers = rows.map(({ run_number }) => run_number as number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const row of rows) expect(row["class"]).toMatch(/Collisions18/i);
    const few = objects(await done(...argv, "--sort", "-run_number", "--limit", "3"));
    expect(few.map(({ run_number }) => run_number)).toEqual(numbers.slice(-3).reverse());
  });

  it("knows dotted names, components and their counts, and whole groups", async () => {
    const fields = "run_number,rr_attributes.state,dt-dt.GOOD,triplet_summary.dt-dt.GOOD,oms_attributes.energy,triplet_summary";
    const [row] = objects(await done("runs", "--where", "run_number = 315257", "--fields", fields));
    expect(row).toMatchObject({ run_number: 315257, "rr_attributes.state": "COMPLETED", "oms_attributes.energy": 6500 });
    expect(row?.["dt-dt.GOOD"]).toBe(row?.["triplet_summary.dt-dt.GOOD"]);
    expect(row?.["triplet_summary"]).toMatchObject({ "dt-dt": { GOOD: row?.["dt-dt.GOOD"] } });
    const good = objects(await done("runs", "--where", "dt-dt = GOOD", "--where", "run_number = 315257", "--fields", "run_number"));
    expect(good).toEqual([{ run_number: 315257 }]);
  });

  it("takes != and null, and the service's own grammar, from the line and from a file", async () => {
    const count = async (...argv: string[]): Promise<number> => objects(await done("runs", "--fields", "run_number", ...argv)).length;
    const all = await count();
    const collisions = await count("--where", "class = Collisions18");
    expect(await count("--where", "class != Collisions18")).toBe(all - collisions);
    expect(await count("--where", "class != null")).toBe(all);
    const file = join(folder, "filter.json");
    await writeFile(file, '{"and":[{"rr_attributes.class":{"=":"Collisions18"}},{"run_number":{">":316000}}]}');
    const both = await count("--where", "class = Collisions18", "--where", "run_number > 316000");
    expect(both).toBeGreaterThan(0);
    expect(await count("--where-json", `@${file}`)).toBe(both);
    expect(await count("--where-json", '{"class":"Collisions18"}', "--where", "run_number > 316000")).toBe(both);
  });

  it("writes every format to a file", async () => {
    const argv = ["runs", "--where", "run_number = 315257", "--fields", "run_number,class", "--output"];
    const read = async (name: string): Promise<string> => {
      expect(await done(...argv, join(folder, name))).toBe("");
      return readFile(join(folder, name), "utf8");
    };
    expect(await read("runs.csv")).toBe("run_number,class\n315257,Collisions18\n");
    expect(JSON.parse(await read("runs.json"))).toEqual([{ run_number: 315257, class: "Collisions18" }]);
    expect(await read("runs.ndjson")).toBe('{"run_number":315257,"class":"Collisions18"}\n');
  });

  it("writes whole rows as CSV and a table of the main fields at a terminal", async () => {
    const [header, ...rows] = (await done("runs", "--limit", "5", "--format", "csv")).trimEnd().split("\n");
    expect(header).toContain("oms_attributes.energy,");
    expect(rows).toHaveLength(5);
    const { code, stdout } = await command(sandbox.env, ["runs", "--limit", "5"], { tty: true, columns: 200 });
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/^run_number +class +state +significant +start_time +duration +recorded_lumi +hlt_key$/);
  });

  it("shows requests without secrets", async () => {
    const { stderr } = await run("runs", "--limit", "1", "--verbose");
    expect(stderr).toMatch(/debug POST http:\S+\/api\/runs_filtered_ordered operation="runs.list" attempt=1 status=200/);
    expect(stderr).not.toContain(sandbox.env["SSO_CLIENT_SECRET"]);
    expect(stderr).not.toMatch(/Bearer (?!\*)/);
  });
});

describe("single rows and names", () => {
  it("shows a run, its fields and its history", async () => {
    expect(JSON.parse(await done("run", "315257"))).toMatchObject({ run_number: 315257, rr_attributes: { class: "Collisions18" } });
    expect(JSON.parse(await done("run", "315257", "--fields", "class,dt-dt.GOOD"))).toMatchObject({ class: "Collisions18" });
    const { stdout } = await command(sandbox.env, ["run", "315257"], { tty: true, columns: 100 });
    expect(stdout).toMatch(/^rr_attributes\.class +Collisions18$/m);
    expect(objects(await done("run", "315257", "--history"))[0]).toMatchObject({ run_number: 315257 });
  });

  it("lists datasets, and shows one", async () => {
    const names = objects(await done("dataset-names", "315257")).map(({ name }) => name);
    expect(names).toContain("online");
    const listed = objects(await done("datasets", "--where", "run_number = 315257", "--fields", "name,class,dcs_summary"));
    expect(listed.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(listed[0]).toMatchObject({ class: "Collisions18" });
    const offline = names.find((name) => name !== "online") as string;
    expect(JSON.parse(await done("dataset", "315257", offline, "--fields", "name,global_state"))).toMatchObject({ name: offline });
    expect(JSON.parse(await done("dataset", "315257"))).toMatchObject({ name: "online" });
  });

  it.each([
    [["run", "99"], "Run Registry has no run 99."],
    [["dataset", "315257", "/nope"], "Run Registry has no dataset /nope of run 315257."],
    [["lumisections", "315257", "/nope", "--kind", "oms"], 'Run 315257 has no dataset "/nope"; it has '],
    [["lumisections", "99", "--kind", "certified", "--component", "dt-dt"], "99"],
  ])("%j is not found (4)", async (argv, message) => {
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("runreg lumisections", () => {
  it.each(["rr", "oms", "joint", "rr-list", "oms-list", "components", "bits", "history"])("writes %s", async (kind) => {
    const rows = objects(await done("lumisections", "315257", "--kind", kind));
    expect(rows.length).toBeGreaterThan(0);
    if (kind === "components") expect(rows.some(({ component, status }) => component === "dt-dt" && status === "GOOD")).toBe(true);
    if (kind === "bits") expect(rows.some(({ bit, status }) => bit === "cms_active" && status === true)).toBe(true);
  });

  it("chooses fields inside components", async () => {
    const csv = await done("lumisections", "315257", "--fields", "start,end,dt-dt.status", "--format", "csv");
    expect(csv.split("\n").slice(0, 2)).toEqual(["start,end,dt-dt.status", expect.stringMatching(/^1,\d+,[A-Z]+$/)]);
  });

  it("writes what is certified as golden JSON, and in the other forms of a mask", async () => {
    const argv = ["lumisections", "315257", "--kind", "certified", "--component", "dt-dt,tracker-strip", "--bit", "cms_active"];
    const mask = LumiMask.parse(await done(...argv));
    expect(mask.count(315257)).toBeGreaterThan(0);
    expect(objects(await done(...argv, "--format", "ndjson"))).toEqual(
      Array.from(mask, ([run_number, start, end]) => ({ run_number, start, end })),
    );
    expect((await done(...argv, "--format", "ranges")).trim()).toBe(mask.toRanges().join(","));
  });

  it("says that nothing is known", async () => {
    expect(await run("lumisections", "99")).toEqual({ code: 0, stdout: "", stderr: "nothing is known about run 99, dataset online\n" });
  });
});

describe("runreg golden-json", () => {
  it("lets the service make one and waits for it", async () => {
    const logic = join(folder, "logic.json");
    await writeFile(logic, JSON.stringify(certificationLogic));
    const output = join(folder, "golden.json");
    const argv = ["golden-json", "--logic", logic, "--datasets", "/PromptReco/Collisions2018A/DQM"];
    const { code, stdout, stderr } = await run(...argv, "--output", output);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: expect.stringMatching(/^job \d+\n$/) as string });
    expect(LumiMask.parse(await readFile(output, "utf8")).runCount).toBeGreaterThan(0);
    const id = /\d+/.exec(stderr)?.[0] as string;
    expect(await done("golden-json", "--resume", id, "--quiet")).toBe(await readFile(output, "utf8"));
    expect(JSON.parse(await done("golden-json", "--resume", id, "--record", "--quiet"))).toMatchObject({ id: Number(id) });
  });

  it("ends at its deadline without a file, and says how to go on", async () => {
    const logic = JSON.stringify(certificationLogic);
    const output = join(folder, "late.json");
    sandbox.runregistry.pauseJobs = true;
    const argv = ["golden-json", "--logic", "-", "--datasets", "%", "--deadline", "300ms", "--output", output];
    const { code, stderr } = await command(sandbox.env, argv, { input: logic });
    sandbox.runregistry.pauseJobs = false;
    expect(code).toBe(1);
    expect(stderr).toMatch(/not ready within 300 ms \(deadline\)\. Job (\d+) goes on; runreg golden-json --resume \1 waits for it\./);
    await expect(readFile(output)).rejects.toThrow("ENOENT");
  });
});

describe("what changes something", () => {
  it("shows what would be sent, and sends nothing", async () => {
    sandbox.clearRequests();
    const rows = objects(await done("move", "315257", "315259", "--from", "OPEN", "--to", "SIGNOFF", "--dry-run"));
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({
      method: "POST",
      url: `${sandbox.urls["runregistry"]}/runs/move_run/OPEN/SIGNOFF`,
      body: { run_number: 315259 },
    });
    const others = [
      ["class", "315257", "--to", "Cosmics18"],
      ["significant", "315257"],
      ["refresh", "315257"],
      ["reset", "315257"],
      ["move", "315257", "--dataset", "/PromptReco/Collisions2018A/DQM", "--workspace", "dt", "--from", "OPEN", "--to", "SIGNOFF"],
      ["edit-lumisections", "315257", "--component", "dt-dt", "--from", "1", "--to", "5", "--status", "BAD", "--comment", "HV off"],
    ];
    for (const argv of others) expect(objects(await done(...argv, "--dry-run"))).toHaveLength(1);
    expect(sandbox.requestCount).toBe(0);
  });

  it("does it, and lists what was done and what was not", async () => {
    sandbox.runregistry.addRun(500_001, { rr: { state: "OPEN", class: "Cosmics18" } });
    sandbox.runregistry.addRun(500_002, { rr: { state: "OPEN", class: "Cosmics18" } });
    expect(objects(await done("class", "500001", "500002", "--to", "Collisions18"))).toMatchObject([
      { run_number: 500_001, outcome: "done" },
      { run_number: 500_002, outcome: "done" },
    ]);
    expect(JSON.parse(await done("run", "500001", "--fields", "class"))).toEqual({ class: "Collisions18" });
    const edit = ["--component", "dt-dt", "--from", "2", "--to", "3", "--status", "BAD", "--comment", "HV off"];
    await done("edit-lumisections", "500001", ...edit);
    const ranges = objects(await done("lumisections", "500001", "--fields", "start,end,dt-dt.status,dt-dt.comment"));
    expect(ranges).toContainEqual({ start: 2, end: 3, "dt-dt.status": "BAD", "dt-dt.comment": "HV off" });

    const partly = await run("class", "500001", "77", "--to", "Cosmics18");
    expect(partly.code).toBe(5);
    expect(objects(partly.stdout)).toMatchObject([
      { run_number: 500_001, outcome: "done" },
      { run_number: 77, outcome: "failed", error: expect.any(String) as string },
    ]);
    expect(partly.stderr).toContain("1 of 2 done, 1 failed");
  });
});
