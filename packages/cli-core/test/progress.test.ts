import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { startProgress, writeRows, type Command, type CommandContext } from "../src/index.ts";
import { Capture, run, type RunOptions } from "./support.ts";

function command(
  body: (context: CommandContext) => Promise<unknown>,
  argv: readonly string[] = ["go"],
  options: RunOptions = {},
): ReturnType<typeof run> {
  const build = (program: Command, context: CommandContext): void => {
    program.command("go").action(async () => void (await body(context)));
  };
  return run({ build }, argv, options);
}

async function bar(context: CommandContext): Promise<void> {
  const progress = await startProgress(context, { unit: "runs", total: 10, output: "x" });
  progress.update(5);
  context.note("a note");
  progress.update(7);
  progress.stop();
}

describe("progress", () => {
  it("is drawn on standard error at a terminal, and taken away", async () => {
    const { stderr, stdout } = await command(bar, ["go"], { tty: true });
    expect(stdout).toBe("");
    expect(stderr).toContain("0/10 runs");
    expect(stderr).toContain("5/10 runs");
    expect(stderr).toContain("\u001b[2Ka note\n");
    expect(stderr).not.toContain("\u001b[?25l");
    expect(stderr.endsWith("\u001b[2K")).toBe(true);
  });

  it("is not drawn elsewhere, nor with --quiet, nor between rows on the same terminal", async () => {
    expect((await command(bar)).stderr).toBe("a note\n");
    expect((await command(bar, ["go", "--quiet"], { tty: true })).stderr).toBe("");
    const rows = await command((context) => writeRows(context, [{ a: 1 }], { unit: "runs", format: "ndjson" }), ["go"], { tty: true });
    expect(rows).toMatchObject({ stdout: '{"a":1}\n', stderr: "" });
  });

  it("counts without a total, and shows it when it becomes known", async () => {
    const { stderr } = await command((context) => writeRows(context, [{ a: 1 }, { a: 2 }], { unit: "runs", total: () => 2 }), ["go"], {
      tty: true,
      stdout: new Capture(),
    });
    expect(stderr).toContain("0 runs");
    expect(stderr).toContain("1/2 runs");
  });

  it("goes away at an interruption", async () => {
    const signals = new EventEmitter();
    const { stderr, code } = await command(
      async (context) => {
        const progress = await startProgress(context, { unit: "runs", total: 10, output: "x" });
        signals.emit("SIGINT");
        progress.update(3);
        context.signal.throwIfAborted();
      },
      ["go"],
      { tty: true, signals },
    );
    expect(code).toBe(130);
    expect(stderr).toMatch(/\u001b\[2Kstopping; the same signal again ends it at once\ntool: interrupted\n$/);
  });
});
