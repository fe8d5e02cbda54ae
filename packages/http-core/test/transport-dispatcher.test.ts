import { fork } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { Agent, MockAgent } from "undici";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCa, json, startServer, type TestServer } from "../src/testing/index.ts";
import { createTransport } from "../src/transport/node.ts";
import type { Transport } from "../src/transport/types.ts";
import { failure, limit, sender } from "./transport-support.ts";

let server: TestServer;
let transport: Transport | undefined;
const send = sender(() => transport as Transport);

beforeAll(async () => {
  server = await startServer((request) => json({ path: request.path }));
});
afterAll(() => server.stop());
afterEach(() => transport?.close());

describe("an own dispatcher", () => {
  it("carries the requests, and stays open", async () => {
    const agent = new Agent({ connections: 1 });
    for (let turn = 0; turn < 2; turn++) {
      transport = createTransport({ dispatcher: agent });
      expect(await (await send(`${server.url}/a`)).text(limit)).toBe('{"path":"/a"}');
      await transport.close();
    }
    expect(agent.closed).toBe(false);
    await agent.close();
    transport = createTransport({ dispatcher: agent });
    expect(await failure(send(server.url))).toMatchObject({ code: "NETWORK" });
  });

  it("may be a mock", async () => {
    const mock = new MockAgent();
    mock.disableNetConnect();
    mock
      .get("https://service.example")
      .intercept({ path: "/a?b=1", method: "POST", body: "x" })
      .reply(201, "made", { headers: { "x-a": "1" } });
    transport = createTransport({ dispatcher: mock });
    const answer = await send("https://service.example/a?b=1", { method: "POST", body: "x" });
    expect([answer.status, answer.header("x-a"), await answer.text(limit)]).toEqual([201, "1", "made"]);
    await mock.close();
  });

  it("of an older undici is refused with the cure", async () => {
    // Version 6 asks its handlers for other methods; this is its check and its error.
    const old = {
      dispatch(_options: object, handler: { onError?: unknown }) {
        if (typeof handler.onError !== "function")
          throw Object.assign(new Error("invalid onError method"), { code: "UND_ERR_INVALID_ARG" });
      },
    };
    transport = createTransport({ dispatcher: old });
    const error = await failure(send(server.url));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", details: { option: "dispatcher" } });
    expect(error.message).toMatch(
      /invalid onError method.*\. Make it with undici 7 or later, or leave it out and use the options tls and proxy/,
    );
  });
});

describe("a process", () => {
  let folder: string;
  let program: string;

  beforeAll(async () => {
    // Beside the package, so that it finds undici as an installed package would.
    const cache = join(import.meta.dirname, "../.cache");
    await mkdir(cache, { recursive: true });
    folder = await mkdtemp(join(cache, "transport-"));
    program = join(folder, "transport-process.mjs");
    await build({
      entryPoints: [join(import.meta.dirname, "fixtures/transport-process.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["undici"],
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  function run(task: string, env: Readonly<Record<string, string>> = {}): Promise<{ messages: unknown[]; code: number | null }> {
    return new Promise((resolve, reject) => {
      const messages: unknown[] = [];
      const child = fork(program, [task], { env: { ...process.env, URL: server.url, ...env }, execArgv: [] });
      child.on("message", (message) => messages.push(message));
      child.once("error", reject);
      child.once("exit", (code) => resolve({ messages, code }));
    });
  }

  it("does not load undici before the first request", async () => {
    expect(await run("import")).toEqual({ messages: [{ loaded: false }], code: 0 });
  });

  it("keeps Node's own global dispatcher, whichever fetches first", async () => {
    expect(await run("transport-first")).toEqual({ messages: [{ ours: false, same: true, fetched: '{"path":"/global"}' }], code: 0 });
    expect(await run("fetch-first")).toEqual({ messages: [{ ours: false, same: true, fetched: '{"path":"/global"}' }], code: 0 });
  });

  it("keeps a global dispatcher that the application set", async () => {
    expect(await run("own-global")).toEqual({ messages: [{ kept: true }], code: 0 });
  });

  it("ends by itself, without close, though connections are kept", async () => {
    expect(await run("no-close")).toEqual({ messages: ['{"path":"/once"}'], code: 0 });
  });

  it("trusts NODE_EXTRA_CA_CERTS also where tls.ca is given", async () => {
    const scratch = await mkdtemp(join(tmpdir(), "extra-"));
    const [mine, other] = await Promise.all([createCa(), createCa("Other CA")]);
    const secure = await startServer(() => json([1]), { tls: mine.issue({ commonName: "localhost" }) });
    const extra = join(scratch, "extra.pem");
    await writeFile(extra, mine.cert);
    const env = { URL: secure.url, CA: other.cert };
    expect(await run("tls", { ...env, NODE_EXTRA_CA_CERTS: extra })).toEqual({ messages: ["[1]"], code: 0 });
    expect(await run("tls", env)).toEqual({ messages: ["TLS"], code: 0 });
    await secure.stop();
    await rm(scratch, { recursive: true });
  });
});
