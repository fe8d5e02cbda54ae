import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Makes `folders` folders with so many files each. */
export function makeFiles(folder, { folders, files, size }) {
  const content = Buffer.alloc(size);
  for (let outer = 0; outer < folders; outer++) {
    const inner = join(folder, `run${String(outer).padStart(3, "0")}`);
    mkdirSync(inner, { recursive: true });
    for (let index = 0; index < files; index++)
      writeFileSync(join(inner, `part${String(index).padStart(4, "0")}.h5`), randomFillSync(content));
  }
}

/** Makes one file of so many MiB. */
export function makeFile(path, mebibytes) {
  const block = Buffer.alloc(1024 * 1024);
  const file = openSync(path, "w");
  for (let index = 0; index < mebibytes; index++) writeSync(file, randomFillSync(block));
  closeSync(file);
}

/** Throws unless both folders hold the same bytes under the same names. */
export function same(one, other) {
  const names = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
      .sort();
  const [left, right] = [names(one), names(other)];
  if (left.length !== right.length) throw new Error(`${other} holds ${right.length} files instead of ${left.length}.`);
  for (const [index, name] of left.entries()) {
    if (name !== right[index] || !readFileSync(one + name).equals(readFileSync(other + name)))
      throw new Error(`${other}${name} is not the same.`);
  }
}

export function sameFile(one, other) {
  execFileSync("cmp", [one, other]);
}

/** Empties a folder of the server, which its own user may write to. */
export function emptied(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  opened(folder);
}

/** Lets every user write to it: the server runs as one of its own. */
export function opened(folder) {
  execFileSync("chmod", ["-R", "a+rwX", folder]);
}
