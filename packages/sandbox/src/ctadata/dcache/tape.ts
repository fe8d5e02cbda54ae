import { randomUUID } from "node:crypto";
import { jsonReply } from "../../http/message.ts";
import { readAll, type StreamReply, type StreamRequest, streamed } from "../../http/stream.ts";
import { namesOf } from "../dav/paths.ts";
import { type Actor, say, type Storage } from "../door.ts";
import type { FileNode } from "../tree/node.ts";

export const tapePath = "/api/v1/tape";

type State = "SUBMITTED" | "STARTED" | "CANCELLED" | "FAILED" | "COMPLETED";

interface StagedFile {
  readonly path: string;
  state: State;
  error?: string;
  readonly started: number;
  finished?: number;
}

interface StageRequest {
  readonly id: string;
  readonly owner: string;
  readonly created: number;
  readonly files: StagedFile[];
}

const localities: Readonly<Record<string, string>> = {
  ONLINE: "DISK",
  NEARLINE: "TAPE",
  ONLINE_AND_NEARLINE: "DISK_AND_TAPE",
  LOST: "LOST",
  UNAVAILABLE: "UNAVAILABLE",
};

const json = (status: number, value: unknown, headers: Record<string, string> = {}): StreamReply =>
  streamed(jsonReply(status, value, headers));
const problem = (status: number, detail: string): StreamReply => json(status, { title: "Error", status, detail });

/** The tape REST interface of the WLCG, version 1. Times are milliseconds, as dCache answers them. */
export class Tape {
  readonly #storage: Storage;
  readonly #requests = new Map<string, StageRequest>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** `GET /.well-known/wlcg-tape-rest-api` */
  discovery(origin: string): StreamReply {
    return json(200, {
      sitename: "CTAO-CSCS-SANDBOX",
      description: "Tape interface of the sandbox",
      endpoints: [{ uri: `${origin}${tapePath}`, version: "v1", metadata: {} }],
    });
  }

  #file(path: unknown): FileNode | undefined {
    const names = typeof path === "string" ? namesOf(encodeURI(path)) : undefined;
    const node = names && this.#storage.tree.find(names);
    return node?.kind === "file" ? node : undefined;
  }

  async answer(request: StreamRequest, actor: Actor, origin: string): Promise<StreamReply> {
    const [kind, id, action] = request.path
      .slice(tapePath.length)
      .split("/")
      .filter((part) => part !== "");
    const { method } = request;
    let body: Record<string, unknown> = {};
    if (method === "POST") {
      try {
        body = JSON.parse((await readAll(request, 10_000_000)).toString()) as typeof body;
      } catch {
        return problem(400, "The body is not JSON");
      }
    }
    if (method === "POST" && kind === "archiveinfo" && id === undefined) return this.#archiveInfo(body["paths"], actor);
    if (method === "POST" && kind === "stage" && id === undefined) return this.#stage(body["files"], actor, origin);
    if (kind === "release" && method === "POST") return Array.isArray(body["paths"]) ? say(200) : problem(400, "paths must be a list");
    const found = kind === "stage" && id !== undefined ? this.#requests.get(id) : undefined;
    if (found === undefined) return problem(404, "There is no such request");
    if (found.owner !== actor.name) return problem(403, "The request is somebody else's");
    if (method === "GET" && action === undefined) return this.#status(found);
    if (method === "POST" && action === "cancel") return this.#cancel(found, body["paths"]);
    if (method === "DELETE" && action === undefined) {
      this.#requests.delete(found.id);
      return say(200);
    }
    return say(405, "Method not allowed");
  }

  #archiveInfo(paths: unknown, actor: Actor): StreamReply {
    if (!Array.isArray(paths)) return problem(400, "paths must be a list");
    const about = (path: unknown): object => {
      const names = typeof path === "string" ? namesOf(encodeURI(path)) : undefined;
      if (names === undefined || !actor.may("read", names)) return { path, error: "Permission denied" };
      const node = this.#storage.tree.find(names);
      if (node === undefined) return { path, error: "No such file or directory" };
      return { path, locality: node.kind === "folder" ? "NONE" : localities[node.locality] };
    };
    return json(200, (paths as unknown[]).map(about));
  }

  #stage(files: unknown, actor: Actor, origin: string): StreamReply {
    if (!Array.isArray(files) || files.length === 0) return problem(400, "files must be a list that is not empty");
    const now = Date.now();
    const request: StageRequest = { id: randomUUID(), owner: actor.name, created: now, files: [] };
    for (const file of files as { path?: unknown }[]) {
      const path = typeof file.path === "string" ? file.path : "";
      const names = namesOf(encodeURI(path));
      if (names === undefined || !actor.may("stage", names)) return problem(403, `Staging of ${path} is not permitted`);
      const entry: StagedFile = { path, state: "SUBMITTED", started: now };
      request.files.push(entry);
      const node = this.#file(path);
      if (node === undefined) Object.assign(entry, { state: "FAILED", error: "No such file or directory", finished: now });
      else void this.#fetch(entry, node);
    }
    this.#requests.set(request.id, request);
    return json(201, { requestId: request.id }, { Location: `${origin}${tapePath}/stage/${request.id}` });
  }

  async #fetch(entry: StagedFile, node: FileNode): Promise<void> {
    entry.state = "STARTED";
    await this.#storage.stage(node);
    if (entry.state !== "STARTED") return;
    Object.assign(entry, { state: "COMPLETED", finished: Date.now() });
  }

  #status({ id, created, files }: StageRequest): StreamReply {
    const about = ({ path, state, error, started, finished }: StagedFile): object => {
      const onDisk = this.#file(path)?.locality.startsWith("ONLINE") === true;
      return {
        path,
        ...(state === "COMPLETED" ? { onDisk, state } : { state }),
        startedAt: started,
        ...(finished === undefined ? {} : { finishedAt: finished }),
        ...(error === undefined ? {} : { error }),
      };
    };
    const done = files.every(({ finished }) => finished !== undefined);
    const last = Math.max(...files.map(({ finished = 0 }) => finished));
    return json(200, { id, createdAt: created, startedAt: created, ...(done ? { completedAt: last } : {}), files: files.map(about) });
  }

  #cancel({ files }: StageRequest, paths: unknown): StreamReply {
    if (!Array.isArray(paths)) return problem(400, "paths must be a list");
    const foreign = (paths as unknown[]).find((path) => !files.some((file) => file.path === path));
    if (foreign !== undefined) return problem(400, `${String(foreign)} is not part of the request`);
    for (const file of files) {
      if (paths.includes(file.path) && file.finished === undefined) Object.assign(file, { state: "CANCELLED", finished: Date.now() });
    }
    return say(200);
  }
}
