import { randomUUID } from "node:crypto";
import type { StreamReply, StreamRequest } from "../../http/stream.ts";
import { preconditions } from "../dav/conditions.ts";
import { contentReply } from "../dav/get.ts";
import { hrefOf } from "../dav/paths.ts";
import { type Place, receive } from "../dav/put.ts";
import { say, type Storage } from "../door.ts";
import type { FileNode } from "../tree/node.ts";

type Transfer = { readonly kind: "read"; readonly node: FileNode } | { readonly kind: "write"; readonly place: Place };

interface Waiting {
  readonly transfer: Transfer;
  readonly timer: NodeJS.Timeout;
}

const gone = "Request is no longer valid. Please resubmit to door.";

/** The pool beside a door: each of its addresses is good for one transfer. */
export class Pools {
  readonly #origin: () => string;
  readonly #storage: () => Storage;
  readonly #seconds: number;
  readonly #waiting = new Map<string, Waiting>();

  /** `seconds`: for how long a pool waits for its client. */
  constructor(origin: () => string, storage: () => Storage, seconds: number) {
    this.#origin = origin;
    this.#storage = storage;
    this.#seconds = seconds;
  }

  #send(path: readonly string[], transfer: Transfer): StreamReply {
    const id = randomUUID();
    const timer = setTimeout(() => this.#forget(id), this.#seconds * 1000).unref();
    this.#waiting.set(id, { transfer, timer });
    const location = `${this.#origin()}${hrefOf("", path, false)}?dcache-http-uuid=${id}`;
    return { status: 307, headers: { Location: location }, body: Buffer.alloc(0) };
  }

  #forget(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting?.transfer.kind !== "write") return;
    const { place } = waiting.transfer;
    // Nobody came: the name that was placed for the upload goes again.
    if (place.created && place.node?.content === undefined && place.node?.parent !== undefined) this.#storage().tree.remove(place.node);
  }

  read(node: FileNode, path: readonly string[]): StreamReply {
    return this.#send(path, { kind: "read", node });
  }

  write(place: Place, path: readonly string[]): StreamReply {
    return this.#send(path, { kind: "write", place });
  }

  /** Transfers that wait for their client. */
  get waiting(): number {
    return this.#waiting.size;
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** Answers a request at the pool. */
  async answer(request: StreamRequest): Promise<StreamReply> {
    const id = request.query.get("dcache-http-uuid") ?? "";
    const waiting = this.#waiting.get(id);
    const { method, headers } = request;
    if (waiting === undefined) return say(404, gone);
    const { transfer } = waiting;
    if (method === "OPTIONS") return say(200, "", { Allow: "GET, HEAD, PUT" });
    if (method !== (transfer.kind === "read" ? "GET" : "PUT") && !(method === "HEAD" && transfer.kind === "read"))
      return say(405, "This is not what the door was asked for");
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    const storage = this.#storage();
    if (transfer.kind === "write") return receive(storage, request, transfer.place);
    const { node } = transfer;
    if (node.parent === undefined) return say(404, "no such file or directory");
    const status = preconditions(method, headers, node);
    if (status !== undefined) return say(status);
    return contentReply(node, request, await storage.digests?.header(node, headers));
  }
}
