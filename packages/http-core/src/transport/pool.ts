import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { describeCause, isSciError, SciError } from "../errors.ts";
import { abortError } from "./classify.ts";
import { createConnector, proxyRefusal } from "./connect.ts";
import { acceptEncoding, decoder } from "./decode.ts";
import { Exchange, type Destination, type Surroundings } from "./exchange.ts";
import type { ProxyAddress, ProxyChoice } from "./proxy.ts";
import { loadTls } from "./tls.ts";
import type { TransportOptions, TransportRequest, TransportResponse } from "./types.ts";
import { loadUndici } from "./undici.ts";
import { wireHeaders } from "./wire-names.ts";

/** Milliseconds that an unused connection is kept; below the 5 s after which many servers close theirs. */
const keepAliveTimeout = 4000;
/** The longest that a server may ask for by its Keep-Alive field. */
const keepAliveMaxTimeout = 30_000;

export interface PoolOptions extends Pick<TransportOptions, "tls" | "certificateOrigins"> {
  readonly connections: number;
  readonly connectTimeout: number;
  readonly chooseProxy: ProxyChoice;
  readonly warn: (message: string) => void;
}

/** Sends requests over undici's dispatchers. */
export interface Pool {
  send(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

type Dispatch = (
  request: TransportRequest,
  url: URL,
) => {
  readonly via: Pick<Dispatcher, "dispatch">;
  readonly destination: Destination;
  readonly path: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
};

const noProxy: ProxyChoice = () => undefined;

/** @throws CERTIFICATE */
export async function createPool(options: PoolOptions): Promise<Pool> {
  const { Agent, buildConnector } = await loadUndici();
  const tls = await loadTls(options.tls ?? {}, options.warn);
  // Bytes that a socket had read when it failed: tells a kept connection that the server had closed from a fresh one.
  const read = new WeakMap<object, number>();
  const onSocket = (socket: Socket): void => {
    socket.prependListener("error", (error) => read.set(error, socket.bytesRead));
  };
  const settings = { connections: options.connections, pipelining: 1, allowH2: false, keepAliveTimeout, keepAliveMaxTimeout };
  const connectorOptions = {
    build: buildConnector,
    tls,
    certificateOrigins: new Set((options.certificateOrigins ?? []).map((origin) => new URL(origin).origin)),
    timeout: options.connectTimeout,
    onSocket,
  };
  const connector = createConnector({ ...connectorOptions, chooseProxy: options.chooseProxy });
  const agent = new Agent({ ...settings, connect: connector.connect });
  // Plain http goes through a proxy without a tunnel; these connections end at the proxy, and never show a certificate.
  const toProxy = createConnector({ ...connectorOptions, certificateOrigins: new Set(), chooseProxy: noProxy });
  const forwarder = new Agent({ ...settings, connect: toProxy.connect });

  return dispatching(
    (request, url) => {
      const { origin } = url;
      const proxy = options.chooseProxy(origin);
      const path = url.pathname + url.search;
      const headers = { "accept-encoding": acceptEncoding, ...request.headers };
      if (proxy === undefined || url.protocol === "https:")
        return { via: agent, destination: { origin, proxy: proxy?.origin }, path, origin, headers };
      return {
        via: forwarder,
        destination: {
          origin,
          proxy: proxy.origin,
          refused: (status) => (status === 407 ? proxyRefusal(proxy, status, origin) : undefined),
        },
        path: origin + path,
        origin: proxy.origin,
        headers: { ...headers, host: url.host, ...authorization(proxy) },
      };
    },
    options.connectTimeout,
    (error) => read.get(error as object) ?? (error as { socket?: { bytesRead?: number } }).socket?.bytesRead,
    async () => {
      connector.cancel();
      toProxy.cancel();
      await Promise.all([agent.destroy(), forwarder.destroy()]);
    },
  );
}

/** Over a dispatcher of the application's, with whatever connections it makes; it stays open. */
export function useDispatcher(dispatcher: Pick<Dispatcher, "dispatch">, connectTimeout: number): Pool {
  return dispatching(
    (request, { origin, pathname, search }) => ({
      via: dispatcher,
      destination: { origin },
      path: pathname + search,
      origin,
      headers: { "accept-encoding": acceptEncoding, ...request.headers },
    }),
    connectTimeout,
    (error) => (error as { socket?: { bytesRead?: number } } | undefined)?.socket?.bytesRead,
    () => Promise.resolve(),
  );
}

function authorization(proxy: ProxyAddress): Record<string, string> {
  return proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization };
}

function dispatching(route: Dispatch, connectTimeout: number, readBefore: Surroundings["readBefore"], end: () => Promise<void>): Pool {
  let active = 0;
  let closing = false;
  const onEnd = (): void => {
    active -= 1;
    if (closing && active === 0) void end();
  };
  const around: Surroundings = { connectTimeout, decoder, readBefore, onEnd };
  return {
    send(request) {
      if (request.signal?.aborted === true) return Promise.reject(abortError(request.signal));
      const { via, destination, path, origin, headers } = route(request, request.parsed ?? new URL(request.url));
      const exchange = new Exchange(request, destination, around);
      active += 1;
      const { method, idleTimeout } = request;
      const { body, length } = toBody(request.body, exchange);
      try {
        via.dispatch(
          {
            origin,
            path,
            method: method as Dispatcher.HttpMethod,
            headers: wireHeaders(length === undefined ? headers : { ...headers, "content-length": String(length) }),
            headersTimeout: idleTimeout,
            bodyTimeout: idleTimeout,
            // undici ends the connection after each HEAD, for servers that send a body with the answer; such a body fails the parser.
            ...(method === "HEAD" ? { reset: false } : {}),
            ...(body === undefined ? {} : { body: body as string }),
          },
          exchange,
        );
      } catch (cause) {
        exchange.fail(unfit(cause));
      }
      return exchange.answered;
    },
    async close() {
      closing = true;
      // Answers under way are read to their end; nobody has to wait for that.
      if (active === 0) await end();
    },
  };
}

/** Bytes from which a body is sent in pieces. */
const largeBody = 1024 * 1024;
const pieceLength = 64 * 1024;

/**
 * The body as undici takes it. It counts the silence of the server from the end of a text or an array that it was given, sent or
 * not; only in pieces does a long upload count as life.
 */
function toBody(
  body: TransportRequest["body"],
  exchange: Exchange,
): { body?: string | Uint8Array | AsyncIterable<Uint8Array>; length?: number } {
  if (typeof body === "function") return { body: guarded(body(), exchange) };
  if (body === undefined) return {};
  if (body.length < largeBody) return { body };
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { body: pieces(bytes), length: bytes.byteLength };
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.byteLength; start += pieceLength) yield bytes.subarray(start, start + pieceLength);
}

/** Tells a source that cannot be read from a connection that failed. */
async function* guarded(source: AsyncIterable<Uint8Array>, exchange: Exchange): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } catch (cause) {
    const error = isSciError<string>(cause)
      ? cause
      : new SciError("FILE", `The body of the request could not be read: ${describeCause(cause) ?? String(cause)}`, { cause });
    exchange.fail(error);
    throw error;
  }
}

function unfit(cause: unknown): SciError<"INVALID_ARGUMENT"> {
  return new SciError(
    "INVALID_ARGUMENT",
    `The dispatcher does not take requests of this package: ${describeCause(cause) ?? String(cause)}. Make it with undici 7 or later, or leave it out and use the options tls and proxy.`,
    { cause, details: { option: "dispatcher" } },
  );
}
