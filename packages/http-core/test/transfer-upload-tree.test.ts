import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { upload, type TransferEvent } from "@sci/http-core/transfer";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";

let folder: string;
const storages: DavStorage[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sci-upload-tree-"));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const one of storages.splice(0)) await one.stop();
});

async function storage(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage(manners);
  storages.push(one);
  return one;
}

/** Writes files below a folder of its own; gives them by the name that they are to have. */
function tree(files: Readonly<Record<string, Uint8Array>>): { readonly root: string; readonly expected: Map<string, Uint8Array> } {
  const root = join(folder, "tree");
  const expected = new Map<string, Uint8Array>();
  mkdirSync(root, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
    expected.set(`/up/${name}`, content);
  }
  return { root, expected };
}

function many(folders: number, each: number, size = 300): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (let a = 0; a < folders; a++) for (let b = 0; b < each; b++) files[`d ${a}/e#${a % 3}/f%${b}.dat`] = randomBytes(size);
  return files;
}

function expectSame(one: DavStorage, expected: ReadonlyMap<string, Uint8Array>): void {
  expect(one.names()).toEqual([...expected.keys()].sort());
  for (const [name, content] of expected) expect(one.files.get(name)?.content?.equals(content), name).toBe(true);
}

const count = ({ seen }: DavStorage, wanted: string): number => seen.filter(({ method }) => method === wanted).length;

describe("a folder", () => {
  it("arrives with all below it: each directory made once, one request a file, one listing a directory", async () => {
    const one = await storage();
    const { root, expected } = tree(many(6, 30));
    const door = one.door();
    // What is learned with the first file holds for the others.
    await upload(door, randomBytes(10), "/first");
    one.files.delete("/first");
    one.seen.length = 0;
    const report = await upload(door, root, "/up", { recursive: true });
    expect(report).toMatchObject({ files: 180, done: 180, failed: 0, verifiedByLength: 180, directories: 0 });
    expectSame(one, expected);
    expect(count(one, "PUT")).toBe(180);
    expect(count(one, "MKCOL")).toBe(13);
    expect(count(one, "HEAD")).toBe(0);
    // The root before, and each directory with files after.
    expect(count(one, "PROPFIND")).toBeLessThanOrEqual(6 + 2);
  });

  it("brings its empty directories, and with patterns only those of the files that fit", async () => {
    const one = await storage();
    const { root } = tree({ "a/x.txt": randomBytes(1), "a/y.dat": randomBytes(1), "b/c/z.txt": randomBytes(1) });
    mkdirSync(join(root, "empty/inner"), { recursive: true });
    expect(await upload(one.door(), root, "/all/", { recursive: true })).toMatchObject({ done: 3, directories: 1 });
    expect(one.files.has("/all/empty/inner")).toBe(true);
    expect(await upload(one.door(), root, "/some", { recursive: true, include: ["*.txt"], exclude: ["b"] })).toMatchObject({ done: 1 });
    expect(one.names().filter((name) => name.startsWith("/some"))).toEqual(["/some/a/x.txt"]);
    expect(one.files.has("/some/empty")).toBe(false);
  });

  it("that is there already is passed over, but for what is new or changed", async () => {
    const one = await storage();
    const { root, expected } = tree(many(3, 10));
    const door = one.door();
    await upload(door, root, "/up", { recursive: true });
    writeFileSync(join(root, "d 0/new"), "new");
    writeFileSync(join(root, "d 1/e#1/f%3.dat"), "changed");
    one.seen.length = 0;
    const report = await upload(door, root, "/up", { recursive: true, conflict: "overwrite" });
    expect(report).toMatchObject({ files: 31, done: 2, skipped: 29, failed: 0 });
    expectSame(one, new Map([...expected, ["/up/d 0/new", Buffer.from("new")], ["/up/d 1/e#1/f%3.dat", Buffer.from("changed")]]));
    expect(count(one, "PUT")).toBe(2);
  });

  it("does not replace what differs unasked; the others arrive", async () => {
    const one = await storage({ preconditions: false });
    const { root } = tree(many(2, 5));
    one.put("/up/d 1/e#1/f%3.dat", "theirs");
    const report = await upload(one.door(), root, "/up", { recursive: true });
    expect(report).toMatchObject({ done: 9, failed: 1 });
    expect(report.failures[0]).toMatchObject({ name: "d 1/e#1/f%3.dat", error: { code: "CONFLICT" } });
    expect(one.text("/up/d 1/e#1/f%3.dat")).toBe("theirs");
  });

  it("whose directory is a file on the storage fails there, and only there", async () => {
    const one = await storage();
    const { root } = tree(many(2, 3));
    one.put("/up/d 1", "a file");
    const report = await upload(one.door(), root, "/up", { recursive: true, conflict: "overwrite" });
    expect(report).toMatchObject({ done: 3, failed: 3 });
    expect(report.failures.every(({ error }) => error?.code === "CONFLICT")).toBe(true);
  });

  it("arrives whole although one request in twenty fails", async () => {
    let number = 0;
    const one = await storage({ halves: true });
    one.manners.early = () => (++number % 20 === 7 ? { status: 503 } : number % 20 === 14 ? "cut" : undefined);
    const { root, expected } = tree(many(4, 40, 2000));
    const report = await upload(one.door(), root, "/up", { recursive: true });
    expect(report.failures).toEqual([]);
    expect(report).toMatchObject({ done: 160 });
    expectSame(one, expected);
  });

  it("that does not fit on the storage ends with what is the matter", async () => {
    const one = await storage({ room: 5000 });
    const { root } = tree(many(2, 20));
    const report = await upload(one.door(), root, "/up", { recursive: true, concurrency: 2 });
    expect(report.error).toMatchObject({ code: "DISK_FULL" });
    expect(count(one, "PUT")).toBeLessThan(30);
  });

  it("tells of each file, of progress and of the end, and stands still while it is paused", async () => {
    const one = await storage();
    const { root } = tree(many(2, 20));
    const events: TransferEvent[] = [];
    const job = upload(one.door(), root, "/up", { recursive: true, onEvent: (event) => events.push(event), concurrency: 2 });
    job.pause();
    await new Promise((resolve) => setImmediate(resolve));
    job.resume();
    const report = await job;
    expect(events.filter(({ type }) => type === "file")).toHaveLength(40);
    expect(events.at(-1)).toMatchObject({ type: "end", report });
    expect(job.progress).toMatchObject({ files: 40, totalFiles: 40, walked: true, bytes: 12_000, totalBytes: 12_000 });
  });
});

