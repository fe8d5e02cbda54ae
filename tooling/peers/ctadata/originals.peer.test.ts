import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEnvironment } from "../python.ts";
import { type Original, type Outcome, startOriginal } from "../runregistry/original.ts";
import { makeTree, missingTools, newFolder, sums } from "./tools.ts";

const direct = await pythonEnvironment(["ctadata==0.7.0"]);
const service = await pythonEnvironment(["ctadata==0.6.0"]);
const davix = await missingTools(["davix-get"], ["davix"]);
const agent = await missingTools(["oidc-agent", "oidc-gen", "oidc-token", "oidc-agent-service"], ["oidc-agent-cli"]);
const driver = new URL("driver.py", import.meta.url);
const folder = newFolder();
const source = join(folder, "source");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An original in a working folder of its own, with the home folder there. */
function start(
  python: string,
  environment: Readonly<Record<string, string>>,
  name: string,
): { original: Original; at: string; call(name: string, ...args: unknown[]): Promise<Outcome> } {
  const at = join(folder, name);
  mkdirSync(at, { recursive: true });
  const original = startOriginal(python, { ...environment, HOME: at }, driver);
  return { original, at, call: (method, ...args) => original.call("", method, args) };
}

const noDirect = direct.missing ?? davix;
describe.skipIf(noDirect !== undefined)(
  `ctadata 0.7.0 (direct) against the sandbox${noDirect === undefined ? "" : ` (skipped: ${noDirect})`}`,
  () => {
    let sandbox: Sandbox;
    let client: ReturnType<typeof start>;
    beforeAll(async () => {
      makeTree(source);
      sandbox = await startSandbox({ facilities: ["ctadata"] });
      client = start(direct.python as string, sandbox.env, "direct");
    });
    afterAll(async () => {
      await client?.original.end();
      await sandbox?.stop();
    });

    test("a listing, and one of a tree", async () => {
      expect((await client.call("list_dir", "cta/DL1/v0.1")).returns.sort()).toEqual(["dl1_LST-1.Run11111.0100.h5", "empty.txt", "sub"]);
      const all = (await client.call("list_dir", "cta/DL1", true)).returns as string[];
      expect(all).toContain("cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5");
      expect(await client.call("list_dir", "none")).toMatchObject({ raises: "StorageException", message: expect.stringContaining("404") });
      expect(await client.call("list_dir", "cta/private")).toMatchObject({
        raises: "StorageException",
        message: expect.stringContaining("403"),
      });
    });

    test("a file down, and one up: by the pool", async () => {
      const target = join(client.at, "got.h5");
      sandbox.clearRequests();
      expect(await client.call("fetch_and_save_file", "cta/DL3/dl3_Crab.fits.gz", target)).toEqual({ returns: null });
      expect(readFileSync(target).equals(await sandbox.ctadata.read("/cta/DL3/dl3_Crab.fits.gz"))).toBe(true);
      expect(await client.call("upload_file", join(source, "sub/large.bin"), "lst/users/me/large.bin")).toEqual({ returns: null });
      expect((await sandbox.ctadata.read("/lst/users/me/large.bin")).equals(readFileSync(join(source, "sub/large.bin")))).toBe(true);
      const pool = sandbox.requests.filter(({ facility }) => facility === "ctadata-pool").map(({ method, status }) => [method, status]);
      expect(pool).toEqual([
        ["GET", 200],
        ["PUT", 201],
      ]);
      expect(await client.call("upload_file", join(source, "a.txt"), "lst/users/me/large.bin")).toMatchObject({
        raises: "StorageException",
      });
    });

    test("a tree up", async () => {
      // It builds shell lines of names: one with a blank cannot be sent.
      rmSync(join(source, "sub/two words.txt"));
      expect(await client.call("upload_dir", `${source}/`, "lst/users/me/tree")).toEqual({ returns: null });
      for (const name of Object.keys(sums(source)))
        expect((await sandbox.ctadata.read(`/lst/users/me/tree/${name}`)).equals(readFileSync(join(source, name)))).toBe(true);
    });
  },
);

