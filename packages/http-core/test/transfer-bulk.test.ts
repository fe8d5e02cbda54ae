import { createServer, type Server, type Socket, type AddressInfo } from "node:net";
import { join } from "node:path";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createCa, startServer } from "@sci/http-core/testing";
import { downloadFile, downloadTree } from "@sci/http-core/transfer";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { failure } from "./support.ts";
import { noise, removeFolders, sameBytes, startStorage, temporaryFolder, testDoor } from "./transfer-support.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  removeFolders();
});

const content = noise(1_500_000, 5);
const head = `HTTP/1.1 200 OK\r\nContent-Length: ${content.byteLength}\r\nETag: "e"\r\n\r\n`;
const whole = Buffer.concat([Buffer.from(head), content]);

/** A server of bytes: each connection gets what `answer` does with each request. */
async function rawServer(
  answer: (socket: Socket, request: string, number: number) => void,
): Promise<{ url: string; opened: () => number }> {
  const sockets = new Set<Socket>();
  let number = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.setNoDelay(true);
    socket.on("data", (data: Buffer) => answer(socket, data.toString("latin1"), ++number));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, opened: () => sockets.size };
}

function sendInPieces(socket: Socket, bytes: Uint8Array, cuts: readonly number[]): void {
  const points = [...cuts.filter((cut) => cut < bytes.byteLength).sort((a, b) => a - b), bytes.byteLength];
  let at = 0;
  const next = (): void => {
    const to = points.shift();
    if (to === undefined) return;
    socket.write(bytes.subarray(at, to), () => setImmediate(next));
    at = to;
  };
  next();
}

/** Disks are written to from other threads, file systems in memory at once. */
function folders(): string[] {
  const found = [temporaryFolder()];
  if (existsSync("/dev/shm")) {
    const memory = mkdtempSync("/dev/shm/sci-transfer-");
    ends.push(() => rmSync(memory, { recursive: true, force: true }));
    found.push(memory);
  }
  return found;
}

test("an answer in any pieces is stored as it is, one after another over one connection", async () => {
  let cuts: readonly number[] = [];
  const { url, opened } = await rawServer((socket) => sendInPieces(socket, whole, cuts));
  const targets = folders();
  const door = testDoor(url);
  ends.push(() => door.close());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: whole.byteLength - 1 })), { maxLength: 20 }),
      fc.integer({ min: 0, max: targets.length - 1 }),
      async (points, which) => {
        cuts = points;
        const path = join(targets[which] as string, "x");
        const outcome = await downloadFile(door, { url: "/x" }, path, { conflict: "overwrite" });
        expect(outcome).toMatchObject({ status: "done", attempts: 1 });
        expect(sameBytes(path, content)).toBe(true);
      },
    ),
    { numRuns: 30 },
  );
  expect(opened()).toBe(1);
}, 30_000);

test("many at a time do not mix", async () => {
  const contents: Record<string, Uint8Array> = {};
  for (let number = 0; number < 60; number++) contents[`f${number}`] = noise(150_000 + number * 20_011, number + 1);
  const storage = await startStorage(contents);
  ends.push(() => storage.server.stop());
  for (const folder of folders()) {
    const door = testDoor(storage.server.url);
    const report = await downloadTree(door, storage.entries(), folder, { concurrency: 40 });
    await door.close();
    expect(report).toMatchObject({ done: 60, failed: 0 });
    for (const [name, bytes] of Object.entries(contents)) expect(sameBytes(join(folder, name), bytes), name).toBe(true);
  }
});

test("a kept connection that the server had closed is no fault of the file", async () => {
  const { url, opened } = await rawServer((socket, _request, number) => {
    if (number === 2) socket.destroy();
    else socket.write(whole);
  });
  const folder = temporaryFolder();
  const door = testDoor(url);
  ends.push(() => door.close());
  for (const name of ["a", "b"]) expect(await downloadFile(door, { url: `/${name}` }, join(folder, name))).toMatchObject({ attempts: 1 });
  expect(opened()).toBe(2);
  expect(sameBytes(join(folder, "b"), content)).toBe(true);
});

test("an answer in chunks is read too", async () => {
  const chunks = Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${content.byteLength.toString(16)}\r\n`),
    content,
    Buffer.from("\r\n0\r\n\r\n"),
  ]);
  const { url } = await rawServer((socket) => socket.write(chunks));
  const folder = temporaryFolder();
  const door = testDoor(url);
  ends.push(() => door.close());
  await downloadFile(door, { url: "/x", size: content.byteLength }, join(folder, "x"));
  expect(sameBytes(join(folder, "x"), content)).toBe(true);
});

test.each([
  ["more than the announced length", Buffer.concat([whole, Buffer.from("rest")]), undefined],
  ["no HTTP", Buffer.from("220 ftp.example ready\r\n\r\n"), "INVALID_RESPONSE"],
  ["a head without an end", Buffer.from(`HTTP/1.1 200 OK\r\nX-Long: ${"x".repeat(100_000)}`), "INVALID_RESPONSE"],
])("%s: the file is whole, or it fails", async (_what, bytes, code) => {
  const { url } = await rawServer((socket) => socket.write(bytes));
  const folder = temporaryFolder();
  const door = testDoor(url, { retry: { attempts: 1 } });
  ends.push(() => door.close());
  const work = downloadFile(door, { url: "/x" }, join(folder, "x"));
  if (code === undefined) {
    await work;
    expect(Buffer.compare(readFileSync(join(folder, "x")), content)).toBe(0);
  } else expect(await failure(work)).toMatchObject({ code });
});

test("a server that falls silent in the middle ends in TIMEOUT, one that refuses in NETWORK", async () => {
  const { url } = await rawServer((socket) => socket.write(whole.subarray(0, 700_000)));
  const door = testDoor(url, { retry: { attempts: 1 }, timeout: { idle: 100 } });
  ends.push(() => door.close());
  const path = join(temporaryFolder(), "x");
  const error = await failure(downloadFile(door, { url: "/x" }, path));
  expect(error).toMatchObject({ code: "TIMEOUT", details: { phase: "body" } });
  const closed = testDoor("http://127.0.0.1:1", { retry: { attempts: 1 } });
  expect(await failure(downloadFile(closed, { url: "/x" }, path))).toMatchObject({ code: "NETWORK", details: { sent: false } });
});

test("over TLS the certificate is checked", async () => {
  const ca = await createCa();
  const server = await startServer(() => ({ status: 200, body: content }), {
    tls: ca.issue({ commonName: "localhost", hosts: ["localhost"] }),
  });
  ends.push(() => server.stop());
  const path = join(temporaryFolder(), "x");
  const url = server.url.replace("127.0.0.1", "localhost");
  const door = testDoor(url, { tls: { ca: ca.cert } });
  ends.push(() => door.close());
  for (let turn = 0; turn < 3; turn++) await downloadFile(door, { url: "/x" }, path, { conflict: "overwrite" });
  expect(sameBytes(path, content)).toBe(true);
  const memory = folders().at(-1) as string;
  await downloadFile(door, { url: "/x" }, join(memory, "x"));
  expect(sameBytes(join(memory, "x"), content)).toBe(true);
  const stranger = testDoor(url, { retry: { attempts: 1 } });
  ends.push(() => stranger.close());
  expect(await failure(downloadFile(stranger, { url: "/x" }, `${path}2`))).toMatchObject({ code: "TLS" });
});
