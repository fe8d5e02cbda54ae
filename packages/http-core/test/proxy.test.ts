import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createCa,
  json,
  startProxy,
  startServer,
  type ProxyOptions,
  type TestCa,
  type TestCertificate,
  type TestProxy,
  type TestServer,
} from "../src/testing/index.ts";
import { chooseProxy } from "../src/transport/proxy.ts";
import { createTransport } from "../src/transport/node.ts";
import type { Transport, TransportOptions } from "../src/transport/types.ts";
import { failure, limit, sender } from "./transport-support.ts";

let ca: TestCa;
let identity: TestCertificate;
let plain: TestServer;
let secure: TestServer;
let transport: Transport | undefined;
const proxies: TestProxy[] = [];
const send = sender(() => transport as Transport);

async function proxy(options?: ProxyOptions): Promise<TestProxy> {
  const one = await startProxy(options);
  proxies.push(one);
  return one;
}

function open(options: TransportOptions): void {
  transport = createTransport({ tls: { ca: ca.cert }, ...options });
}

beforeAll(async () => {
  ca = await createCa();
  identity = ca.issue({ commonName: "user" });
  plain = await startServer((request) =>
    json({ path: request.target, host: request.headers["host"], proxied: request.headers["proxy-authorization"] ?? null }),
  );
  secure = await startServer((request) => json(request.clientCertificate ?? null), {
    tls: { ...ca.issue({ commonName: "localhost", hosts: ["localhost", "service.example", "127.0.0.1"] }), clientCa: ca.cert },
  });
});
afterAll(async () => {
  await Promise.all([plain.stop(), secure.stop()]);
});
afterEach(async () => {
  await transport?.close();
  transport = undefined;
  await Promise.all(proxies.splice(0).map((one) => one.stop()));
});

describe("a proxy", () => {
  it("forwards plain http with the whole URL, and keeps its credentials to itself", async () => {
    const via = await proxy({ username: "me", password: "p:w/ü" });
    open({ proxy: via.url.replace("//", `//me:${encodeURIComponent("p:w/ü")}@`) });
    const answer = await (await send(`${plain.url}/a%20b?x=1`)).text(limit);
    expect(JSON.parse(answer)).toEqual({ path: "/a%20b?x=1", host: new URL(plain.url).host, proxied: null });
    expect(via.requests).toMatchObject([{ method: "GET", target: `${plain.url}/a%20b?x=1`, headers: { host: new URL(plain.url).host } }]);
  });

  it("tunnels https, with the log-in at the proxy only, and uses the tunnel again", async () => {
    const via = await proxy({ username: "me", password: "secret" });
    open({ proxy: via.url.replace("//", "//me:secret@") });
    for (let turn = 0; turn < 3; turn++) {
      expect(await (await send(secure.url)).text(limit)).toBe("null");
      await new Promise(setImmediate);
    }
    expect(via.requests).toMatchObject([{ method: "CONNECT", target: `localhost:${secure.port}`, status: 200 }]);
    expect(JSON.stringify(secure.requests.at(-1)?.headers)).not.toContain("Basic");
  });

  it("together with a client certificate: shown to the service through the tunnel", async () => {
    const via = await proxy();
    open({ proxy: via.url, tls: { ca: ca.cert, cert: identity.cert, key: identity.key }, certificateOrigins: [secure.origin] });
    expect(JSON.parse(await (await send(secure.url)).text(limit))).toEqual({ commonName: "user", authorized: true });
    expect(via.requests).toHaveLength(1);
  });

  it("does not weaken the check of the service's certificate", async () => {
    const via = await proxy();
    open({ proxy: via.url, tls: {} });
    expect(await failure(send(secure.url))).toMatchObject({ code: "TLS", details: { sent: false } });
    await transport?.close();
    const other = await proxy({ target: secure.url });
    open({ proxy: other.url });
    expect((await failure(send("https://other.example"))).message).toMatch(/other\.example is made out for another name/);
  });

  it.each([
    [403, /refused localhost:\d+ with status 403: it does not let this connection through/],
    [407, /with status 407: it does not accept the user and password/],
    [502, /with status 502/],
  ])("that refuses CONNECT with %i ends the request, after one try, with an error that says so", async (status, message) => {
    const via = await proxy({ refuse: status });
    open({ proxy: via.url.replace("//", "//me:hunter2-secret@") });
    const error = await failure(send(secure.url));
    expect(error).toMatchObject({ code: "NETWORK", details: { phase: "connect", sent: false, proxyStatus: status } });
    expect(error.details?.["permanent"]).toBe(status < 500 ? true : undefined);
    expect(error.message).toMatch(message);
    expect(error.message + JSON.stringify(error)).not.toContain("hunter2");
    expect(via.requests).toHaveLength(1);
  });

  it("that wants a log-in is told apart, for plain http too", async () => {
    const via = await proxy({ username: "me", password: "secret" });
    open({ proxy: via.url });
    for (const url of [secure.url, plain.url]) {
      const error = await failure(send(url));
      expect(error).toMatchObject({ code: "NETWORK", details: { proxyStatus: 407, permanent: true } });
      expect(error.message).toContain("it wants a log-in: put user and password into its URL");
    }
  });

  it("that is not there is NETWORK and named", async () => {
    const gone = await startProxy();
    await gone.stop();
    open({ proxy: gone.url.replace("//", "//me:hunter2-secret@") });
    for (const url of [secure.url, plain.url]) {
      const error = await failure(send(url));
      expect(error).toMatchObject({ code: "NETWORK", details: { phase: "connect", sent: false } });
      expect(error.message).toMatch(/proxy http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/);
      expect(error.message).not.toContain("hunter2");
    }
  });

  it("that closes the connection at CONNECT does not make it ask for ever", async () => {
    let asked = 0;
    const rude = await listen((socket) => socket.once("data", () => void ((asked += 1), socket.destroy())));
    open({ proxy: `http://127.0.0.1:${rude.port}` });
    expect(await failure(send(secure.url))).toMatchObject({
      code: "NETWORK",
      message: expect.stringContaining("The proxy http://127.0.0.1") as string,
    });
    expect(asked).toBe(1);
    rude.server.close();
  });

  it("that stays silent, or tunnels to a service that does, ends with the connect limit", async () => {
    const silent = await proxy({ silent: true });
    open({ proxy: silent.url, connectTimeout: 200 });
    expect(await failure(send(secure.url))).toMatchObject({ code: "TIMEOUT", details: { phase: "connect", sent: false } });
    await transport?.close();
    const deaf = await listen(() => undefined);
    const onward = await proxy({ target: `http://127.0.0.1:${deaf.port}` });
    open({ proxy: onward.url, connectTimeout: 200 });
    expect(await failure(send("https://service.example"))).toMatchObject({ code: "TIMEOUT", details: { phase: "connect", sent: false } });
    deaf.server.close();
  });

  it("is refused as an option where it is no http(s) URL, without showing its password", () => {
    for (const bad of ["socks5://me:hunter2@host", "http://", "ftp://host", "http://me:hunter2@host:port"]) {
      expect(() => createTransport({ proxy: bad })).toThrow(/proxy must be the http\(s\) URL of a proxy/);
      expect(() => createTransport({ proxy: bad })).not.toThrow(/hunter2/);
    }
  });
});

