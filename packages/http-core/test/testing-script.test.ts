import { afterEach, describe, expect, it } from "vitest";
import { empty, json, replay, script, text, type RecordedExchange, type Replay, type ScriptedServer } from "../src/testing/index.ts";

let server: ScriptedServer | Replay;
afterEach(() => server.stop());

describe("script", () => {
  it("answers in order and is done", async () => {
    const scripted = (server = await script([
      {
        request: {
          method: "POST",
          path: "/a?x=1",
          json: { b: [1, { c: "<token>" }] },
          headers: { Authorization: "Bearer <token>", "content-type": "application/json" },
        },
        response: json({ one: 1 }),
      },
      { request: ({ path }) => path === "/b", response: empty(), times: 2 },
    ]));
    const headers = { authorization: "Bearer abc", "content-type": "application/json; charset=utf-8" };
    const answer = await fetch(`${scripted.url}/a?x=1`, { method: "POST", headers, body: JSON.stringify({ b: [1, { c: "anything" }] }) });
    expect(await answer.json()).toEqual({ one: 1 });
    expect(() => scripted.done()).toThrow("Exchange 1 was not asked for");
    await fetch(`${scripted.url}/b`);
    await fetch(`${scripted.url}/b`);
    expect(scripted.answered).toBe(3);
    scripted.done();
  });

  it("answers 501 with the differences, and reports them", async () => {
    const scripted = (server = await script([
      {
        request: { method: "PUT", path: "/a", query: [["x", "1"]], json: { a: 1, b: "x" }, withoutHeaders: ["authorization"] },
        response: empty(),
      },
    ]));
    const answer = await fetch(`${scripted.url}/b?x=2`, { method: "POST", headers: { authorization: "Basic x" }, body: '{"a":2,"c":3}' });
    expect(answer.status).toBe(501);
    const report = await answer.text();
    for (const part of [
      'method: expected "PUT", got "POST"',
      'path: expected "/a"',
      'query[0][1]: expected "1", got "2"',
      "body.a: expected 1, got 2",
      'body.b: expected "x", is missing',
      "body.c: not expected",
      "header authorization: expected none",
    ]) {
      expect(report).toContain(part);
    }
    expect(() => scripted.done()).toThrow(/differs from exchange 0[^]*was not asked for: PUT \/a/);
  });

  it("tells of requests beyond the script", async () => {
    const scripted = (server = await script([]));
    await fetch(scripted.url);
    expect(() => scripted.done()).toThrow("every exchange is used up");
  });

  it("takes requests in any order", async () => {
    const scripted = (server = await script(
      ["/1", "/2", "/3"].map((path) => ({ request: { path }, response: text(path) })),
      { order: "any" },
    ));
    for (const path of ["/3", "/1", "/2"]) expect(await (await fetch(scripted.url + path)).text()).toBe(path);
    scripted.done();
  });

  it("compares forms, texts, bytes, sets and pairs in any order", async () => {
    const scripted = (server = await script(
      [
        {
          request: {
            form: [
              ["a", "1"],
              ["a", "<state: 8 characters>"],
            ],
          },
          response: empty(),
        },
        { request: { text: "<p>x</p>" }, response: empty() },
        { request: { base64: "AAE=" }, response: empty() },
        {
          request: {
            query: [
              ["sort", "a,b"],
              ["z", "1"],
            ],
          },
          response: empty(),
        },
        { request: { query: { b: "2", a: "1" }, empty: true }, response: empty() },
      ],
      { asSets: ["sort"], queryOrder: "any" },
    ));
    await fetch(scripted.url, {
      method: "POST",
      body: new URLSearchParams([
        ["a", "1"],
        ["a", "whatever"],
      ]),
    });
    await fetch(scripted.url, { method: "POST", body: "<p>x</p>" });
    await fetch(scripted.url, { method: "POST", body: new Uint8Array([0, 1]) });
    await fetch(`${scripted.url}/?z=1&sort=b,a`);
    await fetch(`${scripted.url}/?a=1&b=2`);
    scripted.done();
  });

  it("does not take markup for placeholders", async () => {
    const scripted = (server = await script([{ request: { text: "<p>x</p>" }, response: empty() }]));
    expect((await fetch(scripted.url, { method: "POST", body: "-x-" })).status).toBe(501);
  });
});

