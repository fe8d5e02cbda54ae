import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { parseExact, stringifyExact } from "./exact-json.ts";
import { SandboxError } from "./names.ts";

interface Header {
  readonly format: string;
  readonly seed: number;
  readonly scale: number | null;
}

/**
 * Changes of one facility kept in a folder, one JSON line each, written and synced before the answer that reports them.
 * A line cut short by a crash was never reported to anybody; it is taken off at the next start.
 */
export class Journal<Entry> {
  readonly entries: readonly Entry[];
  readonly #file: number | undefined;

  constructor(facility: string, folder: string | undefined, seed: number, scale: number | undefined) {
    if (folder === undefined) {
      this.entries = [];
      return;
    }
    const path = join(folder, `${facility}.ndjson`);
    const header: Header = { format: `sci-sandbox ${facility} 1`, seed, scale: scale ?? null };
    try {
      mkdirSync(folder, { recursive: true });
      if (!existsSync(path)) {
        writeFileSync(`${path}.new`, `${JSON.stringify(header)}\n`);
        renameSync(`${path}.new`, path);
      }
      this.entries = this.#read(path, header);
      this.#file = openSync(path, "a");
    } catch (cause) {
      if (cause instanceof SandboxError) throw cause;
      throw new SandboxError("STATE", `the folder for the state, ${folder}, cannot be used: ${(cause as Error).message}`, { cause });
    }
  }

  #read(path: string, header: Header): Entry[] {
    const text = readFileSync(path, "utf8");
    const whole = text.lastIndexOf("\n") + 1;
    if (whole < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, whole)));
    const [first, ...lines] = text
      .slice(0, whole)
      .split("\n")
      .filter((line) => line !== "");
    const found = JSON.parse(first ?? "{}") as Partial<Header>;
    if (found.format !== header.format)
      throw new SandboxError("STATE", `${path} was not written by this version of the sandbox; choose another folder`);
    if (found.seed !== header.seed || found.scale !== header.scale) {
      const asked = `--seed ${String(found.seed)}${found.scale === null ? "" : ` --scale ${String(found.scale)}`}`;
      throw new SandboxError("STATE", `${path} holds changes to other data; start with ${asked}, or choose another folder`);
    }
    return lines.map((line) => parseExact(line) as Entry);
  }

  write(entries: readonly Entry[]): void {
    if (this.#file === undefined || entries.length === 0) return;
    const bytes = Buffer.from(entries.map((entry) => `${stringifyExact(entry)}\n`).join(""));
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
    fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