describe("the environment", () => {
  const names = ["https_proxy", "http_proxy", "no_proxy", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];
  const saved = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  function environment(values: Record<string, string>): void {
    for (const name of names) {
      const value = values[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  afterEach(() =>
    environment(Object.fromEntries(Object.entries(saved).filter((entry): entry is [string, string] => entry[1] !== undefined))),
  );

  it("names the proxies, each for its kind, and NO_PROXY the exceptions; loopback goes direct", async () => {
    const forHttps = await proxy({ target: secure.url });
    const forHttp = await proxy({ target: plain.url });
    environment({ HTTPS_PROXY: forHttps.url, http_proxy: forHttp.url, NO_PROXY: "direct.invalid" });
    open({});
    expect((await send("https://service.example/x")).status).toBe(200);
    expect((await send("http://service.example/y")).status).toBe(200);
    expect((await send(`${secure.url}/z`)).status).toBe(200);
    expect(await failure(send("http://direct.invalid/"))).toMatchObject({
      code: "NETWORK",
      message: expect.stringContaining("cannot be resolved") as string,
    });
    expect(forHttps.requests.map(({ target }) => target)).toEqual(["service.example:443"]);
    expect(forHttp.requests.map(({ target }) => target)).toEqual(["http://service.example/y"]);
  });

  it("does not count with proxy: false, or an own proxy", async () => {
    const unused = await proxy({ refuse: 500 });
    environment({ HTTPS_PROXY: unused.url, HTTP_PROXY: unused.url, NO_PROXY: "*" });
    const used = await proxy({ target: secure.url });
    open({ proxy: used.url });
    expect((await send("https://service.example")).status).toBe(200);
    await transport?.close();
    open({ proxy: false });
    expect((await send(secure.url)).status).toBe(200);
    expect(unused.requests).toHaveLength(0);
  });

  const p = "http://proxy.example:3128";
  it.each<[string, string, string | undefined]>([
    ["https://a.example", "", p],
    ["https://a.example", "*", undefined],
    ["https://a.example", "b.example, a.example", undefined],
    ["https://x.a.example", "a.example", undefined],
    ["https://x.a.example", ".a.example", undefined],
    ["https://x.a.example", "*.a.example", undefined],
    ["https://xa.example", "a.example", p],
    ["https://A.Example", "a.EXAMPLE", undefined],
    ["https://a.example:8443", "a.example:8443", undefined],
    ["https://a.example", "a.example:443", undefined],
    ["https://a.example", "a.example:8443", p],
    ["https://192.168.1.5", "192.168.1.5", undefined],
    ["https://[fe80::1]:8443", "[fe80::1]:8443", undefined],
    ["https://[fe80::1]", "fe80::1", undefined],
    ["https://127.0.0.1", "", undefined],
    ["https://[::1]", "", undefined],
    ["https://localhost:8080", "", undefined],
  ])("%s with NO_PROXY=%j goes through %s", (origin, noProxy, expected) => {
    expect(chooseProxy(undefined, { HTTPS_PROXY: p, no_proxy: noProxy })(origin)?.origin).toBe(expected);
  });

  it("takes small letters first, an address without http://, and refuses one that is none, naming the variable", () => {
    expect(chooseProxy(undefined, { https_proxy: "small.example:3128", HTTPS_PROXY: p })("https://a.example")).toMatchObject({
      origin: "http://small.example:3128",
      port: 3128,
    });
    expect(chooseProxy(undefined, { https_proxy: "", HTTPS_PROXY: p })("https://a.example")?.origin).toBe(p);
    expect(chooseProxy(undefined, { HTTP_PROXY: p })("https://a.example")).toBeUndefined();
    expect(() => chooseProxy(undefined, { HTTPS_PROXY: "socks5://me:hunter2@host" })).toThrow(
      /^HTTPS_PROXY must be .*socks5:\/\/\*\*\*@host/,
    );
  });
});

async function listen(onConnection: (socket: import("node:net").Socket) => unknown): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}
