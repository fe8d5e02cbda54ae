import { checkWhole, SandboxError } from "../names.ts";
import type { Authority } from "../tls/certificates.ts";
import type { CtaDataControl } from "./control.ts";
import { hrefOf, namesOf } from "./dav/paths.ts";
import type { Pools } from "./dcache/pools.ts";
import type { CertificateService } from "./hub/certificates.ts";
import type { HubTokens } from "./hub/session.ts";
import { type Issuer, mainUser } from "./issuer.ts";
import { Adler32 } from "./tree/adler32.ts";
import { type Content, generated } from "./tree/content.ts";
import { type FileNode, localities, type Locality, sizeOf, type TreeNode } from "./tree/node.ts";
import { adlerOf, type Tree } from "./tree/tree.ts";

/** What the control works with. */
export interface ControlSetting {
  readonly tree: Tree;
  readonly issuer: Issuer;
  readonly tokens: HubTokens;
  readonly certificates: CertificateService;
  readonly authority: () => Authority;
  readonly pools: Pools;
  readonly limits: { quota: number; lifetime: number };
  readonly seed: number;
  readonly door: () => string;
  readonly originOf: (name: string) => string;
}

function names(path: string): string[] {
  const found = namesOf(
    path
      .split("/")
      .map(encodeURIComponent)
      .join("/")
      .replace(/^(?!\/)/, "/"),
  );
  if (found === undefined) throw new SandboxError("USAGE", `"${path}" is no path of the storage`);
  return found;
}

/** The tree as tests see it. */
function treeControl({
  tree,
  seed,
}: ControlSetting): Pick<CtaDataControl, "put" | "makeFolder" | "read" | "remove" | "stat" | "paths" | "setLocality" | "setModified"> {
  const nodeAt = (path: string): TreeNode => {
    const node = tree.find(names(path));
    if (node === undefined) throw new SandboxError("USAGE", `there is nothing at ${path}`);
    return node;
  };
  const fileAt = (path: string): FileNode => {
    const node = nodeAt(path);
    if (node.kind !== "file") throw new SandboxError("USAGE", `${path} is a folder`);
    return node;
  };
  const checkLocality = (locality: Locality): Locality => {
    if (!localities.includes(locality))
      throw new SandboxError("USAGE", `a locality is one of ${localities.join(", ")}, not ${String(locality)}`);
    return locality;
  };
  return {
    async put(path, given, { modified, locality = "ONLINE" } = {}) {
      const target = names(path);
      if (target.length === 0 || tree.find(target)?.kind === "folder") throw new SandboxError("USAGE", `${path} cannot be a file`);
      let content: Content;
      const checksums = new Map<string, string>();
      if (typeof given === "string" || given instanceof Uint8Array) {
        const bytes = Buffer.from(given);
        const sink = await tree.contents.sink(tree.nextId());
        await sink.write(bytes);
        content = await sink.finish();
        checksums.set("adler32", new Adler32().update(bytes).digest());
      } else content = generated(given.seed ?? seed, checkWhole("size", given.size, 0, Number.MAX_SAFE_INTEGER));
      const facts = { checksums, locality: checkLocality(locality), ...(modified === undefined ? {} : { modified }) };
      if (tree.makeFolders(target.slice(0, -1)) === undefined) throw new SandboxError("USAGE", `a file stands in the way of ${path}`);
      tree.putFile(target, content, facts);
    },
    makeFolder(path) {
      if (tree.makeFolders(names(path)) === undefined) throw new SandboxError("USAGE", `a file stands in the way of ${path}`);
    },
    async read(path) {
      const { content } = fileAt(path);
      const chunks: Buffer[] = [];
      if (content !== undefined) for await (const chunk of content.read(0, content.size)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    remove: (path) => tree.remove(nodeAt(path)),
    async stat(path) {
      const node = tree.find(names(path));
      if (node === undefined) return undefined;
      const common = { path, modified: node.modified };
      if (node.kind === "folder") return { ...common, type: "folder", size: 0, locality: "NONE", adler32: undefined, complete: true };
      const complete = node.content !== undefined;
      return { ...common, type: "file", size: sizeOf(node), locality: node.locality, adler32: await adlerOf(node), complete };
    },
    paths(folder = "/") {
      const all: string[] = [];
      const walk = (node: TreeNode, path: string[]): void => {
        if (path.length > 0) all.push(decodeURIComponent(hrefOf("", path, node.kind === "folder")));
        if (node.kind === "folder") for (const child of node.children.values()) walk(child, [...path, child.name]);
      };
      const top = nodeAt(folder);
      if (top.kind === "folder") for (const child of top.children.values()) walk(child, [...names(folder), child.name]);
      return all;
    },
    setLocality: (path, locality) => tree.setLocality(fileAt(path), checkLocality(locality)),
    setModified: (path, modified) => tree.setModified(nodeAt(path), modified),
  };
}

/** Makes the control of the storage. */
export function createControl(setting: ControlSetting): CtaDataControl {
  const { tree, issuer, tokens, certificates, authority, pools, limits } = setting;
  const devices = async () => (await issuer.openId.parts()).devices;
  return {
    ...treeControl(setting),
    get doorUrl() {
      return setting.door();
    },
    get poolUrl() {
      return setting.originOf("ctadata-pool");
    },
    get hubUrl() {
      return setting.originOf("ctadata-hub");
    },
    get issuerUrl() {
      return issuer.url();
    },
    setQuota(bytes) {
      limits.quota = bytes === undefined ? Infinity : checkWhole("bytes", bytes, 0, Number.MAX_SAFE_INTEGER);
    },
    token: ({ user = mainUser.name, scope = "openid offline_access", lifetime = limits.lifetime } = {}) =>
      issuer.token(user, scope, lifetime),
    expireTokens: () => issuer.issuer.endAll(),
    async endSessions() {
      (await issuer.openId.parts()).store.endSessions();
    },
    setTokenLifetime(seconds) {
      limits.lifetime = checkWhole("seconds", seconds, 0, 86_400);
    },
    deviceCodes: async () => (await devices()).codes(),
    approveDevice: async (code, user = mainUser.name) => (await devices()).approve(code, user),
    denyDevice: async (code) => (await devices()).deny(code),
    expireDevice: async (code) => (await devices()).expire(code),
    slowDownDevice: async (code, times = 1) => (await devices()).slowDown(code, checkWhole("times", times, 0, 1_000_000)),
    hubToken({ user = mainUser.name, group = "lst", services = true, admin = false } = {}) {
      issuer.users.get(user);
      return tokens.add({ name: user, group, services, admin });
    },
    endHubTokens: () => tokens.endAll(),
    get certificates() {
      return certificates.kept;
    },
    get ca() {
      return authority().cert;
    },
    certificate(user = mainUser.name, days = 3) {
      issuer.users.get(user);
      return authority().person(user, checkWhole("days", days, 1, 365));
    },
    get waitingTransfers() {
      return pools.waiting;
    },
    get fileCount() {
      return tree.files;
    },
    get bytes() {
      return tree.bytes;
    },
  };
}
