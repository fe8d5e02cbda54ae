import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { received, splitTarget, type ReceivedRequest } from "./request.ts";
import { json, type Reply } from "./reply.ts";
import { writeReply } from "./write-reply.ts";

export type Handler = (request: ReceivedRequest) => Reply | Promise<Reply>;
/** Keys are `"GET /runs/{id}"`; a last part `*` takes the rest of the path. Literal routes go before those with `{name}`, in the order given. */
export type Routes = Readonly<Record<string, Reply | Handler>>;

export interface ServerTls {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** CA of client certificates; with it the server asks for one. */
  readonly clientCa?: string;
  /** Refuses clients without a certificate of `clientCa`. @default false */
  readonly requireClientCertificate?: boolean;
}

export interface ServerOptions {
  readonly tls?: ServerTls;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default 0: a free one */
  readonly port?: number;
  /** Answers a request that says `Expect: 100-continue` before its body; undefined lets the body come. */
  readonly beforeBody?: (request: ReceivedRequest) => Reply | undefined;
  /** Milliseconds after which an unused connection is closed. @default Node's (5 s) */
  readonly keepAliveTimeout?: number;
}

/** A real server on loopback. */
export interface TestServer {
  /** Without a slash at the end; with the name `localhost` where the server speaks TLS. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  /** All requests so far, in the order in which they were complete. */
  readonly requests: readonly ReceivedRequest[];
  /** Number of connections accepted so far. */
  readonly connections: number;
  /** Number of connections open now. */
  readonly openConnections: number;
  /** The most requests that were being answered at one time. */
  readonly peakInFlight: number;
  /** Waits until so many requests have arrived in all; gives the last of them. */
  received(count: number): Promise<ReceivedRequest>;
  /** Closes the connections that carry no request now. */
  closeIdle(): void;
  /** Ends every connection and frees the port. */
  stop(): Promise<void>;
}

/**
 * Starts a server for a test. A handler that throws makes the answer 500 with the error's text.
 * Requests for which there is no route get 404.
 */
export async function startServer(answer: Handler | Routes, options: ServerOptions = {}): Promise<TestServer> {
  const { tls, host = "127.0.0.1" } = options;
  const requests: ReceivedRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: (request: ReceivedRequest) => void }[] = [];
  const sockets = new Map<Socket, number>();
  let connections = 0;
  let inFlight = 0;
  let peakInFlight = 0;
  let origin = "";
  let markStopped = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (markStopped = resolve));
  const route = typeof answer === "function" ? (request: ReceivedRequest) => ({ reply: answer, request }) : router(answer);

  async function handle(message: IncomingMessage, response: ServerResponse, before: boolean): Promise<void> {
    message.on("error", () => undefined);
    response.on("error", () => undefined);
    inFlight += 1;
    peakInFlight = Math.max(peakInFlight, inFlight);
    const ended = new Promise<"answered" | "cut">((resolve) => {
      let flushed = false;
      // An answer also counts as finished, for Node, when its connection is gone.
      response.once("finish", () => (flushed = !message.socket.destroyed));
      response.once("close", () => {
        inFlight -= 1;
        resolve(flushed ? "answered" : "cut");
      });
    });
    const more = { origin, params: {}, connection: sockets.get(message.socket) ?? 0, ended };
    if (before) {
      const early = options.beforeBody?.(received(message, new Uint8Array(), more));
      if (early === undefined) response.writeContinue();
      else {
        record(received(message, new Uint8Array(), more));
        response.setHeader("connection", "close");
        return writeReply(response, early, stopped);
      }
    }
    const body = await readBody(message);
    if (body === undefined) return;
    const found = route(received(message, body, more));
    record(found.request);
    let reply: Reply;
    try {
      reply = typeof found.reply === "function" ? await found.reply(found.request) : found.reply;
    } catch (error) {
      reply = json({ error: `The handler of the test server failed: ${String(error)}` }, { status: 500 });
    }
    await writeReply(response, reply, stopped);
  }

  function record(request: ReceivedRequest): void {
    requests.push(request);
    for (const one of waiting) if (one.count === requests.length) one.resolve(request);
  }

  const listener = (message: IncomingMessage, response: ServerResponse): void => void handle(message, response, false);
  const server: Server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer(
          {
            cert: tls.cert,
            key: tls.key,
            ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true }),
            rejectUnauthorized: tls.requireClientCertificate === true,
          },
          listener,
        );
  if (options.keepAliveTimeout !== undefined) server.keepAliveTimeout = options.keepAliveTimeout;
  server.on("checkContinue", (message: IncomingMessage, response: ServerResponse) => void handle(message, response, true));
  server.on(tls === undefined ? "connection" : "secureConnection", (socket: Socket) => {
    connections += 1;
    sockets.set(socket, connections);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  // Handshakes that fail are the client's to tell.
  server.on("tlsClientError", () => undefined);
  server.on("clientError", (_error, socket) => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  // Certificates are made out for localhost; a name also makes the client send it to the server.
  const name = tls !== undefined && host === "127.0.0.1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  origin = `${tls === undefined ? "http" : "https"}://${name}:${port}`;
  return {
    url: origin,
    origin,
    port,
    requests,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    get peakInFlight() {
      return peakInFlight;
    },
    received(count) {
      const there = requests[count - 1];
      return there !== undefined ? Promise.resolve(there) : new Promise((resolve) => waiting.push({ count, resolve }));
    },
    closeIdle: () => server.closeIdleConnections(),
    async stop() {
      markStopped();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const socket of sockets.keys()) socket.destroy();
      await closed;
    },
  };
}

/** Undefined when the client left before the end of its body. */
async function readBody(message: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

interface Found {
  readonly reply: Reply | Handler;
  readonly request: ReceivedRequest;
}

function router(routes: Routes): (request: ReceivedRequest) => Found {
  const table = Object.entries(routes).map(([key, reply]) => {
    const [method = "", path = ""] = key.split(" ");
    if (!/^[A-Z]+$/.test(method) || !path.startsWith("/")) throw new TypeError(`A route is written "GET /path", not "${key}".`);
    return { method, parts: splitTarget(path).path.split("/"), reply, open: /[{*]/.test(path) };
  });
  table.sort((a, b) => Number(a.open) - Number(b.open));
  return (request) => {
    const parts = request.path.split("/");
    for (const { method, parts: wanted, reply } of table) {
      if (method !== request.method) continue;
      const params = matchParts(wanted, parts);
      if (params !== undefined) return { reply, request: Object.defineProperty(request, "params", { value: params, enumerable: true }) };
    }
    return { reply: json({ error: `No route for ${request.method} ${request.path}` }, { status: 404 }), request };
  };
}

function matchParts(wanted: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part === "*" && index === wanted.length - 1) return params;
    const value = given[index];
    if (value === undefined) return undefined;
    if (part.startsWith("{") && part.endsWith("}")) params[part.slice(1, -1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return wanted.length === given.length ? params : undefined;
}
