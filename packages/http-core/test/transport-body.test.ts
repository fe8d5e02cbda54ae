import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bytes, empty, startServer, text, truncate, type Handler, type Reply, type Routes, type TestServer } from "../src/testing/index.ts";
import { createTransport } from "../src/transport/node.ts";
import type { Transport } from "../src/transport/types.ts";
import { collect, failure, limit, sender } from "./transport-support.ts";

let server: TestServer | undefined;
let transport: Transport;
const send = sender(() => transport);

async function serve(answer: Handler | Routes): Promise<string> {
  server = await startServer(answer);
  return server.url;
}

beforeEach(() => {
  transport = createTransport({ proxy: false });
});
afterEach(async () => {
  await transport.close();
  await server?.stop();
  server = undefined;
});

describe("text", () => {
  it.each([
    ["UTF-8", Buffer.from("grün ∑"), "text/plain"],
    ["UTF-8 with a byte order mark", Buffer.from("\uFEFFgrün ∑"), "application/json"],
    ["UTF-8 called utf8", Buffer.from("grün ∑"), 'text/plain; charset="utf8"'],
    ["an unknown charset", Buffer.from("grün ∑"), "text/plain; charset=nonsense"],
  ])("decodes %s", async (_name, body, type) => {
    const url = await serve(() => bytes(body, { headers: { "content-type": type } }));
    expect(await (await send(url)).text(limit)).toBe("grün ∑");
  });

  it("decodes the charset that the answer names", async () => {
    const url = await serve(() => bytes(Buffer.from("grün", "latin1"), { headers: { "content-type": "text/html; charset=ISO-8859-1" } }));
    expect(await (await send(url)).text(limit)).toBe("grün");
  });

  it("decodes characters that are cut by the pieces", async () => {
    const url = await serve(() => text("∑".repeat(20), { drip: { bytes: 2, every: 1 } }));
    expect(await (await send(url)).text(limit)).toBe("∑".repeat(20));
  });

  it("is empty for an answer without a body", async () => {
    const url = await serve((request) => (request.method === "HEAD" ? text("x".repeat(200_000)) : empty()));
    expect(await (await send(url)).text(limit)).toBe("");
    const head = await send(url, { method: "HEAD" });
    expect(head.header("content-length")).toBe("200000");
    expect(await head.text(10)).toBe("");
  });

  it("can be read once", async () => {
    const url = await serve(() => text("x"));
    const answer = await send(url);
    await answer.text(limit);
    await expect(answer.text(limit)).rejects.toThrow("has been read already");
    await expect(answer.discard()).resolves.toBeUndefined();
  });
});

