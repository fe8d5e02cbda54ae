import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Datafile } from "./catalogue/types.ts";
import type { VirtualFile } from "./control.ts";
import { firstDatafile } from "./world/datasets.ts";
import { seededContent } from "./world/datasets.ts";

/** Files of a folder that are counted at most. */
const most = 10_000;

/** The files behind datasets: those put into the sandbox, else those on this machine's disk. */
export class Files {
  readonly #folders = new Map<string, Map<string, Buffer>>();
  readonly #seed: number;
  readonly #seededEnd: number;

  constructor(seed: number, seededCount: number) {
    this.#seed = seed;
    this.#seededEnd = firstDatafile + seededCount;
  }

  put(folder: string, files: readonly VirtualFile[]): void {
    const kept = this.#folders.get(folder) ?? new Map<string, Buffer>();
    for (const { name, content } of files) kept.set(name, Buffer.from(content as Uint8Array));
    this.#folders.set(folder, kept);
  }

  /** Names below the folder, with sizes in bytes; none where there is no folder. */
  list(folder: string): { name: string; size: number }[] {
    const kept = this.#folders.get(folder);
    if (kept !== undefined) return [...kept].map(([name, { length }]) => ({ name, size: length }));
    try {
      const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
      return found.slice(0, most).map(({ name }) => ({ name, size: statSync(join(folder, name)).size }));
    } catch {
      // Beamline folders are seldom on the machine where the sandbox runs.
      return [];
    }
  }

  /** Content of a file that the catalogue knows; undefined when it is gone. */
  read(file: Datafile): Buffer | undefined {
    if (file.id >= firstDatafile && file.id < this.#seededEnd) return seededContent(file, this.#seed);
    const folder = file.location.slice(0, file.location.length - file.name.length);
    const kept = this.#folders.get(folder)?.get(file.name.slice(1));
    if (kept !== undefined) return kept;
    try {
      return readFileSync(file.location);
    } catch {
      return undefined;
    }
  }
}
