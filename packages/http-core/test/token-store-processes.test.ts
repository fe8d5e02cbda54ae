import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileTokenStore, withFileLock } from "../src/node/index.ts";
import { json, startServer } from "../src/testing/index.ts";
import { tokenSet } from "./auth-support.ts";

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "token-store-"));
  await build({
    entryPoints: ["refresh-process", "lock-process"].map((name) => join(import.meta.dirname, "fixtures", `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sci/source"],
    // undici is CommonJS inside: its require() of Node's modules needs one in a module.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    define: { __PACKAGE_VERSION__: '"0"' },
  });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function run(program: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = fork(join(folder, `${program}.mjs`), { env: { ...process.env, ...env }, execArgv: [] });
  children.push(child);
  return child;
}

interface Outcome {
  readonly token?: string;
  readonly error?: string;
  readonly prompted?: boolean;
}

/** Starts so many processes, lets them go at once, and gives what they said. */
async function race(count: number, env: Readonly<Record<string, string>>): Promise<Outcome[]> {
  const started = Array.from({ length: count }, () => run("refresh-process", env));
  await Promise.all(started.map((child) => once(child, "message")));
  const said: Outcome[] = [];
  const ended = started.map((child) => {
    child.on("message", (message: Outcome) => said.push(message));
    return once(child, "exit");
  });
  for (const child of started) child.send("go");
  await Promise.all(ended);
  return said;
}

/** Gives a new refresh token each time and takes each one once; the second use of one ends the session, as careful servers do. */
async function rotatingServer(first: string) {
  let valid = first;
  let number = 1;
  let ended = false;
  const uses: string[] = [];
  const server = await startServer({
    "POST /device": json({ device_code: "d", user_code: "U", verification_uri: "https://sso.invalid/", expires_in: 60, interval: 0.05 }),
    "POST /token": ({ form }) => {
      const { refresh_token: refresh, grant_type: grant } = Object.fromEntries(form) as Record<string, string>;
      if (grant === "refresh_token") {
        uses.push(String(refresh));
        if (ended || refresh !== valid) {
          ended = true;
          return json({ error: "invalid_grant" }, { status: 400 });
        }
      }
      valid = `refresh-${++number}`;
      return json({ access_token: `access-${number}`, token_type: "Bearer", expires_in: 3600, refresh_token: valid }, { delay: 50 });
    },
  });
  return { server, uses };
}

test("six processes need a new token at once: the refresh token is spent once, and nobody has to log in", async () => {
  const { server, uses } = await rotatingServer("refresh-1");
  const path = join(folder, "rotating", "tokens.json");
  try {
    const old = tokenSet("access-1", { refresh_token: "refresh-1", expires_at: Date.now() - 1000, obtained_at: Date.now() - 10_000 });
    await fileTokenStore({ path }).update("the-login", () => Promise.resolve(old));
    const said = await race(6, { STORE: path, TOKEN_ENDPOINT: `${server.url}/token`, DEVICE_ENDPOINT: `${server.url}/device` });
    expect(said).toEqual(Array.from({ length: 6 }, () => ({ token: "access-2" })));
    expect(uses).toEqual(["refresh-1"]);
    expect(await fileTokenStore({ path }).get("the-login")).toMatchObject({ access_token: "access-2", refresh_token: "refresh-2" });
    expect(await readdir(join(folder, "rotating"))).toEqual(["tokens.json"]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  } finally {
    await server.stop();
  }
});

test("four processes without a token: one of them asks for the log-in, all use it", async () => {
  const { server } = await rotatingServer("none");
  try {
    const path = join(folder, "login", "tokens.json");
    const said = await race(4, { STORE: path, TOKEN_ENDPOINT: `${server.url}/token`, DEVICE_ENDPOINT: `${server.url}/device` });
    expect(said.filter(({ prompted }) => prompted)).toHaveLength(1);
    expect(said.filter(({ token }) => token === "access-2")).toHaveLength(4);
  } finally {
    await server.stop();
  }
});

test("a lock whose process was killed is broken at once, and only once it is gone", async () => {
  const path = join(folder, "killed.json");
  const child = run("lock-process", { LOCKED: path });
  await once(child, "message");
  await expect(withFileLock(path, () => Promise.resolve(), { wait: 100 })).rejects.toMatchObject({
    code: "TIMEOUT",
    message: expect.stringContaining(`process ${child.pid ?? 0} on`),
  });
  child.kill("SIGKILL");
  await once(child, "exit");
  // Far less than staleAfter would take.
  expect(await withFileLock(path, () => Promise.resolve("taken"), { wait: 20_000, staleAfter: 600_000 })).toBe("taken");
});
