import { setTimeout as pause } from "node:timers/promises";
import type { TreeNode } from "./tree/node.ts";
import type { Tree } from "./tree/tree.ts";

/** Brings files from tape to disk; asking twice for one file waits for the same. */
export function stager(tree: Tree, milliseconds: number): (node: TreeNode) => Promise<void> {
  const running = new Map<TreeNode, Promise<void>>();
  return (node) => {
    if (node.kind === "folder" || node.locality !== "NEARLINE") return Promise.resolve();
    const known = running.get(node);
    if (known !== undefined) return known;
    const done = pause(milliseconds, undefined, { ref: false }).then(() => {
      running.delete(node);
      if (node.locality === "NEARLINE" && node.parent !== undefined) tree.setLocality(node, "ONLINE_AND_NEARLINE");
    });
    running.set(node, done);
    return done;
  };
}
