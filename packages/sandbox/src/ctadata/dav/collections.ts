import type { StreamReply } from "../../http/stream.ts";
import { forbidden, type Method, say, type Visit } from "../door.ts";
import type { FolderNode, TreeNode } from "../tree/node.ts";
import { refusedByLocks } from "./answers.ts";
import { preconditions } from "./conditions.ts";
import { hrefOf, namesOf } from "./paths.ts";

/** `MKCOL`. */
export const mkcol: Method = (visit) => {
  const { request, storage, node, parent, path } = visit;
  if (request.length !== 0) return say(415, "MKCOL takes no body");
  const refused = forbidden(visit, "create");
  if (refused !== undefined) return refused;
  if (node !== undefined) return say(405, "The name is taken");
  if (parent === undefined) return say(409, "The folder above does not exist");
  const locked = refusedByLocks(visit, { own: [path, path.slice(0, -1)] });
  if (locked !== undefined) return locked;
  storage.tree.makeFolder(parent, path.at(-1) as string);
  return say(201, "", { Location: visit.origin + hrefOf(visit.base, path, true) });
};

/** `DELETE`, of a folder with all that is in it. */
export const remove: Method = (visit) => {
  const { request, storage, node, path } = visit;
  const refused = forbidden(visit, "modify");
  if (refused !== undefined) return refused;
  if (node === undefined) return say(404, "no such file or directory");
  if (node.parent === undefined) return say(403, "The top cannot be removed");
  const status = preconditions("DELETE", request.headers, node);
  if (status !== undefined) return say(status, "A condition of the request does not hold");
  const locked = refusedByLocks(visit, { own: [path.slice(0, -1)], below: [path] });
  if (locked !== undefined) return locked;
  storage.tree.remove(node);
  storage.locks.removeBelow(path);
  return say(204);
};

interface Target {
  readonly path: readonly string[];
  readonly parent: FolderNode;
  readonly node: TreeNode | undefined;
}

const within = (path: readonly string[], above: readonly string[]): boolean =>
  above.length <= path.length && above.every((name, index) => name === path[index]);

/** Reads `Destination` and what stands there, or says why it does not do. */
function targetOf(visit: Visit): Target | StreamReply {
  const { request, storage, origin, base } = visit;
  const header = request.headers["destination"];
  if (typeof header !== "string" || !URL.canParse(header)) return say(400, "Destination must be an absolute URL");
  const url = new URL(header);
  if (url.host !== new URL(origin).host) return say(502, "Destination is on another server");
  const path = namesOf(url.pathname, base);
  if (path === undefined) return say(400, "Destination is no path of this server");
  if (path.length === 0) return say(403, "The top cannot be replaced");
  const parent = storage.tree.find(path.slice(0, -1));
  if (parent?.kind !== "folder") return say(409, "The folder above the destination does not exist");
  return { path, parent, node: parent.children.get(path.at(-1) as string) };
}

/** `MOVE`, and `COPY` within this storage. */
async function transfer(visit: Visit, moves: boolean): Promise<StreamReply> {
  const { request, storage, node, path } = visit;
  const refused = forbidden(visit, moves ? "modify" : "read");
  if (refused !== undefined) return refused;
  if (node === undefined) return say(404, "no such file or directory");
  const target = targetOf(visit);
  if ("status" in target) return target;
  const missing = forbidden(visit, target.node === undefined ? "create" : "modify", target.path);
  if (missing !== undefined) return missing;
  if (within(target.path, path) && (moves || target.path.length === path.length)) return say(403, "Source and destination overlap");
  if (within(path, target.path)) return say(403, "Source and destination overlap");
  const depth = request.headers["depth"] ?? "infinity";
  if (!["infinity", ...(moves ? [] : ["0"])].includes(String(depth).toLowerCase())) return say(400, "This Depth does not do here");
  if (target.node !== undefined && String(request.headers["overwrite"]).toUpperCase() === "F") return say(412, "The destination exists");
  const status = preconditions(request.method, request.headers, node);
  if (status !== undefined) return say(status, "A condition of the request does not hold");
  const locked = refusedByLocks(visit, {
    own: [...(target.node === undefined ? [target.path.slice(0, -1)] : []), ...(moves ? [path.slice(0, -1)] : [])],
    below: [target.path, ...(moves ? [path] : [])],
  });
  if (locked !== undefined) return locked;
  if (!moves && node.kind === "file" && node.content !== undefined && node.content.size > storage.quota() - storage.tree.bytes)
    return say(507, "There is no space left");
  if (target.node !== undefined) {
    storage.tree.remove(target.node);
    storage.locks.removeBelow(target.path);
  }
  const name = target.path.at(-1) as string;
  if (moves) {
    storage.tree.move(node, target.parent, name);
    storage.locks.removeBelow(path);
  } else await storage.tree.copy(node, target.parent, name, depth !== "0");
  return target.node !== undefined
    ? say(204)
    : say(201, "", { Location: visit.origin + hrefOf(visit.base, target.path, node.kind === "folder") });
}

export const move: Method = (visit) => transfer(visit, true);
export const copy: Method = (visit) => transfer(visit, false);
