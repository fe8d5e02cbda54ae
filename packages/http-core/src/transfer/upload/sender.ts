import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import { connect as tlsConnect } from "node:tls";
import type { SecureContext } from "node:tls";
import { abortError } from "../../transport/classify.ts";
import { openTunnel } from "../../transport/connect.ts";
import { chooseProxy, type ProxyAddress, type ProxyChoice } from "../../transport/proxy.ts";
import { wireHeaders } from "../../transport/wire-names.ts";
import { loadTls, type TlsMaterial } from "../../transport/tls.ts";
import type { TransportResponse } from "../../transport/types.ts";
import type { DoorState } from "../door-state.ts";
import { Sending, type SendRequest } from "./sending.ts";

/**
 * Sends files over `node:http` and `node:https`, which alone let a request wait for the storage's word before its body: neither `fetch`
 * nor undici can. With the TLS material, the proxies and the certificate's origins of the door.
 */
export class Sender {
  readonly #proxy: ProxyChoice;
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: 256 });
  readonly #https: Record<"own" | "plain", HttpsAgent>;
  readonly #certificateOrigins: ReadonlySet<string>;
  #tls: Promise<TlsMaterial> | undefined;

  constructor(private readonly state: DoorState) {
    const { connection } = state;
    this.#proxy = chooseProxy(connection.proxy, process.env);
    this.#certificateOrigins = new Set((connection.certificateOrigins ?? []).map((one) => new URL(one).origin));
    // One each: a connection that has shown the certificate must not serve those that may not.
    const make = (): HttpsAgent => new HttpsAgent({ keepAlive: true, maxFreeSockets: 256 });
    this.#https = { own: make(), plain: make() };
  }

  /** Resolves with the head of the answer. @throws as the transport does; CHANGED for a body of another length than announced */
  async send(request: SendRequest): Promise<TransportResponse> {
    if (request.signal?.aborted === true) throw abortError(request.signal);
    this.#tls ??= loadTls(this.state.connection.tls ?? {}, this.state.settings.warnOnce);
    const material = await this.#tls.catch((error: unknown) => {
      this.#tls = undefined;
      throw error;
    });
    const url = new URL(request.url);
    const proxy = this.#proxy(url.origin);
    const exchange = new Sending(request, url, this.state.connection.connectTimeout, proxy);
    exchange.start(await this.#options(request, url, material, proxy, exchange));
    return exchange.answered;
  }

  close(): void {
    for (const agent of [this.#http, this.#https.own, this.#https.plain]) agent.destroy();
  }

  async #options(
    request: SendRequest,
    url: URL,
    material: TlsMaterial,
    proxy: ProxyAddress | undefined,
    exchange: Sending,
  ): Promise<RequestOptions> {
    const headers = wireHeaders(request.headers);
    if (request.length === undefined) headers["Transfer-Encoding"] = "chunked";
    else headers["Content-Length"] = String(request.length);
    if (request.expect !== undefined) headers["Expect"] = "100-continue";
    if (!request.keep) headers["Connection"] = "close";
    const { method } = request;
    if (url.protocol === "http:") {
      const agent = request.keep ? this.#http : false;
      const own = { method, agent, protocol: "http:" as const };
      if (proxy === undefined) return { ...own, host: bare(url.hostname), port: url.port, path: url.pathname + url.search, headers };
      if (proxy.authorization !== undefined) headers["Proxy-Authorization"] = proxy.authorization;
      return { ...own, host: bare(proxy.hostname), port: proxy.port, path: url.href, headers: { ...headers, Host: url.host } };
    }
    const which = this.#certificateOrigins.has(url.origin) && material.own !== undefined ? "own" : "plain";
    const context: SecureContext | undefined = material[which];
    const secure = {
      rejectUnauthorized: material.rejectUnauthorized,
      ...(context === undefined ? {} : { secureContext: context }),
      ...(/^[\d.]+$|:/.test(bare(url.hostname)) ? {} : { servername: url.hostname }),
    };
    const port = url.port === "" ? 443 : Number(url.port);
    const place = { method, host: bare(url.hostname), port, path: url.pathname + url.search, headers, ...secure };
    if (proxy === undefined) return { ...place, agent: request.keep ? this.#https[which] : false };
    // A tunnel serves one request: kept ones would have to be told apart by their proxies.
    headers["Connection"] = "close";
    const socket = await openTunnel(
      proxy,
      `${url.hostname}:${port}`,
      { tls: material, timeout: this.state.connection.connectTimeout },
      exchange.signal,
    );
    return { ...place, agent: false, createConnection: () => tlsConnect({ ...secure, socket, host: bare(url.hostname) }) };
  }
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
