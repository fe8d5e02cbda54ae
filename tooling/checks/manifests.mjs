// Keeps what package.json must say twice in step: `publishConfig.exports` and `.imports` are `exports` and `imports` without the
// condition for sources, which a tarball does not contain. `pnpm sync` writes them; the check only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { publishedPackages, readJson, root } from "../lib/workspace.mjs";

const sourceCondition = "@sci/source";

/** The same map without the condition for sources. */
export function withoutSources(value) {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== sourceCondition);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSources(inner)]));
}

/** What `publishConfig` of a package has to be. */
export function publishConfigOf(manifest) {
  return {
    access: "public",
    provenance: true,
    ...(manifest.imports === undefined ? {} : { imports: withoutSources(manifest.imports) }),
    exports: withoutSources(manifest.exports),
  };
}

/** What is wrong with the manifest of a published package, in words. */
export function manifestFaults({ name, short, manifest }) {
  const faults = [];
  const must = (condition, text) => condition || faults.push(`${name}: ${text}`);
  const engines = readJson(join(root, "package.json")).engines.node;
  must(
    JSON.stringify(manifest.publishConfig) === JSON.stringify(publishConfigOf(manifest)),
    "publishConfig is not what exports say: run `pnpm sync`",
  );
  must(manifest.type === "module", '"type" must be "module"');
  must(manifest.sideEffects === false, '"sideEffects" must be false');
  must(manifest.license === "MIT", '"license" must be "MIT"');
  must(manifest.engines?.node === engines, `"engines.node" must be "${engines}"`);
  must(manifest.repository?.directory === `packages/${short}`, `"repository.directory" must be "packages/${short}"`);
  must(typeof manifest.description === "string" && manifest.description !== "", '"description" is missing');
  must(manifest.exports?.["./package.json"] === "./package.json", '"exports" must offer "./package.json"');
  must(Array.isArray(manifest.files), '"files" is missing');
  for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
    must(!peer.startsWith("@sci/"), `"${peer}" must be a dependency: ours are no peers of each other`);
    must(manifest.peerDependenciesMeta?.[peer]?.optional === true, `"${peer}" must be an optional peer, or a dependency`);
  }
  for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (!dependency.startsWith("@sci/")) continue;
    const expected = dependency === "@sci/tooling" ? "workspace:*" : "workspace:^";
    must(range === expected, `"${dependency}" must be "${expected}"`);
  }
  return faults;
}

/** Dependencies that several packages state with a version of their own, which belongs in the catalog of pnpm-workspace.yaml. */
function catalogFaults(packages) {
  const users = new Map();
  for (const { short, manifest } of packages) {
    for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (dependency.startsWith("@sci/") || range === "catalog:") continue;
      users.set(dependency, [...(users.get(dependency) ?? []), short]);
    }
  }
  return [...users]
    .filter(([, names]) => names.length > 1)
    .map(([dependency, names]) => `"${dependency}" of ${names.join(", ")} belongs in the catalog`);
}

/** What is wrong with the manifests of the workspace, in words. */
export function workspaceFaults() {
  const packages = publishedPackages();
  return [...packages.flatMap(manifestFaults), ...catalogFaults(packages)];
}

/** Brings what is derived in a package.json into step; true when that changed the file. */
function sync({ directory, manifest }) {
  const path = join(directory, "package.json");
  const { publishConfig: _old, ...rest } = manifest;
  // Beside "exports", so that both are read together.
  const entries = Object.entries(rest).flatMap((entry) =>
    entry[0] === "exports" ? [entry, ["publishConfig", publishConfigOf(rest)]] : [entry],
  );
  const text = `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
  if (text === readFileSync(path, "utf8")) return false;
  writeFileSync(path, text);
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const one of publishedPackages()) if (sync(one)) console.log(`${one.name}: package.json brought into step`);
  const faults = workspaceFaults();
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
