import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "tsup";

function collectSources(value, found) {
  if (typeof value === "string") {
    if (value.startsWith("./src/") && value.endsWith(".ts")) found.add(value.slice(2));
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) collectSources(inner, found);
  }
}

/** One entry per sub-path of `exports`, per conditional import and per command, so that a package states its entries once, in package.json. */
export function preset(overrides = {}) {
  const manifest = JSON.parse(readFileSync(join(process.cwd(), "package.json"), "utf8"));
  const sources = new Set();
  collectSources(manifest.exports, sources);
  collectSources(manifest.imports, sources);
  for (const target of Object.values(manifest.bin ?? {})) sources.add(target.replace(/^\.?\/?dist\//, "src/").replace(/\.js$/, ".ts"));
  const entry = Object.fromEntries([...sources].map((source) => [source.slice("src/".length, -".ts".length), source]));
  return defineConfig({
    entry,
    format: "esm",
    target: "node20",
    platform: "neutral",
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    // Maps give places in the sources, for stack traces; the sources themselves would be half the tarball.
    esbuildOptions: (options) => {
      options.sourcesContent = false;
    },
    // A bundler for browsers must see that a module is of Node.
    removeNodeProtocol: false,
    external: [/^#/, /^node:/],
    define: { __PACKAGE_VERSION__: JSON.stringify(manifest.version) },
    ...overrides,
  });
}
