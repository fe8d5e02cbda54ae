// The folder for hosts without a network installs there, with an empty cache, and loads.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../lib/process.mjs";
import { publishedPackages, root } from "../lib/workspace.mjs";
import { bundleOffline } from "../offline/bundle.mjs";
import { entriesOf } from "./packages.mjs";

async function installsOffline(one) {
  const base = join(root, "tooling", ".cache", "offline-check", one.short);
  rmSync(base, { recursive: true, force: true });
  const tarballs = await bundleOffline(one, join(base, "bundle"));
  const application = join(base, "application");
  mkdirSync(application, { recursive: true });
  writeFileSync(join(application, "package.json"), JSON.stringify({ name: "application", private: true, type: "module" }));
  const paths = tarballs.map((name) => join("..", "bundle", name));
  await output("npm", ["install", "--offline", "--no-audit", "--no-fund", "--cache", join(base, "empty-cache"), ...paths], {
    cwd: application,
  });
  const script = entriesOf(one).map((name) => `await import(${JSON.stringify(name)});`);
  await output(process.execPath, ["--input-type=module", "-e", script.join("\n")], { cwd: application });
  rmSync(base, { recursive: true, force: true });
}

/** Adds one check per package to the report. */
export async function checkOffline(report) {
  for (const one of report.chosen(publishedPackages()))
    await report.check(`${one.short}: its offline folder installs without network and cache`, () => installsOffline(one));
}
