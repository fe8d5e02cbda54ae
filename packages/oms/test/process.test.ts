import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type ReceivedRequest, startServer, type TestServer } from "@sci/http-core/testing";
import { build, type BuildOptions, type BuildResult, type Plugin } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asked } from "./support/oms-server.ts";

const run = promisify(execFile);
const total = 100_000;
let folder: string;
let server: TestServer;

/** Pages made when they are asked for: this process holds no table either. */
function page(request: ReceivedRequest) {
  const offset = Number(asked(request, "page[offset]"));
  const limit = Math.min(Number(asked(request, "page[limit]")), total - offset);
  const rows = Array.from({ length: limit }, (_, index) => {
    const n = offset + index + 1;
    const attributes = {
      run_number: 319579,
      fill_number: 6919,
      lumisection_number: n,
      pileup: 31.5,
      delivered_lumi: n / 8,
      recorded_lumi: n / 9,
      prescale_name: "2.0e34",
    };
    const bits = Object.fromEntries(
      ["bpix", "fpix", "tibtid", "tob", "tecm", "tecp", "cscm", "dtp", "ebm", "hf", "rpc"].map((name) => [`${name}_ready`, true]),
    );
    return {
      id: `319579_${n}`,
      type: "lumisections",
      attributes: { ...attributes, ...bits },
      meta: { row: { delivered_lumi: { units: "pb^{-1}" } } },
    };
  });
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: rows, meta: { totalResourceCount: total } }),
  };
}

const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  define: { __PACKAGE_VERSION__: '"0.0.0-test"' },
  logLevel: "silent",
} as const satisfies BuildOptions;
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

/** Leaves out what is loaded when it is needed: a page does not load it for one call. */
const later: Plugin = {
  name: "later",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oms-process-"));
  server = await startServer(page);
  await build({
    ...shared,
    entryPoints: { oms: fileURLToPath(new URL("../src/index.ts", import.meta.url)) },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    splitting: true,
    platform: "node",
    conditions: ["@sci/source"],
    plugins: [installed],
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program beside the bundled client, and reads the JSON that it prints. */
async function program(text: string): Promise<Record<string, unknown>> {
  const path = join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(path, text);
  const { stdout } = await run(process.execPath, [path]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

it("100,000 lumisections pass through less than 150 MB", async () => {
  const result = await program(`
    import { createOms } from "./oms.mjs";
    const oms = createOms({ baseUrl: "${server.url}/agg/api", auth: false });
    let count = 0, last = 0;
    for await (const { lumisection_number } of oms.lumisections(319579)) { count++; last = lumisection_number; }
    await oms.close();
    console.log(JSON.stringify({ count, last, peak: process.resourceUsage().maxRSS / 1024 }));
  `);
  expect([result["count"], result["last"]]).toEqual([total, total]);
  expect(result["peak"]).toBeLessThan(150);
  expect(server.requests).toHaveLength(100);
});

it("importing the client loads neither undici nor cern-auth", async () => {
  const result = await program(`
    import { register } from "node:module";
    const before = process.getActiveResourcesInfo().length;
    const api = await import("./oms.mjs");
    const oms = api.createOms({ auth: false });
    console.log(JSON.stringify({ url: oms.baseUrl, sockets: process.getActiveResourcesInfo().length - before }));
  `);
  expect(result).toEqual({ url: "https://cmsoms.cern.ch/agg/api/v1", sockets: 0 });
});

it("the client bundles for a browser with nothing of Node, and stays small", async () => {
  const entry = join(folder, "page.ts");
  await writeFile(
    entry,
    `import { createOms } from "@sci/oms"; export const run = (baseUrl: string) => createOms({ baseUrl }).run(327564);`,
  );
  const result: BuildResult<{ write: false }> = await build({
    ...shared,
    entryPoints: [entry],
    minify: true,
    platform: "browser",
    conditions: ["@sci/source"],
    write: false,
    plugins: [later],
    alias: { "@sci/oms": fileURLToPath(new URL("../src/index.ts", import.meta.url)) },
    nodePaths: [fileURLToPath(new URL("../node_modules", import.meta.url))],
  });
  const text = result.outputFiles.map((file) => file.text).join("");
  expect(text).not.toMatch(/["'`]node:[a-z]/);
  expect(text).not.toMatch(/SSO_CLIENT_SECRET["']?\s*[:\]]/);
  expect(Buffer.byteLength(text)).toBeLessThan(60_000);
});
