import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RecordedFile } from "./recorded.ts";

/** A folder of its own, removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "ctadata-")));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function writeTree(folder: string, files: Readonly<Record<string, RecordedFile | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (content === null) {
      await mkdir(path, { recursive: true });
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === "string" ? content : (content.text ?? Buffer.from(content.base64 ?? "", "base64")));
  }
}

/** All files below a folder, by name, as text. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = await readFile(path, "utf8");
  }
  return found;
}

/** Runs with `work` in `folder` as the working folder, and tells what it wrote. `folder/work` keeps what leaves it within reach. */
export async function inWorkingFolder<T>(
  before: Readonly<Record<string, RecordedFile>>,
  use: (home: string) => Promise<T>,
): Promise<{ readonly value: T; readonly wrote: Record<string, string>; readonly outside: Record<string, string> }> {
  return withFolder(async (folder) => {
    const work = join(folder, "work");
    const home = join(folder, "home");
    await mkdir(work);
    await mkdir(home);
    await writeTree(work, before);
    const old = await readTree(work);
    const cwd = process.cwd();
    process.chdir(work);
    try {
      const value = await use(home);
      const now = await readTree(work);
      const wrote = Object.fromEntries(Object.entries(now).filter(([name, text]) => old[name] !== text));
      const outside = Object.fromEntries(Object.entries(await readTree(folder)).filter(([name]) => !/^(work|home)\//.test(name)));
      return { value, wrote, outside };
    } finally {
      process.chdir(cwd);
    }
  });
}

/** What a recording says was written, as {@link inWorkingFolder} tells it. */
export function recordedTexts(wrote: Readonly<Record<string, RecordedFile>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(wrote ?? {}).map(([name, file]) => [name, file?.text ?? ""]));
}
