import { readAll, type StreamReply } from "../../http/stream.ts";
import { type Actor, forbidden, type Method, say, type Visit } from "../door.ts";
import { pathOf, type TreeNode } from "../tree/node.ts";
import { davError } from "./answers.ts";
import { hrefOf } from "./paths.ts";
import { dav, dcacheNamespace, element, liveOf, type PropertyName, srmNamespace } from "./properties.ts";
import { elementsOf, escapeXml, parseXml } from "./xml.ts";

export const bodyLimit = 10_000_000;

/** What is asked: all, the names, or some properties. */
type Question =
  | { readonly kind: "all"; readonly also: readonly PropertyName[] }
  | { readonly kind: "names" }
  | { readonly kind: "some"; readonly names: readonly PropertyName[] };

function questionOf(body: string): Question | undefined {
  if (body.trim() === "") return { kind: "all", also: [] };
  let root;
  try {
    root = parseXml(body);
  } catch {
    return undefined;
  }
  if (root.namespace !== dav || root.name !== "propfind") return undefined;
  if (elementsOf(root, "propname").length > 0) return { kind: "names" };
  if (elementsOf(root, "allprop").length > 0)
    return { kind: "all", also: elementsOf(root, "include").flatMap((include) => elementsOf(include)) };
  const prop = elementsOf(root, "prop")[0];
  return prop === undefined ? undefined : { kind: "some", names: elementsOf(prop) };
}

const propstat = (elements: string, status: string): string =>
  elements === "" ? "" : `<d:propstat><d:prop>${elements}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`;

/** The answer about one node. */
async function responseOf(node: TreeNode, path: readonly string[], question: Question, visit: Visit): Promise<string> {
  const live = liveOf(visit);
  let found = "";
  let missing = "";
  const dead = [...(node.properties?.values() ?? [])];
  if (question.kind === "names") {
    for (const name of Object.keys(live.told)) found += element({ namespace: dav, name }, "");
    for (const property of dead) found += element(property, "");
  } else {
    const asked: readonly PropertyName[] =
      question.kind === "some" ? question.names : [...Object.keys(live.told).map((name) => ({ namespace: dav, name })), ...question.also];
    for (const property of asked) {
      const content = await live.find(property)?.(node, path, visit);
      const own = node.properties?.get(`${property.namespace} ${property.name}`);
      if (content !== undefined) found += element(property, content);
      else if (own !== undefined) found += own.xml;
      else if (question.kind === "some") missing += element(property, "");
    }
    if (question.kind === "all") for (const property of dead) found += property.xml;
  }
  const href = escapeXml(hrefOf(visit.base, path, node.kind === "folder"));
  const answer = propstat(found, "200 OK") + propstat(missing, "404 Not Found");
  return `<d:response><d:href>${href}</d:href>${answer === "" ? "<d:status>HTTP/1.1 200 OK</d:status>" : answer}</d:response>`;
}

const opening =
  '<?xml version="1.0" encoding="utf-8" ?>\n' +
  `<d:multistatus xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/" xmlns:card="urn:ietf:params:xml:ns:carddav" ` +
  `xmlns:ns1="${srmNamespace}" xmlns:ns2="${dcacheNamespace}" xmlns:d="DAV:">`;

/** A node and what is below it, to the depth asked for. What is in a folder that the asker may not read is left out. */
function* walk(node: TreeNode, path: readonly string[], depth: number, actor: Actor): Generator<[TreeNode, readonly string[]]> {
  yield [node, path];
  if (depth === 0 || node.kind !== "folder" || !actor.may("read", path)) return;
  for (const child of node.children.values()) yield* walk(child, [...path, child.name], depth - 1, actor);
}

async function* multistatus(visit: Visit, question: Question, depth: number): AsyncIterable<Buffer> {
  let text = opening;
  for (const [node, path] of walk(visit.node as TreeNode, visit.path, depth, visit.actor)) {
    text += await responseOf(node, path, question, visit);
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(`${text}</d:multistatus>`);
}

/** `PROPFIND` (RFC 4918, 9.1). */
export const propfind: Method = async (visit): Promise<StreamReply> => {
  const { request, storage, node } = visit;
  const body = await readAll(request, bodyLimit);
  const refused = forbidden(visit, "read");
  if (refused !== undefined) return refused;
  if (node === undefined) return say(404, "no such file or directory");
  const header = request.headers["depth"] ?? "infinity";
  if (header !== "0" && header !== "1" && String(header).toLowerCase() !== "infinity") return say(400, "Depth must be 0, 1 or infinity");
  const depth = header === "0" ? 0 : header === "1" ? 1 : Infinity;
  if (depth === Infinity && node.kind === "folder" && !storage.behaviour.depthInfinity) return davError(403, "<D:propfind-finite-depth/>");
  const question = questionOf(body.toString());
  if (question === undefined) return say(400, "The body is not a propfind element");
  return {
    status: 207,
    headers: { "Content-Type": "application/xml; charset=utf-8" },
    body: multistatus({ ...visit, path: pathOf(node) }, question, depth),
  };
};
