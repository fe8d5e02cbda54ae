import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "../../names.ts";
import type { ContentReference } from "./content.ts";
import type { DeadProperty, Locality } from "./node.ts";
import type { Tree } from "./tree.ts";

type Entry =
  | { do: "folder"; path: string[]; at: number }
  | {
      do: "file";
      path: string[];
      content: ContentReference;
      at: number;
      checksums: [string, string][];
      locality: Locality;
      type?: string;
    }
  | { do: "remove"; path: string[] }
  | { do: "move"; from: string[]; path: string[] }
  | { do: "properties"; path: string[]; properties: DeadProperty[] }
  | { do: "locality"; path: string[]; locality: Locality }
  | { do: "modified"; path: string[]; at: number };

/** Changes of the tree as lines of JSON, in the folder that also holds the bytes. */
export class Journal {
  readonly #path: string;
  readonly #file: number;
  #replaying = true;
  /** Above every number that names content kept in the folder. */
  nextNumber = 0;

  constructor(folder: string) {
    this.#path = join(folder, "changes.ndjson");
    try {
      mkdirSync(folder, { recursive: true });
      this.#file = openSync(this.#path, "a");
    } catch (cause) {
      throw new SandboxError("STATE", `the folder for the state cannot be written: ${(cause as Error).message}`, { cause });
    }
    for (const entry of this.#entries()) {
      if (entry.do === "file" && "blob" in entry.content) this.nextNumber = Math.max(this.nextNumber, parseInt(entry.content.blob, 16) + 1);
    }
  }

  #entries(): Entry[] {
    const lines = readFileSync(this.#path, "utf8").split("\n");
    // What was being written when the process ended is no change yet.
    lines.pop();
    return lines.map((line) => JSON.parse(line) as Entry);
  }

  write(entry: Entry): void {
    if (!this.#replaying) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  /** Applies the changes of an earlier run to the tree as it is at the start. From then on changes are written. */
  replay(tree: Tree): void {
    for (const entry of this.#entries()) apply(tree, entry);
    this.#replaying = false;
  }

  close(): Promise<void> {
    fsyncSync(this.#file);
    closeSync(this.#file);
    return Promise.resolve();
  }
}

function apply(tree: Tree, entry: Entry): void {
  if (entry.do === "folder") {
    tree.makeFolders(entry.path, entry.at);
    return;
  }
  if (entry.do === "file") {
    const { content, at: modified, checksums, locality, type } = entry;
    tree.putFile(entry.path, tree.contents.restore(content), { modified, checksums: new Map(checksums), locality, type });
    return;
  }
  const node = tree.find(entry.do === "move" ? entry.from : entry.path);
  if (node === undefined) return;
  if (entry.do === "remove") tree.remove(node);
  else if (entry.do === "properties") {
    node.properties = undefined;
    tree.setProperties(node, entry.properties, []);
  } else if (entry.do === "locality" && node.kind === "file") tree.setLocality(node, entry.locality);
  else if (entry.do === "modified") tree.setModified(node, entry.at);
  else if (entry.do === "move") {
    const parent = tree.find(entry.path.slice(0, -1));
    if (parent?.kind === "folder") tree.move(node, parent, entry.path.at(-1) as string);
  }
}
