import { readAll, type StreamReply } from "../../http/stream.ts";
import { forbidden, type Method, say } from "../door.ts";
import { refusedByLocks, xmlReply } from "./answers.ts";
import { hrefOf } from "./paths.ts";
import { bodyLimit } from "./propfind.ts";
import { dav, element, liveOf, type PropertyName } from "./properties.ts";
import { elementsOf, escapeXml, parseXml, writeXml, type XmlElement } from "./xml.ts";

interface Change {
  readonly property: XmlElement;
  readonly remove: boolean;
}

/** Changes in the order of the document; undefined when the body is none. */
function changesOf(body: string): Change[] | undefined {
  let root: XmlElement;
  try {
    root = parseXml(body);
  } catch {
    return undefined;
  }
  if (root.namespace !== dav || root.name !== "propertyupdate") return undefined;
  return elementsOf(root).flatMap((action) => {
    const kind = action.namespace === dav ? action.name : "";
    if (kind !== "set" && kind !== "remove") return [];
    return elementsOf(action, "prop").flatMap((prop) => elementsOf(prop).map((property) => ({ property, remove: kind === "remove" })));
  });
}

/** `PROPPATCH` (RFC 4918, 9.2): all changes or none. */
export const proppatch: Method = async (visit): Promise<StreamReply> => {
  const { request, storage, node, base, path } = visit;
  const body = await readAll(request, bodyLimit);
  const refused = forbidden(visit, "modify");
  if (refused !== undefined) return refused;
  if (node === undefined) return say(404, "no such file or directory");
  const locked = refusedByLocks(visit, { own: [path] });
  if (locked !== undefined) return locked;
  const changes = changesOf(body.toString());
  if (changes === undefined) return say(400, "The body is not a propertyupdate element");
  const live = liveOf(visit);
  const kept = (property: PropertyName): boolean => live.find(property) !== undefined || !storage.behaviour.deadProperties;
  const fails = changes.some(({ property }) => kept(property));
  if (!fails) {
    // In order: what is set and then removed is gone.
    for (const { property, remove } of changes) {
      const { namespace, name } = property;
      storage.tree.setProperties(node, remove ? [] : [{ namespace, name, xml: writeXml(property) }], remove ? [{ namespace, name }] : []);
    }
  }
  const parts = changes.map(({ property }) => {
    const status = !fails ? "200 OK" : kept(property) ? "403 Forbidden" : "424 Failed Dependency";
    return `<d:propstat><d:prop>${element(property, "")}</d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat>`;
  });
  const href = escapeXml(hrefOf(base, path, node.kind === "folder"));
  return xmlReply(207, `<d:multistatus xmlns:d="DAV:"><d:response><d:href>${href}</d:href>${parts.join("")}</d:response></d:multistatus>`);
};
