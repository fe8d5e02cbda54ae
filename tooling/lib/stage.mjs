// What users get: the tarball of each package, and an empty folder where npm has installed it with its dependencies.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, turbo } from "./process.mjs";
import { readJson, root, withDependencies } from "./workspace.mjs";

const cache = join(root, "tooling", ".cache");

const folder = join(cache, "tarballs");
const packed = new Map();

/** Builds and packs packages and those that they need, each once per process; the tarballs by package name. */
export async function pack(packages) {
  const missing = withDependencies(packages).filter(({ name }) => !packed.has(name));
  if (missing.length > 0) {
    const { code } = await turbo(["build", "--output-logs=errors-only", ...missing.map(({ name }) => `--filter=${name}`)]);
    if (code !== 0) throw new Error("The build failed, see above.");
    mkdirSync(folder, { recursive: true });
  }
  for (const { name, directory, manifest } of missing) {
    const tarball = join(folder, `${name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`);
    rmSync(tarball, { force: true });
    await output("pnpm", ["pack", "--pack-destination", folder], { cwd: directory });
    packed.set(name, tarball);
  }
  return packed;
}

/** The tarballs that a package needs from this workspace, its own included, by package name. */
export async function tarballsFor(packages) {
  const tarballs = await pack(packages);
  return new Map(withDependencies(packages).map(({ name }) => [name, tarballs.get(name)]));
}

/** Installs tarballs in a folder of their own; what was installed before from the same bytes is kept. Returns the folder. */
async function installTarballs(label, tarballs) {
  const hash = createHash("sha256");
  for (const [name, path] of tarballs) hash.update(name).update(readFileSync(path));
  const key = hash.digest("hex");
  const folder = join(cache, "installed", label);
  try {
    if (readFileSync(join(folder, ".key"), "utf8") === key) return folder;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dependencies = Object.fromEntries([...tarballs].map(([name, path]) => [name, `file:${path}`]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }, null, 2));
  await output("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--omit=dev", "--loglevel=error"], { cwd: folder });
  writeFileSync(join(folder, ".key"), key);
  return folder;
}

/** A folder where a package is installed as a user would have it. */
export async function installed(one) {
  return installTarballs(one.short, await tarballsFor([one]));
}

/** A folder where several packages are installed together. */
export async function installedTogether(packages) {
  return installTarballs(packages.map(({ short }) => short).join("+"), await tarballsFor(packages));
}

/** What npm put into a folder: each entry's path, name and version. */
export function installedEntries(folder) {
  const { packages } = readJson(join(folder, "node_modules", ".package-lock.json"));
  return Object.entries(packages).map(([path, entry]) => ({
    path,
    name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
    ...entry,
  }));
}

/** Bytes of every file below a folder. */
export function bytesBelow(folder, sizeOf) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, entry) => total + sizeOf(join(entry.parentPath ?? entry.path, entry.name)), 0);
}
