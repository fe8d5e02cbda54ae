import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** The program as a process of its own: signals, pipes and the flushing of output cannot be tested inside a test's process. */
let folder: string;
let tool: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cli-core-"));
  tool = join(folder, "bin", "tool.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("fixtures/tool.ts", import.meta.url))],
    outfile: tool,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@sci/source"],
    define: { __PACKAGE_VERSION__: '"0.0.0"' },
    // commander and cli-progress are CommonJS and call require().
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
  /** Until standard error holds the word. */
  said(word: string): Promise<void>;
}

function start(argv: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [tool, ...argv], { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    child,
    ended: new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }))),
    said: (word) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!stderr.includes(word)) return;
          child.stderr.off("data", look);
          resolve();
        };
        child.stderr.on("data", look);
        look();
      }),
  };
}

describe("a process", () => {
  it("has written everything when it ends", async () => {
    const { code, stdout, stderr } = await start(["rows", "20000"]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(20_000);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ index: 19_999 });
  });

  it("ends quietly when its reader goes away", async () => {
    const running = start(["rows", "1000000000"]);
    running.child.stdout?.once("data", () => running.child.stdout?.destroy());
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.skipIf(process.platform === "win32")("leaves no file behind when it is interrupted", async () => {
    const output = join(folder, "out", "rows.ndjson");
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "out"));
    const running = start(["wait", "--output", output]);
    await running.said("waiting");
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, stdout: "", stderr: "waiting\naborted\ntool: interrupted\n" });
    expect(readdirSync(join(folder, "out"))).toEqual([]);
    const terminated = start(["wait", "--output", output]);
    await terminated.said("waiting");
    terminated.child.kill("SIGTERM");
    expect(await terminated.ended).toMatchObject({ code: 143 });
    expect(readdirSync(join(folder, "out"))).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("ends at the second signal although the command hangs, without its temporary file", async () => {
    const output = join(folder, "rows.ndjson");
    const running = start(["wait", "--output", output], { STUBBORN: "1" });
    await running.said("waiting");
    running.child.kill("SIGINT");
    await running.said("aborted");
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ signal: "SIGINT" });
    expect(readdirSync(folder).filter((name) => name.includes("rows"))).toEqual([]);
  });

  it("writes a file", async () => {
    const output = join(folder, "five.csv");
    expect(await start(["rows", "5", "--output", output]).ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(output, "utf8").split("\n")).toHaveLength(7);
  });
});
