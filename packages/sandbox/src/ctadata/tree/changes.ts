import type { ContentReference } from "./content.ts";
import type { DeadProperty, Locality } from "./node.ts";
import type { Tree } from "./tree.ts";

/** A change of the tree, as it is kept. */
export type Change =
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

/** Does what a change says once more. */
export function apply(tree: Tree, entry: Change): void {
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
