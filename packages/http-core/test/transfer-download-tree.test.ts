import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { empty, reset } from "@sci/http-core/testing";
import { downloadTree, type DownloadOptions, type RemoteEntry, type TransferEvent, type TransferReport } from "@sci/http-core/transfer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failure } from "./support.ts";
import { adler32 } from "./transfer-adler.ts";
import { day, noise, readTree, removeFolders, startStorage, temporaryFolder, testDoor, type Storage } from "./transfer-support.ts";

const contents: Record<string, Uint8Array> = {};
for (let number = 0; number < 60; number++) contents[`run ${number % 5}/part-${number}.bin`] = noise(500 + number * 137, number + 1);
contents["large.bin"] = noise(2_200_000, 99);

let storage: Storage;
let folder: string;
beforeEach(async () => {
  storage = await startStorage(contents);
  folder = temporaryFolder();
});
afterEach(async () => {
  await storage.server.stop();
  removeFolders();
});

async function fetchTree(
  options: DownloadOptions = {},
  entries: Iterable<RemoteEntry> = storage.entries(),
  retry = {},
): Promise<TransferReport> {
  const door = testDoor(storage.server.url, { retry });
  try {
    return await downloadTree(door, entries, folder, options);
  } finally {
    await door.close();
  }
}

function expectAll(): void {
  const expected = Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, Buffer.from(content).toString("latin1")]));
  expect(readTree(folder)).toEqual(expected);
}

test("a tree arrives, and its report adds up", async () => {
  storage.digests = true;
  const report = await fetchTree();
  expectAll();
  const bytes = Object.values(contents).reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(report).toMatchObject({ direction: "download", files: 61, done: 61, verifiedByChecksum: 61, skipped: 0, failed: 0, bytes });
});

test("the limit holds, and one queue keeps it full", async () => {
  // The first answer waits for the fourth request.
  storage.before = async () => {
    await storage.server.received(4);
    return undefined;
  };
  await fetchTree({ concurrency: 4 });
  expect(storage.server.peakInFlight).toBe(4);
  expectAll();
});

test("bodies larger than what is read ahead come to their end, many at a time", async () => {
  for (let number = 0; number < 40; number++) storage.files.set(`wide/${number}.bin`, { content: noise(700_000 + number, number + 200) });
  const report = await fetchTree({ concurrency: 16 });
  expect(report).toMatchObject({ done: 101, failed: 0 });
  expect(readFileSync(join(folder, "wide/39.bin")).equals(noise(700_039, 239))).toBe(true);
});

test("a second run passes over what is complete, and fetches what changed as the policy says", async () => {
  await fetchTree();
  const sent = storage.server.requests.length;
  expect(await fetchTree()).toMatchObject({ done: 0, skipped: 61, bytes: 0 });
  expect(storage.server.requests).toHaveLength(sent);
  const changed = noise(777, 5);
  storage.files.set("run 0/part-0.bin", { content: changed, mtime: day + 60_000 });
  expect(await fetchTree()).toMatchObject({
    done: 0,
    skipped: 60,
    failed: 1,
    failures: [{ name: "run 0/part-0.bin", error: { code: "CONFLICT" } }],
  });
  expect(await fetchTree({ conflict: "newer" })).toMatchObject({ done: 1, skipped: 60 });
  expect(readFileSync(join(folder, "run 0/part-0.bin")).equals(changed)).toBe(true);
});

test("one request in twenty fails, in every way, and all files arrive", async () => {
  let count = 0;
  const faults = [() => empty(500), () => empty(503, { headers: { "retry-after": "0" } }), () => reset(), () => empty(429)];
  storage.before = () => {
    count += 1;
    return count % 20 === 0 ? faults[(count / 20) % faults.length]?.() : undefined;
  };
  storage.after = (reply) => (count % 20 === 10 ? { ...reply, truncate: 100 } : reply);
  const report = await fetchTree();
  expect(report).toMatchObject({ done: 61, failed: 0 });
  expectAll();
});

test("one that cannot be had does not end the others; onFailure: stop does", async () => {
  storage.before = ({ target }) => (target.endsWith("/part-7.bin") ? empty(403) : undefined);
  const report = await fetchTree();
  expect(report).toMatchObject({ done: 60, failed: 1, failures: [{ name: "run 2/part-7.bin", error: { code: "FORBIDDEN" } }] });
  expect(existsSync(join(folder, "run 2/part-7.bin"))).toBe(false);
  const stopped = await fetchTree({ conflict: "overwrite", compareChecksums: true, onFailure: "stop", concurrency: 1 });
  expect(stopped.error).toMatchObject({ code: "FORBIDDEN" });
});

