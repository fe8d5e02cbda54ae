import { EventEmitter } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeTerminal } from "@sci/cli-core/testing";
import { createCa, html, json, redirect, startServer, type Handler, type ServerOptions, type TestServer } from "@sci/http-core/testing";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { command } from "./support/runreg.ts";

let folder: string;
let sandbox: Sandbox;
let server: TestServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "runreg-"));
  sandbox = await startSandbox({ facilities: ["runregistry"], scale: 50 });
  sandbox.runregistry.addRun(500_001);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

async function serve(handler: Handler, options: ServerOptions = {}): Promise<{ RUNREGISTRY_URL: string }> {
  server = await startServer(handler, options);
  return { RUNREGISTRY_URL: server.url };
}

/** Rows of a page as the service has them. */
function page(index: number, size: number, count: number): unknown {
  const rows = Array.from({ length: Math.max(0, Math.min(size, count - index * size)) }, (_, row) => ({
    run_number: count - index * size - row,
    oms_attributes: {},
    rr_attributes: { class: "Cosmics18" },
    DatasetTripletCache: { triplet_summary: {} },
  }));
  return { runs: rows, count, pages: Math.ceil(count / size) };
}

describe("wrong usage (2)", () => {
  it.each([
    [["runs", "--where", "clas = Collisions18"], 'Unknown attribute of runs "clas". Did you mean "class"?'],
    [["runs", "--where", "class ~ x"], 'unknown operator "~"'],
    [["runs", "--where", "class contains x"], 'unknown operator "contains"'],
    [["runs", "--where", "energy > high"], "Filter on energy: it is a number"],
    [["runs", "--where", "hlt_key = 5"], 'Write "5" in quotes'],
    [["runs", "--where", "start_time >= 2018-13-45"], "start_time"],
    [["runs", "--where", "run_number like 3%"], "run_number"],
    [["runs", "--where", "dt-dt = GODO"], 'Did you mean "GOOD"?'],
    [["runs", "--where-json", '{"or":[{"class":"x"},{"dt-dt":"GOOD"}]}'], "or send it as it is with --unchecked"],
    [["runs", "--fields", "run_number,clas"], 'Unknown field of runs "clas". Did you mean "class"?'],
    [["runs", "--fields", "global_state"], "It is one of datasets."],
    [["runs", "--sort", "clas"], 'Unknown name to sort by of runs "clas"'],
    [["datasets", "--sort", "energy"], "cannot sort datasets by energy"],
    [["run", "0"], 'The run number must be a whole number from 1 to 2147483647, not "0".'],
    [["lumisections", "315257", "--component", "dt-dt"], "--component goes with --kind certified only."],
    [["lumisections", "315257", "--kind", "certified"], "--kind certified needs --component or --bit"],
    [["lumisections", "500001", "--fields", "strat"], 'Did you mean "start"?'],
    [["move", "315257", "--from", "OPEN", "--to", "CLOSED"], 'Unknown state ("to" of online.move()) "CLOSED"'],
    [["move", "315257", "--dataset", "/x", "--workspace", "trakcer", "--from", "OPEN", "--to", "SIGNOFF"], 'Did you mean "tracker"?'],
    [
      ["edit-lumisections", "5", "--component", "dt-dt", "--from", "1", "--to", "2", "--status", "BAD"],
      "BAD needs a comment of at least 3 characters",
    ],
    [["golden-json", "--logic", "x"], "golden-json needs --datasets (or --resume ID)."],
    [["golden-json", "--resume", "5", "--tags", "x"], "--tags makes a new job"],
    [["runs", "--target", "prodution"], "--target"],
  ])("%j", async (argv, message) => {
    const { code, stdout, stderr } = await command(sandbox.env, argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("can be overridden where only we refuse", async () => {
    const { code, stdout } = await command(sandbox.env, [
      "runs",
      "--fields",
      "run_number,oms_attributes.new",
      "--limit",
      "1",
      "--unchecked",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\{"run_number":\d+,"oms_attributes.new":null\}\n$/);
  });
});

describe("not authenticated (3)", () => {
  it("names the variables that are missing", async () => {
    const { code, stderr } = await command({ RUNREGISTRY_URL: "https://runregistry.invalid/api" }, ["runs"]);
    expect(code).toBe(3);
    expect(stderr).toContain("SSO_CLIENT_ID and SSO_CLIENT_SECRET are not set");
    const half = await command({ RUNREGISTRY_URL: "https://runregistry.invalid/api", SSO_CLIENT_ID: "me" }, ["runs"]);
    expect(half).toMatchObject({ code: 3, stdout: "" });
    expect(half.stderr).toContain("SSO_CLIENT_SECRET is not set");
  });

  it("needs credentials at a local server too with --auth token, and none with --auth none", async () => {
    const env = await serve(() => json(page(0, 250, 1)));
    expect((await command(env, ["runs", "--auth", "token"])).code).toBe(3);
    expect((await command(env, ["runs", "--auth", "none"])).code).toBe(0);
    expect((await command(env, ["runs"])).code).toBe(0);
    expect(server?.requests).toHaveLength(2);
  });

  it("asks for the secret at a terminal, without showing it", async () => {
    const stdin = new FakeTerminal();
    stdin.write(`${sandbox.env["SSO_CLIENT_SECRET"]}\r`);
    const { SSO_CLIENT_SECRET: _secret, ...env } = sandbox.env;
    const { code, stdout, stderr } = await command(env, ["runs", "--limit", "1", "--fields", "run_number"], {
      stdin,
      tty: true,
      columns: 80,
    });
    expect(code).toBe(0);
    expect(stdout).toContain("run_number");
    expect(stderr).toBe(`Secret of ${sandbox.env["SSO_CLIENT_ID"]}: \n`);
  });

  it("says that a secret is wrong, and does not show it", async () => {
    const { code, stdout, stderr } = await command({ ...sandbox.env, SSO_CLIENT_SECRET: "not-the-secret" }, ["runs"]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^runreg: .+\n$/);
    expect(stderr).not.toContain("not-the-secret");
  });

  it("takes a log-in page or a redirect to one for what it is", async () => {
    for (const reply of [
      html("<html><title>CERN Single Sign-On</title></html>"),
      redirect("https://auth.cern.ch/auth/realms/cern/protocol/openid-connect/auth"),
    ]) {
      const env = await serve(() => reply);
      const { code, stdout, stderr } = await command(env, ["runs"]);
      expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
      expect(stderr).toContain("SSO_CLIENT_ID");
      await server?.stop();
    }
  });
});

describe("failed (1)", () => {
  it("says that the service cannot be reached", async () => {
    const gone = await startServer(() => json({}));
    await gone.stop();
    const { code, stderr } = await command({ RUNREGISTRY_URL: gone.url }, ["runs"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ECONNREFUSED");
    expect(stderr).toContain(String(gone.port));
  });

  it("refuses a certificate nobody vouches for, and takes it with --ca", async () => {
    const ca = await createCa();
    const { cert, key } = ca.issue({ commonName: "localhost" });
    const env = await serve(() => json(page(0, 250, 1)), { tls: { cert, key } });
    const { code, stderr } = await command(env, ["runs"]);
    expect(code).toBe(1);
    expect(stderr).toContain("certificate");
    expect(server?.requests).toHaveLength(0);
    await writeFile(join(folder, "ca.pem"), ca.cert);
    expect((await command(env, ["runs", "--ca", join(folder, "ca.pem")])).code).toBe(0);
  });

  it("gives the service's own words", async () => {
    const env = await serve(() => json({ err: 'column "nosuch" does not exist' }, { status: 500 }));
    const { code, stderr } = await command(env, ["runs"]);
    expect(code).toBe(1);
    expect(stderr).toContain('column "nosuch" does not exist');
    expect(server?.requests).toHaveLength(1);
  });

  it("names the page that fails half way, and leaves no file", async () => {
    const output = join(folder, "out");
    await mkdir(output);
    const env = await serve((request) => {
      const { page: index } = request.json as { page: number };
      return index === 3 ? json({ err: "canceling statement due to statement timeout" }, { status: 500 }) : json(page(index, 10, 100));
    });
    const { code, stderr } = await command(env, ["runs", "--page-size", "10", "--output", join(output, "runs.ndjson")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/Page 3 failed/);
    expect(stderr).toContain("canceling statement due to statement timeout");
    expect(await readdir(output)).toEqual([]);
    const streamed = await command(env, ["runs", "--page-size", "10", "--fields", "run_number"]);
    expect(streamed.code).toBe(1);
    expect(streamed.stdout.split("\n")).toHaveLength(31);
  });
});

it("stops at an interruption (130), without a file", async () => {
  const output = join(folder, "interrupted.csv");
  const signals = new EventEmitter();
  const env = await serve((request) => {
    const { page: index } = request.json as { page: number };
    if (index === 2) {
      signals.emit("SIGINT");
      return { hold: "all" };
    }
    return json(page(index, 10, 100));
  });
  const { code, stdout, stderr } = await command(env, ["runs", "--page-size", "10", "--output", output], { signals });
  expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: "", stderr: "runreg: interrupted\n" });
  expect((await readdir(folder)).filter((name) => name.includes("interrupted"))).toEqual([]);
});
