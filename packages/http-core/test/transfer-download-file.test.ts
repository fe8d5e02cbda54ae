import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes, drip, empty, redirect, startServer, type TestServer } from "@sci/http-core/testing";
import { downloadFile, type DownloadOptions, type FileSource } from "@sci/http-core/transfer";
import { bearerToken } from "@sci/http-core";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { failure } from "./support.ts";
import { adler32 } from "./transfer-adler.ts";
import { day, noise, removeFolders, sameBytes, startStorage, temporaryFolder, testDoor, type Storage } from "./transfer-support.ts";

const large = noise(3_000_000);
const small = noise(4096, 7);
let storage: Storage;
let folder: string;

beforeEach(async () => {
  storage = await startStorage({ "large.bin": large, "small.bin": small, empty: "" });
  folder = temporaryFolder();
});
afterEach(async () => {
  await storage.server.stop();
  removeFolders();
});

function fetchTo(name: string, options: DownloadOptions = {}, source: Partial<FileSource> = {}, attempts = 4) {
  const door = testDoor(storage.server.url, { retry: { attempts } });
  return downloadFile(door, { url: `/${name}`, ...source }, join(folder, name), options).finally(() => door.close());
}

/** Nothing but what is named lies in the folder: no part, no note. */
const only = (...names: string[]): void => expect(readdirSync(folder).sort()).toEqual(names.sort());

test.each(["large.bin", "small.bin", "empty"])("%s arrives, with its time, verified by its length", async (name) => {
  const outcome = await fetchTo(name);
  const content = storage.files.get(name)?.content as Uint8Array;
  expect(outcome).toMatchObject({
    status: "done",
    size: content.byteLength,
    attempts: 1,
    verification: { by: "length", bytes: content.byteLength },
  });
  expect(sameBytes(join(folder, name), content)).toBe(true);
  expect(statSync(join(folder, name)).mtimeMs).toBe(Math.floor(day / 1000) * 1000);
  only(name);
});

test.each(["large.bin", "small.bin"])("%s is verified by the checksum that comes with it", async (name) => {
  storage.digests = true;
  const value = adler32(storage.files.get(name)?.content as Uint8Array);
  expect((await fetchTo(name, { requireChecksum: true })).verification).toEqual({ by: "checksum", algorithm: "adler32", value });
  expect(storage.server.requests).toHaveLength(1);
});

test.each(["large.bin", "small.bin"])("%s with a wrong checksum is fetched again, and never gets its name", async (name) => {
  storage.after = (reply) => ({ ...reply, headers: { ...reply.headers, digest: "adler32=00000001" } });
  const error = await failure(fetchTo(name, {}, {}, 3));
  expect(error).toMatchObject({ code: "CHECKSUM_MISMATCH", service: "store", operation: "download" });
  expect(error["attempts"]).toHaveLength(3);
  only();
});

test("where a checksum is required and none is offered, the file fails", async () => {
  expect(await failure(fetchTo("small.bin", { requireChecksum: true }))).toMatchObject({ code: "CHECKSUM_UNAVAILABLE" });
  only();
});

test("a broken transfer goes on where it stopped, up to an explicit end, if the file is still the same", async () => {
  let count = 0;
  storage.after = (reply) => (++count < 3 ? { ...reply, truncate: 1_000_000 } : reply);
  const outcome = await fetchTo("large.bin");
  expect(outcome).toMatchObject({ attempts: 3, transferred: large.byteLength });
  expect(sameBytes(join(folder, "large.bin"), large)).toBe(true);
  const [, second, third] = storage.server.requests.map(({ headers }) => headers);
  expect(second?.["range"]).toBe("bytes=1000000-2999999");
  expect(third?.["range"]).toBe("bytes=2000000-2999999");
  expect(second?.["if-range"]).toMatch(/^"[0-9a-f]{32}"$/);
  only("large.bin");
});

test("a file that changes between two attempts is read anew as a whole", async () => {
  const other = noise(2_500_000, 9);
  let count = 0;
  storage.after = (reply) => (++count === 1 ? { ...reply, truncate: 1_200_000 } : reply);
  storage.before = () => {
    if (count === 1) storage.files.set("large.bin", { content: other, mtime: day + 60_000 });
    return undefined;
  };
  await fetchTo("large.bin", {}, { size: large.byteLength, mtime: day });
  expect(sameBytes(join(folder, "large.bin"), other)).toBe(true);
});

test.each([
  ["answers 200 to a range", (reply: object) => ({ ...reply })],
  ["answers another range", (reply: object) => ({ ...reply, status: 206, headers: { "content-range": "bytes 0-99/3000000" } })],
  [
    "answers several ranges",
    (reply: object) => ({ ...reply, status: 206, headers: { "content-type": "multipart/byteranges; boundary=x" } }),
  ],
  ["answers 416", () => empty(416)],
])("a server that %s: the whole file is read anew", async (_what, answer) => {
  let count = 0;
  storage.ranges = false;
  storage.after = (reply, request) => {
    count += 1;
    if (count === 1) return { ...reply, truncate: 1_500_000 };
    return request.headers["range"] === undefined ? reply : (answer(reply) as typeof reply);
  };
  await fetchTo("large.bin");
  expect(sameBytes(join(folder, "large.bin"), large)).toBe(true);
});

