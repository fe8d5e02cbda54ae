import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createDoor, type Door, type DoorOptions } from "@sci/http-core/transfer";
import { adler32 } from "./transfer-adler.ts";

export interface Stored {
  /** Undefined for a directory. */
  readonly content: Buffer | undefined;
  mtime: number;
  readonly etag: string;
}

export interface Seen {
  readonly method: string;
  /** Escaped, with its query. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  /** Names of the headers as they were written. */
  readonly written: readonly string[];
  /** Of the body. */
  bytes: number;
  status: number;
}

export type Early = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | "cut" | "hold";

/** How a made-up storage behaves; the defaults are those of Apache. */
export interface Manners {
  /** Leaves what arrived when a connection breaks. */
  halves: boolean;
  digests: "answer" | "head" | "property" | "none";
  /** Keeps to If-Match, If-None-Match and Overwrite. */
  preconditions: boolean;
  /** Status of MOVE; 0 does it. */
  move: number;
  /** Makes a path of the name that MOVE and COPY are given. */
  reads: (path: string) => string;
  /** Takes a PUT over what is there. */
  overwrite: boolean;
  makesParents: boolean;
  /** Says neither 100 nor anything else before the body is there. */
  silent: boolean;
  /** Hrefs without escapes. */
  literal: boolean;
  /** Bytes that it holds at most. */
  room: number;
  takesTimes: boolean;
  /** What it says it is. */
  server: string | undefined;
  /** Where an upload is sent on to. */
  pool: ((seen: Seen) => string | undefined) | undefined;
  /** Looks at a request when its head is there. */
  early: (seen: Seen) => Early | undefined;
  /** Ends the connection after so many bytes of a body. */
  cutBody: (seen: Seen) => number | undefined;
  /** Changes what is stored. */
  store: (content: Buffer, seen: Seen) => Buffer;
  /** Ends the connection instead of the answer, after the work is done. */
  loseAnswer: (seen: Seen) => boolean;
}

export interface DavStorage {
  readonly url: string;
  readonly files: Map<string, Stored>;
  readonly seen: Seen[];
  readonly manners: Manners;
  put(path: string, content: string | Uint8Array, mtime?: number): void;
  mkdir(path: string): void;
  text(path: string): string | undefined;
  /** Paths of all files, sorted. */
  names(): string[];
  door(options?: DoorOptions): Door;
  stop(): Promise<void>;
}

let etags = 0;