describe("the limit", () => {
  const large = "x".repeat(300_000);

  it("is checked against the announced length before anything is read", async () => {
    const url = await serve(() => text(large, { hold: "body" }));
    const error = await failure((await send(url)).text(1000));
    expect(error).toMatchObject({ code: "RESPONSE_TOO_LARGE", details: { maxBytes: 1000, announced: 300_000 } });
    expect(await server?.requests[0]?.ended).toBe("cut");
  });

  it("is checked while reading, where no length is announced", async () => {
    const url = await serve(() => text(large, { chunked: true }));
    expect(await failure((await send(url)).bytes(299_999))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(await (await send(url)).bytes(300_000)).toHaveLength(300_000);
  });

  it("holds for small answers that are there already", async () => {
    const url = await serve(() => text("12345", { chunked: true }));
    const answer = await send(url);
    await server?.requests[0]?.ended;
    expect(await failure(answer.text(4))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(await (await send(url)).text(5)).toBe("12345");
  });

  it.each(["gzip", "deflate", "br"])("counts decoded bytes: a small %s body cannot fill the memory", async (encoding) => {
    const bomb = Buffer.alloc(20_000_000);
    const packed = encoding === "gzip" ? gzipSync(bomb) : encoding === "br" ? brotliCompressSync(bomb) : deflateSync(bomb);
    const url = await serve(() => bytes(packed, { headers: { "content-encoding": encoding } }));
    expect(packed.byteLength).toBeLessThan(limit);
    expect(await failure((await send(url)).text(limit))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });
});

describe("content-encoding", () => {
  const plain = "rows, rows, rows; ".repeat(20_000);
  const encoded: [string, string, Buffer][] = [
    ["gzip", "gzip", gzipSync(plain)],
    ["x-gzip in capitals", "X-GZIP", gzipSync(plain)],
    ["several gzip members", "gzip", Buffer.concat([gzipSync(plain.slice(0, 100)), gzipSync(plain.slice(100))])],
    ["deflate with the zlib header", "deflate", deflateSync(plain)],
    ["deflate without it", "deflate", deflateRawSync(plain)],
    ["br", "br", brotliCompressSync(plain)],
    ["two layers", "deflate, gzip", gzipSync(deflateSync(plain))],
    ["identity", "identity", Buffer.from(plain)],
  ];
  it.each(encoded)("%s is decoded, whole and as a stream", async (_name, encoding, body) => {
    const url = await serve(() => bytes(body, { headers: { "content-encoding": encoding } }));
    expect(await (await send(url)).text(limit)).toBe(plain);
    expect(Buffer.from(await collect((await send(url)).stream())).toString()).toBe(plain);
  });

  it("of an empty answer is no error", async () => {
    const url = await serve(() => empty(204, { headers: { "content-encoding": "gzip" } }));
    expect(await (await send(url)).text(limit)).toBe("");
    expect(await collect((await send(url)).stream())).toHaveLength(0);
  });

  it("data that end too soon are TRUNCATED, others that cannot be decoded INVALID_RESPONSE", async () => {
    const packed = gzipSync(plain);
    const send2 = async (reply: Reply): Promise<[string, string]> => {
      const url = await serve(() => reply);
      const whole = await failure((await send(url)).text(limit));
      const streamed = await failure(collect((await send(url)).stream()));
      await server?.stop();
      return [whole.code, streamed.code];
    };
    const headers = { "content-encoding": "gzip" };
    expect(await send2(bytes(packed.subarray(0, 50), { headers }))).toEqual(["TRUNCATED", "TRUNCATED"]);
    expect(await send2(bytes(packed, { headers, truncate: 50 }))).toEqual(["TRUNCATED", "TRUNCATED"]);
    expect(await send2(text("not gzip at all", { headers }))).toEqual(["INVALID_RESPONSE", "INVALID_RESPONSE"]);
  });

  it("that is not known, or piled up, is INVALID_RESPONSE", async () => {
    const url = await serve((request) => text("x", { headers: { "content-encoding": request.search } }));
    expect((await failure((await send(`${url}/?zstd`)).text(limit))).message).toContain('as "zstd", which was not asked for');
    expect(await failure((await send(`${url}/?gzip,gzip,gzip,gzip`)).text(limit))).toMatchObject({ code: "INVALID_RESPONSE" });
  });

  it("is not asked for where the request says otherwise", async () => {
    const url = await serve(() => empty());
    await (await send(url, { headers: { "accept-encoding": "identity" } })).discard();
    expect(server?.requests[0]?.headers["accept-encoding"]).toBe("identity");
  });
});

describe("an answer that breaks off", () => {
  it.each<[string, Reply, RegExp]>([
    ["before its announced length", truncate("abcdef", 4), /broke off after 4 of 6 bytes/],
    ["by a length that is too large", text("abc", { contentLength: 10 }), /broke off after 3 of 10 bytes/],
    ["within its chunks", text("abcdef", { chunked: true, truncate: 4 }), /broke off after 4 bytes/],
    ["by a reset", text("abcdef", { reset: "in" }), /broke off after [03] of 6 bytes/],
  ])("%s is TRUNCATED", async (_name, reply, message) => {
    const url = await serve(() => reply);
    for (const read of ["text", "stream"] as const) {
      const answer = await send(url);
      const error = await failure(read === "text" ? answer.text(limit) : collect(answer.stream()));
      expect(error).toMatchObject({ code: "TRUNCATED", details: { phase: "body", sent: true } });
      expect(error.message).toMatch(message);
    }
  });

  it("gives the bytes before the break to a stream's reader", async () => {
    const url = await serve(() => truncate("abcdef", 4));
    const read: number[] = [];
    const reading = (async () => {
      for await (const chunk of (await send(url)).stream()) read.push(...chunk);
    })();
    expect(await failure(reading)).toMatchObject({ code: "TRUNCATED" });
    expect(Buffer.from(read).toString()).toBe("abcd");
  });

  it("is NETWORK where nothing of it came, INVALID_RESPONSE where it is no HTTP", async () => {
    const odd = createServer((socket) => {
      socket.once("data", (data) => socket.end(String(data).includes("/garbage") ? "SSH-2.0-OpenSSH_9.2\r\n" : ""));
    }).listen(0, "127.0.0.1");
    await once(odd, "listening");
    const url = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
    expect(await failure(send(`${url}/nothing`))).toMatchObject({
      code: "NETWORK",
      details: { phase: "headers", sent: true },
      message: expect.stringContaining("closed the connection before it answered: other side closed") as string,
    });
    expect(await failure(send(`${url}/garbage`))).toMatchObject({
      code: "INVALID_RESPONSE",
      message: expect.stringContaining("not proper HTTP") as string,
    });
    odd.close();
  });
});

describe("stream", () => {
  it("reads no faster than its reader", async () => {
    const total = 64 * 1024 * 1024;
    let made = 0;
    const source = createServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      const piece = Buffer.alloc(256 * 1024);
      const push = (): void => {
        while (made < total) {
          made += piece.byteLength;
          if (!socket.write(piece)) return;
        }
      };
      socket.on("drain", push).on("error", () => undefined);
      push();
    }).listen(0, "127.0.0.1");
    await once(source, "listening");
    const answer = await send(`http://127.0.0.1:${(source.address() as AddressInfo).port}`);
    const iterator = answer.stream()[Symbol.asyncIterator]();
    let received = (await iterator.next()).value?.byteLength ?? 0;
    // What the two sockets hold is bounded; the source stands still until it is read.
    let before = -1;
    while (made !== before) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(made).toBeLessThan(total / 2);
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) received += next.value.byteLength;
    expect(received).toBe(total);
    source.close();
  });

  it("that is left early ends the connection", async () => {
    const url = await serve(() => text("x".repeat(100_000), { hold: "body" }));
    for await (const chunk of (await send(url)).stream()) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await server?.requests[0]?.ended).toBe("cut");
  });

  it("that is left early ends the connection also where it is decoded", async () => {
    const url = await serve(() =>
      bytes(gzipSync(Buffer.from(Array.from({ length: 500_000 }, (_unused, index) => (index * 7919) % 251))), {
        headers: { "content-encoding": "gzip" },
        hold: "body",
      }),
    );
    for await (const chunk of (await send(url)).stream()) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(await server?.requests[0]?.ended).toBe("cut");
  });
});

describe("discard", () => {
  it("reads a small rest and keeps the connection", async () => {
    const url = await serve(() => text("x".repeat(60_000)));
    await (await send(url)).discard();
    expect(await server?.requests[0]?.ended).toBe("answered");
    expect(server?.openConnections).toBe(1);
  });

  it.each<[string, Reply]>([
    ["large, announced", bytes(Buffer.alloc(64_000_000))],
    ["large, not announced", bytes(Buffer.alloc(64_000_000), { chunked: true })],
    ["slow", text("x".repeat(100), { hold: "body" })],
    ["broken", text("x".repeat(1000), { reset: "in" })],
  ])("cuts a rest that is %s, and never rejects", async (_name, reply) => {
    const url = await serve(() => reply);
    await expect((await send(url)).discard()).resolves.toBeUndefined();
    expect(await server?.requests[0]?.ended).toBe("cut");
  });
});
