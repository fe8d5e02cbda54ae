import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command, objects } from "./cli-support.ts";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mymdc-"));
  sandbox = await startSandbox({ facilities: ["mymdc"], scale: 1200 });
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

const run = (...argv: string[]) => command(sandbox.env, argv);
const rows = async (...argv: string[]): Promise<Record<string, unknown>[]> => {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return objects(stdout);
};
const record = async (...argv: string[]): Promise<Record<string, never>> => {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, never>;
};
const paths = (): string[] => sandbox.requests.map(({ method, path, query }) => `${method} ${path}${query === "" ? "" : `?${query}`}`);

describe("lists", () => {
  it("shows all instruments, over all pages", async () => {
    sandbox.clearRequests();
    const found = await rows("instruments", "--page-size", "5", "--fields", "id,identifier");
    expect(found).toHaveLength(12);
    expect(found).toContainEqual({ id: 1, identifier: "SPB" });
    expect(paths().filter((path) => path.includes("/instruments/"))).toHaveLength(3);
  });

  it("shows all runs of a proposal, or some of them, in every format", async () => {
    const all = await rows("runs", "1234");
    expect(all.map(({ run_number }) => run_number)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
    expect(all[4]).toMatchObject({ flg_status: 2, num_files: 4, repositories: { XFEL_GPFS_OFFLINE_RAW_CC: { data_groups: 1 } } });
    const file = join(folder, "runs.csv");
    expect((await run("runs", "1234", "--limit", "3", "--fields", "run_number,num_files", "--output", file)).code).toBe(0);
    expect((await readFile(file, "utf8")).split(/\r?\n/)).toEqual(["run_number,num_files", "1,4", "2,4", "3,4", ""]);
    const { stdout } = await run("runs", "1234", "--limit", "2", "--format", "json");
    expect(JSON.parse(stdout)).toHaveLength(2);
    const table = await command(sandbox.env, ["runs", "1234", "--limit", "2"], { tty: true, columns: 100 });
    expect(table.stdout).toContain("flg_run_quality");
    expect(table.stdout).not.toContain("mount_point");
  });

  it("shows samples and experiments of a proposal by its number", async () => {
    const samples = await rows("samples", "1234");
    expect(samples.length).toBe(30);
    expect(new Set(samples.map(({ proposal_id }) => proposal_id)).size).toBe(1);
    expect((await rows("experiments", "1234", "--fields", "experiment_folder")).length).toBe(2);
    expect(await rows("samples", "900966")).toEqual([]);
  });

  it("refuses pages that the service would cut, before anything is sent", async () => {
    sandbox.clearRequests();
    const { code, stderr } = await run("runs", "1234", "--page-size", "501");
    expect(code).toBe(2);
    expect(stderr).toContain("--page-size must be a whole number from 1 to 500");
    expect(sandbox.requestCount).toBe(0);
  });
});

describe("single records", () => {
  it("shows a proposal, plainly, as data acquisition asks for it, and for instruments", async () => {
    expect(await record("proposal", "1234")).toMatchObject({ number: 1234, instrument_identifier: "SPB" });
    expect((await run("proposal", "900966")).code).toBe(0);
    const unready = await run("proposal", "900966", "--daq");
    expect([unready.code, unready.stderr]).toEqual([1, expect.stringContaining("no Samples defined yet")]);
    expect(await record("proposal", "1234", "--instrument", "FXE,SPB")).toMatchObject({ number: 1234 });
    const foreign = await run("proposal", "1234", "--instrument", "MID");
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining("belongs to SPB; allowed are MID")]);
  });

  it("shows who asks", async () => {
    expect(await record("me")).toMatchObject({ email: sandbox.env["MYMDC_USER_EMAIL"], nickname: "maial" });
  });

  it("shows a run by its numbers or its id, train numbers exact", async () => {
    const { stdout } = await run("run", "show", "1234", "2");
    expect(stdout).toContain('"first_train": 9007199254740993,');
    const shown = JSON.parse(stdout) as { id: number; techniques: unknown[]; repositories: object };
    expect(Object.keys(shown.repositories)).toContain("XFEL_GPFS_OFFLINE_RAW_CC");
    expect(shown.techniques).toHaveLength(1);
    expect(await record("run", "show", "--id", String(shown.id))).toMatchObject({ run_number: 2, run_folder: "r0002" });
  });
});

