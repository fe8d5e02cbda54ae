import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { FaultLayer } from "../../faults/layer.ts";
import type { FaultKind, Plan } from "../../faults/kinds.ts";
import { SandboxError } from "../../names.ts";
import type { RequestLog } from "../../requests.ts";
import { Authority } from "../../tls/certificates.ts";
import type { DeadLetter } from "../control.ts";
import type { BrokerSettings, BrokerTls } from "../options.ts";
import { type Frame, misuse } from "./frames.ts";
import { isBinary, type Message, travelling } from "./message.ts";
import { type Consumer, Queue } from "./queue.ts";
import { Session } from "./session.ts";
import { MessageStore } from "./store.ts";

/** Name of the listener in ports, faults and the log of requests. */
export const brokerName = "icat-broker";
/** Where messages go that nobody could use: ActiveMQ's name for it. */
export const deadLetterQueue = "ActiveMQ.DLQ";
const reasonHeader = "dlqDeliveryFailureCause";

export interface BrokerContext {
  readonly settings: BrokerSettings;
  readonly port: () => number;
  readonly state: string | undefined;
  readonly faults: FaultLayer;
  readonly log: RequestLog;
}

/** A message broker that speaks STOMP and behaves as ActiveMQ does, on 127.0.0.1. */
export class Broker {
  readonly settings: BrokerSettings;
  /** Signs the certificates of TLS, unless they are the options'. */
  readonly authority: Authority | undefined;
  readonly #context: BrokerContext;
  readonly #queues = new Map<string, Queue>();
  readonly #topics = new Map<string, Set<Consumer>>();
  readonly #sessions = new Set<Session>();
  /** Of TLS these are the ones below, which are there before the two sides agree. */
  readonly #sockets = new Set<Socket>();
  readonly #store: MessageStore;
  readonly #tls: BrokerTls | undefined;
  readonly #name = `ID:sandbox-${randomBytes(6).toString("hex")}`;
  #server: Server | undefined;
  #port = 0;
  #sequence: number;
  #sessionCount = 0;
  #ackCount = 0;
  /** Stopped by a test, and not by a fault. */
  #stopped = false;

  constructor(context: BrokerContext) {
    this.#context = context;
    this.settings = context.settings;
    const { tls } = context.settings;
    if (tls === true || tls === "require") this.authority = new Authority();
    this.#tls =
      this.authority === undefined
        ? (tls as BrokerTls | false) || undefined
        : { ...this.authority.server(), ...(tls === "require" ? { ca: this.authority.cert } : {}) };
    this.#store = new MessageStore(context.state);
    this.#sequence = this.#store.last;
    for (const message of this.#store.messages()) this.#queueOf(message.destination).add(message);
    context.faults.onChange(() => this.#follow());
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sessions.size;
  }

  /** Opens the port. Throws SandboxError `PORT`. */
  async start(): Promise<void> {
    this.#stopped = false;
    if (this.#server !== undefined || this.#context.faults.closed(brokerName)) return;
    const take = (socket: Socket): void => {
      socket.setNoDelay(true);
      this.#sessions.add(new Session(socket, this));
    };
    const tls = this.#tls;
    const server =
      tls === undefined
        ? createServer({ allowHalfOpen: true }, take)
        : createTlsServer(
            { ...tls, allowHalfOpen: true, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined },
            take,
          );
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    // A client that fails to agree on TLS is its own affair.
    server.on("tlsClientError", () => undefined);
    const port = this.#port === 0 ? this.#context.port() : this.#port;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause: NodeJS.ErrnoException) =>
        reject(
          new SandboxError(
            "PORT",
            `${brokerName} cannot listen on 127.0.0.1:${port} (${cause.code ?? cause.message}); choose another with --port ${brokerName}=N`,
            { cause },
          ),
        ),
      );
      server.listen(port, "127.0.0.1", () => resolve());
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Closes the port and every connection. `hard`: by resets, and what was not confirmed yet is forgotten. */
  async stop(hard = false): Promise<void> {
    this.#stopped = true;
    await this.#shut(hard);
    if (hard) this.#store.drop();
    this.#store.flush();
    this.#reload();
  }

  async #shut(hard: boolean): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.disconnectAll(hard);
    for (const socket of this.#sockets) socket.destroySoon();
    await closed;
  }

  /** As after a start: of the messages only the persistent ones are there. Consumers within the process stay. */
  #reload(): void {
    const kept = this.#store.messages();
    for (const queue of this.#queues.values()) queue.keepOnly(kept.filter(({ destination }) => destination === `/queue/${queue.name}`));
  }

  async #follow(): Promise<void> {
    const closed = this.#context.faults.closed(brokerName);
    if (closed) await this.#shut(true);
    else if (!this.#stopped && this.#port !== 0) await this.start();
  }

  disconnectAll(hard: boolean): void {
    for (const session of [...this.#sessions]) session.close(hard);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#shut(false);
    this.#store.close();
  }

  left(session: Session): void {
    this.#sessions.delete(session);
  }

  /** Another id than that of the message, as ActiveMQ gives from 1.2 on. */
  nextAck(): string {
    return `${this.#name}-4:${++this.#ackCount}`;
  }

  nextSession(): string {
    return `${this.#name}-3:${++this.#sessionCount}`;
  }

  meet({ command, headers }: Frame): ReadonlyMap<FaultKind, Plan> {
    const path = headers["destination"] === undefined ? command : `${command} ${headers["destination"]}`;
    const met = this.#context.faults.meet(brokerName, path);
    this.#context.log.add({
      facility: brokerName,
      method: command,
      path: headers["destination"] ?? "",
      query: "",
      contentType: headers["content-type"],
      userAgent: undefined,
      authorization: headers["login"] === undefined ? undefined : "login",
      cookies: false,
      json: undefined,
      bodyBytes: Number(headers["content-length"] ?? 0),
      at: Date.now(),
      status: undefined,
      faults: [...met.keys()],
    });
    return met;
  }

  checkDestination(destination: string): void {
    if (!/^\/(queue|topic)\/./.test(destination))
      throw misuse(`Illegal destination name: [${destination}] -- StompConnect destinations must begin with one of: /queue/ /topic/`);
  }

  queue(name: string): Queue {
    let found = this.#queues.get(name);
    if (found === undefined) {
      found = new Queue(name, (message) => this.bury(message, "it expired"));
      this.#queues.set(name, found);
    }
    return found;
  }

  #queueOf(destination: string): Queue {
    return this.queue(destination.slice("/queue/".length));
  }

  /** Takes what a client sends. */
  accept({ headers, body }: Frame): void {
    const destination = headers["destination"] as string;
    const expires = Number(headers["expires"] ?? 0);
    this.#put({
      destination,
      headers: travelling(headers),
      body,
      binary: isBinary(headers),
      sized: "content-length" in headers,
      persistent: headers["persistent"] === "true",
      expires: Number.isFinite(expires) ? expires : 0,
    });
  }

