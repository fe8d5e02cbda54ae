import { EventEmitter } from "node:events";
import { FakeTerminal } from "@sci/cli-core/testing";
import { createCa, html, json, startServer, type TestServer } from "@sci/http-core/testing";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { command } from "./cli-support.ts";

let sandbox: Sandbox;
let server: TestServer | undefined;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["mymdc"], scale: 20 });
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(() => sandbox.stop());

const credentials = { MYMDC_CLIENT_ID: "id", MYMDC_CLIENT_SECRET: "a-secret", MYMDC_USER_EMAIL: "me@example.org" };
const token = json({ access_token: "t", token_type: "Bearer", expires_in: 7200 });

describe("not authenticated (3)", () => {
  it("names the variables that are missing", async () => {
    const { code, stderr } = await command({ MYMDC_URL: "https://mymdc.invalid/metadata" }, ["me"]);
    expect(code).toBe(3);
    expect(stderr).toContain("clientId (MYMDC_CLIENT_ID) and clientSecret (MYMDC_CLIENT_SECRET) are not set");
  });

  it("a wrong secret, which is not shown", async () => {
    const { code, stdout, stderr } = await command({ ...sandbox.env, MYMDC_CLIENT_SECRET: "not-the-secret" }, ["me"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).not.toContain("not-the-secret");
  });

  it("another address than the client's", async () => {
    const { code, stderr } = await command(sandbox.env, ["me", "--user-email", "other@example.org"]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("MYMDC_USER_EMAIL")]);
  });

  it("asks for the secret at a terminal, without showing it", async () => {
    const stdin = new FakeTerminal();
    stdin.write(`${sandbox.env["MYMDC_CLIENT_SECRET"]}\r`);
    const { MYMDC_CLIENT_SECRET: _secret, ...env } = sandbox.env;
    const { code, stdout, stderr } = await command(env, ["me"], { stdin, tty: true, columns: 80 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Secret of ${sandbox.env["MYMDC_CLIENT_ID"]}: \n` });
    expect(stdout).toContain("maial");
  });
});

describe("where tokens and the API are", () => {
  it("takes MYMDC_TOKEN_URL and --token-url before the address below the service", async () => {
    server = await startServer({ "POST /elsewhere/token": token, "GET /metadata/api/me": json({ id: 5, email: "me@example.org" }) });
    const env = { ...credentials, MYMDC_URL: `${server.url}/metadata`, MYMDC_TOKEN_URL: `${server.url}/elsewhere/token` };
    expect((await command(env, ["me"])).code).toBe(0);
    const { MYMDC_TOKEN_URL: url, ...without } = env;
    expect((await command(without, ["me", "--token-url", url])).code).toBe(0);
    expect((await command(without, ["me"])).code).not.toBe(0);
  });

  it("trusts the certificates of --ca", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mymdc-ca-"));
    try {
      const ca = await createCa();
      await writeFile(join(folder, "ca.pem"), ca.cert);
      server = await startServer(
        { "POST /metadata/oauth/token": token, "GET /metadata/api/me": json({ id: 5 }) },
        { tls: ca.issue({ commonName: "localhost" }) },
      );
      const env = { ...credentials, MYMDC_URL: `${server.url}/metadata` };
      expect((await command(env, ["me"])).code).toBe(1);
      expect((await command(env, ["me", "--ca", join(folder, "ca.pem")])).code).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("sends no credentials with --auth none", async () => {
    server = await startServer({ "GET /metadata/api/me": json({ id: 5 }) });
    expect((await command({ ...credentials, MYMDC_URL: `${server.url}/metadata` }, ["me", "--auth", "none"])).code).toBe(0);
    expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual([undefined]);
  });
});

describe("failed (1), not found (4)", () => {
  it("a proposal and a run that are not there", async () => {
    for (const argv of [
      ["proposal", "12345"],
      ["runs", "12345"],
      ["samples", "12345"],
      ["run", "show", "1234", "999"],
      ["replica", "list", "1234", "999"],
      ["replica", "add", "1234", "1", "NOPE"],
    ]) {
      const { code, stdout, stderr } = await command(sandbox.env, argv);
      expect({ code, stdout }, argv.join(" ")).toEqual({ code: 4, stdout: "" });
      expect(stderr).toMatch(/^mymdc: .+\n$/);
    }
  });

  it("500 with HTML, on one line and without its tags", async () => {
    server = await startServer({
      "POST /metadata/oauth/token": token,
      "GET /metadata/api/me": html("<!DOCTYPE html><html><head><title>Internal error</title></head><body><h1>500</h1></body></html>", {
        status: 500,
      }),
    });
    const { code, stdout, stderr } = await command({ ...credentials, MYMDC_URL: `${server.url}/metadata` }, ["me"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("500");
    expect(stderr).not.toContain("a-secret");
  });

  it("a token that has ended is renewed on the way", async () => {
    await sandbox.setFaults([{ kind: "expire-token", facility: "mymdc", path: "/metadata/api/", times: 1 }]);
    const { code, stdout } = await command(sandbox.env, ["runs", "1234"]);
    expect([code, stdout.split("\n").length - 1]).toEqual([0, 10]);
    await sandbox.setFaults([]);
  });
});

describe("interrupted (130)", () => {
  it("ends at once and leaves no file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mymdc-"));
    const signals = new EventEmitter();
    server = await startServer((request) => {
      if (request.path.endsWith("/token")) return token;
      if (!request.query.some(([name, value]) => name === "page" && value === "1")) {
        signals.emit("SIGINT");
        return { hold: "all" };
      }
      const headers = { "x-total-pages": "3", "x-total-count": "3", "x-count-per-page": "1", "x-current-page": "1" };
      return json({ proposal: {}, runs: [{ id: 1, run_number: 1, flg_status: 2, repositories: {} }] }, { headers });
    });
    try {
      const argv = ["runs", "1234", "--page-size", "1", "--output", join(folder, "runs.ndjson")];
      const { code } = await command({ ...credentials, MYMDC_URL: `${server.url}/metadata` }, argv, { signals });
      expect(code).toBe(130);
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a service that does not tell how many pages there are", () => {
  it("gives the same runs, one page after the other", async () => {
    const all = await command(sandbox.env, ["runs", "1234", "--page-size", "3"]);
    sandbox.mymdc.pagingHeaders = false;
    sandbox.clearRequests();
    expect(await command(sandbox.env, ["runs", "1234", "--page-size", "3"])).toEqual(all);
    sandbox.mymdc.pagingHeaders = true;
    const pages = sandbox.requests.flatMap(({ query }) => /page=(\d+)/.exec(query)?.[1] ?? []);
    expect(pages).toEqual(["1", "2", "3", "4"]);
  });
});

describe("help", () => {
  it("names what there is, with examples", async () => {
    const { code, stdout } = await command({}, ["--help"]);
    expect(code).toBe(0);
    for (const name of ["instruments", "proposal", "runs", "samples", "run", "replica", "get", "resources", "completion"])
      expect(stdout).toContain(`  ${name}`);
    expect(stdout).toContain("MYMDC_TOKEN_URL");
    expect((await command({}, ["run", "register", "--help"])).stdout).toContain("Examples:");
  });

  it.each(["bash", "zsh", "fish"])("completes for %s", async (shell) => {
    const { code, stdout } = await command({}, ["completion", shell]);
    expect(code).toBe(0);
    for (const name of ["replica", "instruments", "dry-run"]) expect(stdout).toContain(name);
  });
});
