import { fork } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { downloadTree } from "@sci/http-core/transfer";
import { failure } from "./support.ts";
import { downloadFile } from "@sci/http-core/transfer";
import { noise, readTree, removeFolders, startStorage, temporaryFolder, testDoor, type Storage } from "./transfer-support.ts";

const contents: Record<string, Uint8Array> = { "large.bin": noise(6_000_000, 42) };
for (let number = 0; number < 80; number++) contents[`run ${number % 4}/part-${number}.bin`] = noise(1000 + number * 301, number + 1);

let programs: string;
let storage: Storage;
let folder: string;
beforeAll(async () => {
  programs = fs.mkdtempSync(join(import.meta.dirname, "..", "node_modules", ".transfer-"));
  await build({
    entryPoints: [join(import.meta.dirname, "fixtures", "download-process.ts")],
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
afterAll(() => fs.rmSync(programs, { recursive: true, force: true }));
beforeEach(async () => {
  storage = await startStorage(contents);
  folder = temporaryFolder();
});
afterEach(async () => {
  await storage.server.stop();
  removeFolders();
});

interface Told {
  readonly type: string;
  readonly bytes?: number;
  readonly done?: number;
  readonly skipped?: number;
  readonly failed?: number;
}

/** Runs the program until it is done, or kills it when it has told of so many steps. */
async function runUntil(steps: number, state: string): Promise<Told | undefined> {
  fs.writeFileSync(
    join(state, "entries"),
    JSON.stringify(storage.entries().map((entry) => ({ ...entry, mtime: undefined, checksums: {} }))),
  );
  const child = fork(join(programs, "download-process.mjs"), {
    env: {
      ...process.env,
      TREE_URL: storage.server.url,
      TREE_ENTRIES: join(state, "entries"),
      TREE_FOLDER: folder,
      TREE_JOURNAL: join(state, "journal"),
    },
    execArgv: [],
  });
  let told = 0;
  let report: Told | undefined;
  child.on("message", (message: Told) => {
    told += 1;
    if (message.type === "report") {
      report = message;
      child.disconnect();
    } else if (told === steps) child.kill("SIGKILL");
  });
  await once(child, "exit");
  return report;
}

/** Whatever stands under a final name is right. */
function expectSound(): Record<string, string> {
  const tree = readTree(folder);
  for (const [name, text] of Object.entries(tree)) {
    if (/\.part(\.json)?$/.test(name)) continue;
    expect(text === Buffer.from(contents[name] ?? []).toString("latin1"), name).toBe(true);
  }
  return tree;
}

test("a job that is killed again and again goes on each time, and ends with everything in place", async () => {
  const state = temporaryFolder();
  for (const steps of [1, 4, 11, 23, 40]) {
    expect(await runUntil(steps, state)).toBeUndefined();
    expectSound();
  }
  const before = storage.server.requests.length;
  const report = await runUntil(Number.POSITIVE_INFINITY, state);
  expect(report).toMatchObject({ failed: 0 });
  expect((report?.done ?? 0) + (report?.skipped ?? 0)).toBe(81);
  // What was done stayed done, though neither times nor checksums could tell.
  expect(report?.skipped).toBeGreaterThan(30);
  expect(storage.server.requests.length - before).toBe(report?.done);
  expect(Object.keys(expectSound()).sort()).toEqual(Object.keys(contents).sort());
  expect(fs.existsSync(join(state, "journal"))).toBe(false);
}, 60_000);

/** Lets the disk be full once so many bytes were written by either way of writing. */
async function withFullDisk<T>(room: number, work: () => Promise<T>): Promise<T> {
  const probe = await fs.promises.open(join(folder, "probe"), "w");
  const prototype = Object.getPrototypeOf(probe) as { writev: (...all: unknown[]) => Promise<{ bytesWritten: number }> };
  await probe.close();
  fs.unlinkSync(join(folder, "probe"));
  const { writev } = prototype;
  const module = fs as unknown as { default: { writeSync: (...all: unknown[]) => number } };
  const { writeSync } = module.default;
  let left = room;
  const take = (bytes: number): void => {
    left -= bytes;
    if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  };
  prototype.writev = async function (this: unknown, ...all) {
    take((all[0] as Uint8Array[]).reduce((sum, { byteLength }) => sum + byteLength, 0));
    return writev.apply(this, all);
  };
  module.default.writeSync = (...all) => {
    if (all[1] instanceof Uint8Array) take(all[1].byteLength);
    return writeSync(...all);
  };
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    prototype.writev = writev;
    module.default.writeSync = writeSync;
    syncBuiltinESMExports();
  }
}

test("a full disk ends the job, says so, and leaves nothing half under a final name; with room the job goes on", async () => {
  const door = testDoor(storage.server.url);
  const report = await withFullDisk(2_000_000, () => downloadTree(door, storage.entries(), folder, { concurrency: 2 }).report);
  expect(report.error).toMatchObject({ code: "DISK_FULL", details: { where: "local" } });
  expect(report.failures[0]?.error).toMatchObject({ code: "DISK_FULL" });
  expect(report.done).toBeLessThan(81);
  expectSound();
  const small = await withFullDisk(10, () => failure(downloadFile(door, { url: "/run%200/part-0.bin" }, join(folder, "one"))));
  expect(small).toMatchObject({ code: "DISK_FULL" });
  expect(fs.readdirSync(folder).filter((name) => name.startsWith("one"))).toEqual([]);
  const rest = await downloadTree(door, storage.entries(), folder);
  expect(rest).toMatchObject({ failed: 0 });
  expect(rest.done + rest.skipped).toBe(81);
  expect(Object.keys(expectSound()).sort()).toEqual(Object.keys(contents).sort());
  await door.close();
});

test("the note of a part that has its name already is taken away by the next run", async () => {
  const door = testDoor(storage.server.url);
  const large = storage.entries().filter(({ name }) => name === "large.bin");
  await withFullDisk(2_000_000, () => downloadTree(door, large, folder).report);
  const note = fs.readdirSync(folder).find((name) => name.endsWith(".part.json")) as string;
  const text = fs.readFileSync(join(folder, note));
  expect(await downloadTree(door, large, folder)).toMatchObject({ done: 1 });
  // As a process leaves it that ends between the rename and the clean-up.
  fs.writeFileSync(join(folder, note), text);
  expect(await downloadTree(door, large, folder)).toMatchObject({ skipped: 1, failed: 0 });
  expect(fs.readdirSync(folder)).toEqual(["large.bin"]);
});
