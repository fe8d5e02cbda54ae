import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { json, startServer, type TestServer } from "@sci/http-core/testing";
import { build, type Metafile, type Plugin } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

/** Packages that are installed stay where they are; only our own sources are put together, as Node 20 runs no TypeScript. */
const installed: Plugin = {
  name: "installed",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === "entry-point" || path.startsWith("@sci/") || pluginData === "once") return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: "once" });
      return found.external ? found : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

let folder: string;
let metafile: Metafile;
let server: TestServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "runreg-"));
  const result = await build({
    entryPoints: { runreg: fileURLToPath(new URL("../src/cli/main.ts", import.meta.url)) },
    outdir: join(folder, "bin"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@sci/source"],
    define: { __PACKAGE_VERSION__: '"0.0.0-test"' },
    plugins: [installed],
    logLevel: "warning",
  });
  metafile = result.metafile;
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): { child: ChildProcess; ended: Promise<Ended> } {
  const { SSO_CLIENT_ID: _id, SSO_CLIENT_SECRET: _secret, RUNREGISTRY_URL: _url, ...rest } = process.env;
  const child = spawn(process.execPath, [join(folder, "bin", "runreg.mjs"), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...rest, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return { child, ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))) };
}

/** A service with so many runs; page `held` is never answered. */
async function serve(count: number, held?: number): Promise<{ RUNREGISTRY_URL: string }> {
  server = await startServer((request) => {
    const { page, page_size: size } = request.json as { page: number; page_size: number };
    if (page === held) return { hold: "all" };
    const runs = Array.from({ length: Math.max(0, Math.min(size, count - page * size)) }, (_, row) => ({
      run_number: count - page * size - row,
      oms_attributes: { hlt_key: "/cdaq/physics/Run2018/2e34/v3.6.1/HLT/V2" },
      rr_attributes: { class: "Collisions18" },
      DatasetTripletCache: { triplet_summary: {} },
    }));
    return json({ runs, count, pages: Math.ceil(count / size) });
  });
  return { RUNREGISTRY_URL: server.url };
}

describe("the command as a process", () => {
  it("writes everything, and ends although its connections are still open", async () => {
    const { code, stdout, stderr } = await start(["runs", "--fields", "run_number,hlt_key"], await serve(5000)).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n")).toHaveLength(5000);
    expect(server?.peakInFlight).toBeLessThanOrEqual(8);
  });

  it("ends quietly when its reader goes away, and asks for no more pages", async () => {
    const running = start(["runs", "--page-size", "50"], await serve(1_000_000));
    running.child.stdout?.once("data", () => running.child.stdout?.destroy());
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
    expect(server?.requests.length).toBeLessThan(2000);
  });

  it.skipIf(process.platform === "win32")("leaves nothing behind when it is interrupted", async () => {
    const env = await serve(1000, 3);
    const running = start(["runs", "--page-size", "50", "--output", join(folder, "runs.csv")], env);
    // Pages 0 to 2, and 3, which hangs: the command is in the middle of its work.
    await server?.received(4);
    running.child.kill("SIGINT");
    expect(await running.ended).toEqual({ code: 130, stdout: "", stderr: "runreg: interrupted\n" });
    expect(await readdir(folder)).toEqual(["bin"]);
  });

  it("tells what is wrong by its exit code", async () => {
    expect(await start(["--version"]).ended).toEqual({ code: 0, stdout: "0.0.0-test\n", stderr: "" });
    expect((await start(["runs", "--where", "clas = x"], await serve(0)).ended).code).toBe(2);
    expect(await start(["runs"], { RUNREGISTRY_URL: "https://runregistry.invalid/api" }).ended).toMatchObject({ code: 3, stdout: "" });
    expect((await start(["run", "5"], await serve(0)).ended).code).toBe(4);
  });

  it("loads neither the client nor other large packages before it knows what to do", () => {
    const files = new Map(Object.entries(metafile.outputs));
    const loaded = new Set<string>();
    const visit = (name: string): void => {
      if (loaded.has(name)) return;
      loaded.add(name);
      for (const { path, kind } of files.get(name)?.imports ?? []) if (kind === "import-statement") visit(path);
    };
    visit([...files.keys()].find((name) => name.endsWith("bin/runreg.mjs")) as string);
    const names = [...loaded].join("\n");
    expect(names).toContain("/commander/");
    expect(names).not.toMatch(/\/(?:undici|zod|openid-client|node-forge|cli-progress|csv-stringify)\//);
  });
});
