// What a browser loads: the main entries bundle without anything of Node, and one REST call stays small.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expectNone } from "../lib/report.mjs";
import { installed } from "../lib/stage.mjs";
import { publishedPackages, readJson } from "../lib/workspace.mjs";

/** A program with one REST call, per package whose main entry loads in a browser: browser/<package>.mjs. */
function programOf(one) {
  const path = join(import.meta.dirname, "browser", `${one.short}.mjs`);
  return existsSync(path) ? path : undefined;
}

/** Leaves out what a program imports only when it needs it: a page does not load that for one call. */
const atOnce = {
  name: "at-once",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

/**
 * Bundles a program for browsers, minified, against the installed package; an error where it, or what it loads later, needs something of
 * Node. `bytes` are those that a page loads at once.
 */
export async function bundleForBrowser(program, folder, options = {}) {
  const { build } = await import("esbuild");
  const bundle = async (plugins) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [program],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      // The program stands in this folder; what it imports is what npm installed in the other.
      nodePaths: [join(folder, "node_modules")],
      write: false,
      metafile: true,
      logLevel: "silent",
      plugins,
      ...options,
    });
    return { text: outputFiles.map((file) => file.text).join("\n"), inputs: Object.keys(metafile.inputs) };
  };
  const { text, inputs } = await bundle([]);
  const faults = inputs
    .filter((path) => /node_modules\/(undici|openid-client|node-forge|commander)\//.test(path))
    .map((path) => `the bundle contains ${path}`);
  if (/["'`]node:[a-z]/.test(text)) faults.push("the bundle names a module of Node");
  expectNone(faults);
  return { text, bytes: Buffer.byteLength((await bundle([atOnce])).text) };
}

async function measured() {
  const rows = [];
  for (const one of publishedPackages()) {
    const program = programOf(one);
    if (program === undefined) continue;
    const { bytes } = await bundleForBrowser(program, await installed(one));
    rows.push({ short: one.short, bytes });
  }
  return rows;
}

let sizes;

/** Bytes of the bundle of each package that has a program, once per process. */
export function browserSizes() {
  sizes ??= measured();
  return sizes;
}

/** Adds the bundles to the report. */
export async function checkBrowser(report) {
  const limit = readJson(join(import.meta.dirname, "budgets.json")).browserKilobytes;
  for (const one of report.chosen(publishedPackages())) {
    const program = programOf(one);
    if (program === undefined) continue;
    await report.check(`${one.short}: one REST call for a browser, nothing of Node, at most ${limit} kB`, async () => {
      const { bytes } = await bundleForBrowser(program, await installed(one));
      if (bytes > limit * 1000) throw new Error(`the bundle has ${(bytes / 1000).toFixed(1)} kB`);
    });
  }
}
