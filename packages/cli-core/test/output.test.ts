import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { SciError } from "@sci/http-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { columnsOf, flatten, valueAt, writeRecord, writeRows, type CommandContext, type WriteRowsOptions } from "../src/index.ts";
import { run, type RunOptions } from "./support.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-core-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function command(body: (context: CommandContext) => Promise<unknown>, options: RunOptions = {}): ReturnType<typeof run> {
  const build = (program: import("../src/index.ts").Command, context: CommandContext): void => {
    program.command("go").action(async () => void (await body(context)));
  };
  return run({ build }, ["go"], options);
}

const write = (
  rows: Iterable<object> | AsyncIterable<object>,
  options: WriteRowsOptions,
  runOptions: RunOptions = {},
): ReturnType<typeof run> => command((context) => writeRows(context, rows, options), runOptions);

const runs = [
  { run_number: 1, rr: { class: "Collisions18", "odd.name": 1 }, list: [1, 2], big: 9007199254740993n },
  { run_number: 22, rr: { class: null }, list: [], note: "=1+1\u001b[2J" },
];

describe("rows", () => {
  it("are NDJSON where standard output is no terminal", async () => {
    const { stdout, code } = await write(runs, {});
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe('{"run_number":1,"rr":{"class":"Collisions18","odd.name":1},"list":[1,2],"big":9007199254740993}');
    expect(JSON.parse(stdout.split("\n")[1] ?? "")).toEqual(runs[1]);
  });

  it("are one valid JSON array, also when there are none", async () => {
    expect((await write([], { format: "json" })).stdout).toBe("[]\n");
    expect(JSON.parse((await write([{ a: 1 }], { format: "json" })).stdout)).toEqual([{ a: 1 }]);
    expect(JSON.parse((await write([{ a: 1 }, { b: "x" }, {}], { format: "json" })).stdout)).toEqual([{ a: 1 }, { b: "x" }, {}]);
  });

  it("hold the chosen fields only, under the names asked for", async () => {
    const columns = columnsOf([["class", "rr.class"], "run_number", "absent"]);
    expect((await write(runs, { format: "ndjson", columns })).stdout).toBe(
      '{"class":"Collisions18","run_number":1,"absent":null}\n{"class":null,"run_number":22,"absent":null}\n',
    );
    expect((await write(runs, { format: "csv", columns })).stdout).toBe("class,run_number,absent\nCollisions18,1,\n,22,\n");
    expect((await write([], { format: "csv", columns })).stdout).toBe("class,run_number,absent\n");
  });

  it("are flattened in CSV, with formulas masked and numbers left alone", async () => {
    const { stdout } = await write(runs, { format: "csv" });
    expect(stdout).toBe(
      `run_number,rr.class,rr.odd\\.name,list,big,note\n1,Collisions18,1,"[1,2]",9007199254740993,\n22,,,[],,'=1+1\u001b[2J\n`,
    );
    const odd = [{ a: -1.5, b: "-1.5", c: "-x", d: 'say "no", twice', e: "two\nlines", f: true, g: new Date(0) }];
    expect((await write(odd, { format: "csv" })).stdout).toBe(
      `a,b,c,d,e,f,g\n-1.5,-1.5,'-x,"say ""no"", twice","two\nlines",true,1970-01-01T00:00:00.000Z\n`,
    );
    expect((await write(runs, { format: "csv" }, { tty: true })).stdout).not.toContain("\u001b");
  });

  it("lose nothing in CSV when later rows have further fields", async () => {
    const rows = [
      ...Array.from({ length: 200 }, (_, index) => ({ run: index })),
      { run: 200, late: "x", nested: { more: 1 } },
      { run: 201 },
    ];
    const lines = (await write(rows, { format: "csv" })).stdout.split("\n");
    expect(lines[0]).toBe("run,_rest");
    expect(lines[201]).toBe('200,"{""late"":""x"",""nested.more"":1}"');
    expect(lines[202]).toBe("201,");
    expect(lines).toHaveLength(204);
    expect((await write(rows.slice(0, 200), { format: "csv" })).stdout.split("\n")[0]).toBe("run");
  });

  it("keep an empty cell of a single column visible", async () => {
    expect((await write([{ a: "" }, { a: "x" }], { format: "csv" })).stdout).toBe('a\n""\nx\n');
  });

  it("are as they come: nothing is read ahead of a slow reader", async () => {
    let open = (): void => undefined;
    let accepted = 0;
    const stdout = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        accepted += 1;
        open = done;
      },
    });
    let given = 0;
    const text = "x".repeat(1024);
    function* rows(): Generator<object> {
      for (; given < 1000; given++) yield { text };
    }
    const result = write(rows(), { format: "ndjson" }, { stdout });
    while (accepted === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(given).toBeLessThan(200);
    const drain = setInterval(() => open(), 0);
    expect((await result).code).toBe(0);
    clearInterval(drain);
    expect(given).toBe(1000);
  });

  it("stop at an interruption", async () => {
    const { EventEmitter } = await import("node:events");
    const signals = new EventEmitter();
    let given = 0;
    function* rows(): Generator<object> {
      for (; ; given++) {
        if (given === 3) signals.emit("SIGINT");
        yield { given };
      }
    }
    const output = join(folder, "x.ndjson");
    expect((await write(rows(), { output }, { signals })).code).toBe(130);
    expect(given).toBe(3);
    await expect(readFile(output)).rejects.toThrow("ENOENT");
  });

  it("follow the ending of the file where no format is given", async () => {
    for (const [name, text] of [
      ["a.csv", "a\n1\n"],
      ["a.json", '[\n{"a":1}\n]\n'],
      ["a.jsonl", '{"a":1}\n'],
      ["a.txt", '{"a":1}\n'],
    ] as const) {
      const output = join(folder, name);
      expect(await write([{ a: 1 }], { output }, { tty: true })).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(await readFile(output, "utf8")).toBe(text);
    }
    expect((await write([{ a: 1 }], { output: "-", format: "csv" })).stdout).toBe("a\n1\n");
  });
});

