import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";
import { readJson, root } from "./workspace.mjs";

const stamp = join(root, "node_modules", ".setup-stamp");

function readIfPresent(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What the installed dependencies depend on: the lock file and, for programs in binary form, the platform. */
function wanted() {
  const hash = createHash("sha256");
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, name)));
  return hash.update(`${process.platform} ${process.arch}`).digest("hex");
}

/** Notes that what is installed is what the lock file says. */
export function markSetUp() {
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, wanted());
}

/** Fails early, and in words, on a Node that the tools do not run on. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`This workspace needs Node 20.19 or newer; this is ${process.version}.`);
}

/**
 * Installs the dependencies when they are missing or the lock file has changed since. Needs npm's `npx` and nothing else,
 * and no network when everything is already there. Never changes the lock file.
 */
export async function ensureSetup() {
  checkNode();
  if (readIfPresent(stamp) === wanted()) return;
  const { packageManager } = readJson(join(root, "package.json"));
  const started = Date.now();
  console.log(`Setting up: installing the dependencies with ${packageManager} (only when the lock file has changed) …`);
  const { code } = await run("npx", [
    "--yes",
    packageManager,
    "install",
    "--frozen-lockfile",
    "--prefer-offline",
    "--loglevel=error",
    "--config.confirmModulesPurge=false",
  ]);
  if (code !== 0)
    throw new Error(`The dependencies could not be installed (${packageManager} ended with ${code}); its own message is above.`);
  markSetUp();
  console.log(`Set up in ${((Date.now() - started) / 1000).toFixed(0)} s.`);
}
