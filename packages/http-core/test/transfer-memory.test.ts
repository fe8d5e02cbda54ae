import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytes, startServer } from "@sci/http-core/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noise, removeFolders, temporaryFolder } from "./transfer-support.ts";

let programs: string;
beforeAll(async () => {
  programs = mkdtempSync(join(import.meta.dirname, "..", "node_modules", ".transfer-"));
  await build({
    entryPoints: [join(import.meta.dirname, "fixtures", "download-memory.ts")],
    outdir: programs,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sci/source"],
    external: ["undici", "node-forge", "openid-client"],
    define: { __PACKAGE_VERSION__: '"0"' },
  });
});
afterAll(() => {
  rmSync(programs, { recursive: true, force: true });
  removeFolders();
});

test("128 files of 3 MB at a time stay within 150 MB", async () => {
  const content = noise(3_000_000);
  const server = await startServer(() => bytes(content, { headers: { etag: '"e"' } }));
  const child = fork(join(programs, "download-memory.mjs"), {
    env: { ...process.env, TREE_URL: server.url, TREE_FOLDER: temporaryFolder(), TREE_SIZE: String(content.byteLength) },
    execArgv: [],
  });
  const [told] = (await once(child, "message")) as [{ done: number; failure?: string; megabytes: number }];
  await server.stop();
  expect(told.failure).toBeUndefined();
  expect(told.done).toBe(260);
  expect(told.megabytes).toBeLessThan(150);
}, 60_000);