describe("a table", () => {
  it("aligns columns, numbers to the right, and escapes control sequences", async () => {
    const { stdout } = await write(runs, { format: "table" });
    expect(stdout).toBe(
      [
        "run_number  rr.class      rr.odd\\.name  list                big  note",
        "----------  ------------  ------------  -----  ----------------  -------------",
        "         1  Collisions18             1  [1,2]  9007199254740993",
        "        22                              []                       =1+1\\u001b[2J",
        "",
      ].join("\n"),
    );
  });

  it("counts wide characters as two", async () => {
    const { stdout } = await write(
      [
        { a: "東京", b: 1 },
        { a: "abcd", b: 2 },
      ],
      { format: "table" },
    );
    expect(stdout).toBe("a     b\n----  -\n東京  1\nabcd  2\n");
  });

  it("fits a terminal, and says what it does not show", async () => {
    const row = { id: 1, long: "x".repeat(100), other: "y".repeat(30) };
    const { stdout, stderr } = await write([row], {}, { tty: true, columns: 40 });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(stdout).toContain("…");
    expect(stderr).toBe("");
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`column_${index}`, "some text"]));
    const cut = await write([many], {}, { tty: true, columns: 40 });
    for (const line of cut.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(cut.stderr).toContain("not shown: column_5, column_6");
    expect(cut.stderr).toContain("--fields chooses columns");
    expect((await write([many], { format: "table" })).stdout).toContain("column_19");
  });

  it("streams behind the first hundred rows and names fields that came later", async () => {
    const rows = Array.from({ length: 150 }, (_, index) => (index === 120 ? { run: index, late: 1 } : { run: index }));
    const { stdout, stderr } = await write(rows, { format: "table" });
    expect(stdout.split("\n")).toHaveLength(153);
    expect(stderr).toContain("not shown: late");
  });

  it("shows default columns, or those asked for, and nothing for nothing", async () => {
    const tableColumns = columnsOf(["run_number"]);
    expect((await write(runs, { tableColumns }, { tty: true })).stdout).toBe("run_number\n----------\n         1\n        22\n");
    expect((await write(runs, { tableColumns, columns: columnsOf([["c", "rr.class"]]) }, { tty: true })).stdout).toContain("Collisions18");
    expect((await write([], { format: "table" })).stdout).toBe("");
    expect((await write([], { format: "table", tableColumns })).stdout).toBe("run_number\n----------\n");
  });
});

describe("one record", () => {
  const record = { run_number: 5, rr: { class: "A\u001b" }, gone: null };
  it.each([
    ["table", "field       value\n----------  -------\nrun_number  5\nrr.class    A\\u001b\ngone\n"],
    ["json", '{\n  "run_number": 5,\n  "rr": {\n    "class": "A\\u001b"\n  },\n  "gone": null\n}\n'],
    ["ndjson", '{"run_number":5,"rr":{"class":"A\\u001b"},"gone":null}\n'],
    ["csv", "run_number,rr.class,gone\n5,A\u001b,\n"],
  ] as const)("as %s", async (format, text) => {
    expect((await command((context) => writeRecord(context, record, { format }))).stdout).toBe(text);
  });
  it("is a table at a terminal, JSON elsewhere, and knows --fields", async () => {
    const columns = columnsOf([["class", "rr.class"]]);
    expect((await command((context) => writeRecord(context, record), { tty: true })).stdout).toContain("run_number  5");
    expect((await command((context) => writeRecord(context, record, { columns }))).stdout).toBe('{\n  "class": "A\\u001b"\n}\n');
    expect((await command((context) => writeRecord(context, record, { columns }), { tty: true })).stdout).toContain("class  A\\u001b");
  });
});

describe("a failure half way", () => {
  it("leaves the file of before as it was", async () => {
    const output = join(folder, "runs.csv");
    await write([{ a: 1 }], { output });
    async function* rows(): AsyncGenerator<object> {
      yield { a: 2 };
      await Promise.resolve();
      throw new SciError("NETWORK", "Page 3 failed.", { page: 3 });
    }
    const result = await write(rows(), { output });
    expect(result).toMatchObject({ code: 1, stderr: "tool: Page 3 failed.\n" });
    expect(await readFile(output, "utf8")).toBe("a\n1\n");
  });
});

describe("paths", () => {
  it("find values by dotted names, and names that hold dots", () => {
    const row = { a: { b: { c: 1 }, "b.d": 2 }, "x.y": 3, list: [{ z: 4 }] };
    expect([valueAt(row, "a.b.c"), valueAt(row, "a.b.d"), valueAt(row, "x.y"), valueAt(row, "list.0.z")]).toEqual([1, 2, 3, 4]);
    expect([valueAt(row, "a.q"), valueAt(row, "constructor"), valueAt(row, "a.__proto__"), valueAt(null, "a")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it("flatten without clashes", () => {
    expect([...flatten({ "a.b": 1, a: { b: 2, c: {} }, d: [{}] })]).toEqual([
      ["a\\.b", 1],
      ["a.b", 2],
      ["a.c", {}],
      ["d", [{}]],
    ]);
  });
});
