import { execFile, type ExecFileException } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal, withEnvironment } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runAgent } from "../src/direct/agent.ts";
import { currentToken, ctaLogin, ctaLogout, oidcAgentToken, stopAgent } from "../src/index.ts";
import { builtInto } from "./support/built.ts";
import { withFolder } from "./support/folder.ts";
import { fileOf } from "./support/profile.ts";
import { noEnvironment } from "./support/replayed.ts";
import { type Place, withSandbox } from "./support/sandbox.ts";

let built: Awaited<ReturnType<typeof builtInto>>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ctadata-built-"));
  built = await builtInto(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the package as a process. */
function run(program: string, args: readonly string[], input?: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(input ?? "");
  });
}

/** Logs in as a person would: the code is confirmed as soon as it is shown. */
async function logIn(place: Place, profile: string): Promise<void> {
  await ctaLogin({ profile, onPrompt: ({ userCode }) => place.storage.approveDevice(userCode) }).token();
}

const without = { CTADATA_TOKEN: null };

describe("log-ins", () => {
  it("a log-in is kept, renewed and ended", () =>
    withSandbox((place) =>
      withEnvironment(without, async () => {
        const profile = join(place.folder, "profile");
        await logIn(place, profile);
        const first = await currentToken({ profile });
        expect(first.expiresAt).toBeGreaterThan(Date.now());
        // Another process takes what is kept: nobody is asked.
        expect((await ctaLogin({ profile }).token()).access_token).toBe(first.token);
        place.storage.expireTokens();
        const cta = place.client({ profile });
        expect(cta.mode).toBe("direct");
        expect(await cta.stat("lst")).toMatchObject({ type: "directory" });
        expect((await currentToken({ profile })).token).not.toBe(first.token);
        expect(await ctaLogout({ profile })).toMatchObject({ wasLoggedIn: true });
        await refusal(() => currentToken({ profile }), "MISSING_CREDENTIALS");
      }),
    ));

  it("a log-in that was denied, or that nobody could be asked for, says so", () =>
    withSandbox((place) =>
      withEnvironment(without, async () => {
        const profile = join(place.folder, "profile");
        const denied = await refusal(
          () => ctaLogin({ profile, onPrompt: ({ userCode }) => place.storage.denyDevice(userCode) }).token(),
          "NOT_AUTHENTICATED",
        );
        expect(denied.message).toMatch(/denied/);
        const nobody = await refusal(() => ctaLogin({ profile }).token(), "MISSING_CREDENTIALS");
        expect(nobody.message).toMatch(/cta-data login/);
      }),
    ));
});

