import { type FileNode, sizeOf, tagOf, type TreeNode } from "../tree/node.ts";
import type { Visit } from "../door.ts";
import { hrefOf } from "./paths.ts";
import type { Lock } from "./locks.ts";
import { escapeXml } from "./xml.ts";

export const dav = "DAV:";
export const dcacheNamespace = "http://www.dcache.org/2013/webdav";
export const srmNamespace = "http://srm.lbl.gov/StorageResourceManager";

/** Prefixes of an answer. */
export const prefixes: Readonly<Record<string, string>> = { [dav]: "d", [srmNamespace]: "ns1", [dcacheNamespace]: "ns2" };

/** A property by namespace and name. */
export interface PropertyName {
  readonly namespace: string;
  readonly name: string;
}

/** Media type by the end of a name, where the client told none. */
export function typeOf(node: FileNode): string {
  if (node.type !== undefined) return node.type;
  const ending = /\.([a-z0-9]+)$/i.exec(node.name)?.[1]?.toLowerCase() ?? "";
  return { txt: "text/plain", html: "text/html", xml: "application/xml", json: "application/json" }[ending] ?? "application/octet-stream";
}

/** XML of the locks that hold for a node. */
export function activeLock(lock: Lock, base: string): string {
  const seconds = Math.max(0, Math.round((lock.until - Date.now()) / 1000));
  return (
    `<d:activelock><d:locktype><d:write/></d:locktype><d:lockscope><d:${lock.shared ? "shared" : "exclusive"}/></d:lockscope>` +
    `<d:depth>${lock.deep ? "infinity" : "0"}</d:depth>${lock.owner}<d:timeout>Second-${seconds}</d:timeout>` +
    `<d:locktoken><d:href>${lock.token}</d:href></d:locktoken><d:lockroot><d:href>${escapeXml(hrefOf(base, lock.path, false))}</d:href></d:lockroot></d:activelock>`
  );
}

const lockEntry = (scope: string): string =>
  `<d:lockentry><d:lockscope><d:${scope}/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>`;

type Live = (node: TreeNode, path: readonly string[], visit: Visit) => string | undefined | Promise<string | undefined>;

const time = (value: number): string => new Date(value).toUTCString();
const file =
  (write: (node: FileNode) => string | undefined): Live =>
  (node) =>
    node.kind === "file" ? write(node) : undefined;

/** Properties of DAV: that every storage has: the XML inside the element; undefined where a node has none. */
const common: Readonly<Record<string, Live>> = {
  displayname: (node) => escapeXml(node.name),
  getlastmodified: ({ modified }) => time(modified),
  creationdate: ({ created }) => new Date(created).toISOString().replace(/\.\d+Z$/, "Z"),
  resourcetype: ({ kind }) => (kind === "folder" ? "<d:collection/>" : ""),
  getcontentlength: file((node) => (node.content === undefined ? undefined : String(sizeOf(node)))),
  getcontenttype: file((node) => escapeXml(typeOf(node))),
  getetag: (node) => escapeXml(tagOf(node)).replaceAll("&quot;", '"'),
};

const withLocks: Readonly<Record<string, Live>> = {
  supportedlock: () => lockEntry("exclusive") + lockEntry("shared"),
  lockdiscovery: (_, path, { storage, base }) =>
    storage.locks
      .on(path)
      .map((lock) => activeLock(lock, base))
      .join(""),
};

const quota: Readonly<Record<string, Live>> = {
  "quota-available-bytes": (node, _, { storage }) => {
    const limit = storage.quota();
    return node.kind === "folder" && limit !== Infinity ? String(Math.max(0, limit - storage.tree.bytes)) : undefined;
  },
  "quota-used-bytes": (node, _, { storage }) => (node.kind === "folder" ? String(storage.tree.bytes) : undefined),
};

const dcacheDav: Readonly<Record<string, Live>> = { iscollection: ({ kind }) => (kind === "folder" ? "TRUE" : "FALSE") };
const dcache: Readonly<Record<string, Live>> = {
  Checksums: (node, _, { storage }) => (node.kind === "file" ? storage.digests?.all(node) : undefined),
};
const srm: Readonly<Record<string, Live>> = {
  FileLocality: (node) => (node.kind === "folder" ? "NONE" : node.content === undefined ? "UNAVAILABLE" : node.locality),
  AccessLatency: file(({ locality }) => (locality === "NEARLINE" ? "NEARLINE" : "ONLINE")),
  RetentionPolicy: file(({ locality }) => (locality.includes("NEARLINE") ? "CUSTODIAL" : "REPLICA")),
};

/** Properties that the storage itself has, by namespace. Only the first are told unasked. */
export function liveOf(visit: Visit): { readonly told: Readonly<Record<string, Live>>; find(property: PropertyName): Live | undefined } {
  const { behaviour } = visit.storage;
  const told = { ...common, ...(behaviour.locks ? withLocks : {}), ...(behaviour.dcache ? dcacheDav : {}) };
  const spaces: Record<string, Readonly<Record<string, Live>>> = { [dav]: { ...told, ...quota } };
  if (behaviour.dcache) Object.assign(spaces, { [dcacheNamespace]: dcache, [srmNamespace]: srm });
  return {
    told,
    find({ namespace, name }) {
      const space = spaces[namespace];
      return space !== undefined && Object.hasOwn(space, name) ? space[name] : undefined;
    },
  };
}

/** The element of a property: its tag with the namespaces it needs. */
export function element({ namespace, name }: PropertyName, content: string): string {
  const prefix = prefixes[namespace];
  const tag = prefix === undefined ? (namespace === "" ? name : `x:${name}`) : `${prefix}:${name}`;
  const declared = prefix !== undefined ? "" : namespace === "" ? ' xmlns=""' : ` xmlns:x="${escapeXml(namespace)}"`;
  return content === "" ? `<${tag}${declared}/>` : `<${tag}${declared}>${content}</${tag}>`;
}
