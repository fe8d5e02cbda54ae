import { createHash, type Hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { StreamReply, StreamRequest } from "../../http/stream.ts";
import { forbidden, type Method, say, type Storage, type Visit } from "../door.ts";
import type { FileNode, FolderNode } from "../tree/node.ts";
import { tagOf } from "../tree/node.ts";
import { refusedByLocks } from "./answers.ts";
import { preconditions } from "./conditions.ts";

/** Where an upload goes to. */
export interface Place {
  readonly parent: FolderNode;
  readonly name: string;
  /** The file that is there: one to be replaced, or one that was placed for this upload. */
  readonly node: FileNode | undefined;
  readonly created: boolean;
}

function md5Of(headers: IncomingHttpHeaders): { expected: string; hash: Hash } | undefined {
  const expected = headers["content-md5"];
  return typeof expected === "string" ? { expected, hash: createHash("md5") } : undefined;
}

/** The file that an upload becomes: what has happened to the name meanwhile counts. Undefined when it can no longer be one. */
function fileAt({ tree }: Storage, { parent, name }: Place): FileNode | undefined {
  const there = parent.children.get(name);
  if (there !== undefined) return there.kind === "file" ? there : undefined;
  const attached = parent === tree.root || parent.parent !== undefined;
  return attached ? tree.beginFile(parent, name) : undefined;
}

/** What is left of a broken upload. */
async function leave(storage: Storage, place: Place, finish: () => Promise<unknown>, abort: () => Promise<void>): Promise<void> {
  const { broken } = storage.behaviour;
  if (broken === "half") {
    await finish();
    return;
  }
  await abort();
  const { tree } = storage;
  if (broken === "empty") {
    const node = fileAt(storage, place);
    if (node !== undefined) tree.writeFile(node, await (await tree.contents.sink(tree.nextId())).finish());
  } else if (place.node?.content === undefined && place.node?.parent !== undefined) tree.remove(place.node);
}

/** Takes the bytes of an upload. Throws when the connection ends before they do; what stays then is the storage's way. */
export async function receive(storage: Storage, request: StreamRequest, place: Place): Promise<StreamReply> {
  const { tree, digests } = storage;
  const sink = await tree.contents.sink(tree.nextId());
  const sums = digests?.begin(request.headers);
  const md5 = md5Of(request.headers);
  const free = storage.quota() - tree.bytes;
  const type = request.headers["content-type"];
  let size = 0;
  const finish = async (): Promise<FileNode | undefined> => {
    const node = fileAt(storage, place);
    if (node === undefined) {
      await sink.abort();
      return undefined;
    }
    const known = digests?.facts(sums) ?? {};
    tree.writeFile(node, await sink.finish(), { ...known, ...(type === undefined ? {} : { type }) });
    return node;
  };
  const end = (): Promise<void> => leave(storage, place, finish, () => sink.abort());
  try {
    for await (const chunk of request.body()) {
      size += chunk.length;
      if (size > free) {
        await end();
        return say(507, "There is no space left", { Connection: "close" });
      }
      sums?.update(chunk);
      md5?.hash.update(chunk);
      await sink.write(chunk);
    }
  } catch (error) {
    await end();
    throw error;
  }
  if (md5 !== undefined && md5.hash.digest("base64") !== md5.expected) {
    await end();
    return say(400, "The content does not have the checksum of Content-MD5");
  }
  // Somebody else may have been faster.
  const other = place.parent.children.get(place.name);
  if (request.headers["if-none-match"] === "*" && other !== place.node && other !== undefined) {
    await sink.abort();
    return say(412, "A condition of the request does not hold");
  }
  const node = await finish();
  if (node === undefined) return say(409, "The folder above does not exist any more, or a folder has taken the name");
  const digest = (await digests?.header(node, request.headers)) ?? {};
  return { status: place.created ? 201 : 204, headers: { ...digest, ETag: tagOf(node) }, body: Buffer.alloc(0) };
}

/** Why a file cannot be written here; undefined when it can. */
function refusal(visit: Visit): StreamReply | undefined {
  const { request, storage, node, path } = visit;
  const { behaviour, tree } = storage;
  const known = node?.kind === "file" ? node : undefined;
  const refused = forbidden(visit, known === undefined ? "create" : "modify");
  if (refused !== undefined) return refused;
  if (node?.kind === "folder" || request.path.endsWith("/")) return say(409, "Cannot PUT to a collection.");
  if (request.headers["content-range"] !== undefined) return say(400, "PUT takes no Content-Range");
  if (visit.parent === undefined && (!behaviour.makeParents || fileInTheWay(visit))) return say(409, "The folder above does not exist");
  const status = preconditions("PUT", request.headers, node);
  if (status !== undefined) return say(status, "A condition of the request does not hold");
  if (known !== undefined && !behaviour.overwrite) return say(409, "The file exists and may not be replaced");
  const locked = refusedByLocks(visit, { own: known === undefined ? [path, path.slice(0, -1)] : [path] });
  if (locked !== undefined) return locked;
  if (request.length !== undefined && request.length > storage.quota() - tree.bytes) return say(507, "There is no space left");
  return undefined;
}

function fileInTheWay({ storage, path }: Visit): boolean {
  for (let length = 1; length < path.length; length++) if (storage.tree.find(path.slice(0, length))?.kind === "file") return true;
  return false;
}

/** `PUT`. With pools, a client that waits is sent to one; the door takes the data of one that does not. */
export const put: Method = (visit) => {
  const { storage, node, path, request } = visit;
  const refused = refusal(visit);
  if (refused !== undefined) return refused;
  const parent = visit.parent ?? (storage.tree.makeFolders(path.slice(0, -1)) as FolderNode);
  const name = path.at(-1) as string;
  const known = node?.kind === "file" ? node : undefined;
  if (storage.pools === undefined || visit.relays)
    return receive(storage, request, { parent, name, node: known, created: known === undefined });
  // The name is there from now on, as dCache's name space has it.
  const place = { parent, name, node: known ?? storage.tree.beginFile(parent, name), created: known === undefined };
  return request.waits ? storage.pools.write(place, path) : receive(storage, request, place);
};