test("a body shorter or longer than the listing says is no file", async () => {
  const { size = 0 } = storage.entry("small.bin");
  for (const wrong of [size - 1, size + 1]) {
    storage.after = (reply) => ({ ...reply, body: noise(wrong, 7), chunked: true });
    const error = await failure(fetchTo("small.bin", {}, { size, mtime: day }, 2));
    expect(error).toMatchObject({ code: "TRUNCATED" });
    only();
  }
});

test("a file cut at any byte, any number of times, arrives whole", async () => {
  const content = noise(1_400_000, 3);
  storage.files.set("cut.bin", { content });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: content.byteLength - 1 }), { maxLength: 5 }),
      fc.boolean(),
      async (cuts, digests) => {
        storage.digests = digests;
        const left = [...cuts];
        storage.after = (reply) => {
          const cut = left.shift();
          const length = (reply.body as Uint8Array | undefined)?.length ?? 0;
          return cut === undefined ? reply : { ...reply, truncate: cut % Math.max(1, length) };
        };
        const outcome = await fetchTo("cut.bin", { conflict: "overwrite", times: false, sync: false }, {}, 10);
        expect(outcome).toMatchObject({ status: "done", verification: { by: digests ? "checksum" : "length" } });
        expect(sameBytes(join(folder, "cut.bin"), content)).toBe(true);
        storage.files.set("cut.bin", { content, mtime: (storage.files.get("cut.bin")?.mtime ?? day) + 10_000 });
      },
    ),
    { numRuns: 25 },
  );
  only("cut.bin");
}, 60_000);

