import { once, getEventListeners } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SciError } from "../src/errors.ts";
import {
  drip,
  empty,
  html,
  json,
  redirect,
  reset,
  silence,
  startServer,
  text,
  type Handler,
  type Routes,
  type TestServer,
} from "../src/testing/index.ts";
import { createTransport } from "../src/transport/node.ts";
import type { Transport, TransportOptions, TransportResponse } from "../src/transport/types.ts";
import { collect, failure, limit, sender } from "./transport-support.ts";

let server: TestServer | undefined;
let transport: Transport;

function open(options: TransportOptions = {}): void {
  transport = createTransport({ proxy: false, ...options });
}

async function serve(answer: Handler | Routes): Promise<TestServer> {
  server = await startServer(answer);
  return server;
}

const send = sender(() => transport);

beforeEach(() => open());
afterEach(async () => {
  await transport.close();
  await server?.stop();
  server = undefined;
});

describe("a request", () => {
  it("arrives as it is given, and its answer comes back whole", async () => {
    const { url, requests } = await serve(() =>
      json({ a: "ü" }, { headers: { "x-many": ["1", "2"], "set-cookie": ["a=1; Path=/", "b=2"] } }),
    );
    const response = await send(`${url}/a%2Fb?x=1&x=2`, {
      method: "POST",
      headers: { "x-mine": "1", "content-type": "text/plain" },
      body: "grün",
    });
    expect(response.status).toBe(200);
    expect(response.header("content-type")).toBe("application/json; charset=utf-8");
    expect(response.header("x-many")).toBe("1, 2");
    expect(response.headers["x-many"]).toBe("1, 2");
    expect(response.header("x-none")).toBeUndefined();
    expect(response.cookies).toEqual(["a=1; Path=/", "b=2"]);
    expect(await response.text(limit)).toBe('{"a":"ü"}');
    expect(requests[0]).toMatchObject({ method: "POST", target: "/a%2Fb?x=1&x=2", text: "grün" });
    expect(requests[0]?.headers).toMatchObject({ "x-mine": "1", "content-length": "5", "accept-encoding": "gzip, deflate, br" });
  });

  it("sends bytes, and a stream made anew for each attempt", async () => {
    const { url, requests } = await serve(() => empty());
    const bytes = new Uint8Array([0, 255, 10]);
    let made = 0;
    const stream = async function* () {
      made += 1;
      yield bytes;
      yield bytes;
    };
    await (await send(url, { method: "PUT", body: bytes })).discard();
    await (await send(url, { method: "PUT", body: stream })).discard();
    await (await send(url, { method: "PUT", body: stream, headers: { "content-length": "6" } })).discard();
    expect(made).toBe(2);
    expect(requests.map(({ body }) => [...body])).toEqual([[...bytes], [...bytes, ...bytes], [...bytes, ...bytes]]);
    expect(requests[1]?.headers["transfer-encoding"]).toBe("chunked");
    expect(requests[2]?.headers["content-length"]).toBe("6");
  });

  it("sends large bodies whole", async () => {
    const { url, requests } = await serve((request) => json({ length: request.body.byteLength }));
    const text = "ü".repeat(1_500_000);
    expect(await (await send(url, { method: "PUT", body: text })).text(limit)).toBe('{"length":3000000}');
    expect(await (await send(url, { method: "PUT", body: Buffer.from(text) })).text(limit)).toBe('{"length":3000000}');
    expect(requests.every((request) => request.text === text && request.headers["content-length"] === "3000000")).toBe(true);
  });

  it("fails with the error of a stream that cannot be read, or FILE", async () => {
    const { url } = await serve(() => empty());
    const broken = (error: Error) =>
      async function* () {
        yield new Uint8Array(1);
        throw error;
      };
    const own = new SciError("CERTIFICATE", "mine");
    expect(await failure(send(url, { method: "PUT", body: broken(own) }))).toBe(own);
    expect(await failure(send(url, { method: "PUT", body: broken(new Error("disk gone")) }))).toMatchObject({
      code: "FILE",
      message: expect.stringContaining("disk gone") as string,
    });
  });

  it("follows no redirect and takes every status as an answer", async () => {
    const { url, requests } = await serve({ "GET /r": redirect("/there"), "GET /e": html("<p>no</p>", { status: 500 }) });
    const answer = await send(`${url}/r`);
    expect([answer.status, answer.header("location")]).toEqual([302, "/there"]);
    await answer.discard();
    expect(await (await send(`${url}/e`)).text(limit)).toBe("<p>no</p>");
    expect(requests).toHaveLength(2);
  });

  it("that cannot be written is INVALID_ARGUMENT", async () => {
    const { url } = await serve(() => empty());
    expect(await failure(send(url, { headers: { "x-bad": "a\r\nb: c" } }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/x-bad/i) as string,
    });
    await transport.close();
    expect(await failure(send(url))).toMatchObject({ code: "INVALID_ARGUMENT", message: "The transport is closed." });
  });
});

