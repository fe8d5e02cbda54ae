import type { StreamReply, StreamRequest } from "../http/stream.ts";
import type { Locks } from "./dav/locks.ts";
import type { Digests } from "./dcache/digests.ts";
import type { Pools } from "./dcache/pools.ts";
import type { FolderNode, TreeNode } from "./tree/node.ts";
import type { Tree } from "./tree/tree.ts";

/** What somebody wants to do at a path. */
export type Activity = "read" | "create" | "modify" | "stage";

/** Who asks, and what that one may do. */
export interface Actor {
  readonly name: string;
  may(activity: Activity, path: readonly string[]): boolean;
}

/** How a storage behaves. */
export interface Behaviour {
  /** Whether there are locks: class 2 of WebDAV. */
  readonly locks: boolean;
  /** Whether clients may set properties of their own. */
  readonly deadProperties: boolean;
  /** Whether PUT may replace a file. */
  readonly overwrite: boolean;
  /** Whether PUT makes the folders above a file. */
  readonly makeParents: boolean;
  /** Whether PROPFIND may look at a whole tree. */
  readonly depthInfinity: boolean;
  /** What stays of an upload that breaks off. */
  readonly broken: "half" | "empty" | "none";
  /** dCache's ways: locality, checksums as properties, a COPY that is for third parties. */
  readonly dcache: boolean;
}

/** A storage as its doors see it. */
export interface Storage {
  readonly tree: Tree;
  readonly locks: Locks;
  readonly behaviour: Behaviour;
  readonly digests: Digests | undefined;
  /** Where GET and PUT are sent to; undefined: the door does them itself. */
  readonly pools: Pools | undefined;
  /** Bytes that fit in; Infinity for no limit. */
  readonly quota: () => number;
  /** Resolves when a file that is only on tape has come to disk. */
  stage(node: TreeNode): Promise<void>;
}

/** One request at a door. */
export interface Visit {
  readonly storage: Storage;
  readonly request: StreamRequest;
  readonly actor: Actor;
  /** Where the door begins: empty, or the path of the relay. */
  readonly base: string;
  /** `http://host:port` by which the client came. */
  readonly origin: string;
  readonly path: readonly string[];
  readonly node: TreeNode | undefined;
  /** The folder that holds (or would hold) the node. */
  readonly parent: FolderNode | undefined;
  /** Sends the data through this door itself even where pools exist. */
  readonly relays: boolean;
}

export type Method = (visit: Visit) => Promise<StreamReply> | StreamReply;

/** An answer of one line. */
export function say(status: number, text = "", headers: StreamReply["headers"] = {}): StreamReply {
  const body = Buffer.from(text === "" ? "" : `${text}\n`);
  return { status, headers: { ...(text === "" ? {} : { "Content-Type": "text/plain" }), ...headers }, body };
}

/** Refuses what the right for is missing; undefined when it may be done. */
export function forbidden(visit: Visit, activity: Activity, path: readonly string[] = visit.path): StreamReply | undefined {
  return visit.actor.may(activity, path) ? undefined : say(403, "Permission denied");
}
