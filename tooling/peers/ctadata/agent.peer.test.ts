import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCtaData, currentToken, oidcAgentToken } from "@sci/ctadata";
import { startSandbox } from "@sci/sandbox";
import { afterAll, describe, expect, test } from "vitest";
import { pythonEnvironment } from "../python.ts";
import { startOriginal } from "../runregistry/original.ts";
import { missingTools, newFolder, run } from "./tools.ts";

const missing = await missingTools(["oidc-agent", "oidc-gen", "oidc-token", "oidc-agent-service"], ["oidc-agent-cli"]);
const python = await pythonEnvironment(["ctadata==0.7.0"]);
const davix = await missingTools(["davix-get"], ["davix"]);
const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(missing !== undefined)(`oidc-agent${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  test("a running one gives its tokens over its socket", async () => {
    const sandbox = await startSandbox({ facilities: ["ctadata"], ctadata: { deviceInterval: 1, tokenLifetime: 600 } });
    const config = join(folder, "oidc");
    mkdirSync(config, { recursive: true });
    const empty = join(folder, "empty");
    writeFileSync(empty, "\n");
    const started = await run("oidc-agent", [], { env: { OIDC_CONFIG_DIR: config } });
    const socket = /OIDC_SOCK=([^;]+);/.exec(started.text)?.[1] ?? "";
    const pid = Number(/OIDCD_PID=(\d+);/.exec(started.text)?.[1]);
    const env = { ...process.env, OIDC_CONFIG_DIR: config, OIDC_SOCK: socket };
    try {
      const none = await oidcAgentToken({ socket })
        .token()
        .catch((error: unknown) => error as Error);
      expect(String(none)).toMatch(/No account configured with that short name/);
      const { CTADATA_ISSUER = "", CTADATA_CLIENT_ID = "", CTADATA_CLIENT_SECRET = "" } = sandbox.env;
      const made = new Promise<number | null>((resolve) => {
        const options = [
          "--iss",
          CTADATA_ISSUER,
          `--client-id=${CTADATA_CLIENT_ID}`,
          "--client-secret",
          CTADATA_CLIENT_SECRET,
          "--redirect-url",
          "",
          "--no-url-call",
        ];
        const child = execFile("oidc-gen", ["kk-dcache", ...options, "--scope", "", "--flow", "device", `--pw-file=${empty}`], {
          env,
          timeout: 60_000,
        });
        child.on("exit", resolve);
        child.stdin?.end("\n\n\n\n");
      });
      await expect.poll(() => sandbox.ctadata.deviceCodes(), { timeout: 30_000 }).toHaveLength(1);
      await sandbox.ctadata.approveDevice((await sandbox.ctadata.deviceCodes())[0] as string);
      expect(await made).toBe(0);
      const cta = createCtaData({ mode: "direct", baseUrl: sandbox.ctadata.doorUrl, auth: oidcAgentToken({ socket }) });
      expect(await cta.stat("cta")).toMatchObject({ type: "directory" });
      const told = await run("oidc-token", ["kk-dcache"], { env: { OIDC_CONFIG_DIR: config, OIDC_SOCK: socket } });
      expect((await oidcAgentToken({ socket }).token()).access_token).toBe(told.text.trim());
      await cta.close();
    } finally {
      process.kill(pid);
      await sandbox.stop();
    }
  });
});

const noOriginal = missing ?? python.missing ?? davix;
describe.skipIf(noOriginal !== undefined)(
  `the files of ctadata 0.7.0${noOriginal === undefined ? "" : ` (skipped: ${noOriginal})`}`,
  () => {
    test("the token and the secret that the original left are used, and the original uses a token of the same file", async () => {
      const sandbox = await startSandbox({ facilities: ["ctadata"], ctadata: { deviceInterval: 1, tokenLifetime: 600 } });
      const home = join(folder, "home");
      const profile = join(home, ".config", "cta-data");
      const config = join(folder, "oidc-of-original");
      mkdirSync(profile, { recursive: true });
      mkdirSync(config);
      const environment = { ...sandbox.env, ORIGINAL_LOGIN: "1", OIDC_CONFIG_DIR: config, HOME: home };
      const original = startOriginal(python.python as string, environment, new URL("driver.py", import.meta.url));
      try {
        const asked = original.call("", "init_agent", []);
        await expect.poll(() => sandbox.ctadata.deviceCodes(), { timeout: 30_000 }).toHaveLength(1);
        await sandbox.ctadata.approveDevice((await sandbox.ctadata.deviceCodes())[0] as string);
        expect(await asked).toEqual({ returns: null });
        // What the original wrote.
        expect((await currentToken({ profile })).token).toBe(readFileSync(join(profile, "token"), "utf8").trim());
        const cta = createCtaData({ mode: "direct", baseUrl: sandbox.ctadata.doorUrl, profile });
        const names: string[] = [];
        for await (const { name } of cta.list("cta/DL1/v0.1")) names.push(name);
        expect(names.sort()).toEqual(["dl1_LST-1.Run11111.0100.h5", "empty.txt", "sub"]);
        await cta.close();
        // A token as an agent of ours writes it.
        writeFileSync(join(profile, "token"), `${sandbox.ctadata.token({ lifetime: 3600 })}\n`, { mode: 0o600 });
        const listed = (await original.call("", "list_dir", ["cta/DL1/v0.1"])) as { returns?: string[] };
        expect(listed.returns?.sort()).toEqual(names);
        await original.call("", "stop_agent", []);
      } finally {
        await original.end();
        await sandbox.stop();
      }
    });
  },
);
