import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { debianTools } from "../../lib/debian.mjs";

/** What a program wrote, and how it ended. */
export interface Ended {
  readonly code: number;
  readonly text: string;
}

/** Runs a program to its end; nothing is thrown for a code that is not 0. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_PROXY: "localhost,127.0.0.1", ...options.env };
    execFile(command, args, { ...options, env, maxBuffer: 64 * 1024 * 1024, timeout: 240_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, text: stdout + stderr });
    });
  });
}

/** Why Debian's programs cannot be had; undefined when they are there. Throws where CI=true and they are not. */
export async function missingTools(commands: readonly string[], packages: readonly string[]): Promise<string | undefined> {
  const missing = await debianTools(commands, packages);
  if (missing !== undefined && process.env["CI"] === "true") throw new Error(missing);
  return missing;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "peers-ctadata-"));

/** A tree of few files on this machine: names that need care, an empty file, one of more than a megabyte. */
export function makeTree(folder: string): void {
  const files: Record<string, Buffer> = {
    "a.txt": Buffer.from("hello\n"),
    "empty.txt": Buffer.alloc(0),
    "sub/deep/b.bin": randomBytes(100_000),
    "sub/large.bin": randomBytes(1_500_000),
    "sub/two words.txt": Buffer.from("blank"),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** SHA-256 of every file below a folder, by its path there. */
export function sums(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]));
}