test("patterns choose", async () => {
  const report = await fetchTree({ include: ["*.bin"], exclude: ["run 3", "part-1*"] });
  expect(report.failed).toBe(0);
  const names = Object.keys(readTree(folder));
  expect(names).toContain("run 2/part-2.bin");
  expect(names.filter((name) => name.startsWith("run 3") || name.includes("part-1"))).toEqual([]);
});

test("names that lead out of the folder are refused, one by one, and the rest arrives", async () => {
  const outside = temporaryFolder();
  mkdirSync(join(folder, "links"));
  symlinkSync(outside, join(folder, "links", "away"));
  symlinkSync(join(outside, "file"), join(folder, "link.bin"));
  const good = storage.entry("run 0/part-0.bin");
  const bad = ["../evil", "/etc/evil", "a/../../evil", "links/away/evil", "nul\0", "a//b", `${"x".repeat(300)}`];
  const report = await fetchTree({ conflict: "overwrite" }, [
    ...bad.map((name) => ({ ...good, name })),
    { ...good, name: "link.bin" },
    good,
  ]);
  expect(report).toMatchObject({ files: 9, done: 2, failed: 7 });
  expect(report.failures.map(({ error }) => error?.code)).toEqual(Array(7).fill("UNSAFE_NAME"));
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(join(folder, "../evil"))).toBe(false);
  // A link in place of a file is replaced, never written through.
  expect(readTree(folder)["link.bin"]).toBe(Buffer.from(contents["run 0/part-0.bin"] as Uint8Array).toString("latin1"));
});

test("a file where a folder is due, and a folder where a file is due, fail alone", async () => {
  writeFileSync(join(folder, "run 0"), "a file");
  mkdirSync(join(folder, "large.bin"));
  const report = await fetchTree({ conflict: "overwrite" });
  expect(report).toMatchObject({ done: 48, failed: 13 });
  expect(new Set(report.failures.map(({ error }) => error?.code))).toEqual(new Set(["CONFLICT"]));
});

test("folders of a listing are made, also empty ones", async () => {
  const directory: RemoteEntry = { ...storage.entry("large.bin"), name: "nothing/in it", type: "directory", size: undefined };
  const report = await fetchTree({}, [directory, storage.entry("large.bin")]);
  expect(report).toMatchObject({ files: 1, done: 1, directories: 1 });
  expect(readdirSync(join(folder, "nothing/in it"))).toEqual([]);
});

test("a journal remembers what times cannot tell, and goes when all is done", async () => {
  const journal = join(temporaryFolder(), "journal");
  const bare = (name: string): RemoteEntry => ({ ...storage.entry(name), mtime: undefined });
  const entries = (): RemoteEntry[] => [...storage.files.keys()].map(bare);
  storage.before = ({ target }) => (target.endsWith("part-9.bin") ? empty(404) : undefined);
  expect(await fetchTree({ journal, times: false }, entries())).toMatchObject({ done: 60, failed: 1 });
  expect(existsSync(journal)).toBe(true);
  // As a process leaves it that is killed within a line.
  writeFileSync(journal, '{"name":"large.bin","si', { flag: "a" });
  storage.before = () => undefined;
  const report = await fetchTree({ journal, times: false }, entries());
  expect(report).toMatchObject({ done: 1, skipped: 60, failed: 0 });
  expectAll();
  expect(existsSync(journal)).toBe(false);
  // A file that was changed here since is not taken for done.
  expect(await fetchTree({ journal, times: false, conflict: "skip" }, entries())).toMatchObject({ skipped: 61 });
  writeFileSync(journal, "something else\n");
  await expect(fetchTree({ journal }, entries())).rejects.toMatchObject({ code: "FILE" });
});

test("checksums of a listing are held against what comes and against what is there", async () => {
  const withSums = (wrong?: string): RemoteEntry[] =>
    storage.entries().map((entry) => ({
      ...entry,
      checksums: { adler32: entry.name === wrong ? "00000002" : adler32(contents[entry.name] as Uint8Array) },
    }));
  const report = await fetchTree({}, withSums("large.bin"), { attempts: 1 });
  expect(report).toMatchObject({ done: 60, verifiedByChecksum: 60, failed: 1, failures: [{ error: { code: "CHECKSUM_MISMATCH" } }] });
  writeFileSync(join(folder, "run 1/part-1.bin"), noise((contents["run 1/part-1.bin"] as Uint8Array).byteLength, 1234));
  const again = await fetchTree({ compareChecksums: true, conflict: "overwrite" }, withSums());
  expect(again).toMatchObject({ done: 2, skipped: 59, failed: 0 });
  expectAll();
});

