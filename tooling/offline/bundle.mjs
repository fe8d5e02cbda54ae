// One folder with the tarballs of a package and of everything it needs, for hosts without a network.
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { output } from "../lib/process.mjs";
import { installed, installedEntries, tarballsFor } from "../lib/stage.mjs";
import { readJson } from "../lib/workspace.mjs";

const instructions = (one) => `# ${one.name} ${one.manifest.version} with everything it needs

Copy this folder to the host. In the folder of your application (one with a package.json; \`npm init -y\` makes one):

    npm install --offline /path/to/this/folder/*.tgz

SHA256SUMS holds the checksums: \`sha256sum --check SHA256SUMS\`.
`;

/** What lies at the top of node_modules, and for each the packages that npm has put below it because another version lies at the top. */
function topLevel(folder) {
  const entries = installedEntries(folder);
  const nestedBelow = (path) => entries.filter((entry) => entry.path.startsWith(`${path}/node_modules/`));
  return entries
    .filter(({ path }) => !path.slice("node_modules/".length).includes("/node_modules/"))
    .map((entry) => ({ ...entry, nested: nestedBelow(entry.path) }));
}

/** A tarball of a package as it is installed, with the packages below it inside. */
async function packWithNested(one, installation, target) {
  const work = mkdtempSync(join(tmpdir(), "offline-"));
  try {
    const copy = join(work, "package");
    cpSync(join(installation, one.path), copy, { recursive: true });
    const path = join(copy, "package.json");
    const direct = one.nested
      .map((entry) => entry.path.slice(`${one.path}/node_modules/`.length))
      .filter((name) => !name.includes("/node_modules/"));
    const { scripts: _scripts, files: _files, ...manifest } = readJson(path);
    writeFileSync(path, JSON.stringify({ ...manifest, bundleDependencies: direct }, null, 2));
    const made = (await output("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", work], { cwd: copy })).trim();
    copyFileSync(join(work, made), join(target, made));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Writes the folder, replacing what was there; returns the names of its tarballs. */
export async function bundleOffline(one, folder) {
  const ours = await tarballsFor([one]);
  const installation = await installed(one);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const top = topLevel(installation);
  // A flat folder has room for one version of each package; another one travels inside the package that needs it.
  for (const entry of top.filter(({ nested }) => nested.length > 0)) await packWithNested(entry, installation, folder);
  const plain = top.filter(({ nested }) => nested.length === 0);
  for (const { name } of plain.filter((entry) => ours.has(entry.name)))
    copyFileSync(ours.get(name), join(folder, basename(ours.get(name))));
  const specifiers = plain.filter(({ name }) => !ours.has(name)).map(({ name, version }) => `${name}@${version}`);
  if (specifiers.length > 0) await output("npm", ["pack", "--prefer-offline", "--silent", "--pack-destination", folder, ...specifiers]);
  const tarballs = readdirSync(folder).sort();
  const sums = tarballs.map(
    (name) =>
      `${createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex")}  ${name}\n`,
  );
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "README.md"), instructions(one));
  return tarballs;
}
