import { readAll, type StreamReply } from "../../http/stream.ts";
import { forbidden, type Method, say, type Visit } from "../door.ts";
import type { FolderNode } from "../tree/node.ts";
import { davError, refusedByLocks, xmlReply } from "./answers.ts";
import { parseIf, submitted } from "./if-header.ts";
import type { Lock } from "./locks.ts";
import { bodyLimit } from "./propfind.ts";
import { activeLock, dav, prefixes } from "./properties.ts";
import { elementsOf, parseXml, writeXml, type XmlElement } from "./xml.ts";

const longest = 604_800;

/** Seconds of the `Timeout` header: the first that is understood, an hour without one. */
function secondsOf(header: string | string[] | undefined): number {
  for (const part of String(header ?? "").split(",")) {
    const match = /^Second-(\d+)$/i.exec(part.trim());
    if (match !== null) return Math.min(longest, Math.max(1, Number(match[1])));
    if (/^Infinite$/i.test(part.trim())) return longest;
  }
  return 3600;
}

const discovery = (lock: Lock, visit: Visit): string =>
  `<d:prop xmlns:d="${dav}"><d:lockdiscovery>${activeLock(lock, visit.base)}</d:lockdiscovery></d:prop>`;

/** Prolongs the lock that the `If` header names. */
function refresh(visit: Visit): StreamReply {
  const { request, storage, path } = visit;
  const header = request.headers["if"];
  const lists = typeof header === "string" ? parseIf(header) : undefined;
  if (lists === undefined) return say(400, "LOCK without a body needs an If header with the token");
  const tokens = submitted(lists);
  const lock = storage.locks.on(path).find(({ token }) => tokens.includes(token));
  if (lock === undefined) return say(412, "No lock with this token holds here");
  storage.locks.refresh(lock, secondsOf(request.headers["timeout"]));
  return xmlReply(200, discovery(lock, visit));
}

/** The `owner` element, with the namespaces that it needs. */
function ownerOf(info: XmlElement): string {
  const owner = elementsOf(info, "owner")[0];
  if (owner === undefined) return "";
  const inside = owner.children.map((child) => (typeof child === "string" ? child.replace(/[&<>]/g, "") : writeXml(child))).join("");
  return `<${prefixes[dav] as string}:owner>${inside}</${prefixes[dav] as string}:owner>`;
}

/** `LOCK` (RFC 4918, 9.10): exclusive and shared write locks; a name that is not there becomes an empty file. */
export const lock: Method = async (visit) => {
  const { request, storage, path, parent } = visit;
  const body = await readAll(request, bodyLimit);
  const refused = forbidden(visit, "modify");
  if (refused !== undefined) return refused;
  if (body.length === 0) return refresh(visit);
  let info: XmlElement;
  try {
    info = parseXml(body.toString());
  } catch {
    return say(400, "The body is not XML");
  }
  const scope = elementsOf(info, "lockscope").flatMap((element) => elementsOf(element))[0]?.name;
  if (info.namespace !== dav || info.name !== "lockinfo" || (scope !== "exclusive" && scope !== "shared"))
    return say(400, "The body is not a lockinfo element");
  const depth = String(request.headers["depth"] ?? "infinity").toLowerCase();
  if (depth !== "0" && depth !== "infinity") return say(400, "Depth must be 0 or infinity");
  if (visit.node === undefined) {
    if (parent === undefined) return say(409, "The folder above does not exist");
    const locked = refusedByLocks(visit, { own: [path.slice(0, -1)] });
    if (locked !== undefined) return locked;
  }
  const made = storage.locks.add({
    path,
    shared: scope === "shared",
    deep: depth === "infinity",
    owner: ownerOf(info),
    seconds: secondsOf(request.headers["timeout"]),
  });
  if (made === undefined) return davError(423, "<D:no-conflicting-lock/>");
  if (visit.node === undefined) {
    const { tree } = storage;
    const sink = await tree.contents.sink(tree.nextId());
    tree.writeFile(tree.beginFile(parent as FolderNode, path.at(-1) as string), await sink.finish());
  }
  return xmlReply(visit.node === undefined ? 201 : 200, discovery(made, visit), { "Lock-Token": `<${made.token}>` });
};

/** `UNLOCK` (RFC 4918, 9.11). */
export const unlock: Method = (visit) => {
  const { request, storage, path } = visit;
  const refused = forbidden(visit, "modify");
  if (refused !== undefined) return refused;
  const token = /^<([^>]+)>$/.exec(String(request.headers["lock-token"] ?? "").trim())?.[1];
  if (token === undefined) return say(400, "UNLOCK needs a Lock-Token header");
  const found = storage.locks.on(path).find((entry) => entry.token === token);
  if (found === undefined) return davError(409, "<D:lock-token-matches-request-uri/>");
  storage.locks.remove(token);
  return say(204);
};
