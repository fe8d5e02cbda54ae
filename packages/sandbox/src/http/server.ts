import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { faultyReply } from "../faults/answers.ts";
import type { FaultKind, Plan } from "../faults/kinds.ts";
import type { FaultLayer } from "../faults/layer.ts";
import { SandboxError } from "../names.ts";
import type { ReceivedRequest, RequestLog } from "../requests.ts";
import { htmlReply, type Reply, type SandboxRequest } from "./message.ts";
import { reset, sendReply } from "./send.ts";
import { type StreamReply, type StreamRequest, type StreamService, streamed } from "./stream.ts";
import { sendStream } from "./stream-send.ts";

/** What a facility does with a request; `expireToken` says that the token presented shall count as expired. */
export type Service = (request: SandboxRequest, notes: { readonly expireToken: boolean }) => Reply | Promise<Reply>;

const bodyLimit = 400 * 1024 * 1024;
const secretQuery = /token|secret|password|code|session|key|sig|authz|uuid/i;

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimit) request.destroy(new Error("body too large"));
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function loggedJson(body: Buffer, type: string | undefined): unknown {
  if (body.length === 0 || body.length > 16_384 || type?.startsWith("application/json") !== true) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function publicQuery(query: URLSearchParams): string {
  return new URLSearchParams([...query].map(([name, value]): [string, string] => [name, secretQuery.test(name) ? "…" : value])).toString();
}

/** Key, certificate and what else the server of a facility needs to speak TLS. */
export type TlsSetting = Pick<ServerOptions, "key" | "cert" | "ca" | "requestCert" | "rejectUnauthorized">;

/** Common name of the certificate that the client showed, where it is trusted. */
function certificateOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return [socket.getPeerCertificate().subject.CN].flat()[0];
}

/** A request whose body is still to come; faults that cut answers cut bodies that are uploaded as well. */
function streamOf(
  message: IncomingMessage,
  response: ServerResponse,
  request: Omit<SandboxRequest, "body">,
  record: ReceivedRequest,
  cut: Plan | undefined,
): StreamRequest & { readonly read: boolean } {
  const announced = message.headers["content-length"];
  const length = announced !== undefined ? Number(announced) : message.headers["transfer-encoding"] === undefined ? 0 : undefined;
  const waits = message.headers.expect?.toLowerCase() === "100-continue";
  let read = false;
  async function* body(): AsyncIterable<Buffer> {
    if (!read && waits) response.writeContinue();
    read = true;
    const end = cut === undefined || length === 0 ? Infinity : (cut.bytes ?? Math.floor((length ?? 0) * cut.share));
    for await (const chunk of message as AsyncIterable<Buffer>) {
      const left = end - record.bodyBytes;
      record.bodyBytes += Math.min(left, chunk.length);
      if (left > chunk.length) {
        yield chunk;
        continue;
      }
      yield chunk.subarray(0, left);
      if (cut?.fault.kind === "truncate") message.socket.destroySoon();
      else reset(message.socket);
      throw new Error("the connection was cut by a fault");
    }
  }
  return {
    ...request,
    length,
    waits,
    certificate: certificateOf(message.socket),
    body,
    get read() {
      return read;
    },
  };
}

/** One facility's listener on 127.0.0.1: reads requests, lets the fault layer act on the raw socket, sends answers. */
export class FacilityServer {
  readonly #name: string;
  readonly #service: Service | StreamService;
  readonly #faults: FaultLayer;
  readonly #log: RequestLog;
  readonly #elsewhere: () => string;
  readonly #tls: TlsSetting | undefined;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;
  #open = false;

