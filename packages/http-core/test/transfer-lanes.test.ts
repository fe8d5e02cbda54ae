import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bearerToken } from "@sci/http-core";
import { createCa, empty, startServer } from "@sci/http-core/testing";
import { downloadTree, type RemoteEntry } from "@sci/http-core/transfer";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { Lane, type LaneAnswer } from "../src/transfer/lane.ts";
import { connect } from "node:net";
import { noise, readTree, removeFolders, startStorage, temporaryFolder, testDoor } from "./transfer-support.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  removeFolders();
});

/** A server that answers every request with the same bytes, in the pieces given. */
async function rawServer(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function askOnce(port: number, longest = 1000): Promise<{ answer: LaneAnswer | undefined; open: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let open = false;
    const lane = new Lane(socket, longest, (_lane, free) => (open = free));
    lane.ask("GET / HTTP/1.1\r\nhost: x\r\n\r\n", (answer) => {
      resolve({ answer, open });
      lane.end();
    });
  });
}

test("an answer in any pieces is read as it is", async () => {
  const body = Buffer.from(noise(200)).toString("latin1");
  const whole = `HTTP/1.1 200 OK\r\nContent-Length: 200\r\nDigest: adler32=00000001\r\nX-Twice: a\r\nx-twice: b\r\n\r\n${body}`;
  let cuts: number[] = [];
  const port = await rawServer((socket) => {
    let at = 0;
    socket.setNoDelay(true);
    const next = (): void => {
      const cut = cuts.shift() ?? whole.length;
      socket.write(whole.slice(at, cut), "latin1", () => setImmediate(() => cut < whole.length && next()));
      at = cut;
    };
    next();
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 12 }), async (points) => {
      cuts = points.sort((a, b) => a - b);
      const { answer, open } = await askOnce(port);
      expect(answer?.header("x-twice")).toBe("a, b");
      expect(answer?.header("digest")).toBe("adler32=00000001");
      expect(Buffer.from(answer?.body ?? []).toString("latin1")).toBe(body);
      expect(open).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["a redirect", "HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"],
  ["an error", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"],
  ["no length", "HTTP/1.1 200 OK\r\n\r\nabc"],
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"],
  ["chunks and a length", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
  ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc"],
  ["more than a lane takes", "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"],
  ["an interim answer", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na"],
  ["a field with a blank before its colon", "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na"],
  ["a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 1\r\n\r\na"],
  ["no HTTP", "hello\r\n\r\n"],
  ["a head without an end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(40_000)}`],
])("%s is left to the ordinary way", async (_what, bytes) => {
  const port = await rawServer((socket) => socket.write(bytes, "latin1"));
  expect((await askOnce(port)).answer).toBeUndefined();
});

test("a cut connection, and one that the server closes after its answer", async () => {
  const cut = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"));
  expect((await askOnce(cut)).answer).toBeUndefined();
  const last = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"));
  const { answer, open } = await askOnce(last);
  expect(Buffer.from(answer?.body ?? []).toString()).toBe("abc");
  expect(open).toBe(false);
});

test("names of fields are written as servers that compare them by letters expect them", async () => {
  let seen = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      seen += chunk.toString("latin1");
      socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const entry: RemoteEntry = {
    name: "a",
    path: "/a",
    url: `${url}/a`,
    type: "file",
    size: 1,
    mtime: undefined,
    etag: undefined,
    checksums: {},
  };
  const door = testDoor(url);
  expect(await downloadTree(door, [entry], temporaryFolder())).toMatchObject({ done: 1 });
  expect(seen).toMatch(/^GET \/a HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  expect(seen).toContain("\r\nWant-Digest: adler32,");
  await door.close();
});

const contents = Object.fromEntries(Array.from({ length: 40 }, (_one, number) => [`f-${number}`, noise(300 + number, number + 1)]));
const expected = Object.fromEntries(Object.entries(contents).map(([name, content]) => [name, Buffer.from(content).toString("latin1")]));

test("connections are kept, and carry the credentials", async () => {
  const storage = await startStorage(contents);
  ends.push(() => storage.server.stop());
  storage.before = ({ headers }) => (headers["authorization"] === "Bearer abc-token" ? undefined : empty(401));
  const folder = temporaryFolder();
  const door = testDoor(storage.server.url, { auth: bearerToken("abc-token") });
  const report = await downloadTree(door, storage.entries(), folder, { concurrency: 5 });
  expect(report).toMatchObject({ done: 40, failed: 0 });
  expect(readTree(folder)).toEqual(expected);
  expect(storage.server.requests).toHaveLength(40);
  expect(storage.server.connections).toBeLessThanOrEqual(5);
  await door.close();
  // Nothing stays open behind a job that is done.
  expect(storage.server.requests.every(({ headers }) => headers["want-digest"] !== undefined)).toBe(true);
});

test("over TLS the certificates are checked, and the client's own is shown", async () => {
  const ca = await createCa();
  const server = ca.issue({ commonName: "localhost", hosts: ["localhost"] });
  const client = ca.issue({ commonName: "someone" });
  const secure = await startServer((request) => ({ body: contents[request.path.slice(1)] ?? "" }), {
    tls: { cert: server.cert, key: server.key, clientCa: ca.cert, requireClientCertificate: true },
  });
  ends.push(() => secure.stop());
  const entries = Object.entries(contents).map(([name, { byteLength }]): RemoteEntry => ({
    name,
    path: `/${name}`,
    url: `${secure.url}/${name}`,
    type: "file",
    size: byteLength,
    mtime: undefined,
    etag: undefined,
    checksums: {},
  }));
  const folder = temporaryFolder();
  const good = testDoor(secure.url, { tls: { ca: ca.cert, cert: client.cert, key: client.key } });
  expect(await downloadTree(good, entries, folder)).toMatchObject({ done: 40, failed: 0 });
  expect(readTree(folder)).toEqual(expected);
  expect(secure.requests.every(({ clientCertificate }) => clientCertificate?.commonName === "someone")).toBe(true);
  const other = temporaryFolder();
  const strange = testDoor(secure.url, { retry: { attempts: 1 } });
  const report = await downloadTree(strange, entries.slice(0, 3), other);
  expect(report).toMatchObject({ done: 0, failed: 3, failures: [{ error: { code: "TLS" } }, {}, {}] });
  await good.close();
  await strange.close();
  expect(readFileSync(join(folder, "f-0")).length).toBe(300);
});
