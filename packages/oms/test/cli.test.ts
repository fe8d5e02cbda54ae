import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, startServer, type TestServer } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "./support/command.ts";
import { asked, pageOf, type ServedRow } from "./support/oms-server.ts";

const units = { delivered_lumi: "pb^{-1}", recorded_lumi: "pb^{-1}" };
const rowsOf: Readonly<Record<string, readonly ServedRow[]>> = {
  runs: [
    {
      id: "2",
      attributes: { run_number: 2, fill_number: 7, energy: 6500, delivered_lumi: 6, recorded_lumi: 5 },
      units: { energy: "GeV", ...units },
    },
    { id: "1", attributes: { run_number: 1, fill_number: 7, energy: 450, delivered_lumi: 0, recorded_lumi: 0 }, units },
  ],
  fills: [{ id: "7", attributes: { fill_number: 7, delivered_lumi: 6, recorded_lumi: 5 }, units }],
  eras: [{ id: "e", attributes: { name: "Run7" } }],
  lumisections: [1, 2, 3].map((n) => ({
    id: `2_${n}`,
    attributes: {
      run_number: 2,
      lumisection_number: n,
      pileup: 10 * n,
      delivered_lumi: 2 * (n - 1),
      recorded_lumi: n - 1,
      start_time: `2018-11-30T03:0${n}:00Z`,
      end_time: `2018-11-30T03:0${n}:23Z`,
    },
    units,
  })),
  hltpathrates: [1, 2, 3].map((n) => ({
    id: `r${n}`,
    attributes: {
      run_number: 2,
      path_name: "HLT_A_v1",
      first_lumisection_number: n,
      last_lumisection_number: n,
      rate: n / 2,
      counter: 12 * n,
    },
  })),
  hltpathinfo: [{ id: "p", attributes: { path_name: "HLT_A_v1", rate: 1 } }],
  l1triggerrates: [1, 2].map((n) => ({
    id: `l${n}`,
    attributes: { run_number: 2, first_lumisection_number: n, last_lumisection_number: n, l1a_total: { rate: 90 + n, counter: 5 } },
  })),
  deadtimes: [
    {
      id: "d",
      attributes: { first_lumisection_number: 1, last_lumisection_number: 1, overall_total_deadtime: { percent: 2.5, counter: 3 } },
    },
  ],
};

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oms-cli-"));
  server = await startServer((request) => {
    const path = request.path.replace("/agg/api/v1/", "");
    if (path === "version/endpoints") return json({ data: [{ id: "runs" }, { id: "fills" }] });
    if (path.endsWith("/meta")) return json({ meta: { fields: { pileup: { type: "DOUBLE", units: "" } } } });
    const rows = rowsOf[path] ?? [];
    const run = asked(request, "filter[run_number][EQ]");
    return pageOf(
      path === "runs" && run !== undefined ? rows.filter(({ attributes }) => String(attributes["run_number"]) === run) : rows,
      request,
      path,
    );
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
const oms = (...argv: string[]) => command(server.url, argv);
const lastQuery = () => new URLSearchParams(server.requests.at(-1)?.search);
const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("oms", () => {
  it("shows a run, a fill and an era", async () => {
    const run = await oms("run", "2", "--fields", "run_number,energy");
    expect({ ...run, stdout: JSON.parse(run.stdout) as unknown }).toEqual({ code: 0, stderr: "", stdout: { run_number: 2, energy: 6500 } });
    expect(JSON.parse((await oms("run", "2", "--units", "--format", "json")).stdout)).toMatchObject({ energy: 6500, energy_unit: "GeV" });
    expect(JSON.parse((await oms("run", "2", "--raw")).stdout)).toMatchObject({ id: "2", type: "runs" });
    expect((await oms("fill", "7", "--format", "csv")).stdout).toBe("fill_number,delivered_lumi,recorded_lumi\n7,6,5\n");
    expect((await oms("era", "Run7")).stdout).toContain("Run7");
  });

  it("lists lumisections of a run into a file", async () => {
    const file = join(folder, "ls.csv");
    const done = await oms(
      "lumisections",
      "2",
      "--fields",
      "lumisection_number,pileup,delivered_lumi",
      "--format",
      "csv",
      "--output",
      file,
    );
    expect(done).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await readFile(file, "utf8")).toBe("lumisection_number,pileup,delivered_lumi\n1,10,0\n2,20,2\n3,30,4\n");
    expect(lastQuery().get("fields")).toBe("lumisection_number,pileup,delivered_lumi");
    expect((await oms("lumisections", "2", "--count")).stdout).toBe("3\n");
    expect(lines((await oms("lumisections", "--fill", "7", "--limit", "1")).stdout)).toHaveLength(1);
    expect(lastQuery().get("filter[fill_number][EQ]")).toBe("7");
    await oms("lumisections", "--from", "2018-11-30", "--to", "2018-12-01");
    expect(lastQuery().get("filter[end_time][LE]")).toBe("2018-12-01T00:00:00Z");
  });

  it("puts rates of HLT paths beside lumisections", async () => {
    const { stdout } = await oms("lumisections", "2", "--fields", "lumisection_number,pileup", "--hlt", "HLT_A_v1", "--format", "csv");
    expect(stdout).toBe("lumisection_number,pileup,HLT_A_v1\n1,10,0.5\n2,20,1\n3,30,1.5\n");
  });

  it("asks any list with conditions, orders and further parameters", async () => {
    const { stdout, code } = await oms(
      ...[
        "query",
        "runs",
        "--where",
        "fill_number>=7",
        "--where",
        "hlt_key like %HLT/V1&%",
        "--sort",
        "-run_number",
        "--limit",
        "2",
        "--fields",
        "run_number",
      ],
      ...["--include", "meta", "--granularity", "run", "--param", "x=a b", "--format", "ndjson"],
    );
    expect([code, stdout]).toEqual([0, '{"run_number":2}\n{"run_number":1}\n']);
    expect([...lastQuery()]).toEqual([
      ["fields", "run_number"],
      ["filter[fill_number][GE]", "7"],
      ["filter[hlt_key][LIKE]", "%HLT/V1&%"],
      ["sort", "-run_number"],
      ["include", "meta"],
      ["page[offset]", "0"],
      ["page[limit]", "2"],
      ["group[granularity]", "run"],
      ["x", "a b"],
    ]);
    expect((await oms("query", "runs", "--count")).stdout).toBe("2\n");
    const before = server.requests.length;
    expect((await oms("query", "runs", "--where", "energy>1", "--url")).stdout).toMatch(/^http.*filter%5Benergy%5D%5BGT%5D=1.*\n$/);
    expect(server.requests).toHaveLength(before);
    expect(lines((await oms("query", "runs", "--units")).stdout)[0]).toMatchObject({ energy: 6500, energy_unit: "GeV" });
    expect(lines((await oms("query", "runs", "--raw")).stdout)[0]).toMatchObject({ id: "2", attributes: { run_number: 2 } });
  });

  it("lists rates", async () => {
    expect(
      (await oms("rates", "hlt", "2", "--path", "HLT_A_v1", "--fields", "last_lumisection_number,rate", "--format", "csv")).stdout,
    ).toBe("last_lumisection_number,rate\n1,0.5\n2,1\n3,1.5\n");
    expect(lines((await oms("rates", "hlt", "2")).stdout)).toHaveLength(3);
    expect((await oms("rates", "l1", "2", "--fields", "last_lumisection_number,l1a_total.rate", "--format", "csv")).stdout).toBe(
      "last_lumisection_number,l1a_total.rate\n1,91\n2,92\n",
    );
    expect(lines((await oms("rates", "hlt", "2", "--path", "HLT_A_v1", "--time")).stdout)[0]).toEqual({
      run_number: 2,
      first_lumisection_number: 1,
      last_lumisection_number: 1,
      start_time: "2018-11-30T03:01:00Z",
      end_time: "2018-11-30T03:01:23Z",
      rate: 0.5,
    });
    await oms("rates", "algorithms", "2", "--bit", "5", "--granularity", "run");
    expect(lastQuery().get("filter[bit][EQ]")).toBe("5");
    expect(lines((await oms("deadtimes", "2", "--from", "1", "--to", "9")).stdout)).toHaveLength(1);
    expect((await oms("paths", "2", "--fields", "path_name", "--format", "csv")).stdout).toBe("path_name\nHLT_A_v1\n");
  });

  it("adds up luminosity", async () => {
    expect(JSON.parse((await oms("luminosity", "2")).stdout)).toEqual({ delivered: 6, recorded: 5, units: "pb^{-1}", missing: [] });
    const file = join(folder, "golden.json");
    await writeFile(file, '{"2": [[1, 2], [9, 9]]}');
    const masked = await oms("luminosity", "--selection", file, "--pileup", "--format", "json");
    expect(JSON.parse(masked.stdout)).toMatchObject({
      delivered: 4,
      recorded: 2,
      lumisections: 2,
      pileup: 15,
      missing: [{ reason: "not in OMS" }],
    });
    expect(masked.stderr).toMatch(/warning: the sums lack 1 stretches \(not in OMS: 1\)/);
    const piped = await command(server.url, ["luminosity", "--selection", "-", "--parts", "--format", "csv"], { input: '{"2":[[3,3]]}' });
    expect(piped.stdout).toBe("run_number,delivered,recorded,lumisections\n2,2,3,1\n");
    expect(lines((await oms("luminosity", "2", "--per-lumisection")).stdout).map(({ delivered }) => delivered)).toEqual([2, 2, 2]);
  });

  it("describes the service", async () => {
    expect((await oms("meta", "lumisections", "--format", "csv")).stdout).toBe("name,type,units\npileup,DOUBLE,\n");
    expect((await oms("resources", "--format", "csv")).stdout).toBe("resource\nruns\nfills\n");
    expect(JSON.parse((await oms("get", "version/endpoints")).stdout)).toEqual({ data: [{ id: "runs" }, { id: "fills" }] });
    const help = await oms("--help");
    expect(help.stdout).toMatch(/oms lumisections 327564 --fields/);
    expect((await oms("completion", "bash")).stdout).toContain("lumisections");
  });
});

describe("charts", () => {
  it("stand in a terminal in place of rows, which a file still gets", async () => {
    const file = join(folder, "rows.ndjson");
    const { stdout, stderr, code } = await oms("lumisections", "2", "--fields", "pileup", "--plot", "--output", file);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/Lumisections of run 2/);
    expect(stdout).toMatch(/[┛┏━]/);
    expect(stdout).not.toContain('"pileup"');
    expect(await readFile(file, "utf8")).toBe('{"pileup":10}\n{"pileup":20}\n{"pileup":30}\n');
  });

  it.each<[string, string[]]>([
    ["rates", ["rates", "hlt", "2", "--path", "HLT_A_v1"]],
    ["rates against time", ["rates", "hlt", "2", "--path", "HLT_A_v1", "--time"]],
    ["Level-1", ["rates", "l1", "2", "--fields", "l1a_total.rate"]],
    ["dead times", ["deadtimes", "2"]],
    ["luminosity", ["luminosity", "2", "--per-lumisection"]],
    ["values with units", ["lumisections", "2", "--fields", "delivered_lumi", "--units"]],
    ["a fill", ["lumisections", "--fill", "7", "--fields", "pileup"]],
  ])("of %s", async (_what, argv) => {
    const { stdout, stderr, code } = await oms(...argv, "--plot");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").length).toBeGreaterThan(10);
  });

  it("are written as SVG beside the rows", async () => {
    const file = join(folder, "chart.svg");
    const { stdout, code } = await oms("rates", "hlt", "2", "--path", "HLT_A_v1", "--time", "--plot-file", file, "--format", "ndjson");
    expect(code).toBe(0);
    expect(lines(stdout)).toHaveLength(3);
    const svg = await readFile(file, "utf8");
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain("HLT_A_v1, run 2: rate");
  });

  it("of nothing are told so", async () => {
    const { stdout, stderr } = await oms("lumisections", "2", "--fields", "start_time", "--plot");
    expect([stdout, stderr]).toEqual(["", "warning: there is nothing to draw: no row has a number in these fields\n"]);
  });
});

