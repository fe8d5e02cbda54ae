import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  drip,
  empty,
  json,
  redirect,
  reset,
  silence,
  startServer,
  text,
  truncate,
  type Handler,
  type Routes,
  type TestServer,
} from "../src/testing/index.ts";
import { createTransport as createBrowserTransport } from "../src/transport/browser.ts";
import { createFetchTransport } from "../src/transport/fetch.ts";
import { createTransport } from "../src/transport/node.ts";
import type { FetchLike, Transport, TransportOptions } from "../src/transport/types.ts";
import { collect, failure, limit, sender } from "./transport-support.ts";

let server: TestServer | undefined;
let transport: Transport;
const send = sender(() => transport);

async function serve(answer: Handler | Routes): Promise<string> {
  server = await startServer(answer);
  return server.url;
}

beforeEach(() => {
  transport = createBrowserTransport({});
});
afterEach(async () => {
  await transport.close();
  await server?.stop();
  server = undefined;
});

describe("the transport over fetch", () => {
  it("sends a request as it is given and gives the answer", async () => {
    const url = await serve((request) =>
      json({ got: request.text }, { status: 201, headers: { "x-many": ["1", "2"], "set-cookie": ["a=1", "b=2"] } }),
    );
    const answer = await send(`${url}/a%2Fb?x=1&x=2`, {
      method: "POST",
      headers: { "x-mine": "1", "content-type": "text/plain" },
      body: "grün",
    });
    expect([answer.status, answer.header("x-many"), answer.headers["x-many"], answer.header("x-none")]).toEqual([
      201,
      "1, 2",
      "1, 2",
      undefined,
    ]);
    expect(answer.cookies).toEqual(["a=1", "b=2"]);
    expect(await answer.text(limit)).toBe('{"got":"grün"}');
    expect(server?.requests[0]).toMatchObject({ method: "POST", target: "/a%2Fb?x=1&x=2", text: "grün" });
    expect(server?.requests[0]?.headers["x-mine"]).toBe("1");
  });

  it("sends bytes and streams", async () => {
    const url = await serve(() => empty());
    const bytes = new Uint8Array([0, 255]);
    await (await send(url, { method: "PUT", body: bytes })).discard();
    const stream = async function* () {
      yield bytes;
      yield bytes;
    };
    await (await send(url, { method: "PUT", body: stream })).discard();
    expect(server?.requests.map(({ body }) => [...body])).toEqual([
      [0, 255],
      [0, 255, 0, 255],
    ]);
  });

  it("reads a body whole, as bytes and as a stream, within its limit", async () => {
    const url = await serve({
      "GET /d": drip("x".repeat(20), 1, 3),
      "GET /n": empty(),
      "GET /l": text("x".repeat(5000)),
      "GET /c": text("x".repeat(5000), { chunked: true }),
    });
    expect(await (await send(`${url}/d`)).text(20)).toHaveLength(20);
    expect(await (await send(`${url}/d`)).bytes(20)).toHaveLength(20);
    expect(await collect((await send(`${url}/d`)).stream())).toHaveLength(20);
    expect(await (await send(`${url}/n`)).text(20)).toBe("");
    expect(await failure((await send(`${url}/l`)).text(4999))).toMatchObject({ code: "RESPONSE_TOO_LARGE", details: { announced: 5000 } });
    expect(await failure((await send(`${url}/c`)).text(4999))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    const answer = await send(`${url}/d`);
    await answer.text(limit);
    await expect(answer.text(limit)).rejects.toThrow("has been read already");
  });

  it("follows no redirect on Node, and lets a browser follow", async () => {
    const url = await serve({ "GET /r": redirect("/there"), "GET /there": text("here") });
    expect((await send(`${url}/r`)).status).toBe(302);
    transport = createFetchTransport({ fetch: globalThis.fetch as FetchLike, redirect: "follow" });
    expect(await (await send(`${url}/r`, { headers: { "user-agent": "mine/1" } })).text(limit)).toBe("here");
    // What a browser sets itself is left to it.
    expect(server?.requests.at(-1)?.headers["user-agent"]).not.toBe("mine/1");
  });

  it("says so where a fetch hides a redirect", async () => {
    const hiding: FetchLike = () => Promise.resolve({ status: 0, type: "opaqueredirect", headers: new Headers(), body: null });
    transport = createTransport({ fetch: hiding });
    expect(await failure(send("http://service.example"))).toMatchObject({ code: "REDIRECT" });
  });

  it('tells faults of the connection by the chain of causes, never by "fetch failed" alone', async () => {
    const url = await serve({ "GET /reset": reset(), "GET /cut": truncate("abcdef", 3), "GET /in": text("abcdef", { reset: "in" }) });
    expect(await failure(send(`${url}/reset`))).toMatchObject({ code: "NETWORK", details: { sent: true } });
    expect((await failure(send(`${url}/reset`))).message).toMatch(
      /closed the connection before it answered: fetch failed: (other side closed|.*ECONNRESET)/,
    );
    for (const path of ["/cut", "/in"])
      expect(await failure((await send(url + path)).text(limit))).toMatchObject({ code: "TRUNCATED", details: { phase: "body" } });
    const gone = server as TestServer;
    await gone.stop();
    const error = await failure(send(gone.url));
    expect(error).toMatchObject({ code: "NETWORK", details: { sent: false } });
    expect(error.message).toMatch(/cannot be reached: fetch failed: .*ECONNREFUSED.*Check the address/);
  });

  it("says in a browser, which gives no reasons, that it may be CORS", async () => {
    transport = createFetchTransport({ fetch: () => Promise.reject(new TypeError("Failed to fetch")), redirect: "follow" });
    const error = await failure(send("https://service.example/x"));
    expect(error).toMatchObject({ code: "NETWORK" });
    expect(error.message).toBe(
      "https://service.example cannot be reached, or does not allow pages of this origin to ask it (CORS): Failed to fetch",
    );
  });

  it("ends after silence before and within the answer", async () => {
    const url = await serve({
      "GET /all": silence(),
      "GET /body": text("abcdef", { hold: "body" }),
      "GET /slow": drip("x".repeat(10), 30),
    });
    expect(await failure(send(`${url}/all`, { idleTimeout: 100 }))).toMatchObject({ code: "TIMEOUT", details: { phase: "headers" } });
    const error = await failure((await send(`${url}/body`, { idleTimeout: 100 })).text(limit));
    expect(error).toMatchObject({
      code: "TIMEOUT",
      details: { phase: "body" },
      message: expect.stringContaining("after 3 of 6 bytes") as string,
    });
    expect(await (await send(`${url}/slow`, { idleTimeout: 5000 })).text(limit)).toHaveLength(10);
    expect(await server?.requests[0]?.ended).toBe("cut");
  });

  it("aborts before, during and within, and leaves no listener behind", async () => {
    const url = await serve((request) =>
      request.path === "/all" ? silence() : request.path === "/body" ? text("abcdef", { hold: "body" }) : json([1]),
    );
    expect(await failure(send(url, { signal: AbortSignal.abort(new Error("no more")) }))).toMatchObject({
      code: "ABORTED",
      message: "The request was aborted: no more.",
    });
    const shared = new AbortController();
    for (let turn = 0; turn < 300; turn += 30) {
      await Promise.all(Array.from({ length: 30 }, async () => (await send(url, { signal: shared.signal })).text(limit)));
    }
    expect(getEventListeners(shared.signal, "abort")).toHaveLength(0);

    const reading = (await send(`${url}/body`, { signal: shared.signal })).text(limit);
    const waiting = send(`${url}/all`, { signal: shared.signal });
    await server?.received(302);
    shared.abort();
    expect((await Promise.all([failure(reading), failure(waiting)])).map(({ code }) => code)).toEqual(["ABORTED", "ABORTED"]);
    expect(getEventListeners(shared.signal, "abort")).toHaveLength(0);
  });

  it("discards small rests and cuts large or slow ones", async () => {
    const url = await serve({
      "GET /small": text("x".repeat(1000)),
      "GET /large": { body: Buffer.alloc(64_000_000) },
      "GET /chunked": { body: Buffer.alloc(64_000_000), chunked: true },
      "GET /held": text("abc", { hold: "body" }),
      "GET /none": empty(),
    });
    for (const path of ["/small", "/none", "/large", "/chunked", "/held"]) {
      await expect((await send(url + path)).discard()).resolves.toBeUndefined();
    }
    expect(await Promise.all(server?.requests.map(({ ended }) => ended) ?? [])).toEqual(["answered", "answered", "cut", "cut", "cut"]);
  });

  it("refuses requests after close", async () => {
    await transport.close();
    expect(await failure(send("http://service.example"))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("options", () => {
  it("an own fetch is called as a function, with a URL as text, in both transports", async () => {
    const url = await serve(() => json([]));
    for (const create of [createTransport, createBrowserTransport]) {
      const calls: [unknown, string, unknown][] = [];
      transport = create({
        fetch: function (this: unknown, address, init) {
          calls.push([this, address, init.redirect]);
          return fetch(address, init as RequestInit) as ReturnType<FetchLike>;
        },
      });
      expect(await (await send(url)).text(limit)).toBe("[]");
      expect(calls).toEqual([[undefined, url, "manual"]]);
    }
  });

  it.each<[string, () => unknown, string]>([
    ["tls in a browser", () => createBrowserTransport({ tls: {} }), "The option tls works on Node only"],
    ["a proxy in a browser", () => createBrowserTransport({ proxy: "http://p" }), "The option proxy works on Node only"],
    ["a dispatcher in a browser", () => createBrowserTransport({ dispatcher: {} }), "The option dispatcher works on Node only"],
    ["fetch and tls", () => createTransport({ fetch: fetch as FetchLike, tls: {} }), "The options fetch and tls do not go together"],
    [
      "fetch and dispatcher",
      () => createTransport({ fetch: fetch as FetchLike, dispatcher: {} }),
      "The options fetch and dispatcher do not go together",
    ],
    [
      "dispatcher and proxy",
      () => createTransport({ dispatcher: {}, proxy: "http://p" }),
      "The options dispatcher and proxy do not go together",
    ],
    ["a dispatcher that is none", () => createTransport({ dispatcher: {} }), "must be a dispatcher of undici 7"],
    ["a fetch that is none", () => createTransport({ fetch: 1 as unknown as FetchLike }), "The option fetch must be a function, not 1"],
    ["connections that are none", () => createTransport({ connections: 0 }), "connections must be a whole number"],
  ])("%s is refused", (_name, make, message) => {
    expect(make).toThrow(message);
  });

  it("proxy: false changes nothing in a browser", () => {
    const options: TransportOptions = { proxy: false };
    expect(() => createBrowserTransport(options)).not.toThrow();
  });
});