describe("connections", () => {
  it("are kept and used again, also after answers without interest", async () => {
    const { url, requests } = await serve((request) => (request.path === "/small" ? text("x".repeat(1000)) : json([])));
    for (let turn = 0; turn < 5; turn++) {
      await (await send(url)).text(limit);
      await (await send(`${url}/small`)).discard();
    }
    // undici rests a connection for a turn of the event loop before it uses it again.
    expect(new Set(requests.map(({ connection }) => connection)).size).toBeLessThanOrEqual(2);
  });

  it("serve further requests after an answer to HEAD", async () => {
    const { url, requests } = await serve(() => text("x".repeat(1000)));
    for (const method of ["HEAD", "HEAD", "GET"]) {
      const answer = await send(url, { method });
      expect(answer.header("content-length")).toBe("1000");
      expect(await answer.text(limit)).toHaveLength(method === "GET" ? 1000 : 0);
      // undici takes up a connection again in the next turn of the event loop.
      await new Promise(setImmediate);
    }
    expect(requests.map(({ method }) => method)).toEqual(["HEAD", "HEAD", "GET"]);
    expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
  });

  it("do not take the body of a server that sends one after HEAD for the next answer", async () => {
    const wrong = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (data) => {
        const body = data.toString().startsWith("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "good";
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      });
    });
    await new Promise<void>((resolve) => wrong.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(wrong.address() as AddressInfo).port}/`;
    try {
      await (await send(url, { method: "HEAD" })).discard();
      await new Promise(setImmediate);
      const answer = await send(url).catch((error: unknown) => error);
      if (!(answer instanceof Error)) expect(await (answer as TransportResponse).text(limit)).toBe("good");
    } finally {
      wrong.close();
    }
  });

  it("are no more than allowed", async () => {
    open({ connections: 2 });
    const running = await serve(() => text("x", { delay: 5 }));
    await Promise.all(Array.from({ length: 10 }, async () => (await send(running.url)).text(limit)));
    expect(running.connections).toBe(2);
  });

  it("that the server closed meanwhile give an answer or a fault that says so", async () => {
    const running = await serve(() => json([], { reset: "after" }));
    for (let turn = 0; turn < 20; turn++) {
      const answer = await send(running.url, { method: "POST", body: "x" }).catch((error: unknown) => error as SciError);
      if (answer instanceof Error)
        expect(answer).toMatchObject({ code: "NETWORK", details: { phase: "headers", sent: true, reused: true } });
      else await answer.text(limit);
    }
    expect(running.connections).toBeGreaterThan(1);
  });

  it("kept and reset at the next request are told apart from fresh ones", async () => {
    const { url } = await serve((request) => (request.path === "/reset" ? reset() : json([])));
    expect(await failure(send(`${url}/reset`))).toMatchObject({ code: "NETWORK", details: { phase: "headers", sent: true } });
    expect((await failure(send(`${url}/reset`))).details).not.toHaveProperty("reused");
    await (await send(url)).text(limit);
    await new Promise(setImmediate);
    const error = await failure(send(`${url}/reset`));
    expect(error).toMatchObject({ code: "NETWORK", details: { phase: "headers", sent: true, reused: true } });
    expect(error.message).toContain("closed the kept connection");
  });
});

describe("time limits", () => {
  it("connect: a server that accepts and never shakes hands", async () => {
    open({ connectTimeout: 200 });
    const deaf: Server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const error = await failure(send(`https://127.0.0.1:${(deaf.address() as AddressInfo).port}`));
    expect(error).toMatchObject({ code: "TIMEOUT", details: { phase: "connect", sent: false } });
    expect(error.message).toMatch(/No connection to https:\/\/127.0.0.1:\d+ within 200 ms \(timeout.connect\)/);
    deaf.close();
  });

  it("idle before the answer", async () => {
    const { url } = await serve(() => silence());
    const error = await failure(send(url, { idleTimeout: 200 }));
    expect(error).toMatchObject({ code: "TIMEOUT", details: { phase: "headers", sent: true } });
    expect(error.message).toContain("sent nothing for 200 ms in answer to the request (timeout.idle)");
  });

  it("idle within the answer, however it is read", async () => {
    const { url } = await serve(() => text("abcdef", { hold: "body" }));
    for (const read of [
      (answer: Awaited<ReturnType<typeof send>>) => answer.text(limit),
      (answer: Awaited<ReturnType<typeof send>>) => collect(answer.stream()),
    ]) {
      const error = await failure(read(await send(url, { idleTimeout: 200 })));
      expect(error).toMatchObject({ code: "TIMEOUT", details: { phase: "body", sent: true } });
      expect(error.message).toContain("within its answer, after 3 of 6 bytes");
    }
  });

  it("idle within an upload that the server does not take", async () => {
    const deaf = createServer((socket) => void socket.on("error", () => undefined).pause()).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    const piece = new Uint8Array(1_000_000);
    const endless = async function* () {
      for (;;) yield piece;
    };
    for (const body of [endless, new Uint8Array(64_000_000)]) {
      expect(await failure(send(url, { method: "PUT", body, idleTimeout: 200 }))).toMatchObject({
        code: "TIMEOUT",
        details: { sent: true },
      });
    }
    deaf.close();
  });

  it("are for silence, not for the whole answer", async () => {
    const { url } = await serve(() => drip("x".repeat(30), 50));
    expect(await (await send(url, { idleTimeout: 1000 })).text(limit)).toHaveLength(30);
  });
});

