import { Readable } from "node:stream";
import { isSciError, SciError } from "@sci/http-core";
import type { Door, DoorStream } from "@sci/http-core/transfer";
import type { WebdavClient } from "./webdav-types.ts";

type Library = typeof import("webdav");
type FetchInit = {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ArrayBuffer | Readable;
  readonly signal?: AbortSignal;
};

/** Sends a body that comes as a stream, and gives the status of the answer. */
export type StreamSender = (
  path: string,
  body: Readable,
  options: { readonly overwrite: boolean; readonly signal?: AbortSignal },
) => Promise<void>;

interface Behind {
  readonly door: Door;
  readonly sendStream: StreamSender;
}

/** Tells the library's requests of one client from those of another. Never sent. */
const marker = "x-sci-client";
const clients = new Map<string, Behind>();
let made = 0;
let loading: Promise<Library> | undefined;

/**
 * The `webdav` library's client, its requests sent through a door: the same credentials, renewed in the same way, the same certificates,
 * proxy, time limits and retries. The copy of the library is our own: one that an application uses itself is not touched.
 */
export async function webdavClient(door: Door, sendStream: StreamSender): Promise<WebdavClient> {
  loading ??= load();
  const { createClient, AuthType } = await loading;
  const id = String(++made);
  clients.set(id, { door, sendStream });
  const client = createClient(door.baseUrl, { authType: AuthType.None, headers: { [marker]: id } }) as unknown as WebdavClient;
  // The library's own pipes the answer into another stream: a connection that is cut ends the process there.
  return Object.assign(client, {
    createReadStream: (path: string, options: Parameters<WebdavClient["createReadStream"]>[1] = {}) =>
      Readable.from(contents(door, path, options), { objectMode: false }),
  });
}

async function* contents(
  door: Door,
  path: string,
  { range, signal, headers = {} }: NonNullable<Parameters<WebdavClient["createReadStream"]>[1]>,
): AsyncGenerator<Uint8Array> {
  const wanted = range === undefined ? {} : { range: `bytes=${range.start}-${range.end ?? ""}` };
  const request = { operation: "webdav", method: "GET", url: door.urlOf(path), headers: { ...headers, ...wanted } };
  const opened = await door.open(request, signal === undefined ? {} : { signal });
  if (range !== undefined && opened.status !== 206) {
    await opened.discard();
    throw new SciError(
      "INVALID_RESPONSE",
      `${door.origin} answered ${opened.status} instead of the range that was asked for.`,
      opened.context,
    );
  }
  yield* opened.stream();
}

async function load(): Promise<Library> {
  const library = await import("webdav");
  library.getPatcher().patch("fetch", fetchThroughDoor as (...args: unknown[]) => unknown);
  return library;
}

async function fetchThroughDoor(url: string, init: FetchInit): Promise<object> {
  const headers = Object.fromEntries(Object.entries(init.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const { [marker]: id = "", ...sent } = headers;
  const behind = clients.get(id);
  if (behind === undefined) throw new Error("A request of the webdav library that belongs to no client.");
  const { body, method, signal } = init;
  try {
    if (body instanceof Readable) {
      const overwrite = sent["if-none-match"] !== "*";
      const path = decodeURIComponent(new URL(url).href.slice(behind.door.baseUrl.length));
      await behind.sendStream(path, body, { overwrite, ...(signal === undefined ? {} : { signal }) });
      return answer(201, {}, new Uint8Array());
    }
    const bytes = body instanceof ArrayBuffer ? new Uint8Array(body) : body;
    const opened = await behind.door.open(
      { operation: "webdav", method, url, headers: sent, ...(bytes === undefined ? {} : { body: bytes }) },
      signal === undefined ? {} : { signal },
    );
    return method === "GET" ? streaming(opened) : answer(opened.status, opened.headers, await opened.bytes(256 * 1024 * 1024));
  } catch (error) {
    // The library words failed answers itself; what never became an answer stays the error that it is.
    if (isSciError<string>(error) && error.status !== undefined && error.status >= 400) {
      return answer(error.status, {}, new TextEncoder().encode(error.body ?? ""), error.message);
    }
    throw error;
  }
}

/** What the library uses of a Response. */
function answer(status: number, headers: Readonly<Record<string, string>>, bytes: Uint8Array, statusText = ""): object {
  return {
    status,
    statusText,
    ok: status >= 200 && status < 300,
    headers: new Headers(headers),
    text: async () => new TextDecoder().decode(bytes),
    arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    get body() {
      return Readable.from([bytes]);
    },
  };
}

/** The body as it comes: a connection that is cut ends the stream with an error. */
function streaming(opened: DoorStream): object {
  const whole = async (): Promise<Uint8Array> => opened.bytes(Number.MAX_SAFE_INTEGER);
  return {
    status: opened.status,
    statusText: "",
    ok: true,
    headers: new Headers(opened.headers),
    text: async () => new TextDecoder().decode(await whole()),
    arrayBuffer: async () => {
      const bytes = await whole();
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
    get body() {
      return Readable.from(opened.stream(), { objectMode: false });
    },
  };
}
