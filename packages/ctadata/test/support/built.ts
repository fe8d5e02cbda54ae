import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

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

/** Builds the library and the commands into a folder, laid out as in the package: for tests that need processes of their own. */
export async function builtInto(folder: string): Promise<{ readonly index: string; readonly main: string; readonly direct: string }> {
  const source = (name: string): string => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
  await build({
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    splitting: true,
    define: { __PACKAGE_VERSION__: '"0.0.0-test"' },
    logLevel: "silent",
    conditions: ["@sci/source"],
    entryPoints: { index: source("index"), "cli/main": source("cli/main"), "cli/direct": source("cli/direct") },
    outdir: folder,
    plugins: [installed],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const { writeFile } = await import("node:fs/promises");
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  return { index: join(folder, "index.js"), main: join(folder, "cli", "main.js"), direct: join(folder, "cli", "direct.js") };
}