  constructor(
    name: string,
    service: Service | StreamService,
    faults: FaultLayer,
    log: RequestLog,
    elsewhere: () => string,
    tls?: TlsSetting,
  ) {
    this.#tls = tls;
    this.#name = name;
    this.#service = service;
    this.#faults = faults;
    this.#log = log;
    this.#elsewhere = elsewhere;
    this.#server = this.#create();
    faults.onChange(() => this.#follow());
  }

  /** `http://127.0.0.1:PORT`, or the same with `https` */
  get origin(): string {
    return `${this.#tls === undefined ? "http" : "https"}://127.0.0.1:${this.#port}`;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: NodeJS.ErrnoException): void =>
        reject(
          new SandboxError(
            "PORT",
            `${this.#name} cannot listen on 127.0.0.1:${port} (${cause.code ?? cause.message}); choose another with --port ${this.#name}=N`,
            { cause },
          ),
        );
      this.#server.once("error", failed);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", failed);
        resolve();
      });
    });
    this.#open = true;
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #follow(): Promise<void> {
    const closed = this.#faults.closed(this.#name);
    if (closed && this.#open) await this.close();
    else if (!closed && !this.#open && this.#port !== 0) {
      this.#server = this.#create();
      await this.listen(this.#port);
    }
  }

  #create(): Server {
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response).catch((error: unknown) => {
        // A client that went away is no fault of ours; anything else must not stay unseen.
        if (!response.destroyed && !response.headersSent) response.writeHead(500).end(String(error));
        else response.destroy();
      });
    };
    const setting = { keepAliveTimeout: 65_000, requestTimeout: 0 };
    const server = this.#tls === undefined ? createServer(setting, answer) : createSecureServer({ ...setting, ...this.#tls }, answer);
    // Who answers decides whether a client that waits may send.
    server.on("checkContinue", answer);
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    return server;
  }

  #record(
    message: IncomingMessage,
    request: Omit<SandboxRequest, "body">,
    body: Buffer | undefined,
    met: ReadonlyMap<FaultKind, Plan>,
  ): ReceivedRequest {
    const type = request.headers["content-type"];
    return this.#log.add({
      facility: this.#name,
      method: request.method,
      path: request.path,
      query: publicQuery(request.query),
      contentType: type,
      userAgent: request.headers["user-agent"],
      authorization: message.headers.authorization?.split(" ")[0],
      cookies: message.headers.cookie !== undefined,
      json: this.#name === "cern" || body === undefined ? undefined : loggedJson(body, type),
      bodyBytes: body?.length ?? 0,
      at: Date.now(),
      status: undefined,
      faults: [...met.keys()],
    });
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = message.url ?? "/";
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const met = this.#faults.meet(this.#name, path);
    const head = {
      method: message.method ?? "GET",
      path,
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      target,
      headers: message.headers,
    };
    if (typeof this.#service !== "function") return this.#stream(this.#service, message, response, head, met);
    if (message.headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
    const body = await readBody(message);
    const request: SandboxRequest = { ...head, body };
    const record = this.#record(message, head, body, met);
    if (await this.#endsEarly(message, met)) return;
    let reply = faultyReply(met, request, this.#elsewhere());
    try {
      reply ??= await this.#service(request, { expireToken: met.has("expire-token") });
    } catch (error) {
      reply = htmlReply(500, `<pre>${String(error)}</pre>`);
    }
    if (met.has("reset-after")) {
      reset(message.socket);
      return;
    }
    // Carried out, never answered: only the client's own limit ends the wait.
    if (met.has("silence")) return;
    record.status = await sendReply(reply, request.method, response, met);
  }

  /** Waits, and ends the connection where a fault says so before anything is done. */
  async #endsEarly(message: IncomingMessage, met: ReadonlyMap<FaultKind, Plan>): Promise<boolean> {
    const latency = met.get("latency");
    if (latency !== undefined) await pause(latency.milliseconds, undefined, { ref: false });
    if (!met.has("refuse") && !met.has("reset-before")) return false;
    reset(message.socket);
    return true;
  }

  async #stream(
    service: StreamService,
    message: IncomingMessage,
    response: ServerResponse,
    head: Omit<SandboxRequest, "body">,
    met: ReadonlyMap<FaultKind, Plan>,
  ): Promise<void> {
    const record = this.#record(message, head, undefined, met);
    if (await this.#endsEarly(message, met)) return;
    const request = streamOf(message, response, head, record, met.get("truncate") ?? met.get("reset-in"));
    const faulty = faultyReply(met, { ...head, body: Buffer.alloc(0) }, this.#elsewhere());
    let reply: StreamReply;
    try {
      reply = faulty === undefined ? await service.stream(request, { expireToken: met.has("expire-token") }) : streamed(faulty);
    } catch (error) {
      if (message.destroyed && !message.complete) return;
      reply = streamed(htmlReply(500, `<pre>${String(error)}</pre>`));
    }
    if (met.has("reset-after")) {
      reset(message.socket);
      return;
    }
    if (met.has("silence")) return;
    // The body that the client held back never comes: the connection cannot go on.
    if (request.waits && !request.read) response.shouldKeepAlive = false;
    record.status = await sendStream(reply, request.method, response, met);
  }
}
