import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addListOptions, addOutputOptions, type Command } from "../src/index.ts";
import { run } from "./support.ts";

function build(program: Command): void {
  program.option("--base-url <url>", "where the service's API is");
  addOutputOptions(addListOptions(program.command("runs").description("list runs: it's simple")));
  const mask = program.command("mask").description("work on masks");
  addOutputOptions(mask.command("union").alias("or").argument("<files...>").description("all of them"));
  mask.command("show").description("one mask");
}

const script = async (shell: string): Promise<string> => (await run({ name: "run-reg", build }, ["completion", shell])).stdout;
const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;

describe("completion", () => {
  it("refuses a shell it does not know", async () => {
    const result = await run({ build }, ["completion", "csh"]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("Allowed choices are bash, zsh, fish.");
  });

  it("names commands, options, choices and files for zsh", async () => {
    const zsh = await script("zsh");
    expect(zsh).toMatch(/^#compdef run-reg\n/);
    expect(zsh).toContain(`'runs:list runs\\: it'\\''s simple'`);
    expect(zsh).toContain(`'/mask union'|'/mask or') at='/mask/union' ;;`);
    expect(zsh).toContain(`'/runs --format') compadd -- 'table' 'json' 'ndjson' 'csv'; return ;;`);
    expect(zsh).toContain(`'/mask/union --output') _files; return ;;`);
    expect(zsh).toContain(`'--base-url:where the service`);
  });

  it("names them for fish", async () => {
    const fish = await script("fish");
    expect(fish).toContain(`complete -c run-reg -n '__run_reg_at ""' -a 'runs' -d 'list runs: it\\'s simple'`);
    expect(fish).toContain(`complete -c run-reg -n '__run_reg_at /runs' -l format -x -a 'table json ndjson csv' -d`);
    expect(fish).toContain(`complete -c run-reg -n '__run_reg_at /runs' -l output -r -F -d`);
    expect(fish).toContain(`case '/mask union' '/mask or'\n        set at '/mask/union'`);
  });

  it.skipIf(!has("zsh"))("is valid zsh", async () => {
    execFileSync("zsh", ["-n"], { input: await script("zsh") });
  });
  it.skipIf(!has("fish"))("is valid fish", async () => {
    execFileSync("fish", ["--no-execute"], { input: await script("fish") });
  });
});

describe.skipIf(!has("bash"))("bash", () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cli-core-"));
    writeFileSync(join(folder, "completion"), await script("bash"));
    writeFileSync(join(folder, "some file.json"), "{}");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function complete(...words: string[]): string[] {
    const program = `source ./completion; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _run_reg_completion 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync("bash", ["--norc", "-c", program, "bash", "run-reg", ...words], { cwd: folder, encoding: "utf8" });
    return output.split("\n").filter((line) => line !== "");
  }

  it("gives commands, then their commands and options", () => {
    expect(complete("")).toEqual(["runs", "mask", "completion"]);
    expect(complete("r")).toEqual(["runs"]);
    expect(complete("mask", "")).toEqual(["union", "or", "show"]);
    expect(complete("runs", "--whe")).toEqual(["--where", "--where-json"]);
    expect(complete("runs", "--q")).toEqual(["--quiet"]);
    expect(complete("runs", "--version")).toEqual([]);
    expect(complete("--ver")).toEqual(["--version", "--verbose"].sort().reverse());
    expect(complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(complete("mask", "or", "--form")).toEqual(["--format"]);
  });

  it("gives choices and files as values", () => {
    expect(complete("runs", "--format", "")).toEqual(["table", "json", "ndjson", "csv"]);
    expect(complete("runs", "--format", "nd")).toEqual(["ndjson"]);
    expect(complete("runs", "--format", "=", "c")).toEqual(["csv"]);
    expect(complete("runs", "--format", "=")).toEqual(["table", "json", "ndjson", "csv"]);
    expect(complete("runs", "--output", "some")).toEqual(["some file.json"]);
    expect(complete("mask", "union", "some")).toEqual(["some file.json"]);
    expect(complete("runs", "--where", "")).toEqual([]);
  });

  it("does not take a value for a command", () => {
    expect(complete("--base-url", "runs", "m")).toEqual(["mask"]);
    expect(complete("runs", "--fields", "mask", "--for")).toEqual(["--format"]);
  });
});