test("the next run goes on with what a failed one left", async () => {
  storage.after = (reply) => ({ ...reply, truncate: 1_800_000 });
  expect(await failure(fetchTo("large.bin", {}, {}, 1))).toMatchObject({ code: "TRUNCATED" });
  expect(existsSync(join(folder, "large.bin"))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toHaveLength(1);
  storage.after = (reply) => reply;
  storage.digests = true;
  const outcome = await fetchTo("large.bin");
  expect(outcome).toMatchObject({ transferred: 1_200_000, verification: { by: "checksum" } });
  expect(sameBytes(join(folder, "large.bin"), large)).toBe(true);
  only("large.bin");
});

test.each([
  ["skip", "skipped"],
  ["overwrite", "done"],
  ["newer", "skipped"],
  ["rename", "done"],
] as const)("something else under the name, policy %s: %s", async (conflict, status) => {
  writeFileSync(join(folder, "small.bin"), "mine");
  const outcome = await fetchTo("small.bin", { conflict }, { size: 4096, mtime: day });
  expect(outcome.status).toBe(status);
  const kept = conflict !== "overwrite";
  expect(sameBytes(join(folder, "small.bin"), kept ? new TextEncoder().encode("mine") : small)).toBe(true);
  if (conflict === "rename") expect(sameBytes(join(folder, "small (1).bin"), small)).toBe(true);
});

test("without a policy what is there stays, and the error says what can be done", async () => {
  writeFileSync(join(folder, "small.bin"), "mine");
  const error = await failure(fetchTo("small.bin"));
  expect(error).toMatchObject({ code: "CONFLICT" });
  expect(error.message).toMatch(/"overwrite", "skip"/);
  expect(storage.server.requests).toHaveLength(0);
  mkdirSync(join(folder, "large.bin"));
  expect(
    await failure(downloadFile(testDoor(storage.server.url), { url: "/small.bin" }, join(folder, "large.bin") + "/../small.bin/")),
  ).toMatchObject({
    code: "CONFLICT",
  });
});

test("what is complete is not fetched again: by size and time, or by its checksum", async () => {
  const source = { size: 4096, mtime: day };
  await fetchTo("small.bin", {}, source);
  expect(await fetchTo("small.bin", {}, source)).toMatchObject({ status: "skipped", reason: "complete" });
  expect(storage.server.requests).toHaveLength(1);
  const checksums = { adler32: adler32(small) };
  expect(await fetchTo("small.bin", {}, { size: 4096, checksums })).toMatchObject({ status: "skipped", verification: { by: "checksum" } });
  expect(await failure(fetchTo("small.bin", {}, { size: 4096, checksums: { adler32: "00000001" } }))).toMatchObject({ code: "CONFLICT" });
});

test("into a folder the file keeps its name, decoded", async () => {
  storage.files.set("run 1 ä.bin", { content: small });
  const outcome = await downloadFile(testDoor(storage.server.url), { url: "/run%201%20%C3%A4.bin" }, `${folder}/new/`);
  expect(outcome.target).toMatch(/new\/run 1 ä\.bin$/);
});

test("contents stored compressed stay as they are", async () => {
  const { gzipSync } = await import("node:zlib");
  const packed = gzipSync(small);
  storage.files.set("data.gz", { content: packed });
  storage.after = (reply) => ({ ...reply, headers: { ...reply.headers, "content-encoding": "gzip" } });
  await fetchTo("data.gz");
  expect(sameBytes(join(folder, "data.gz"), packed)).toBe(true);
});

test("a transfer that creeps is given up", async () => {
  storage.after = (reply) => drip(reply.body as Uint8Array, 20, 10);
  const door = testDoor(storage.server.url, { timeout: { idle: 300 }, retry: { attempts: 2 } });
  const error = await failure(downloadFile(door, { url: "/large.bin" }, join(folder, "x"), { minimumRate: 1_000_000 }));
  expect(error).toMatchObject({ code: "TIMEOUT" });
  expect(error.message).toMatch(/minimumRate/);
});

test("an abort ends it, and what is there stays for later", async () => {
  const controller = new AbortController();
  storage.after = (reply) => ({ ...reply, hold: "body" });
  const work = fetchTo("large.bin", {
    signal: controller.signal,
    onEvent: (event) => event.type === "progress" && event.bytes > 0 && controller.abort(),
  });
  expect(await failure(work)).toMatchObject({ code: "ABORTED" });
  expect(existsSync(join(folder, "large.bin"))).toBe(false);
});

test.each(["INVALID_ARGUMENT"])("%s for misspelt options, naming the right one", async (code) => {
  const error = await failure(fetchTo("small.bin", { conflikt: "skip" } as DownloadOptions));
  expect(error).toMatchObject({ code, message: expect.stringContaining('"conflict"') as string });
  expect(await failure(fetchTo("small.bin", {}, { url: "https://elsewhere.example/x" }))).toMatchObject({ code });
});

test("404 and 403 are final and said so", async () => {
  expect(await failure(fetchTo("nothing"))).toMatchObject({ code: "NOT_FOUND", status: 404 });
  storage.before = () => empty(403);
  expect(await failure(fetchTo("small.bin"))).toMatchObject({ code: "FORBIDDEN" });
  expect(storage.server.requests).toHaveLength(2);
});

let pool: TestServer | undefined;
afterEach(async () => {
  await pool?.stop();
  pool = undefined;
});

test("a door sends to a pool: no credentials go there, and every attempt starts at the door", async () => {
  let ticket = 0;
  const used = new Set<string>();
  pool = await startServer((request) => {
    const id = request.query[0]?.[1] ?? "";
    if (used.has(id)) return empty(404);
    used.add(id);
    if (used.size === 1) return bytes(large, { truncate: 1_100_000, headers: { etag: '"p"' } });
    if (used.size === 2) return empty(500);
    const from = Number(/bytes=(\d+)-/.exec(request.headers["range"] ?? "")?.[1] ?? 0);
    const headers = {
      etag: '"p"',
      "content-range": `bytes ${from}-${large.byteLength - 1}/${large.byteLength}`,
      digest: `adler32=${adler32(large)}`,
    };
    return bytes(large.subarray(from), { status: 206, headers });
  });
  const { url } = pool;
  storage.before = () => redirect(`${url}/large.bin?dcache-http-uuid=secret-${++ticket}`, 307);
  const door = testDoor(storage.server.url, { auth: bearerToken("top-secret-token") });
  const outcome = await downloadFile(door, { url: "/large.bin" }, join(folder, "x"));
  expect(outcome).toMatchObject({ attempts: 3, transferred: large.byteLength, verification: { by: "checksum" } });
  expect(sameBytes(join(folder, "x"), large)).toBe(true);
  expect(storage.server.requests.map(({ headers }) => headers["authorization"])).toEqual(Array(3).fill("Bearer top-secret-token"));
  expect(pool.requests.map(({ headers }) => headers["authorization"])).toEqual(Array(3).fill(undefined));
});

test("an error at a pool names the pool, not its address of one use", async () => {
  pool = await startServer(() => empty(500));
  const { url, origin } = pool;
  storage.before = () => redirect(`${url}/x?dcache-http-uuid=very-secret-uuid`, 307);
  const error = await failure(fetchTo("large.bin", {}, {}, 2));
  expect(error.message).toContain(origin);
  expect(JSON.stringify(error)).not.toContain("very-secret-uuid");
});

test("a token that ends in the middle is renewed, and the transfer goes on", async () => {
  let valid = "first";
  let count = 0;
  storage.before = ({ headers }) => (headers["authorization"] === `Bearer ${valid}` ? undefined : empty(401));
  storage.after = (reply) => {
    if (++count > 1) return reply;
    valid = "second";
    return { ...reply, truncate: 900_000 };
  };
  const asked: (string | undefined)[] = [];
  const door = testDoor(storage.server.url, {
    auth: ({ rejected }) => {
      asked.push(rejected?.headers?.["authorization"]);
      return { headers: { authorization: `Bearer ${rejected === undefined ? "first" : "second"}` } };
    },
  });
  const outcome = await downloadFile(door, { url: "/large.bin" }, join(folder, "x"));
  expect(outcome).toMatchObject({ transferred: large.byteLength, attempts: 2 });
  expect(asked).toEqual([undefined, undefined, "Bearer first"]);
});
