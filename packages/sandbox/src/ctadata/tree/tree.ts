import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Journal } from "../../journal.ts";
import { Adler32 } from "./adler32.ts";
import { apply, type Change } from "./changes.ts";
import { type Content, type Contents, FolderContents, MemoryContents } from "./content.ts";
import { type DeadProperty, type FileNode, type FolderNode, type Locality, pathOf, sizeOf, type TreeNode } from "./node.ts";

/** What is known of a file beside its bytes. */
export interface FileFacts {
  readonly checksums?: ReadonlyMap<string, string>;
  readonly checksumsFrom?: number;
  readonly modified?: number;
  readonly locality?: Locality;
  readonly type?: string | undefined;
}

/** Folders and files, the bytes of files in memory or in a folder. Every change is journalled where a folder is given. */
export class Tree {
  readonly root: FolderNode;
  readonly contents: Contents;
  readonly #journal: Journal<Change> | undefined;
  #count = 0;
  #bytes = 0;
  #files = 0;

  /** False until the changes of an earlier run are in the tree. */
  #keeps = false;

  /** `folder`: where changes are kept, together with the seed and the number of files that they are changes of; undefined: in memory. */
  constructor(folder: string | undefined, seed = 1, files?: number) {
    this.contents = folder === undefined ? new MemoryContents() : new FolderContents(join(folder, "ctadata-content"));
    this.#journal = folder === undefined ? undefined : new Journal("ctadata", folder, seed, files);
    for (const change of this.#journal?.entries ?? []) {
      if (change.do === "file" && "blob" in change.content) this.#count = Math.max(this.#count, parseInt(change.content.blob, 16));
    }
    this.root = this.#folder("", undefined, Date.UTC(2024, 10, 15, 10));
  }

  /** Applies the changes of an earlier run; those from now on are kept. */
  restore(): void {
    for (const change of this.#journal?.entries ?? []) apply(this, change);
    this.#keeps = true;
  }

  #keep(change: Change): void {
    if (this.#keeps) this.#journal?.write([change]);
  }

  /** What happens from now on (an upload that ends with its connection) is not kept. */
  close(): void {
    this.#keeps = false;
    this.#journal?.close();
  }

  get bytes(): number {
    return this.#bytes;
  }

  get files(): number {
    return this.#files;
  }

  /** A name for content or a node, never used before. */
  nextId(): string {
    return `0000${(++this.#count).toString(16).toUpperCase().padStart(8, "0")}`;
  }

  #folder(name: string, parent: FolderNode | undefined, now: number): FolderNode {
    return { kind: "folder", id: this.nextId(), name, parent, created: now, modified: now, properties: undefined, children: new Map() };
  }

