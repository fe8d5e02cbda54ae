import { request as send } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
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
  truncate,
  type Handler,
  type Routes,
  type ServerOptions,
  type TestServer,
} from "../src/testing/index.ts";

let server: TestServer;
afterEach(() => server.stop());

async function start(answer: Handler | Routes, options?: ServerOptions): Promise<string> {
  server = await startServer(answer, options);
  return server.url;
}

describe("startServer", () => {
  it("records a request as it arrived", async () => {
    const url = await start(() => empty());
    await fetch(`${url}/a%2Fb/c?x=1&x=2&y=%20z`, { method: "POST", headers: { "X-Mine": "1" }, body: '{"a":1}' });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/a%2Fb/c",
      search: "x=1&x=2&y=%20z",
      text: '{"a":1}',
      json: { a: 1 },
      origin: url,
      connection: 1,
    });
    expect(request?.query).toEqual([
      ["x", "1"],
      ["x", "2"],
      ["y", " z"],
    ]);
    expect(request?.headers["x-mine"]).toBe("1");
    await expect(request?.ended).resolves.toBe("answered");
  });

  it("reads a form", async () => {
    const url = await start(() => empty());
    await fetch(url, {
      method: "POST",
      body: new URLSearchParams([
        ["a", "1 2"],
        ["a", "ü"],
      ]),
    });
    expect(server.requests[0]?.form).toEqual([
      ["a", "1 2"],
      ["a", "ü"],
    ]);
  });

  it("routes by method and path, literal parts first, and gives the parameters", async () => {
    const url = await start({
      "GET /runs/{id}": (request) => json({ id: request.params["id"] }),
      "GET /runs/last": text("last"),
      "GET /files/*": html("<p>"),
    });
    expect(await (await fetch(`${url}/runs/a%20b`)).json()).toEqual({ id: "a b" });
    expect(await (await fetch(`${url}/runs/last`)).text()).toBe("last");
    expect((await fetch(`${url}/files/a/b`)).headers.get("content-type")).toContain("text/html");
    expect((await fetch(`${url}/runs/1`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${url}/runs`)).status).toBe(404);
  });

  it("refuses a route that is none", async () => {
    await start(() => empty());
    await expect(startServer({ "/runs": empty() })).rejects.toThrow('A route is written "GET /path"');
  });

  it("answers 500 with the text of a handler's error", async () => {
    const url = await start(() => {
      throw new Error("oops");
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("oops");
  });

  it("redirects, sends repeated fields, drips", async () => {
    const url = await start({
      "GET /r": redirect("/there", 307),
      "GET /c": { headers: { "set-cookie": ["a=1", "b=2"] } },
      "GET /d": drip("abcdef", 1, 2),
    });
    const answer = await fetch(`${url}/r`, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([307, "/there"]);
    expect((await fetch(`${url}/c`)).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await (await fetch(`${url}/d`)).text()).toBe("abcdef");
  });

  it("resets, truncates, announces a wrong length", async () => {
    const url = await start({
      "GET /reset": reset(),
      "GET /in": text("abcdef", { reset: "in" }),
      "GET /cut": truncate("abcdef", 3),
      "GET /long": text("abc", { contentLength: 10 }),
    });
    await expect(fetch(`${url}/reset`)).rejects.toThrow();
    for (const path of ["/in", "/cut", "/long"]) {
      await expect(
        fetch(url + path).then((answer) => answer.text()),
        path,
      ).rejects.toThrow();
    }
  });

  it("stays silent until the client leaves, and tells that it left", async () => {
    const url = await start({ "GET /all": silence(), "GET /body": text("abcdef", { hold: "body" }) });
    const controller = new AbortController();
    const pending = fetch(`${url}/all`, { signal: controller.signal });
    const request = await server.received(1);
    controller.abort();
    await expect(pending).rejects.toThrow();
    await expect(request.ended).resolves.toBe("cut");
    const answer = await fetch(`${url}/body`);
    const reader = answer.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("abc");
    await reader.cancel();
  });

  it("stops while answers are pending", async () => {
    const url = await start(() => silence());
    const pending = fetch(url).catch((error: unknown) => error);
    await server.received(1);
    await server.stop();
    expect(await pending).toBeInstanceOf(Error);
    await expect(fetch(url)).rejects.toThrow();
  });

  it("closes the connection after an answer when told", async () => {
    const url = await start(() => text("x", { reset: "after" }));
    expect(await (await fetch(url)).text()).toBe("x");
    await vi.waitFor(() => expect(server.openConnections).toBe(0));
  });

  it("answers before the body to Expect: 100-continue, or lets it come", async () => {
    const url = await start((request) => text(`got ${request.text}`), {
      beforeBody: (request) => (request.path === "/door" ? redirect("/pool", 307) : undefined),
    });
    const put = (path: string) =>
      new Promise<[number | undefined, boolean]>((resolve, reject) => {
        let continued = false;
        const request = send(url + path, { method: "PUT", headers: { expect: "100-continue", "content-length": 4 } }, (answer) => {
          answer.resume().on("end", () => resolve([answer.statusCode, continued]));
        });
        request.on("continue", () => {
          continued = true;
          request.end("data");
        });
        request.on("error", reject);
        request.flushHeaders();
      });
    expect(await put("/door")).toEqual([307, false]);
    expect(await put("/pool")).toEqual([200, true]);
    expect(server.requests.map(({ text: body }) => body)).toEqual(["", "data"]);
  });

  it("counts what is in flight", async () => {
    const url = await start(() => text("x", { delay: 20 }));
    await Promise.all([1, 2, 3].map(() => fetch(url)));
    expect(server.peakInFlight).toBe(3);
  });
});
