import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "@sci/sandbox";
import { silent, withEnvironment } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCtaData } from "../src/index.ts";
import { builtInto } from "./support/built.ts";
import { withFolder } from "./support/folder.ts";
import { noEnvironment } from "./support/replayed.ts";
import { makeTree, sumsBelow, withSandbox } from "./support/sandbox.ts";

let built: Awaited<ReturnType<typeof builtInto>>;
let programs: string;
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), "ctadata-built-"));
  built = await builtInto(programs);
});
afterAll(() => rm(programs, { recursive: true, force: true }));

const target = "lst/users/cta-user/tree";

/** Runs a command until its events tell of so many files, then kills it without a warning. */
async function killAfter(files: number, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [built.main, ...args, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let seen = 0;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if ((JSON.parse(line) as { type: string }).type === "file" && ++seen === files) child.kill("SIGKILL");
    }
  });
  await ended;
  return seen;
}

function run(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [built.main, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => (stderr += part));
    child.on("exit", (code) => resolve({ code, stderr }));
  });
}

describe("a client that is killed in the middle of a tree", () => {
  it.each([
    ["upload", (folder: string) => ["put", "-r", "--concurrency", "2", join(folder, "tree"), target]],
    ["download", (folder: string) => ["get", "-r", "--concurrency", "2", target, join(folder, "down")]],
  ] as const)("%s: run again, it ends with the same tree", (what, argv) =>
    withSandbox(async ({ client, folder, storage }) => {
      const sums = await makeTree(join(folder, "tree"), 60, 3_000_000);
      if (what === "download")
        expect(await client().upload(join(folder, "tree"), target, { recursive: true })).toMatchObject({ failed: 0 });
      expect(await killAfter(20, argv(folder))).toBeGreaterThanOrEqual(20);
      const again = await run([...argv(folder), ...(what === "upload" ? ["--overwrite"] : [])]);
      expect(again).toMatchObject({ code: 0 });
      if (what === "upload") {
        expect(await client().download(target, join(folder, "down"), { recursive: true })).toMatchObject({ failed: 0 });
        // Nothing of the first run is left beside the files.
        const left = storage
          .paths(`/${target}`)
          .filter((path) => !path.endsWith("/") && !Object.keys(sums).some((name) => path.endsWith(name)));
        expect(left).toEqual([]);
      }
      expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
      expect((await readdir(join(folder, "down"))).filter((name) => name.includes(".part"))).toEqual([]);
    }),
  );
});

describe("a storage that misbehaves", () => {
  it("a server that dies in the middle of a tree, and comes back", () =>
    withFolder((folder) =>
      withEnvironment(noEnvironment, async () => {
        const sums = await makeTree(join(folder, "tree"), 40, 2_000_000);
        const start = (port: number) =>
          startSandbox({
            facilities: ["ctadata"],
            state: join(folder, "state"),
            ports: port === 0 ? {} : { ctadata: port },
            ctadata: { files: 1, login: false, redirect: false },
          });
        const first = await start(0);
        const baseUrl = first.ctadata.doorUrl;
        const cta = createCtaData({ mode: "direct", baseUrl, auth: false, logger: silent, retry: { attempts: 1 } });
        let dying: Promise<void> | undefined;
        let done = 0;
        const broken = await cta.upload(join(folder, "tree"), target, {
          recursive: true,
          concurrency: 2,
          onEvent: (event) => {
            if (event.type === "file" && event.status === "done" && ++done === 10) dying = first.stop();
          },
        });
        await dying;
        expect(broken.failed > 0 || broken.error !== undefined).toBe(true);
        const second = await start(Number(new URL(baseUrl).port));
        try {
          const again = await cta.upload(join(folder, "tree"), target, { recursive: true, conflict: "overwrite" });
          expect(again).toMatchObject({ failed: 0 });
          expect(await cta.download(target, join(folder, "down"), { recursive: true })).toMatchObject({ failed: 0 });
          expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
        } finally {
          await cta.close();
          await second.stop();
        }
      }),
    ));

  it("a storage that reads from disk: a tree is downloaded over and over, and no download waits for ever", () =>
    withFolder((folder) =>
      withEnvironment(noEnvironment, async () => {
        const sums = await makeTree(join(folder, "tree"), 40);
        const start = () =>
          startSandbox({ facilities: ["ctadata"], state: join(folder, "state"), ctadata: { files: 1, login: false, redirect: false } });
        const first = await start();
        const writer = createCtaData({ mode: "direct", baseUrl: first.ctadata.doorUrl, auth: false, logger: silent });
        expect(await writer.upload(join(folder, "tree"), target, { recursive: true })).toMatchObject({ failed: 0 });
        await writer.close();
        await first.stop();
        const second = await start();
        const reader = createCtaData({ mode: "direct", baseUrl: second.ctadata.doorUrl, auth: false, logger: silent });
        try {
          for (let round = 0; round < 15; round++) {
            const down = join(folder, `down-${round}`);
            expect(await reader.download(target, down, { recursive: true })).toMatchObject({ failed: 0 });
            expect(await sumsBelow(down)).toEqual(sums);
          }
        } finally {
          await reader.close();
          await second.stop();
        }
      }),
    ));

  it.each([
    ["5 % of the requests fail", ["status:500@ctadata%5", "status:503@ctadata%5"]],
    ["connections are cut at random", ["reset-in@ctadata%5", "truncate@ctadata%5", "reset-before@ctadata%5"]],
    ["answers break off at the pool", ["reset-in@ctadata-pool%5", "truncate@ctadata-pool%5"]],
  ])("%s", (_what, faults) =>
    withSandbox(async ({ client, folder, sandbox }) => {
      const cta = client({ retry: { attempts: 30 } });
      const sums = await makeTree(join(folder, "tree"), 60);
      await sandbox.setFaults(faults);
      const up = await cta.upload(join(folder, "tree"), target, { recursive: true });
      expect(up.failures).toEqual([]);
      const down = await cta.download(target, join(folder, "down"), { recursive: true });
      expect(down.failures).toEqual([]);
      expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
    }),
  );

  it("a token that ends in the middle of a job is renewed", () =>
    withSandbox((place) =>
      withEnvironment({ CTADATA_TOKEN: null }, async () => {
        const { storage, folder } = place;
        const { ctaLogin } = await import("../src/index.ts");
        const profile = join(folder, "profile");
        await ctaLogin({ profile, onPrompt: ({ userCode }) => storage.approveDevice(userCode) }).token();
        const cta = place.client({ profile });
        const sums = await makeTree(join(folder, "tree"), 60);
        let seen = 0;
        const up = await cta.upload(join(folder, "tree"), target, {
          recursive: true,
          onEvent: (event) => {
            if (event.type === "file" && ++seen % 50 === 0) storage.expireTokens();
          },
        });
        expect(up.failures).toEqual([]);
        const down = await cta.download(target, join(folder, "down"), {
          recursive: true,
          onEvent: (event) => {
            if (event.type === "file" && ++seen % 50 === 0) storage.expireTokens();
          },
        });
        expect(down.failures).toEqual([]);
        expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
      }),
    ));
});
