// Figures of an installed package.
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { output } from "../lib/process.mjs";
import { bytesBelow, installedEntries } from "../lib/stage.mjs";

/** How many packages npm put into a folder, and their bytes. */
export function installSize(folder) {
  const modules = join(folder, "node_modules");
  return {
    packages: installedEntries(folder).length,
    bytes: bytesBelow(modules, (path) => (path.endsWith(".package-lock.json") ? 0 : statSync(path).size)),
  };
}

/** Names of the packages that importing `name` loads. */
export async function packagesLoadedBy(name, folder) {
  const log = join(folder, "loaded.log");
  rmSync(log, { force: true });
  const hook = pathToFileURL(join(import.meta.dirname, "loaded-hook.mjs")).href;
  const script = [
    'import { appendFileSync } from "node:fs";',
    'import { createRequire, register } from "node:module";',
    `register(${JSON.stringify(hook)});`,
    `await import(${JSON.stringify(name)});`,
    // Modules in the older format that one of them required are known here only.
    "const { cache } = createRequire(import.meta.url);",
    'appendFileSync(process.env.LOADED_LOG, Object.keys(cache).join("\\n"));',
  ].join("\n");
  await output(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, env: { LOADED_LOG: log } });
  const text = readFileSync(log, "utf8");
  const names = [...text.matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)\//g)].map(([, found]) => found);
  return new Set(names);
}

/** Names that the main entry exports at run time. */
export async function mainExports(name, folder) {
  const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(name)}))))`;
  return JSON.parse(await output(process.execPath, ["--input-type=module", "-e", script], { cwd: folder }));
}

async function fastest(script, folder, times) {
  let best = Infinity;
  for (let round = 0; round < times; round += 1) {
    const started = performance.now();
    await output(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

/**
 * Milliseconds that importing a package adds to a bare start of Node: the fastest of several of each. Other work on the machine only
 * makes it slower, so it is measured again, a few times, while it is over the limit.
 */
export async function importTime(name, folder, limit) {
  let bare = Infinity;
  let loaded = Infinity;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    bare = Math.min(bare, await fastest("0", folder, 5));
    loaded = Math.min(loaded, await fastest(`import ${JSON.stringify(name)}`, folder, 5));
    if (loaded - bare <= limit) break;
  }
  return Math.max(0, loaded - bare);
}