describe("a run that is killed", () => {
  it.each(["nothing", "half files"])("is gone on with by the next, on a storage that keeps %s of what broke off", async (keeps) => {
    const one = await storage({ halves: keeps === "half files", digests: "answer" });
    const { root, expected } = tree({ ...many(3, 40, 60_000), big: randomBytes(20_000_000) });
    const journal = join(folder, "journal");
    const script = join(import.meta.dirname, "../node_modules", `.upload-${process.pid}-${keeps.length}.mjs`);
    const source = `import { createDoor, upload } from "@sci/http-core/transfer";
      const door = createDoor({ name: "storage", userAgent: "x/1", baseUrl: ${JSON.stringify(one.url)} }, { proxy: false });
      const report = await upload(door, ${JSON.stringify(root)}, "/up", { recursive: true, journal: ${JSON.stringify(journal)}, concurrency: 4 });
      process.exit(report.failed === 0 && report.error === undefined ? 0 : 1);`;
    buildSync({
      stdin: { contents: source, resolveDir: join(import.meta.dirname, ".."), loader: "ts" },
      outfile: script,
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@sci/source"],
      define: { __PACKAGE_VERSION__: '"0.0.0"' },
      external: ["undici", "node-forge", "openid-client"],
    });
    try {
      let puts = 0;
      let kill: () => void = () => undefined;
      const stops = [5, 60, 100];
      one.manners.cutBody = ({ method }) => {
        if (method === "PUT" && ++puts === stops[0]) {
          stops.shift();
          kill();
        }
        return undefined;
      };
      const run = async (): Promise<number | null> => {
        const child = spawn(process.execPath, [script], { stdio: "inherit" });
        kill = () => void child.kill("SIGKILL");
        return new Promise((resolve) => child.once("close", resolve));
      };
      for (let round = 0; round < 3; round++) {
        expect(await run()).toBe(null);
        expect(readFileSync(journal, "utf8").length).toBeGreaterThan(0);
      }
      expect(await run()).toBe(0);
      expect(existsSync(journal)).toBe(false);
      expectSame(one, expected);
      // Not everything was sent each time.
      expect(puts).toBeLessThan(2 * expected.size);
    } finally {
      rmSync(script, { force: true });
    }
  });
});
