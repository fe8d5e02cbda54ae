import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { SciError } from "@sci/http-core";
import { describe, expect, it } from "vitest";
import {
  addAuthOption,
  addDryRunOption,
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  duration,
  wholeNumber,
  type CommandContext,
  type ProgramDefinition,
} from "../src/index.ts";
import { run } from "./support.ts";

function listing(seen: Record<string, unknown>[] = []): Pick<ProgramDefinition, "build"> {
  return {
    build(program) {
      const runs = addOutputOptions(addListOptions(program.command("runs").description("list runs"), { maxPageSize: 500 }));
      addUncheckedOption(addDryRunOption(addAuthOption(runs, ["token", "none"])), "send it all the same");
      addExamples(runs, [["tool runs --limit 5", "the first five"]]);
      runs.action((options: Record<string, unknown>) => void seen.push(options));
    },
  };
}

function action(body: (context: CommandContext) => unknown): Pick<ProgramDefinition, "build"> {
  return {
    build(program, context) {
      program.command("go").action(async () => {
        await body(context);
      });
    },
  };
}

describe("arguments", () => {
  it("reads the shared options", async () => {
    const seen: Record<string, unknown>[] = [];
    const argv = [
      "runs",
      "--where",
      "a>=1",
      "--where",
      "b like x%",
      "--sort",
      "-run_number,name",
      "--sort",
      "-version",
      "--fields",
      "a, b",
      "--fields",
      "c",
    ];
    argv.push(
      "--limit",
      "5",
      "--page-size=50",
      "--format",
      "csv",
      "--output",
      "x.csv",
      "--where-json",
      '{"a":1}',
      "--auth",
      "none",
      "--dry-run",
      "--unchecked",
      "--quiet",
    );
    const result = await run(listing(seen), argv);
    expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(seen).toEqual([
      {
        where: [
          { name: "a", operator: ">=", value: 1, text: "a>=1" },
          { name: "b", operator: "like", value: "x%", text: "b like x%" },
        ],
        whereJson: { a: 1 },
        sort: ["-run_number", "name", "-version"],
        fields: ["a", "b", "c"],
        limit: 5,
        pageSize: 50,
        format: "csv",
        output: "x.csv",
        auth: "none",
        dryRun: true,
        unchecked: true,
      },
    ]);
  });

  it.each([
    [["runs", "--wher", "a=1"], "unknown option '--wher' (Did you mean --where?)"],
    [["rnus"], "unknown command 'rnus' (Did you mean runs?)"],
    [["runs", "--format", "xml"], "option '--format <format>' argument 'xml' is invalid. Allowed choices are table, json, ndjson, csv."],
    [["runs", "--auth", "device"], "Allowed choices are token, none."],
    [["runs", "--limit", "0"], '--limit must be a whole number from 1, not "0".'],
    [["runs", "--limit", "1.5"], '--limit must be a whole number from 1, not "1.5".'],
    [["runs", "--page-size", "501"], '--page-size must be a whole number from 1 to 500, not "501".'],
    [["runs", "--fields", "a,,b"], '--fields "a,,b" holds an empty name.'],
    [["runs", "--where", "a ?? 1"], 'unknown operator "??"'],
    [["runs", "--where-json", "@/does/not/exist"], "Cannot read"],
    [["runs", "extra"], "too many arguments"],
    [["runs", "--limit"], "option '--limit <n>' argument missing"],
    [["runs", "--quiet", "--verbose"], "--quiet and --verbose exclude each other"],
  ])("%j is wrong usage", async (argv, message) => {
    const result = await run(listing(), argv);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain(message);
    expect(result.stderr).toMatch(/^tool: /);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  it("prints help with examples, and the version, on standard output", async () => {
    const help = await run({ ...listing(), examples: ["tool runs"] }, ["--help"]);
    expect(help.code).toBe(0);
    expect(help.stderr).toBe("");
    expect(help.stdout).toContain("Usage: tool [options] [command]");
    expect(help.stdout).toContain("Examples:\n  tool runs");
    const runs = await run(listing(), ["runs", "--help"]);
    expect(runs.stdout).toContain("Examples:\n  # the first five\n  tool runs --limit 5");
    expect(runs.stdout).toContain("Global Options:");
    expect(runs.stdout).toContain("--verbose");
    expect(await run(listing(), ["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  });

  it("shows the help on standard error when nothing was asked for", async () => {
    const result = await run(listing(), []);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain("Usage: tool");
  });

  it("reads numbers and times of options", () => {
    expect(wholeNumber("--n", { min: 0 })("0")).toBe(0);
    expect(() => wholeNumber("--n")("-1")).toThrow("--n must be a whole number from 1");
    expect(() => wholeNumber("--n")("99999999999999999999")).toThrow("--n");
    expect([
      duration("--t")("90"),
      duration("--t")("1.5m"),
      duration("--t")("2h"),
      duration("--t")("250ms"),
      duration("--t")("1d"),
    ]).toEqual([90_000, 90_000, 7_200_000, 250, 86_400_000]);
    expect(() => duration("--t")("soon")).toThrow('--t must be a time such as 90s, 15m or 2h, not "soon"');
    expect(() => duration("--t")("0")).toThrow("--t");
  });
});

describe("ends", () => {
  it("maps errors to exit codes, their text on standard error only", async () => {
    const program = action(() => {
      throw new SciError("NOT_FOUND", "There is no run 5\u001b[2J.");
    });
    expect(await run(program, ["go"])).toEqual({ code: 4, stdout: "", stderr: "tool: There is no run 5\\u001b[2J.\n" });
    const own = action(() => Promise.reject(new SciError("RUN_LOCKED", "Locked.")));
    expect((await run({ ...own, exitCodes: { RUN_LOCKED: 5 } }, ["go"])).code).toBe(5);
  });

  it("words messages of the library as the command has it", async () => {
    const program = action(() => Promise.reject(new SciError("INVALID_ARGUMENT", "Send it with unchecked: true.")));
    const reword = (message: string): string => message.replace("unchecked: true", "--unchecked");
    expect((await run({ ...program, reword }, ["go"])).stderr).toBe("tool: Send it with --unchecked.\n");
    expect((await run({ ...program, reword }, ["go", "--verbose"])).stderr).toMatch(
      /^tool: Send it with --unchecked\.\n {2}code: INVALID_ARGUMENT\n/,
    );
  });

  it("says that an error was not expected, and shows where with --verbose", async () => {
    const program = action(() => {
      throw new TypeError("x is undefined");
    });
    const quiet = await run(program, ["go"]);
    expect(quiet).toEqual({
      code: 1,
      stdout: "",
      stderr: "tool: x is undefined\ntool: this was not expected; --verbose shows where it arose\n",
    });
    expect((await run(program, ["go", "--verbose"])).stderr).toMatch(/\n\s+at /);
  });

  it.each([
    ["SIGINT", 130, "interrupted"],
    ["SIGTERM", 143, "terminated"],
  ] as const)("aborts the work at %s", async (signal, code, word) => {
    const signals = new EventEmitter();
    const program = action(
      (context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener("abort", () => reject(context.signal.reason as Error));
          signals.emit(signal);
        }),
    );
    expect(await run(program, ["go"], { signals })).toEqual({ code, stdout: "", stderr: `tool: ${word}\n` });
    expect(signals.listenerCount("SIGINT") + signals.listenerCount("SIGTERM")).toBe(0);
  });

  it("still says what was done when an interrupted command knows", async () => {
    const signals = new EventEmitter();
    const program = action(() => {
      signals.emit("SIGINT");
      throw new SciError("PARTIAL", "2 of 3 runs were moved.");
    });
    expect(await run(program, ["go"], { signals })).toMatchObject({ code: 130, stderr: "tool: 2 of 3 runs were moved.\n" });
  });

  it("still says what the interrupted work left behind", async () => {
    const signals = new EventEmitter();
    const program = action(() => {
      signals.emit("SIGINT");
      throw new SciError("ABORTED", "Aborted. Job 5 goes on.", { details: { id: "5" } });
    });
    expect(await run(program, ["go"], { signals })).toMatchObject({ code: 130, stderr: "tool: Aborted. Job 5 goes on.\n" });
  });

  it("is done when a command takes the signal as its normal end", async () => {
    const signals = new EventEmitter();
    const program = action(() => signals.emit("SIGTERM"));
    expect((await run(program, ["go"], { signals })).code).toBe(0);
  });

  it("ends at once at the second signal", async () => {
    const signals = new EventEmitter();
    const killed: string[] = [];
    const program = action(() => {
      signals.emit("SIGINT");
      signals.emit("SIGINT");
      throw new SciError("ABORTED", "x");
    });
    await run(program, ["go"], { signals, kill: (signal) => void killed.push(signal) });
    expect(killed).toEqual(["SIGINT"]);
  });

  it("ends quietly when the reader has gone", async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })) });
    let printed = 0;
    const program = action(async (context) => {
      for (;;) {
        context.signal.throwIfAborted();
        await context.print("x\n");
        printed += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const result = await run(program, ["go"], { stdout });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(printed).toBeLessThan(10);
  });

  it("fails when standard output cannot be written", async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })),
    });
    const result = await run(
      action((context) => context.print("x\n")),
      ["go"],
      { stdout },
    );
    expect(result).toMatchObject({ code: 1, stderr: "tool: cannot write standard output: ENOSPC: no space left on device\n" });
  });

  it("shows the requests of the clients with --verbose", async () => {
    const { channel } = await import("node:diagnostics_channel");
    const program = action(() => {
      channel("sci:response").publish({
        method: "GET",
        url: "http://x/runs",
        operation: "runs.list",
        attempt: 1,
        status: 200,
        duration: 1.6,
      });
      channel("sci:page").publish({ operation: "runs.list", page: 0, items: 5, total: 5 });
    });
    const { stderr } = await run(program, ["go", "--verbose"]);
    expect(stderr).toBe(
      'debug GET http://x/runs operation="runs.list" attempt=1 status=200 ms=2\ndebug page 0 operation="runs.list" items=5 total=5\n',
    );
    expect((await run(program, ["go"])).stderr).toBe("");
    expect(channel("sci:response").hasSubscribers).toBe(false);
  });

  it("is quiet on demand, and gives requests to --verbose", async () => {
    const program = action((context) => {
      context.note("a note\n\u001b");
      context.warn("a warning");
      context.logger.debug("GET http://x/?token=abcdef", { status: 200, body: "a b", big: 1n });
      context.logger.warn("odd");
      context.logger.error("bad");
    });
    expect((await run(program, ["go"])).stderr).toBe("a note\n\\u001b\nwarning: a warning\nwarn odd\nerror bad\n");
    expect((await run(program, ["go", "--quiet"])).stderr).toBe("error bad\n");
    expect((await run(program, ["--verbose", "go"])).stderr).toContain('debug GET http://x/?token=*** status=200 body="a b" big=1\n');
  });
});