describe("replay", () => {
  const login: RecordedExchange = {
    request: {
      method: "GET",
      origin: "https://service.example",
      path: "/api/a%2Fb",
      query: [["q", "1"]],
      headers: { accept: "*/*", "user-agent": "python" },
      body: null,
    },
    response: { status: 302, headers: { Location: "https://sso.example/auth?redirect_uri=https://service.example/back" }, body: null },
  };
  const token: RecordedExchange = {
    request: {
      method: "POST",
      origin: "https://sso.example",
      path: "/auth",
      query: [],
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: { form: [["redirect", "https://service.example/back"]] },
    },
    response: { status: 200, headers: {}, body: { json: { next: "https://service.example/page/2", token: "<token>" } } },
  };

  it("plays every origin on a server of its own and translates what names them", async () => {
    const played = (server = await replay([login, token]));
    const service = played.urlOf("https://service.example");
    const sso = played.urlOf("https://sso.example");
    expect(service).not.toBe(sso);
    const first = await fetch(`${service}/api/a%2Fb?q=1`, { redirect: "manual" });
    expect(first.headers.get("location")).toBe(`${sso}/auth?redirect_uri=${service}/back`);
    const second = await fetch(`${sso}/auth`, { method: "POST", body: new URLSearchParams({ redirect: `${service}/back` }) });
    const body: unknown = await second.json();
    expect(body).toEqual({ next: `${service}/page/2`, token: "<token>" });
    expect(played.recorded(body)).toEqual({ next: "https://service.example/page/2", token: "<token>" });
    expect(played.requests).toHaveLength(2);
    played.done();
  });

  it("tells a request that came to the wrong server, and a body that should not be there", async () => {
    const played = (server = await replay([token, login]));
    await fetch(`${played.urlOf("https://service.example")}/auth`, { method: "POST", body: "x" });
    expect(() => played.done()).toThrow('origin: expected "https://sso.example", got "https://service.example"');
    expect(() => played.urlOf("https://other.example")).toThrow("has no origin");
  });

  it("plays closed connections, early answers at a pool and cut bodies", async () => {
    const request = { path: "/f", query: [], headers: {}, body: null };
    const played = (server = await replay([
      { request: { ...request, method: "GET" }, response: { status: null, error: "connection closed" } },
      { request: { ...request, method: "GET" }, response: { status: 200, body: { text: "0123456789" }, truncated_to: 4 } },
      { request: { ...request, method: "GET" }, response: { status: 307, headers: { Location: "<pool>/g" }, body: null } },
      { request: { ...request, method: "GET", path: "/g" }, response: { status: 200, body: { base64: "AAE=" } }, at: "<pool>" },
    ]));
    await expect(fetch(`${played.url}/f`)).rejects.toThrow();
    await expect(fetch(`${played.url}/f`).then((answer) => answer.text())).rejects.toThrow();
    const answer = await fetch(`${played.url}/f`);
    expect(answer.url).toBe(`${played.urlOf("<pool>")}/g`);
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 1]);
    played.done();
  });

  it("leaves out header fields and query keys that are not to be compared", async () => {
    const request = {
      method: "GET",
      path: "/",
      query: [["v", "1"]] as [string, string][],
      headers: { accept: "application/json", "x-user": "me" },
      body: null,
    };
    const played = (server = await replay([{ request, response: { status: 204 } }], { ignoreHeaders: ["X-User"], ignoreQuery: ["v"] }));
    expect((await fetch(`${played.url}/?v=2`, { headers: { accept: "application/json" } })).status).toBe(204);
    played.done();
  });
});
