import type { Content } from "./content.ts";

/** Where the bytes of a file are, in dCache's words. */
export const localities = ["ONLINE", "NEARLINE", "ONLINE_AND_NEARLINE", "LOST", "UNAVAILABLE"] as const;
export type Locality = (typeof localities)[number];

/** A property that a client set: its XML, with every namespace declared on it. */
export interface DeadProperty {
  readonly namespace: string;
  readonly name: string;
  readonly xml: string;
}

interface Common {
  /** Identifier that stays through moves. */
  readonly id: string;
  name: string;
  parent: FolderNode | undefined;
  readonly created: number;
  /** Milliseconds since the Unix epoch. */
  modified: number;
  /** By namespace and name; undefined until one is set. */
  properties: Map<string, DeadProperty> | undefined;
}

export interface FileNode extends Common {
  readonly kind: "file";
  /** Undefined while the file is being written. */
  content: Content | undefined;
  /** Checksums by the names of `Digest` headers. */
  checksums: Map<string, string>;
  /** Before this time (milliseconds since the epoch) checksums are not told. */
  checksumsFrom: number;
  locality: Locality;
  type: string | undefined;
}

export interface FolderNode extends Common {
  readonly kind: "folder";
  readonly children: Map<string, TreeNode>;
}

export type TreeNode = FileNode | FolderNode;

/** Bytes of a file; 0 for one that is being written. */
export function sizeOf(node: FileNode): number {
  return node.content?.size ?? 0;
}

/** Strong entity tag: other content has another one, and a new start changes none. */
export function tagOf(node: TreeNode): string {
  if (node.kind === "folder" || node.content === undefined) return `"${node.id}"`;
  const { reference } = node.content;
  const name = "blob" in reference ? reference.blob : `${reference.seed.toString(16)}${reference.size.toString(16)}`.toUpperCase();
  return `"${name}_1"`;
}

/** Names from the top to the node. */
export function pathOf(node: TreeNode): string[] {
  const names: string[] = [];
  for (let at: TreeNode = node; at.parent !== undefined; at = at.parent) names.push(at.name);
  return names.reverse();
}