describe("get", () => {
  it("searches any resource by what the service searches it by", async () => {
    const [proposal] = await rows("get", "proposals", "--where", "number = 1234");
    const experiments = await rows("get", "experiments", "--where", `proposal_id = ${String(proposal?.["id"])}`);
    const [main] = await rows(
      "get",
      "experiments",
      "--where",
      `proposal_id=${String(proposal?.["id"])}`,
      "--where",
      "name = Main beamtime",
    );
    expect(experiments.map(({ id }) => id)).toContain(main?.["id"]);
    expect(await rows("get", "data_group_types", "--limit", "1", "--fields", "identifier")).toEqual([{ identifier: "RAW" }]);
    expect((await rows("get", "dataGroups", "--where", `experiment_id = ${String(main?.["id"])}`, "--limit", "2")).length).toBe(2);
    expect(await rows("get", "repositories", "--where", "identifier = NOPE")).toEqual([]);
    for (const name of ["data_groups_repositories", "data-group-repositories", "dataGroupRepository"])
      expect((await rows("get", name, "--where", "data_group_id = -1")).length).toBe(1);
  });

  it("shows one record by its id", async () => {
    expect(await record("get", "techniques", "--id", "-1")).toMatchObject({ identifier: "TECHNIQUE-TEST-1" });
    const { code, stderr } = await run("get", "users", "--id", "99");
    expect([code, stderr]).toEqual([4, expect.stringContaining("Resource not found!")]);
  });

  it("lists the 24 resources with their searches", async () => {
    const all = await rows("resources");
    expect(all).toHaveLength(24);
    expect(all).toContainEqual(expect.objectContaining({ resource: "data-groups", where: "name | experiment_id" }));
  });

  it.each([
    [["get", "data-gruops"], 'Did you mean "data-groups"?'],
    [["get", "samples", "--where", "name > x"], "searches for equal values only; write name = VALUE"],
    [["get", "samples", "--where", "name = x", "--where", "name = y"], "--where names name twice"],
    [["get", "samples", "--where", "nmae = x"], 'Did you mean "name"?'],
    [["get", "samples", "--where", "name = x"], "searches by one of"],
    [["get", "samples"], "searches by one of"],
    [["get", "samples", "--where", "__proto__ = x"], "__proto__"],
    [["get", "samples", "--id", "5", "--where", "proposal_id = 1"], "--id names one record"],
    [["get", "users"], "users cannot be searched; name one with --id"],
    [["get", "data-source-groups", "--id", "1"], "cannot be asked for by their ids"],
    [["get", "samples", "--where", "proposal_id = -1", "--fields", "nmae"], 'Did you mean "name"?'],
    [["proposal", "p1234"], "The number of the proposal must be a whole number"],
    [["run", "show", "1234"], "Name the run by the numbers of its proposal and of itself, or by --id alone."],
    [["run", "show", "1234", "5", "--id", "5"], "Name the run by"],
    [["run", "close", "1234", "5"], "run close needs --end and --last-train. Nothing was sent."],
    [["run", "register", "--experiment", "-1"], "needs --number, --begin, --first-train, --group-type, --user, --path"],
    [["run", "close", "1234", "5", "--end", "x", "--last-train", "1e9"], "--last-train must be a whole number"],
    [["run", "register", "--set", "x"], "--set takes NAME=VALUE"],
    [["run", "fill", "--experiment", "1"], "needs --run, --group, --file"],
  ])("%j is wrong usage, and nothing is sent", async (argv, message) => {
    sandbox.clearRequests();
    const { code, stdout, stderr } = await run(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(sandbox.requestCount).toBe(0);
  });
});

describe("writing", () => {
  const opening = ["--experiment", "-1", "--sample", "-1", "--begin", "2026-03-02T08:30:00.000+01:00", "--first-train", "9007199254740993"];
  const group = ["--group-type", "1", "--user", "-1", "--path", "/gpfs/exfel/exp/SPB/202601/p000000/raw/"];

  it("shows what would be sent, and sends nothing", async () => {
    sandbox.clearRequests();
    const requests = await rows("run", "register", "--number", "90", ...opening, ...group, "--dry-run");
    expect(requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
    expect(JSON.stringify(requests)).toContain("<id of the run>");
    expect(JSON.stringify(requests)).not.toContain("sandbox-mymdc-secret");
    const { stdout } = await command({}, ["run", "register", "--number", "90", ...opening, ...group, "--dry-run"]);
    expect(stdout).toContain('"first_train":9007199254740993');
    expect(sandbox.requests.filter(({ method, path }) => method !== "GET" && !path.endsWith("/token"))).toEqual([]);
    expect((await run("run", "show", "0", "90")).code).toBe(4);
  });

  it("opens, fills, replicates and closes a run", async () => {
    const opened = await record(
      "run",
      "register",
      "--number",
      "91",
      ...opening,
      ...group,
      "--technique",
      "-1",
      "--set",
      "run_alias=first light",
    );
    const { run: made, data_group } = opened as unknown as { run: Record<string, unknown>; data_group: Record<string, unknown> };
    expect(made).toMatchObject({ run_number: 91, run_alias: "first light", flg_status: 1, techniques: [{ id: -1 }] });
    const ids = ["--experiment", "-1", "--run", String(made["id"]), "--group", String(data_group["id"])];
    const filled = await record("run", "fill", ...ids, "--file", "r0091/RAW-R0091-DA01-S00000.h5", "--file", "top.h5");
    expect(filled).toMatchObject({ data_file: { files: expect.stringContaining("'relative_path':'r0091/'") as string } });

    expect(await rows("replica", "list", "0", "91")).toEqual([]);
    const repository = "XFEL_GPFS_OFFLINE_RAW_CC";
    const planned = await rows("replica", "add", "0", "91", repository, "--dry-run");
    expect(planned).toHaveLength(1);
    const [added] = await rows("replica", "add", "0", "91", repository);
    expect(added).toEqual({ data_group_id: data_group["id"], repository, outcome: "created", flg_available: true });
    expect(await rows("replica", "remove", "0", "91", repository)).toMatchObject([{ outcome: "updated", flg_available: false }]);
    expect(await rows("replica", "list", "0", "91", "--repository", repository)).toMatchObject([{ repository, flg_available: false }]);

    const closing = ["--end", "2026-03-02T09:30:00.000+01:00", "--last-train", "9007199254741993"];
    expect(await rows("run", "close", "0", "91", ...closing, "--dry-run")).toMatchObject([{ method: "PUT" }]);
    const { stdout } = await run("run", "close", "0", "91", ...closing);
    expect(stdout).toContain('"last_train": 9007199254741993');
    expect(await record("run", "show", "0", "91")).toMatchObject({ flg_status: 2, end_at: "2026-03-02T09:30:00.000+01:00" });
  });

  it("takes all of it from a file or standard input, options before it", async () => {
    const what = {
      experiment_id: -1,
      run: { run_number: 1, begin_at: "2026-03-02T08:30:00.000+01:00", first_train: 5 },
      data_group: { data_group_type_id: 1, user_id: -1, prefix_path: "/x/" },
    };
    const file = join(folder, "run.json");
    await writeFile(file, JSON.stringify(what).replace(":5}", ":9007199254740995}"));
    const { stdout, code } = await run("run", "register", "--json", file, "--number", "92");
    expect(code).toBe(0);
    expect(stdout).toContain('"first_train": 9007199254740995');
    const input = JSON.stringify(what);
    const piped = await command(sandbox.env, ["run", "register", "--json", "-", "--number", "93"], { input });
    expect(piped.code).toBe(0);
    const broken = await command(sandbox.env, ["run", "register", "--json", "-"], { input: "[1]" });
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining("--json must hold a JSON object")]);
  });

  it("says what the service has against it, and what became of the run", async () => {
    const { code, stderr } = await run("run", "register", "--number", "1", ...opening, ...group);
    expect([code, stderr]).toEqual([1, expect.stringContaining("run_number must be unique per proposal")]);
    const short = await run("run", "register", "--number", "94", ...opening, ...group.slice(0, 4), "--path", "/");
    expect(short.code).toBe(1);
    expect(short.stderr).toContain("prefix_path is too short");
    expect(short.stderr).toContain("was deleted again");
    expect((await run("run", "show", "0", "94")).code).toBe(4);
    const misspelt = await run("run", "close", "0", "1", "--end", "x", "--last-train", "5", "--set", "descripton=x");
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('Did you mean "description"?')]);
  });

  it("lists what was done where a replica could not be set everywhere (5)", async () => {
    const second = {
      data_group_type_id: 1,
      experiment_id: -1,
      user_id: -1,
      prefix_path: "/y/",
      runs_data_groups_attributes: [{ run_id: -2 }],
    };
    const ids = [second, second].map((fields) => sandbox.mymdc.create("data_groups", fields)["id"]);
    await sandbox.setFaults([
      { kind: "status", arg: "500", facility: "mymdc", path: "/metadata/api/data_groups_repositories/", rate: { every: 4 } },
    ]);
    const { code, stdout, stderr } = await run("replica", "add", "0", "2", "XFEL_DCACHE_TAPE");
    await sandbox.setFaults([]);
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining("Of 2 raw data groups 1 were done") as string });
    expect(objects(stdout).map(({ data_group_id, outcome }) => [data_group_id, outcome])).toEqual([
      [ids[0], "created"],
      [ids[1], "failed"],
    ]);
  });
});