  find(path: readonly string[]): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of path) {
      if (node?.kind !== "folder") return undefined;
      node = node.children.get(name);
    }
    return node;
  }

  #attach(node: TreeNode, parent: FolderNode, name: string, now: number): void {
    node.parent = parent;
    node.name = name;
    parent.children.set(name, node);
    parent.modified = now;
  }

  makeFolder(parent: FolderNode, name: string, now = Date.now()): FolderNode {
    const node = this.#folder(name, parent, now);
    this.#attach(node, parent, name, now);
    this.#keep({ do: "folder", path: pathOf(node), at: now });
    return node;
  }

  /** The folder at a path, made with those above it where they are missing; undefined when a file is in the way. */
  makeFolders(path: readonly string[], now?: number): FolderNode | undefined {
    let node: FolderNode = this.root;
    for (const name of path) {
      const next = node.children.get(name) ?? this.makeFolder(node, name, now);
      if (next.kind !== "folder") return undefined;
      node = next;
    }
    return node;
  }

  /** Places a file that is still to be written: it is seen, but has no bytes. */
  beginFile(parent: FolderNode, name: string): FileNode {
    const now = Date.now();
    const facts = { checksums: new Map<string, string>(), checksumsFrom: 0, locality: "UNAVAILABLE" as const, type: undefined };
    const common = { id: this.nextId(), name, parent, created: now, modified: now, properties: undefined };
    const node: FileNode = { kind: "file", ...common, content: undefined, ...facts };
    this.#attach(node, parent, name, now);
    this.#files++;
    return node;
  }

  /** Gives a file its bytes, in place of those that it had. */
  writeFile(node: FileNode, content: Content, facts: FileFacts = {}): void {
    const old = node.content;
    this.#bytes += content.size - sizeOf(node);
    node.content = content;
    node.modified = facts.modified ?? Date.now();
    node.checksums = new Map(facts.checksums);
    node.checksumsFrom = facts.checksumsFrom ?? 0;
    node.locality = facts.locality ?? "ONLINE";
    node.type = facts.type;
    if (old !== undefined && old !== content) dispose(old);
    if (this.#journal !== undefined)
      this.#keep({
        do: "file",
        path: pathOf(node),
        content: content.reference,
        at: node.modified,
        checksums: [...node.checksums],
        locality: node.locality,
        ...(node.type === undefined ? {} : { type: node.type }),
      });
  }

  /** A file with its bytes at a path, in place of what is there. Folders above it are made. */
  putFile(path: readonly string[], content: Content, facts: FileFacts = {}): FileNode {
    const parent = this.makeFolders(path.slice(0, -1), facts.modified);
    if (parent === undefined) throw new Error(`a file stands in the way of ${path.join("/")}`);
    const name = path.at(-1) as string;
    const found = parent.children.get(name);
    const node = found?.kind === "file" ? found : this.beginFile(parent, name);
    this.writeFile(node, content, facts);
    if (facts.modified !== undefined) parent.modified = facts.modified;
    return node;
  }

  #forget(node: TreeNode): void {
    if (node.kind === "folder") {
      for (const child of node.children.values()) this.#forget(child);
      return;
    }
    this.#files--;
    this.#bytes -= sizeOf(node);
    if (node.content !== undefined) dispose(node.content);
  }

  remove(node: TreeNode): void {
    const { parent } = node;
    if (parent === undefined) throw new Error("the top cannot be removed");
    this.#keep({ do: "remove", path: pathOf(node) });
    this.#forget(node);
    if (parent.children.get(node.name) === node) parent.children.delete(node.name);
    parent.modified = Date.now();
    node.parent = undefined;
  }

  /** Puts a node elsewhere; what stands there has to be removed before. */
  move(node: TreeNode, parent: FolderNode, name: string): void {
    const now = Date.now();
    const from = pathOf(node);
    const old = node.parent as FolderNode;
    old.children.delete(node.name);
    old.modified = now;
    this.#attach(node, parent, name, now);
    this.#keep({ do: "move", from, path: pathOf(node) });
  }

  /** Copies a node, with all below it unless `deep` is false. */
  async copy(node: TreeNode, parent: FolderNode, name: string, deep: boolean): Promise<TreeNode> {
    const made = node.kind === "folder" ? this.makeFolder(parent, name) : this.beginFile(parent, name);
    this.setProperties(made, [...(node.properties?.values() ?? [])], []);
    if (node.kind === "file" && made.kind === "file") {
      if (node.content === undefined) throw new Error(`${pathOf(node).join("/")} is being written`);
      const { checksums, type } = node;
      this.writeFile(made, await node.content.share(this.nextId()), { checksums, type });
    }
    if (deep && node.kind === "folder" && made.kind === "folder") {
      for (const child of [...node.children.values()]) if (child !== made) await this.copy(child, made, child.name, true);
    }
    return made;
  }

  setProperties(node: TreeNode, set: readonly DeadProperty[], remove: readonly { namespace: string; name: string }[]): void {
    if (set.length === 0 && remove.length === 0) return;
    const properties = (node.properties ??= new Map<string, DeadProperty>());
    for (const { namespace, name } of remove) properties.delete(`${namespace} ${name}`);
    for (const property of set) properties.set(`${property.namespace} ${property.name}`, property);
    this.#keep({ do: "properties", path: pathOf(node), properties: [...properties.values()] });
  }

  setLocality(node: FileNode, locality: Locality): void {
    node.locality = locality;
    this.#keep({ do: "locality", path: pathOf(node), locality });
  }

  setModified(node: TreeNode, modified: number): void {
    node.modified = modified;
    this.#keep({ do: "modified", path: pathOf(node), at: modified });
  }
}

/** Lets go of bytes that no file has any more. One that cannot be removed takes room and does no other harm. */
function dispose(content: Content): void {
  content.remove().catch((error: unknown) => process.emitWarning(`a file of the state could not be removed: ${String(error)}`));
}

const turn = 4 * 1024 * 1024;

/** Adler-32 of a file, computed when it is not known yet (files that are generated). */
export async function adlerOf(node: FileNode): Promise<string | undefined> {
  const known = node.checksums.get("adler32");
  if (known !== undefined || node.content === undefined) return known;
  const { content } = node;
  const sum = new Adler32();
  let summed = 0;
  for await (const chunk of content.read(0, content.size)) {
    sum.update(chunk);
    summed += chunk.length;
    // Bytes that are made on the way never wait for anything: others have to get their turn.
    if (summed % turn < chunk.length) await setImmediate();
  }
  if (node.content === content) node.checksums.set("adler32", sum.digest());
  return sum.digest();
}
