import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Reads a JSON file. */
export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function membersBelow(folder, base) {
  return readdirSync(join(base, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(base, folder, entry.name, "package.json")))
    .map((entry) => {
      const directory = join(base, folder, entry.name);
      const manifest = readJson(join(directory, "package.json"));
      return { name: manifest.name, short: entry.name, directory, manifest };
    });
}

/** The packages that are published: every folder below `packages`, in the order of their names. */
export function publishedPackages(base = root) {
  return membersBelow("packages", base).filter(({ manifest }) => manifest.private !== true);
}

/** Every member of the workspace that may have tests: the published packages and the tooling itself. */
export function testedMembers(base = root) {
  const tooling = join(base, "tooling");
  const self = { name: "@sci/workspace", short: "workspace", directory: tooling, manifest: readJson(join(tooling, "package.json")) };
  return [...membersBelow("packages", base), self, ...membersBelow("tooling", base)];
}

/** The package with this name, with or without the scope; an error that lists the names otherwise. */
export function packageNamed(name, base = root) {
  const packages = publishedPackages(base);
  const found = packages.find((one) => one.name === name || one.short === name);
  if (found === undefined) throw new Error(`There is no package "${name}". Packages: ${packages.map((one) => one.short).join(", ")}.`);
  return found;
}

/** The package and every package of the workspace that it needs at run time, dependencies first. */
export function withDependencies(packages, base = root) {
  const byName = new Map(publishedPackages(base).map((one) => [one.name, one]));
  const ordered = new Map();
  const visit = (one) => {
    if (ordered.has(one.name)) return;
    for (const dependency of Object.keys(one.manifest.dependencies ?? {})) {
      const inner = byName.get(dependency);
      if (inner !== undefined) visit(inner);
    }
    ordered.set(one.name, one);
  };
  for (const one of packages) visit(one);
  return [...ordered.values()];
}
