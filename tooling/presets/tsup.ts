import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";

interface Manifest {
  name: string;
  version: string;
  publishConfig?: { exports?: Record<string, unknown> };
  exports?: Record<string, unknown>;
  bin?: Record<string, string>;
}

function collectSources(value: unknown, found: Set<string>): void {
  if (typeof value === "string") {
    if (value.startsWith("./src/") && value.endsWith(".ts")) found.add(value.slice(2));
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) collectSources(inner, found);
  }
}

/** One entry per sub-path of `exports`, per conditional import and per command, so that a package states its entries once, in package.json. */
export function preset(overrides: Options = {}): ReturnType<typeof defineConfig> {
  const directory = process.cwd();
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest & { imports?: unknown };
  const sources = new Set<string>();
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
    treeshake: true,
    external: [/^#/, /^node:/],
    define: { __PACKAGE_VERSION__: JSON.stringify(manifest.version) },
    ...overrides,
  });
}