describe("wrong usage", () => {
  it.each<[string[], number, RegExp]>([
    [["run"], 2, /missing required argument/],
    [["run", "x"], 2, /The run number must be a whole number/],
    [["fill", "x"], 2, /The fill number must be a whole number/],
    [["run", "2", "--fields", "pileupp"], 2, /no attribute "pileupp".*Did you mean "pileup"/],
    [["query", "runs", "--where", "energy notlike 5"], 2, /OMS has neither lists nor OR nor NOT LIKE/],
    [["query", "runs", "--where", "energy"], 2, /the operator and the value are missing/],
    [["query", "runs", "--where", "energy>abc"], 2, /the attribute is a number/],
    [["query", "runs", "--param", "x"], 2, /NAME=VALUE/],
    [["query", "runs", "--units", "--raw"], 2, /exclude each other/],
    [["query", "runs/2"], 2, /is one row/],
    [["lumisections"], 2, /either a run, a fill, or from and to/],
    [["lumisections", "2", "--fill", "7"], 2, /either a run, a fill, or from and to/],
    [["lumisections", "2", "--page-size", "5001"], 2, /from 1 to 5000/],
    [["lumisections", "2", "--units", "--hlt", "HLT_A_v1"], 2, /--hlt goes with a run/],
    [["luminosity"], 2, /one of \{ run \}/],
    [["luminosity", "2", "--plot"], 2, /go with --per-lumisection/],
    [["luminosity", "2", "--parts", "--pileup"], 2, /--parts goes without/],
    [["luminosity", "--selection", "/nowhere.json"], 1, /Cannot read "\/nowhere\.json"/],
    [["run", "9"], 4, /OMS has no run 9/],
    [["--auth", "password", "run", "2"], 2, /needs --user NAME/],
    [["--auth", "cookie-file", "run", "2"], 2, /needs --cookie-file FILE/],
    [["--user", "ada", "run", "2"], 2, /--user goes with --auth password/],
    [["--password-file", "x", "run", "2"], 2, /--password-file goes with --auth password/],
    [["--client", "x", "run", "2"], 2, /--client goes with --auth device/],
    [["--auth", "token", "run", "2"], 3, /set SSO_CLIENT_ID/],
    [["--auth", "kerberos", "run", "2"], 2, /Allowed choices are token/],
  ])("%j ends with %i", async (argv, code, message) => {
    const result = await oms(...argv);
    expect(result.stderr).toMatch(message);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: "" });
  });
});
