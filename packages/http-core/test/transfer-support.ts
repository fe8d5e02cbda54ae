import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adler32 as referenceAdler } from "./transfer-adler.ts";
import { createDoor, type Door, type DoorOptions, type RemoteEntry } from "@sci/http-core/transfer";
import { bytes, empty, startServer, type ReceivedRequest, type Reply, type TestServer } from "@sci/http-core/testing";

export interface StoredFile {
  content: Uint8Array;
  mtime?: number;
  etag?: string;
}

/** A made-up storage that serves files with ranges and validators, and can be told to do wrong. */
export interface Storage {
  readonly server: TestServer;
  readonly files: Map<string, StoredFile>;
  /** Entries of everything in it, as a listing would give them. */
  entries(): RemoteEntry[];
  entry(name: string): RemoteEntry;
  /** Looks at each request first; undefined lets the storage answer. */
  before: (request: ReceivedRequest, file: StoredFile | undefined) => Reply | undefined | Promise<Reply | undefined>;
  /** Changes what the storage answers. */
  after: (reply: Reply, request: ReceivedRequest) => Reply;
  ranges: boolean;
  digests: boolean;
}

export const day = Date.UTC(2026, 0, 2, 3, 4, 5);

export async function startStorage(contents: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Storage> {
  const files = new Map<string, StoredFile>();
  for (const [name, content] of Object.entries(contents)) files.set(name, { content: asBytes(content) });
  const server = await startServer(async (request) => {
    const name = decodeURIComponent(request.path).replace(/^\//, "");
    const early = await storage.before(request, files.get(name));
    if (early !== undefined) return early;
    const file = files.get(name);
    if (file === undefined) return empty(404);
    return storage.after(serve(request, file, storage), request);
  });
  const storage: Storage = {
    server,
    files,
    before: () => undefined,
    after: (reply) => reply,
    ranges: true,
    digests: false,
    entries: () => [...files.keys()].map((name) => storage.entry(name)),
    entry(name) {
      const file = files.get(name);
      return {
        name,
        path: `/${name}`,
        url: `${server.url}/${name.split("/").map(encodeURIComponent).join("/")}`,
        type: "file",
        size: file?.content.byteLength,
        mtime: file?.mtime ?? day,
        etag: undefined,
        checksums: {},
      };
    },
  };
  return storage;
}

export function asBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

function serve(request: ReceivedRequest, file: StoredFile, { ranges, digests }: Storage): Reply {
  const { content } = file;
  const etag = file.etag ?? `"${createHash("md5").update(content).digest("hex")}"`;
  const modified = new Date(file.mtime ?? day).toUTCString();
  const headers: Record<string, string> = { etag, "last-modified": modified, ...(ranges ? { "accept-ranges": "bytes" } : {}) };
  if (digests && request.headers["want-digest"]?.includes("adler32") === true) headers["digest"] = `adler32=${referenceAdler(content)}`;
  if (request.method === "HEAD") return empty(200, { headers });
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers["range"] ?? "");
  const condition = request.headers["if-range"];
  if (range !== null && ranges && (condition === undefined || condition === etag || condition === modified)) {
    const from = Number(range[1]);
    const to = Math.min(Number(range[2]), content.byteLength - 1);
    if (from >= content.byteLength) return empty(416, { headers: { "content-range": `bytes */${content.byteLength}` } });
    return bytes(content.subarray(from, to + 1), {
      status: 206,
      headers: { ...headers, "content-range": `bytes ${from}-${to}/${content.byteLength}` },
    });
  }
  return bytes(content, { headers });
}

/** A door to it with quick retries. */
export function testDoor(baseUrl: string, options: DoorOptions = {}): Door {
  const { retry, ...rest } = options;
  return createDoor(
    { name: "store", userAgent: "sci-store/1.0.0", baseUrl: "https://store.invalid" },
    { baseUrl, proxy: false, ...rest, retry: { baseDelay: 1, maxDelay: 5, ...retry } },
  );
}

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sci-transfer-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

/** All files below a folder with their contents, links as "-> target". */
export function readTree(folder: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const one of fs.readdirSync(join(folder, below), { withFileTypes: true })) {
    const name = below === "" ? one.name : `${below}/${one.name}`;
    if (one.isDirectory()) Object.assign(found, readTree(folder, name));
    else found[name] = one.isSymbolicLink() ? `-> ${fs.readlinkSync(join(folder, name))}` : fs.readFileSync(join(folder, name), "latin1");
  }
  return found;
}

/** Bytes that look random and are the same in every run. */
export function noise(length: number, seed = 1): Uint8Array {
  const content = new Uint8Array(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    content[at] = state >>> 24;
  }
  return content;
}

export function sameBytes(path: string, content: Uint8Array): boolean {
  return Buffer.compare(fs.readFileSync(path), content) === 0;
}
