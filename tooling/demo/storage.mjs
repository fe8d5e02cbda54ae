// A tree of files to the storage of CTAO and back: uploaded, listed, downloaded, and compared byte by byte.
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

/** Where the tree comes to lie. */
export const remote = "/cta/users/cta-user/demo";

const kilobyte = 1024;

/** Makes a tree as an analysis leaves it behind: many small files, one large one, an empty one, names that need care. */
export async function makeTree(folder, runs = 8) {
  const files = new Map([
    ["README.txt", Buffer.from("level 3 of a night on the Crab nebula\n")],
    ["empty.log", Buffer.alloc(0)],
    ["notes/100% done, really?.txt", Buffer.from("yes\n")],
    ["notes/größer.txt", Buffer.from("ü\n")],
    ["dl3/large.fits.gz", randomBytes(8 * kilobyte * kilobyte)],
  ]);
  for (let run = 0; run < runs; run++) {
    for (let part = 0; part < 5; part++)
      files.set(`dl2/Run${11_111 + run}/dl2_LST-1.Run${11_111 + run}.${part}.h5`, randomBytes(4 * kilobyte));
  }
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return { files: files.size, bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0) };
}

function finished(what, report, files) {
  if (report.failed > 0) throw new Error(`${what}: ${report.failed} files failed, the first: ${report.failures[0]?.error?.message}`);
  if (report.error !== undefined) throw report.error;
  if (report.done !== files) throw new Error(`${what}: ${report.done} of ${files} files were transferred.`);
  return report;
}

/** Uploads the tree; gives what was verified, and how. */
export async function uploadTree(cta, folder, files) {
  return finished("The upload", await cta.upload(folder, remote, { recursive: true }), files);
}

/** Files of the tree on the storage, as a listing tells of them. */
export async function listTree(cta) {
  const entries = [];
  for await (const entry of cta.list(remote, { recursive: true })) if (entry.type === "file") entries.push(entry);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Downloads it to another folder; each file has to be verified by its checksum. */
export async function downloadTree(cta, folder, files) {
  return finished("The download", await cta.download(remote, folder, { recursive: true, requireChecksum: true }), files);
}

async function sums(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const result = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join("/");
    result[name] = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }
  return result;
}

/** Compares names and contents of two folders; throws where they differ. */
export async function compareTrees(one, other) {
  const [left, right] = [await sums(one), await sums(other)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const different = names.filter((name) => left[name] !== right[name]);
  if (different.length > 0) throw new Error(`They differ: ${different.slice(0, 5).join(", ")}`);
  return names.length;
}