describe("the agent", () => {
  it("runs on after the command, keeps the file fresh, and ends when it is asked to, by the original's file too", () =>
    withSandbox((place) =>
      withEnvironment(without, async () => {
        const profile = join(place.folder, "profile");
        await logIn(place, profile);
        // A request that no agent saw does not end the next one.
        await stopAgent({ profile, wait: 0 });
        const started = await run(built.direct, ["--profile", profile, "start-agent"]);
        expect(started).toMatchObject({ code: 0, stderr: expect.stringMatching(/The agent runs \(process \d+\)/) as string });
        const pid = Number(/process (\d+)/.exec(started.stderr)?.[1]);
        try {
          expect(await fileOf(profile, "token")).toMatchObject({ mode: "600", text: `${(await currentToken({ profile })).token}\n` });
          // Nothing secret stands in its arguments.
          const line = process.platform === "linux" ? await readFile(`/proc/${pid}/cmdline`, "utf8") : "";
          expect(line).not.toMatch(/eyJ|secret/);
          const second = await run(built.direct, ["--profile", profile, "start-agent"]);
          expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("keeps this token fresh already") as string });
          await writeFile(join(profile, "cta_agent_stop"), "\n");
          await expect.poll(() => existsSync(join(profile, "agent.lock")), { timeout: 20_000 }).toBe(false);
          expect(existsSync(join(profile, "cta_agent_stop"))).toBe(false);
        } finally {
          await run(built.direct, ["--profile", profile, "stop-agent"]);
        }
      }),
    ));

  it("one that was killed is followed by the next, and stop-agent sees it end", () =>
    withSandbox((place) =>
      withEnvironment(without, async () => {
        const profile = join(place.folder, "profile");
        await logIn(place, profile);
        const first = await run(built.main, ["--profile", profile, "start-agent"]);
        process.kill(Number(/process (\d+)/.exec(first.stderr)?.[1]), "SIGKILL");
        const second = await run(built.main, ["--profile", profile, "start-agent"]);
        expect(second).toMatchObject({ code: 0 });
        expect(await stopAgent({ profile, wait: 20_000 })).toEqual({ seenToEnd: true });
      }),
    ));

  it("goes on after a renewal that failed, and says so in its log", () =>
    withSandbox((place) =>
      withEnvironment(without, async () => {
        const profile = join(place.folder, "profile");
        await logIn(place, profile);
        const stop = new AbortController();
        let ready = (): void => undefined;
        const up = new Promise<void>((resolve) => (ready = resolve));
        const end = runAgent({ profile, signal: stop.signal, interval: 5, onReady: ready });
        await up;
        await stopAgent({ profile, wait: 20_000 });
        expect(await end).toBe("stop requested");
        stop.abort();
      }),
    ));

  it("asks for the client secret once, and keeps it as the original does", () =>
    withSandbox((place) =>
      withEnvironment({ ...without, CTADATA_CLIENT_SECRET: null }, async () => {
        const profile = join(place.folder, "profile");
        const login = run(
          built.main,
          ["--profile", profile, "login", "--secret-file", "-"],
          `${place.sandbox.env["CTADATA_CLIENT_SECRET"] ?? ""}\n`,
        );
        await expect.poll(async () => (await place.storage.deviceCodes()).length, { timeout: 20_000 }).toBe(1);
        await place.storage.approveDevice((await place.storage.deviceCodes())[0] ?? "");
        expect(await login).toMatchObject({ code: 0, stderr: expect.stringContaining("enter the code") as string });
        const kept = await fileOf(profile, "secret");
        expect(kept).toEqual({ mode: "600", text: Buffer.from(place.sandbox.env["CTADATA_CLIENT_SECRET"] ?? "").toString("base64") });
        expect((await run(built.direct, ["--profile", profile, "token"])).stdout).toMatch(/^eyJ/);
      }),
    ));
});

describe("oidc-agent", () => {
  const ask = async (answer: (request: Record<string, unknown>) => string) =>
    withFolder(async (place) => {
      const seen: Record<string, unknown>[] = [];
      const server = createServer((socket) => {
        socket.on("data", (data) => {
          const request = JSON.parse(data.toString()) as Record<string, unknown>;
          seen.push(request);
          socket.end(answer(request));
        });
      });
      const socket = join(place, "agent.sock");
      server.listen(socket);
      await once(server, "listening");
      try {
        return await withEnvironment({ ...noEnvironment, OIDC_SOCK: socket }, async () => {
          const provider = oidcAgentToken();
          const value = await provider.token().catch((error: unknown) => ({ error: error as Error & { code: string } }));
          return { value, seen };
        });
      } finally {
        server.close();
      }
    });

  it("gives a token of the account, asked for as oidc-agent documents it", async () => {
    const end = Math.floor(Date.now() / 1000) + 300;
    const { value, seen } = await ask(() =>
      JSON.stringify({ status: "success", access_token: "from-the-agent", issuer: "https://i.example/", expires_at: end }),
    );
    expect(value).toMatchObject({ access_token: "from-the-agent", expires_at: end * 1000 });
    expect(seen).toEqual([{ request: "access_token", account: "kk-dcache", min_valid_period: 60, application_hint: "cta-data" }]);
  });

  it("tells what the agent says, and that there is none", async () => {
    const { value } = await ask(() => '{"status":"failure","error":"No account configured with that short name"}');
    expect(value).toMatchObject({
      error: { code: "NOT_AUTHENTICATED", message: expect.stringMatching(/No account configured.*oidc-gen kk-dcache/s) as string },
    });
    expect((await ask(() => "not JSON")).value).toMatchObject({ error: { code: "INVALID_RESPONSE" } });
    const missing = await withEnvironment(noEnvironment, () => refusal(() => oidcAgentToken().token(), "MISSING_CREDENTIALS"));
    expect(missing.message).toMatch(/OIDC_SOCK/);
    await refusal(() => oidcAgentToken({ socket: "/nowhere/agent" }).token(), "NETWORK");
  });
});