function above(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** A WebDAV storage in memory on a real socket. */
export async function startDavStorage(manners: Partial<Manners> = {}, tls?: ServerOptions): Promise<DavStorage> {
  const files = new Map<string, Stored>([["/", { content: undefined, mtime: Date.now(), etag: '"root"' }]]);
  const seen: Seen[] = [];
  const own: Manners = {
    halves: false,
    digests: "none",
    preconditions: true,
    move: 0,
    reads: (path) => path,
    overwrite: true,
    makesParents: false,
    silent: false,
    literal: false,
    room: Number.POSITIVE_INFINITY,
    takesTimes: false,
    server: undefined,
    pool: undefined,
    early: () => undefined,
    cutBody: () => undefined,
    store: (content) => content,
    loseAnswer: () => false,
    ...manners,
  };
  const add = (path: string, content: Buffer | undefined, mtime = Date.now()): void => {
    for (let parent = above(path); parent !== "/" && !files.has(parent); parent = above(parent)) add(parent, undefined);
    files.set(path, { content, mtime, etag: `"e${++etags}"` });
  };
  const listener = (request: IncomingMessage, response: ServerResponse, asks: boolean): void => {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const one: Seen = {
      method: request.method ?? "",
      target: request.url ?? "",
      headers: request.headers,
      written: request.rawHeaders.filter((_, index) => index % 2 === 0),
      bytes: 0,
      status: 0,
    };
    seen.push(one);
    void new Exchange(request, response, one, own, files, add).run(asks);
  };
  const plain = (request: IncomingMessage, response: ServerResponse): void => listener(request, response, false);
  const server: Server = tls === undefined ? createServer(plain) : createTlsServer(tls, plain);
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => listener(request, response, true));
  server.on("tlsClientError", () => undefined);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  const doors: Door[] = [];
  return {
    url,
    files,
    seen,
    manners: own,
    put: (path, content, mtime) => add(path, Buffer.from(content as Uint8Array), mtime),
    mkdir: (path) => add(path, undefined),
    text: (path) => files.get(path)?.content?.toString(),
    names: () => [...files].flatMap(([path, { content }]) => (content === undefined ? [] : [path])).sort(),
    door(options = {}) {
      const door = createDoor(
        { name: "storage", userAgent: "sci-storage/1.0.0", baseUrl: url },
        { proxy: false, ...options, retry: { baseDelay: 1, maxDelay: 5, ...options.retry } },
      );
      doors.push(door);
      return door;
    },
    async stop() {
      await Promise.all(doors.map((door) => door.close()));
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

class Exchange {
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly seen: Seen,
    private readonly manners: Manners,
    private readonly files: Map<string, Stored>,
    private readonly add: (path: string, content: Buffer | undefined, mtime?: number) => void,
  ) {}

  get path(): string {
    const path = decodeURIComponent((this.seen.target.split("?")[0] ?? "").replace(/(?<=.)\/+$/, ""));
    return path === "" ? "/" : path;
  }

  async run(asks: boolean): Promise<void> {
    const { seen, manners, request } = this;
    const early = manners.early(seen);
    if (early === "cut") return void request.socket.destroy();
    if (early === "hold") return;
    if (early !== undefined) return this.answer(early.status, early.headers, early.body, true);
    const before = seen.method === "PUT" ? this.beforePut() : undefined;
    if (before !== undefined) return this.answer(before.status, before.headers, "", true);
    if (asks && !manners.silent) this.response.writeContinue();
    const body = await this.body();
    if (body === undefined) return;
    const work = this as unknown as Record<string, ((body: Buffer) => void) | undefined>;
    const method = work[`do${seen.method}`];
    if (method === undefined) this.answer(405);
    else method.call(this, body);
  }

  answer(status: number, headers: Record<string, string> = {}, body = "", early = false): void {
    this.seen.status = status;
    if (this.manners.loseAnswer(this.seen)) return void this.request.socket.destroy();
    if (early) headers = { ...headers, connection: "close" };
    if (this.manners.server !== undefined) headers = { ...headers, server: this.manners.server };
    this.response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    this.response.end(this.seen.method === "HEAD" ? undefined : body);
  }

  /** What can be said without the body. */
  beforePut(): { readonly status: number; readonly headers?: Record<string, string> } | undefined {
    const { manners, seen, path, files } = this;
    const there = files.get(path);
    if (there !== undefined && there.content === undefined) return { status: 409 };
    if (manners.preconditions) {
      if (seen.headers["if-none-match"] === "*" && there !== undefined) return { status: 412 };
      const match = seen.headers["if-match"];
      if (match !== undefined && match !== there?.etag) return { status: 412 };
    }
    if (!manners.overwrite && there !== undefined) return { status: 403 };
    if (!manners.makesParents && files.get(above(path)) === undefined) return { status: 409 };
    const room = manners.room - [...files.values()].reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
    if (Number(seen.headers["content-length"] ?? 0) > room) return { status: 507 };
    const pool = manners.pool?.(seen);
    return pool === undefined ? undefined : { status: 307, headers: { location: pool } };
  }

  async body(): Promise<Buffer | undefined> {
    const { request, manners, seen } = this;
    const pieces: Buffer[] = [];
    const cut = manners.cutBody(seen);
    const { socket } = request;
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        seen.bytes += piece.length;
        pieces.push(piece);
        if (cut !== undefined && seen.bytes >= cut) throw new Error("cut");
      }
      if (!request.complete || (cut !== undefined && seen.bytes >= cut)) throw new Error("cut");
      return Buffer.concat(pieces);
    } catch {
      if (manners.halves && seen.method === "PUT") this.add(this.path, Buffer.concat(pieces).subarray(0, cut ?? seen.bytes));
      socket.destroy();
      return undefined;
    }
  }

  doPUT(body: Buffer): void {
    const { manners, path, files, seen } = this;
    const made = !files.has(path);
    const content = manners.store(body, seen);
    const time = Number(seen.headers["x-oc-mtime"]) * 1000;
    this.add(path, content, manners.takesTimes ? time : undefined);
    const digest = manners.digests === "answer" ? { digest: `adler32=${adler32(content)}` } : {};
    this.answer(made ? 201 : 204, { ...digest, ...(manners.takesTimes ? { "x-oc-mtime": "accepted" } : {}) });
  }

  doHEAD(): void {
    const stored = this.files.get(this.path);
    if (stored === undefined) return this.answer(404);
    const { content } = stored;
    const digest =
      this.manners.digests === "head" && content !== undefined && this.seen.headers["want-digest"] !== undefined
        ? { digest: `adler32=${adler32(content)}` }
        : {};
    this.answer(200, { etag: stored.etag, ...digest, ...(content === undefined ? {} : { "content-length": String(content.length) }) });
  }

  doGET(): void {
    const stored = this.files.get(this.path);
    if (stored?.content === undefined) return this.answer(404);
    this.answer(200, { etag: stored.etag }, stored.content.toString());
  }

  doMKCOL(): void {
    if (this.files.has(this.path)) return this.answer(405);
    if (!this.files.has(above(this.path))) return this.answer(409);
    this.add(this.path, undefined);
    this.answer(201);
  }

  doDELETE(): void {
    const { path, files } = this;
    if (!files.has(path)) return this.answer(404);
    for (const one of [...files.keys()]) if (one === path || one.startsWith(`${path}/`)) files.delete(one);
    this.answer(204);
  }

  doMOVE(): void {
    this.relocate(true);
  }

  doCOPY(): void {
    this.relocate(false);
  }

  relocate(move: boolean): void {
    const { files, path, manners, seen } = this;
    if (manners.move !== 0) return this.answer(manners.move);
    const sent = String(seen.headers["destination"])
      .replace(/^https?:\/\/[^/]*/, "")
      .replace(/(?<=.)\/$/, "");
    // XRootD takes it as it is.
    const to = manners.reads(manners.server === undefined ? decodeURIComponent(sent) : sent);
    if (!files.has(path)) return this.answer(404);
    if (!files.has(above(to))) return this.answer(409);
    if (files.has(to) && manners.preconditions && seen.headers["overwrite"] === "F") return this.answer(412);
    const made = !files.has(to);
    for (const [one, stored] of [...files]) {
      if (one !== path && !one.startsWith(`${path}/`)) continue;
      files.set(to + one.slice(path.length), stored);
      if (move) files.delete(one);
    }
    this.answer(made ? 201 : 204);
  }

  doPROPFIND(): void {
    const { path, files } = this;
    const stored = files.get(path);
    if (stored === undefined) return this.answer(404);
    const found: [string, Stored][] = [[path, stored]];
    if (this.seen.headers["depth"] === "1")
      for (const entry of files) if (entry[0] !== "/" && above(entry[0]) === path && entry[0] !== path) found.push(entry);
    const responses = found.map(([name, one]) => this.response207(name, one));
    this.answer(
      207,
      { "content-type": "application/xml" },
      `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${responses.join("")}</d:multistatus>`,
    );
  }

  response207(name: string, { content, mtime, etag }: Stored): string {
    const { literal, digests } = this.manners;
    const path = literal ? name : encodeURI(name).replaceAll("#", "%23").replaceAll("?", "%3F");
    const slash = content === undefined && name !== "/" && !literal ? "/" : "";
    const href = `${path}${slash}`.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const kind = content === undefined ? "<d:resourcetype><d:collection/></d:resourcetype>" : "<d:resourcetype/>";
    const size = content === undefined ? "" : `<d:getcontentlength>${content.length}</d:getcontentlength>`;
    const sum =
      digests === "property" && content !== undefined
        ? `<c:Checksums xmlns:c="http://www.dcache.org/2013/webdav">adler32=${adler32(content)}</c:Checksums>`
        : "";
    const facts = `<d:getlastmodified>${new Date(mtime).toUTCString()}</d:getlastmodified><d:getetag>${etag}</d:getetag>`;
    return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${kind}${size}${facts}${sum}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
  }
}
