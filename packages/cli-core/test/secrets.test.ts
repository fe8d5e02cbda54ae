import { EventEmitter } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecret, type Command, type CommandContext, type SecretSources } from "../src/index.ts";
import { FakeTerminal, run, type RunOptions } from "./support.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-core-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function ask(
  sources: Partial<SecretSources>,
  options: RunOptions = {},
): Promise<{ code: number; stdout: string; stderr: string; secret: string | undefined }> {
  let secret: string | undefined;
  const build = (program: Command, context: CommandContext): void => {
    program.command("go").action(async () => {
      secret = await readSecret(context, { what: "client secret", env: ["SSO_CLIENT_SECRET"], ...sources });
    });
  };
  return { ...(await run({ build }, ["go"], { input: "", ...options })), secret };
}

describe("a secret", () => {
  it("comes from the environment", async () => {
    expect(await ask({}, { env: { SSO_CLIENT_SECRET: "from env" } })).toMatchObject({ code: 0, secret: "from env", stderr: "" });
  });

  it("comes from standard input, before the environment", async () => {
    expect(await ask({ file: "-" }, { input: "from stdin\n", env: { SSO_CLIENT_SECRET: "from env" } })).toMatchObject({
      secret: "from stdin",
    });
  });

  it.skipIf(process.platform === "win32")("comes from a file, with a warning where others can read that", async () => {
    const file = join(folder, "secret");
    await writeFile(file, "from file\r\n", { mode: 0o600 });
    expect(await ask({ file })).toMatchObject({ secret: "from file", stderr: "" });
    await chmod(file, 0o644);
    const open = await ask({ file });
    expect(open.secret).toBe("from file");
    expect(open.stderr).toContain("can be read by other users (chmod 600)");
    expect(await ask({ file: join(folder, "none") })).toMatchObject({ code: 1, secret: undefined });
  });

  it("works on the command line, with a warning that does not show it", async () => {
    const result = await ask({ value: "hunter22", option: "-s" });
    expect(result).toMatchObject({ code: 0, secret: "hunter22" });
    expect(result.stderr).toMatch(
      /^warning: a client secret on the command line can be read by every user of this machine; set SSO_CLIENT_SECRET/,
    );
    expect(result.stderr).not.toContain("hunter22");
  });

  it("that is missing is an error naming what to set", async () => {
    const result = await ask({});
    expect(result).toMatchObject({ code: 3, secret: undefined });
    expect(result.stderr).toBe(
      "tool: No client secret: set SSO_CLIENT_SECRET, give it in a file or on standard input, or run at a terminal to be asked.\n",
    );
    expect((await ask({ file: "-" })).stderr).toContain("The client secret from standard input is empty.");
  });
});

describe("standard input", () => {
  it("is no longer waited for after an interruption", async () => {
    const signals = new EventEmitter();
    const stdin = new PassThrough();
    stdin.write("half");
    const pending = ask({ file: "-" }, { stdin, signals });
    while (stdin.readableFlowing !== false && stdin.listenerCount("readable") === 0) await new Promise((resolve) => setImmediate(resolve));
    signals.emit("SIGINT");
    expect(await pending).toMatchObject({ code: 130, secret: undefined, stderr: "tool: interrupted\n" });
  });
});

describe("a prompt", () => {
  function terminal(typed: string): FakeTerminal {
    const stdin = new FakeTerminal();
    stdin.write(typed);
    return stdin;
  }

  it("does not show what is typed", async () => {
    const stdin = terminal("hunterX\u007f22\r");
    const result = await ask({}, { stdin, tty: true });
    expect(result).toMatchObject({ code: 0, secret: "hunter22", stdout: "", stderr: "Client secret: \n" });
    expect(stdin.modes).toEqual([true, false]);
  });

  it("ends with Ctrl-C, with a signal and with the end of the input", async () => {
    expect(await ask({}, { stdin: terminal("hun\u0003"), tty: true })).toMatchObject({ code: 130, secret: undefined });
    expect(await ask({}, { stdin: terminal("\u0004"), tty: true })).toMatchObject({ code: 3, secret: undefined });
    const signals = new EventEmitter();
    const stdin = new FakeTerminal();
    const pending = ask({}, { stdin, tty: true, signals });
    while (stdin.modes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    signals.emit("SIGINT");
    expect(await pending).toMatchObject({ code: 130, secret: undefined });
    expect(stdin.modes).toEqual([true, false]);
  });

  it("is not shown where a question would hang", async () => {
    expect(await ask({ ask: false }, { stdin: terminal("x\r"), tty: true })).toMatchObject({ code: 3 });
  });
});
