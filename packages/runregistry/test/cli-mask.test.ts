import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attributes } from "../src/index.ts";
import { command, objects } from "./support/runreg.ts";

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "runreg-"));
  await writeFile(path("a.json"), '{"1": [[1, 10]], "2": [[5, 6]]}');
  await writeFile(path("b.json"), '{"1": [[8, 20]], "3": [[1, 1]]}');
  await writeFile(path("odd.json"), '{"1": [[5, 9], [1, 6]]}');
  await writeFile(path("wrong.json"), '{"1": [[9, 5]]}');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

// An address nobody answers at: masks and attributes need no service.
const offline = { RUNREGISTRY_URL: "http://127.0.0.1:1/api" };
const run = (argv: readonly string[], input?: string) => command(offline, argv, input === undefined ? {} : { input });

describe("runreg mask", () => {
  it.each([
    ["union", '{"1": [[1, 20]], "2": [[5, 6]], "3": [[1, 1]]}\n'],
    ["intersect", '{"1": [[8, 10]]}\n'],
    ["subtract", '{"1": [[1, 7]], "2": [[5, 6]]}\n'],
  ])("%s", async (name, text) => {
    expect(await run(["mask", name, path("a.json"), path("b.json")])).toEqual({ code: 0, stdout: text, stderr: "" });
    expect((await run(["mask", name, path("a.json"), path("b.json"), "--output", path("out.json")])).code).toBe(0);
    expect(await readFile(path("out.json"), "utf8")).toBe(text);
  });

  it("puts a mask in order, cuts it, and writes it in other forms", async () => {
    expect((await run(["mask", "show", path("odd.json")])).stdout).toBe('{"1": [[1, 9]]}\n');
    expect((await run(["mask", "show", "-"], "315257:1-315257:88")).stdout).toBe('{"315257": [[1, 88]]}\n');
    expect((await run(["mask", "show", path("a.json"), "--from", "2"])).stdout).toBe('{"2": [[5, 6]]}\n');
    expect((await run(["mask", "show", path("a.json"), "--format", "brilcalc"])).stdout).toBe("{1:[[1,10]],2:[[5,6]]}\n");
    expect((await run(["mask", "show", path("a.json"), "--format", "csv"])).stdout).toBe("run_number,start,end\n1,1,10\n2,5,6\n");
  });

  it("follows the ending of the file", async () => {
    expect((await run(["mask", "show", path("a.json"), "--output", path("out.csv")])).code).toBe(0);
    expect(await readFile(path("out.csv"), "utf8")).toBe("run_number,start,end\n1,1,10\n2,5,6\n");
  });

  it("counts", async () => {
    expect(JSON.parse((await run(["mask", "count", path("a.json")])).stdout)).toEqual({ runs: 2, lumisections: 12 });
    expect(objects((await run(["mask", "count", path("a.json"), path("b.json")])).stdout)).toEqual([
      { file: path("a.json"), runs: 2, lumisections: 12 },
      { file: path("b.json"), runs: 2, lumisections: 14 },
    ]);
    expect(objects((await run(["mask", "count", path("a.json"), "--by-run"])).stdout)).toEqual([
      { run_number: 1, lumisections: 10 },
      { run_number: 2, lumisections: 2 },
    ]);
  });

  it.each([
    [["mask", "union", "a.json"], 2, "mask union needs at least two files."],
    [["mask", "show", "wrong.json"], 2, "wrong.json: "],
    [["mask", "show", "odd.json", "--strict"], 2, "odd.json: Run 1: range"],
    [["mask", "show", "none.json"], 1, 'none.json": ENOENT'],
    [["mask", "union", "-", "-"], 2, "Standard input (-) can be read once only."],
    [["mask", "unoin", "a.json"], 2, "Did you mean union?"],
  ])("%j ends with %i", async (argv, code, message) => {
    const result = await run(argv.map((word) => (word.endsWith(".json") ? path(word) : word)));
    expect(result).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toContain(message);
  });
});

describe("runreg attributes", () => {
  it("lists names, types and tables", async () => {
    const rows = objects((await run(["attributes"])).stdout);
    expect(rows).toHaveLength(attributes().length);
    expect(rows).toContainEqual(expect.objectContaining({ name: "class", type: "string", table: "rr", path: "rr_attributes.class" }));
    const { stdout } = await run(["attributes", "b_field", "--format", "table"]);
    expect(stdout).toBe(
      "name     type    table  path\n-------  ------  -----  ----------------------\nb_field  number  oms    oms_attributes.b_field\n",
    );
    expect((await run(["attributes", "global_state", "--listing", "runs"])).code).toBe(4);
    expect((await run(["attributes", "clas_", "--listing", "runs"])).stderr).toBe(
      'runreg: No attribute holds "clas_". Did you mean "class"?\n',
    );
  });
});
