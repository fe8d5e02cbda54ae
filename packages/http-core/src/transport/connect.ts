import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import { SciError } from "../errors.ts";
import { transportError } from "./classify.ts";
import type { ProxyAddress, ProxyChoice } from "./proxy.ts";
import type { TlsMaterial } from "./tls.ts";

export interface ConnectorOptions {
  readonly build: typeof buildConnector;
  readonly tls: TlsMaterial;
  /** Origins that may see the client certificate. */
  readonly certificateOrigins: ReadonlySet<string>;
  readonly chooseProxy: ProxyChoice;
  /** Milliseconds until the connection stands, the proxy and TLS included. */
  readonly timeout: number;
  /** Told of every new socket, before anything is sent on it. */
  readonly onSocket: (socket: Socket) => void;
}

export interface Connector {
  readonly connect: buildConnector.connector;
  /** Gives up the connections that are being made. */
  cancel(): void;
}

/**
 * Makes the connections of a pool: directly or through a proxy's tunnel, with the client certificate or without, as the
 * origin demands. The tunnel is opened here: undici's ProxyAgent asks a proxy that closes the connection again for ever.
 */
export function createConnector(options: ConnectorOptions): Connector {
  const { build, tls, timeout } = options;
  const secure = (context: TlsMaterial["own"]) =>
    build({
      timeout,
      allowH2: false,
      rejectUnauthorized: tls.rejectUnauthorized,
      ...(context === undefined ? {} : { secureContext: context }),
    });
  const plain = secure(tls.plain);
  const own = tls.own === undefined ? plain : secure(tls.own);

  /** Sockets and tunnels on their way. */
  const pending = new Set<{ destroy(error: Error): unknown }>();

  const connect: buildConnector.connector = (target, callback) => {
    const origin = `${target.protocol}//${target.host ?? target.hostname}`;
    const direct = options.certificateOrigins.has(new URL(origin).origin) ? own : plain;
    const start = (httpSocket: Socket | undefined, ended: () => void): Socket => {
      // It returns the socket, whatever its type says.
      const socket = direct({ ...target, ...(httpSocket === undefined ? {} : { httpSocket }) }, (...result) => {
        pending.delete(socket);
        ended();
        // undici leaves the socket out where there is none.
        if (result[1]) options.onSocket(result[1]);
        callback(...result);
      }) as unknown as Socket;
      pending.add(socket);
      return socket;
    };
    const proxy = target.protocol === "https:" ? options.chooseProxy(origin) : undefined;
    if (proxy === undefined) {
      start(undefined, () => undefined);
      return;
    }
    // One limit for the tunnel and the handshake inside it.
    const controller = new AbortController();
    const tunnel = { destroy: (error: Error) => controller.abort(error) };
    pending.add(tunnel);
    const timer = setTimeout(() => controller.abort(connectTimeoutError(timeout)), timeout);
    const ended = (): void => {
      clearTimeout(timer);
      pending.delete(tunnel);
    };
    openTunnel(proxy, hostAndPort(target), options, controller.signal).then(
      (socket) => {
        const secured = start(socket, ended);
        controller.signal.addEventListener("abort", () => {
          secured.destroy(controller.signal.reason as Error);
          socket.destroy();
        });
      },
      (error: unknown) => {
        ended();
        callback(error as Error, null);
      },
    );
  };
  return {
    connect,
    cancel() {
      const error = new Error("The transport was closed.");
      for (const one of pending) one.destroy(error);
    },
  };
}

function connectTimeoutError(timeout: number): Error {
  return Object.assign(new Error(`no connection within ${timeout} ms`), { code: "UND_ERR_CONNECT_TIMEOUT" });
}

function hostAndPort({ hostname, port }: { readonly hostname: string; readonly port: string }): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port === "" ? "443" : port}`;
}

/** A socket to `target` ("host:port") through a proxy. */
export function openTunnel(
  proxy: ProxyAddress,
  target: string,
  { tls, timeout }: Pick<ConnectorOptions, "tls" | "timeout">,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const settings: RequestOptions = {
      host: proxy.hostname,
      port: proxy.port,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...(proxy.authorization === undefined ? {} : { "proxy-authorization": proxy.authorization }) },
      // No pool: the socket becomes the connection.
      agent: false,
    };
    const secure = { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.plain === undefined ? {} : { secureContext: tls.plain }) };
    const request = proxy.protocol === "https:" ? httpsRequest({ ...settings, ...secure }) : httpRequest(settings);
    const abort = (): void => void request.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort);
    const settle = (work: () => void): void => {
      signal.removeEventListener("abort", abort);
      work();
    };
    request.once("connect", (response: IncomingMessage, socket: Socket, head: Buffer) => {
      settle(() => {
        if (response.statusCode === 200) {
          if (head.byteLength > 0) socket.unshift(head);
          resolve(socket);
        } else {
          socket.destroy();
          reject(proxyRefusal(proxy, response.statusCode ?? 0, target));
        }
      });
    });
    request.once("error", (cause) => {
      // An error of ours: undici repeats a connection that failed with some codes without end.
      const context = {
        origin: `The proxy ${proxy.origin}`,
        phase: "connect",
        sent: false,
        timeouts: { connect: timeout, idle: 0 },
      } as const;
      settle(() => reject(transportError(cause, context)));
    });
    request.end();
  });
}

/** The error for a proxy that answers itself instead of letting a request through. */
export function proxyRefusal(proxy: ProxyAddress, status: number, target: string): SciError<"NETWORK"> {
  const why =
    status === 407
      ? proxy.authorization === undefined
        ? "it wants a log-in: put user and password into its URL (http://user:password@host:port)"
        : "it does not accept the user and password in its URL"
      : "it does not let this connection through; NO_PROXY or proxy: false goes without it";
  return new SciError("NETWORK", `The proxy ${proxy.origin} refused ${target} with status ${status}: ${why}.`, {
    details: { phase: "connect", sent: false, proxy: proxy.origin, proxyStatus: status, ...(status < 500 ? { permanent: true } : {}) },
  });
}