describe("abort", () => {
  it("before it is sent", async () => {
    const { url, requests } = await serve(() => empty());
    expect(await failure(send(url, { signal: AbortSignal.abort() }))).toMatchObject({
      code: "ABORTED",
      message: "The request was aborted.",
    });
    expect(requests).toHaveLength(0);
  });

  it("while a connection is being made: at once", async () => {
    const deaf = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const controller = new AbortController();
    const pending = failure(send(`https://127.0.0.1:${(deaf.address() as AddressInfo).port}`, { signal: controller.signal }));
    await once(deaf, "connection");
    controller.abort(new Error("enough"));
    expect(await pending).toMatchObject({ code: "ABORTED", message: "The request was aborted: enough." });
    deaf.close();
  });

  it("while it waits for a free connection: it is never sent", async () => {
    open({ connections: 1 });
    const running = await serve((request) => (request.path === "/first" ? text("x", { hold: "body" }) : empty()));
    const first = await send(`${running.url}/first`);
    const controller = new AbortController();
    const second = failure(send(`${running.url}/second`, { signal: controller.signal }));
    controller.abort();
    expect(await second).toMatchObject({ code: "ABORTED" });
    await first.discard();
    await (await send(`${running.url}/third`)).discard();
    expect(running.requests.map(({ path }) => path)).toEqual(["/first", "/third"]);
  });

  it("before the answer, and within it: the server sees the end of the connection", async () => {
    const running = await serve({ "GET /headers": silence(), "GET /body": text("abcdef", { hold: "body" }) });
    const one = new AbortController();
    const pending = failure(send(`${running.url}/headers`, { signal: one.signal }));
    const request = await running.received(1);
    one.abort();
    expect(await pending).toMatchObject({ code: "ABORTED" });
    expect(await request.ended).toBe("cut");

    const two = new AbortController();
    const answer = await send(`${running.url}/body`, { signal: two.signal });
    const reading = failure(answer.text(limit));
    two.abort(new SciError("TIMEOUT", "the deadline"));
    expect(await reading).toMatchObject({ code: "TIMEOUT", message: "the deadline" });
    expect(await running.requests[1]?.ended).toBe("cut");
  });

  it("after the answer does nothing, and no listener stays behind", async () => {
    const { url } = await serve((request) => (request.path === "/reset" ? reset() : json([1])));
    const { signal, abort } = controllerOf();
    for (let turn = 0; turn < 2000; turn += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_unused, index) => {
          if (index === 0) await failure(send(`${url}/reset`, { signal }));
          else if (index === 1) await (await send(url, { signal })).discard();
          else await (await send(url, { signal })).text(limit);
        }),
      );
    }
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    const answer = await send(url, { signal });
    const body = await answer.text(limit);
    abort();
    expect(body).toBe("[1]");
  });
});

describe("close", () => {
  it("ends idle connections, lets answers under way come to their end, and can be called twice", async () => {
    const running = await serve((request) => (request.path === "/slow" ? drip("abcdef", 5) : json([])));
    await (await send(running.url)).text(limit);
    const slow = await send(`${running.url}/slow`);
    await transport.close();
    expect(await slow.text(limit)).toBe("abcdef");
    await transport.close();
    await vi.waitFor(() => expect(running.openConnections).toBe(0));
  });

  it("before the first request needs nothing", async () => {
    await expect(createTransport({}).close()).resolves.toBeUndefined();
  });
});

function controllerOf(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
