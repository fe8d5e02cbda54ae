import { jsonReply } from "../../http/message.ts";
import { collect, type StreamReply, type StreamRequest, streamed } from "../../http/stream.ts";
import { answerDav } from "../dav/methods.ts";
import { hrefOf, namesOf } from "../dav/paths.ts";
import { get } from "../dav/get.ts";
import type { Actor, Storage } from "../door.ts";
import { sizeOf, type TreeNode } from "../tree/node.ts";
import { type HubUser, serviceError } from "./session.ts";

export const downloadBase = "/services/downloadservice";

/** What the service works with. */
export interface ServiceVisit {
  readonly storage: Storage;
  readonly request: StreamRequest;
  readonly user: HubUser;
  readonly actor: Actor;
  readonly origin: string;
}

function entry(node: TreeNode, path: readonly string[], origin: string): object {
  const href = hrefOf("", path, node.kind === "folder").slice(1);
  return {
    href,
    url: `${origin}${downloadBase}/${href}`,
    mtime: new Date(node.modified).toUTCString(),
    type: node.kind === "folder" ? "directory" : "file",
    ...(node.kind === "file" ? { size: String(sizeOf(node)) } : {}),
  };
}

/** `GET list/<path>`: the entry itself first, then what is in it. */
function list({ storage, actor, origin }: ServiceVisit, path: readonly string[]): StreamReply {
  if (!actor.may("read", path)) return serviceError(403, "Error: 403 Permission denied");
  const node = storage.tree.find(path);
  if (node === undefined) return serviceError(404, "Error: 404 no such file or directory");
  const children = node.kind === "folder" ? [...node.children.values()] : [];
  const entries = [entry(node, path, origin), ...children.map((child) => entry(child, [...path, child.name], origin))];
  return streamed(jsonReply(200, entries, { "Content-Type": "application/json" }));
}

/** `GET fetch/<path>`: in chunks, without a length; what the storage says is passed on with 200, also when it refuses. */
async function fetch(visit: ServiceVisit, path: readonly string[]): Promise<StreamReply> {
  const { storage, request, actor, origin } = visit;
  const above = storage.tree.find(path.slice(0, -1));
  // Ranges and conditions are not passed on.
  const plain = { ...request, headers: {}, method: "GET" };
  const reply = await get({
    storage,
    request: plain,
    actor,
    base: "",
    origin,
    relays: true,
    path,
    node: storage.tree.find(path),
    parent: above?.kind === "folder" ? above : undefined,
  });
  const body = Buffer.isBuffer(reply.body) ? chunked(reply.body) : reply.body;
  return { status: 200, headers: { "Content-Type": "application/octet-stream" }, body };
}

async function* chunked(body: Buffer): AsyncIterable<Buffer> {
  yield body;
}

/** `POST upload/<path>`: into the user's own folder, whatever the path. */
async function upload(visit: ServiceVisit, path: readonly string[]): Promise<StreamReply> {
  const { storage, request, user, actor, origin } = visit;
  if (path.length === 0) return serviceError(400, "Error: no file name");
  const target = [user.group, "users", user.name, ...path];
  if (!actor.may("create", target)) return serviceError(403, "Access denied");
  if (storage.tree.find(target)?.kind === "folder") return serviceError(409, "Error: 409 a directory has this name");
  if (storage.tree.makeFolders(target.slice(0, -1)) === undefined) return serviceError(409, "Error: 409 a file stands in the way");
  let written = 0;
  async function* counted(): AsyncIterable<Buffer> {
    for await (const chunk of request.body()) {
      written += chunk.length;
      yield chunk;
    }
  }
  const replaces = { ...storage, behaviour: { ...storage.behaviour, overwrite: true } };
  const plain = { ...request, method: "PUT", path: hrefOf("", target, false), headers: {}, body: counted };
  const reply = await answerDav(replaces, plain, actor, { base: "", origin, relays: true });
  if (reply.status >= 300) return serviceError(reply.status, (await collect(reply.body)).toString().trim());
  return streamed(
    jsonReply(200, { path: target.join("/"), status: "uploaded", total_written: written }, { "Content-Type": "application/json" }),
  );
}

/** The download service: lists, reads and takes files, and relays WebDAV. */
export async function downloadService(visit: ServiceVisit): Promise<StreamReply> {
  const { storage, request, actor, origin } = visit;
  const rest = request.path.slice(downloadBase.length);
  const relay = `${downloadBase}/webdav`;
  if (rest === "/webdav" || rest.startsWith("/webdav/")) return answerDav(storage, request, actor, { base: relay, origin, relays: true });
  const [, name = ""] = rest.split("/");
  const path = namesOf(request.path, `${downloadBase}/${name}`);
  if (request.method === "GET" && (name === "" || name === "health")) return streamed(jsonReply(200, { message: "OK" }));
  if (!["list", "fetch", "upload"].includes(name)) return serviceError(404, "404 Not Found");
  if (path === undefined) return serviceError(400, "Error: the path must not leave the storage");
  if (name === "upload") return request.method === "POST" ? upload(visit, path) : serviceError(405, "Method Not Allowed");
  if (request.method !== "GET") return serviceError(405, "Method Not Allowed");
  return name === "list" ? list(visit, path) : fetch(visit, path);
}
