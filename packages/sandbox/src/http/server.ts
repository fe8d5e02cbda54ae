import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { faultyReply } from "../faults/answers.ts";
import type { FaultKind, Plan } from "../faults/kinds.ts";
import type { FaultLayer } from "../faults/layer.ts";
import { SandboxError } from "../names.ts";
import type { ReceivedRequest, RequestLog } from "../requests.ts";
import { htmlReply, type Reply, type SandboxRequest } from "./message.ts";
import { sendReply } from "./send.ts";

/** What a facility does with a request; `expireToken` says that the token presented shall count as expired. */
export type Service = (request: SandboxRequest, notes: { readonly expireToken: boolean }) => Reply | Promise<Reply>;

const bodyLimit = 400 * 1024 * 1024;
const secretQuery = /token|secret|password|code|session|key|sig/i;

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

/** One facility's listener on 127.0.0.1: reads requests, lets the fault layer act on the raw socket, sends answers. */
export class FacilityServer {
  readonly #name: string;
  readonly #service: Service;
  readonly #faults: FaultLayer;
  readonly #log: RequestLog;
  readonly #elsewhere: () => string;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;
  #open = false;

  constructor(name: string, service: Service, faults: FaultLayer, log: RequestLog, elsewhere: () => string) {
    this.#name = name;
    this.#service = service;
    this.#faults = faults;
    this.#log = log;
    this.#elsewhere = elsewhere;
    this.#server = this.#create();
    faults.onChange(() => this.#follow());
  }

  /** `http://127.0.0.1:PORT` */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
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
    const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        // A client that went away is no fault of ours; anything else must not stay unseen.
        if (!response.destroyed && !response.headersSent) response.writeHead(500).end(String(error));
        else response.destroy();
      });
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    return server;
  }

  #record(message: IncomingMessage, request: SandboxRequest, met: ReadonlyMap<FaultKind, Plan>): ReceivedRequest {
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
      json: this.#name === "cern" ? undefined : loggedJson(request.body, type),
      bodyBytes: request.body.length,
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
    const body = await readBody(message);
    const request: SandboxRequest = {
      method: message.method ?? "GET",
      path,
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      target,
      headers: message.headers,
      body,
    };
    const record = this.#record(message, request, met);
    const latency = met.get("latency");
    if (latency !== undefined) await pause(latency.milliseconds, undefined, { ref: false });
    if (met.has("refuse") || met.has("reset-before")) {
      message.socket.resetAndDestroy();
      return;
    }
    let reply = faultyReply(met, request, this.#elsewhere());
    try {
      reply ??= await this.#service(request, { expireToken: met.has("expire-token") });
    } catch (error) {
      reply = htmlReply(500, `<pre>${String(error)}</pre>`);
    }
    if (met.has("reset-after")) {
      message.socket.resetAndDestroy();
      return;
    }
    // Carried out, never answered: only the client's own limit ends the wait.
    if (met.has("silence")) return;
    record.status = await sendReply(reply, request.method, response, met);
  }
}