const noLogin = noDirect ?? agent;
describe.skipIf(noLogin !== undefined)(
  `the log-in of ctadata 0.7.0 through oidc-agent against the sandbox's issuer${noLogin === undefined ? "" : ` (skipped: ${noLogin})`}`,
  () => {
    test("the agent gets tokens by device, the original keeps one in its file and uses it", async () => {
      const sandbox = await startSandbox({ facilities: ["ctadata"], ctadata: { deviceInterval: 1, tokenLifetime: 600 } });
      const login = { ...sandbox.env, ORIGINAL_LOGIN: "1", OIDC_CONFIG_DIR: join(folder, "oidc") };
      mkdirSync(login.OIDC_CONFIG_DIR);
      const client = start(direct.python as string, login, "login");
      const asked = client.call("init_agent");
      await expect.poll(() => sandbox.ctadata.deviceCodes(), { timeout: 30_000 }).toHaveLength(1);
      await sandbox.ctadata.approveDevice((await sandbox.ctadata.deviceCodes())[0] as string);
      expect(await asked).toEqual({ returns: null });
      const kept = readFileSync(join(client.at, ".config/cta-data/token"), "utf8").trim();
      const probe = await fetch(`${sandbox.ctadata.doorUrl}/cta/`, { method: "HEAD", headers: { Authorization: `Bearer ${kept}` } });
      expect(probe.status).toBe(200);
      await client.call("stop_agent");
      await client.original.end();
      await sandbox.stop();
    });
  },
);

describe.skipIf(service.missing !== undefined)(
  `ctadata 0.6.0 (services) against the sandbox${service.missing === undefined ? "" : ` (skipped: ${service.missing})`}`,
  () => {
    let sandbox: Sandbox;
    let client: ReturnType<typeof start>;
    beforeAll(async () => {
      makeTree(source);
      sandbox = await startSandbox({ facilities: ["ctadata"] });
      client = start(service.python as string, sandbox.env, "service");
    });
    afterAll(async () => {
      await client?.original.end();
      await sandbox?.stop();
    });

    test("a listing; a file down; a tree up into the user's own folder", async () => {
      const listed = (await client.call("list_dir", "cta/DL1/v0.1/")).returns as { href: string; type: string; size?: string }[];
      expect(listed.map(({ href }) => href)).toContain("cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5");
      const target = join(client.at, "got.h5");
      expect(await client.call("fetch_and_save_file", "cta/DL3/dl3_Crab.fits.gz", target)).toEqual({ returns: 1_500_000 });
      expect(readFileSync(target).equals(await sandbox.ctadata.read("/cta/DL3/dl3_Crab.fits.gz"))).toBe(true);
      const up = await client.call("upload_file", join(source, "a.txt"), "folder/");
      expect(up.returns).toEqual({ path: "lst/users/cta-user/folder/a.txt", status: "uploaded", total_written: 6 });
      expect(await client.call("upload_dir", `${source}/`, "tree")).toEqual({ returns: null });
      for (const name of Object.keys(sums(source)))
        expect((await sandbox.ctadata.read(`/lst/users/cta-user/tree/${name}`)).equals(readFileSync(join(source, name)))).toBe(true);
    });

    test("certificates; what is refused", async () => {
      expect(await client.call("upload_personal_certificate", "none.crt", "cta")).toMatchObject({ raises: "FileNotFoundError" });
      expect(await client.call("list_dir", "cta/private")).toMatchObject({
        raises: "StorageException",
        message: "Error: 403 Permission denied",
      });
      sandbox.ctadata.endHubTokens();
      expect(await client.call("list_dir", "cta")).toMatchObject({ raises: "JSONDecodeError" });
    });
  },
);
