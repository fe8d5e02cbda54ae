import type { StreamReply, StreamRequest } from "../../http/stream.ts";
import { type Actor, type Method, say, type Storage, type Visit } from "../door.ts";
import { copy, mkcol, move, remove } from "./collections.ts";
import { get } from "./get.ts";
import { lock, unlock } from "./lock-methods.ts";
import { namesOf } from "./paths.ts";
import { propfind } from "./propfind.ts";
import { proppatch } from "./proppatch.ts";
import { put } from "./put.ts";

const methods: Readonly<Record<string, Method>> = {
  GET: get,
  HEAD: get,
  PUT: put,
  DELETE: remove,
  MKCOL: mkcol,
  COPY: copy,
  MOVE: move,
  PROPFIND: propfind,
  PROPPATCH: proppatch,
};
const lockMethods: Readonly<Record<string, Method>> = { LOCK: lock, UNLOCK: unlock };

/** `OPTIONS`: what the storage can do. */
function options({ behaviour }: Storage): StreamReply {
  const allowed = ["OPTIONS", ...Object.keys(methods), ...(behaviour.locks ? Object.keys(lockMethods) : [])];
  return say(200, "", { DAV: behaviour.locks ? "1, 2" : "1", Allow: allowed.join(", "), "MS-Author-Via": "DAV", "Accept-Ranges": "bytes" });
}

/** Where a request comes in. */
export interface Entrance {
  readonly base: string;
  readonly origin: string;
  readonly relays: boolean;
}

/** The path of a request with what stands there; undefined when it is no path of this entrance. */
export function visitOf(storage: Storage, request: StreamRequest, actor: Actor, entrance: Entrance): Visit | undefined {
  const path = namesOf(request.path, entrance.base);
  if (path === undefined) return undefined;
  const above = storage.tree.find(path.slice(0, -1));
  return {
    storage,
    request,
    actor,
    ...entrance,
    path,
    node: storage.tree.find(path),
    parent: above?.kind === "folder" ? above : undefined,
  };
}

/** Answers a WebDAV request. */
export async function answerDav(storage: Storage, request: StreamRequest, actor: Actor, entrance: Entrance): Promise<StreamReply> {
  if (request.method === "OPTIONS") return options(storage);
  const visit = visitOf(storage, request, actor, entrance);
  if (visit === undefined) return say(400, "This is no path");
  const method = methods[request.method] ?? (storage.behaviour.locks ? lockMethods[request.method] : undefined);
  if (method === undefined) return say(405, "Method not allowed", { Allow: Object.keys(methods).join(", ") });
  return method(visit);
}
