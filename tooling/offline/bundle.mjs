// One folder with the tarballs of a package and of everything it needs, for hosts without a network.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { output } from "../lib/process.mjs";
import { installed, installedEntries, tarballsFor } from "../lib/stage.mjs";

const instructions = (one) => `# ${one.name} ${one.manifest.version} with everything it needs

Copy this folder to the host. In the folder of your application (one with a package.json; \`npm init -y\` makes one):

    npm install --offline /path/to/this/folder/*.tgz

SHA256SUMS holds the checksums: \`sha256sum --check SHA256SUMS\`.
`;

/** Writes the folder, replacing what was there; returns the names of its tarballs. */
export async function bundleOffline(one, folder) {
  const ours = await tarballsFor([one]);
  const others = installedEntries(await installed(one)).filter(({ name }) => !ours.has(name));
  const versions = new Map();
  for (const { name, version } of others) versions.set(name, new Set([...(versions.get(name) ?? []), version]));
  const twice = [...versions].filter(([, all]) => all.size > 1).map(([name, all]) => `${name} (${[...all].join(", ")})`);
  if (twice.length > 0)
    throw new Error(`${one.name} needs two versions of ${twice.join("; ")}, which npm cannot install from a flat folder.`);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of ours.values()) copyFileSync(path, join(folder, basename(path)));
  const specifiers = [...versions].map(([name, [version]]) => `${name}@${version}`);
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