  #put(given: Omit<Message, "sequence" | "id" | "timestamp" | "returned">): void {
    const sequence = ++this.#sequence;
    const message: Message = { ...given, sequence, id: `${this.#name}-1:1:1:1:${sequence}`, timestamp: Date.now(), returned: 0 };
    if (given.destination.startsWith("/topic/")) {
      for (const consumer of this.#topics.get(given.destination) ?? []) consumer.deliver(message);
      return;
    }
    if (message.persistent) this.#store.add(message);
    this.#queueOf(given.destination).add(message);
  }

  subscribe(destination: string, consumer: Consumer): void {
    if (destination.startsWith("/queue/")) return this.#queueOf(destination).subscribe(consumer);
    const consumers = this.#topics.get(destination) ?? new Set();
    this.#topics.set(destination, consumers.add(consumer));
  }

  unsubscribe(destination: string, consumer: Consumer): void {
    if (destination.startsWith("/queue/")) this.#queueOf(destination).unsubscribe(consumer);
    else this.#topics.get(destination)?.delete(consumer);
  }

  /** A message was acknowledged. */
  settled(message: Message): void {
    if (message.destination.startsWith("/topic/")) return;
    this.#store.remove(message.sequence);
    this.#queueOf(message.destination).settle(message);
  }

  giveBack(destination: string, messages: readonly Message[]): void {
    if (destination.startsWith("/queue/")) this.#queueOf(destination).giveBack(messages);
  }

  /** Moves a message that nobody could use to the dead letters. */
  bury(message: Message, reason: string): void {
    const { destination, headers, body, binary, sized, persistent } = message;
    if (destination !== `/queue/${deadLetterQueue}`)
      this.#put({
        destination: `/queue/${deadLetterQueue}`,
        headers: { ...headers, [reasonHeader]: reason, "original-destination": destination, originalExpiration: String(message.expires) },
        body,
        binary,
        sized,
        persistent,
        expires: 0,
      });
    this.settled(message);
  }

  get deadLetters(): DeadLetter[] {
    return this.queue(deadLetterQueue)
      .list()
      .map(
        ({
          headers: { [reasonHeader]: reason = "", "original-destination": from = "", originalExpiration: _expiration, ...headers },
          body,
        }) => ({
          queue: from.slice("/queue/".length),
          headers,
          body: body.toString(),
          reason,
        }),
      );
  }

  whenSafe(done: () => void): void {
    this.#store.whenSafe(done);
  }

  dispatchAll(): void {
    for (const queue of this.#queues.values()) queue.dispatch();
  }
}