test("a pause stands still, a resume goes on, events tell all of it", async () => {
  const events: TransferEvent[] = [];
  const door = testDoor(storage.server.url);
  let paused = false;
  const job = downloadTree(door, storage.entries(), folder, {
    concurrency: 2,
    onEvent: (event) => {
      events.push(event);
      if (event.type !== "file" || paused) return;
      paused = true;
      job.pause();
      // Everything that may still move has moved when the loop has turned; then nothing new has begun.
      setImmediate(() => job.resume());
    },
  });
  const report = await job;
  expect(report).toMatchObject({ done: 61, failed: 0 });
  const types = events.map(({ type }) => type);
  expect(types).toContain("paused");
  expect(types.indexOf("resumed")).toBeGreaterThan(types.indexOf("paused"));
  expect(types.filter((type) => type === "file")).toHaveLength(61);
  expect(types.at(-1)).toBe("end");
  expect(job.progress).toMatchObject({ files: 61, totalFiles: 61, walked: true, secondsLeft: 0, active: 0 });
  expect(job.progress.bytes).toBe(job.progress.totalBytes);
  await door.close();
});

test("an abort ends the job, its report says so, and the next run does the rest", async () => {
  const controller = new AbortController();
  let done = 0;
  const onEvent = (event: TransferEvent): void => {
    if (event.type === "file" && ++done === 10) controller.abort(new Error("enough"));
  };
  const report = await fetchTree({ signal: controller.signal, onEvent, concurrency: 2 });
  expect(report.error).toMatchObject({ code: "ABORTED", message: expect.stringContaining("enough") as string });
  expect(report.failed).toBe(0);
  expect(report.done).toBeLessThan(61);
  const rest = await fetchTree();
  expect(rest.done + rest.skipped).toBe(61);
  expectAll();
});

test("a walk that breaks off is told, after the files that it gave", async () => {
  function* broken(): Generator<RemoteEntry> {
    yield storage.entry("large.bin");
    throw new Error("the listing broke off");
  }
  const report = await fetchTree({}, broken());
  expect(report).toMatchObject({ done: 1, error: { message: expect.stringContaining("the listing broke off") as string } });
});

test("what is wrong with the call is an error at once", async () => {
  const door = testDoor(storage.server.url);
  for (const options of [{ concurrency: 0 }, { conflict: "ask" }, { exclude: [""] }, { onFailure: "x" }, { fsync: true }]) {
    expect(() => downloadTree(door, [], folder, options as DownloadOptions)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
  expect(() => downloadTree(door, [], "")).toThrow(/target folder/);
  await door.close();
  expect(() => downloadTree(door, [], folder)).toThrow(/closed/);
  writeFileSync(join(folder, "file"), "");
  const report = await downloadTree(testDoor(storage.server.url), [], join(folder, "file"));
  expect(report.error).toMatchObject({ code: "CONFLICT" });
  expect(await failure(Promise.reject(report.error as Error))).toMatchObject({ code: "CONFLICT" });
});

test("what failed for a while is tried once more when everything else is done, and what fails for good is not", async () => {
  const asked = new Map<string, number>();
  storage.before = ({ path }) => {
    const count = (asked.get(path) ?? 0) + 1;
    asked.set(path, count);
    if (path.endsWith("second.bin")) return empty(404);
    return path.endsWith("first.bin") && count <= 2 ? empty(500) : undefined;
  };
  storage.files.set("first.bin", { content: noise(300_000, 3) });
  storage.files.set("second.bin", { content: noise(300_000, 4) });
  const door = testDoor(storage.server.url, { retry: { attempts: 2 } });
  const report = await downloadTree(door, storage.entries(), folder).report;
  await door.close();
  expect(report.failures.map(({ name }) => name)).toEqual(["second.bin"]);
  expect(asked.get("/first.bin")).toBe(3);
  expect(asked.get("/second.bin")).toBe(1);
  expect(report.done).toBe(storage.files.size - 1);
});

test("where nothing at all comes through there is no second time", async () => {
  storage.before = () => empty(500);
  const door = testDoor(storage.server.url, { retry: { attempts: 2 } });
  const report = await downloadTree(door, storage.entries(), folder).report;
  await door.close();
  expect(report).toMatchObject({ done: 0, failed: storage.files.size });
  expect(report.failures.map(({ attempts }) => attempts)).toEqual(Array(storage.files.size).fill(2));
});
