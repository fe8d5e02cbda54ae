import type { Socket } from "node:net";
import type { FaultKind, Plan } from "../../faults/kinds.ts";
import { reset } from "../../http/send.ts";
import type { Broker } from "./broker.ts";
import { type Frame, frameBytes, FrameError, FrameReader, misuse, type Version } from "./frames.ts";
import { agree, HeartBeat } from "./heart-beat.ts";
import { drip, sendFaulty } from "./misbehave.ts";
import { readSubscription, Subscription } from "./subscription.ts";
import { Transactions } from "./transactions.ts";

type Met = ReadonlyMap<FaultKind, Plan>;
const unharmed: Met = new Map();
const beat = Buffer.from("\n");
/** A consumer gets no more messages while so much waits to be sent to it, in bytes. */
const backlog = 4 * 1024 * 1024;

/** One connection: the state of the protocol and what each frame does. */
export class Session {
  readonly #socket: Socket;
  readonly #broker: Broker;
  readonly #reader: FrameReader;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #transactions = new Transactions();
  readonly #frames: Frame[] = [];
  #waiting = false;
  #version: Version | undefined;
  #beats: HeartBeat | undefined;
  #over = false;
  /** What waits while a frame drips. */
  #later: Buffer[] | undefined;
  #closing = false;

  constructor(socket: Socket, broker: Broker) {
    this.#socket = socket;
    this.#broker = broker;
    this.#reader = new FrameReader(broker.settings.maxFrameBytes);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => this.#broker.dispatchAll());
    socket.on("error", () => socket.destroy());
    // A client that closes its side has sent everything that it will.
    socket.on("end", () => socket.end());
    socket.on("close", () => this.#end());
  }

  #receive(chunk: Buffer): void {
    this.#beats?.heard();
    if (this.#over) return;
    this.#reader.push(chunk);
    this.#work();
  }

  #work(): void {
    while (!this.#waiting && !this.#over) {
      let frame: Frame | undefined;
      try {
        frame = this.#frames.shift() ?? this.#reader.next();
      } catch (error) {
        return this.#fail(error, undefined, unharmed);
      }
      if (frame === undefined) return;
      const met = this.#broker.meet(frame);
      const latency = met.get("latency");
      if (latency === undefined) this.#handle(frame, met);
      else {
        this.#waiting = true;
        const { milliseconds } = latency;
        setTimeout(() => {
          this.#waiting = false;
          this.#handle(frame, met);
          this.#work();
        }, milliseconds).unref();
      }
    }
  }

  #handle(frame: Frame, met: Met): void {
    if (this.#over) return;
    if (met.has("refuse") || met.has("reset-before")) return this.#reset();
    const status = met.get("status") ?? met.get("retry-after");
    if (status !== undefined) return this.#fail(new FrameError(`the broker is told to fail (${status.status})`), frame, met);
    try {
      this.#carryOut(frame, met);
    } catch (error) {
      this.#fail(error, frame, met);
    }
  }

  #carryOut(frame: Frame, met: Met): void {
    const { command, headers } = frame;
    if (command === "CONNECT" || command === "STOMP") return this.#connect(frame, met);
    if (this.#version === undefined) throw misuse("Not connected.");
    const run = actions[command];
    if (run === undefined) throw new FrameError(`Unknown STOMP action: ${command.slice(0, 80)}`);
    run.call(this, frame);
    const last = command === "DISCONNECT";
    const { receipt } = headers;
    if (receipt === undefined && !last) {
      // Nothing is due in return; what a fault does to the connection comes all the same.
      if (met.size > 0) this.#broker.whenSafe(() => this.#send(undefined, met, false));
      return;
    }
    const reply = receipt === undefined ? undefined : frameBytes("RECEIPT", [["receipt-id", receipt]], undefined, this.#version);
    this.#broker.whenSafe(() => this.#send(reply, met, last));
  }

  #connect({ headers }: Frame, met: Met): void {
    if (this.#version !== undefined) throw misuse("Already connected.");
    const { settings } = this.#broker;
    const offered = (headers["accept-version"] ?? "1.0").split(",").map((text) => text.trim());
    const version = [...settings.versions]
      .sort()
      .reverse()
      .find((known) => offered.includes(known));
    if (version === undefined)
      throw new FrameError(
        `Invalid Protocol version[${offered.join(",")}], supported versions are: [${[...settings.versions].sort().reverse().join(", ")}]`,
      );
    const { logIn } = settings;
    if (
      logIn !== undefined &&
      (headers["login"] === undefined || !Object.hasOwn(logIn, headers["login"]) || logIn[headers["login"]] !== headers["passcode"])
    )
      throw new FrameError(`User name [${String(headers["login"] ?? null)}] or password is invalid.`);
    const beats = agree(headers["heart-beat"], settings.heartBeat);
    if (beats === undefined) throw new FrameError(`Invalid heart-beat header:${String(headers["heart-beat"])}`);
    this.#version = version as Version;
    this.#reader.version = this.#version;
    this.#beats = new HeartBeat(
      beats,
      () => void (this.#socket.writableLength < backlog && this.#write(beat)),
      () => this.#fail(new FrameError("Channel was inactive for too long"), undefined, unharmed),
    );
    const answer: [string, string][] = [
      ["version", version],
      ["session", this.#broker.nextSession()],
      ["heart-beat", beats.header],
      ["server", "sci-sandbox/1"],
    ];
    if (headers["request-id"] !== undefined) answer.push(["response-id", headers["request-id"]]);
    this.#send(frameBytes("CONNECTED", answer), met, false);
  }

  send(frame: Frame): void {
    const { destination, transaction } = frame.headers;
    if (destination === undefined || destination === "") throw misuse("SEND received without a Destination specified!");
    this.#broker.checkDestination(destination);
    if (transaction === undefined) this.#broker.accept(frame);
    else this.#transactions.add(transaction, () => this.#broker.accept(frame));
  }

  subscribe({ headers }: Frame): void {
    const setting = readSubscription(headers, this.#version as Version, this.#broker.settings.prefetch);
    this.#broker.checkDestination(setting.destination);
    const key = setting.id ?? setting.destination;
    if (this.#subscriptions.has(key))
      throw misuse(
        `There already is a subscription for: ${key}. Either use unique subscription IDs or do not create multiple subscriptions for the same destination.`,
      );
    const broker = this.#broker;
    const socket = this.#socket;
    const version = setting.version;
    const subscription = new Subscription(setting, broker, {
      write: (command, fields, body) => this.#write(frameBytes(command, fields, body, version)),
      get free() {
        return socket.writableLength < backlog && !socket.destroyed;
      },
    });
    this.#subscriptions.set(key, subscription);
    broker.subscribe(setting.destination, subscription);
  }

  unsubscribe({ headers }: Frame): void {
    const key = headers["id"] ?? headers["destination"];
    const found = key === undefined ? undefined : this.#subscriptions.get(key);
    if (found === undefined) throw misuse("No subscription matched.");
    this.#subscriptions.delete(key as string);
    found.end();
  }

  answer({ command, headers }: Frame): void {
    const id = this.#version === "1.2" ? headers["id"] : headers["message-id"];
    if (id === undefined) throw misuse(`${command} received without a ${this.#version === "1.2" ? "id" : "message-id"} to acknowledge!`);
    const found = [...this.#subscriptions.values()].find((subscription) => subscription.holds(id));
    if (found === undefined) throw misuse(`Unexpected ${command} received for message-id [${id}]`);
    const act = (): void => (command === "ACK" ? found.acknowledge(id) : found.refuse(id));
    if (headers["transaction"] === undefined) act();
    else this.#transactions.add(headers["transaction"], act);
  }

  transact({ command, headers }: Frame): void {
    const { transaction } = headers;
    if (transaction === undefined) throw misuse("Must specify the transaction you are beginning");
    if (command === "BEGIN") this.#transactions.begin(transaction);
    else if (command === "COMMIT") for (const act of this.#transactions.end(transaction)) act();
    else this.#transactions.end(transaction);
  }

  disconnect(): void {
    for (const subscription of this.#subscriptions.values()) subscription.end();
    this.#subscriptions.clear();
  }

  /** Tells what was wrong, and closes where ActiveMQ does. */
  #fail(error: unknown, frame: Frame | undefined, met: Met): void {
    const text = error instanceof Error ? error.message : String(error);
    const receipt = frame?.headers["receipt"];
    const headers: [string, string][] = [
      ["content-type", "text/plain"],
      ["message", text],
    ];
    if (receipt !== undefined) headers.push(["receipt-id", receipt]);
    if (this.#version === undefined) headers.push(["version", this.#broker.settings.versions.join(",")]);
    const last = !(error instanceof FrameError) || error.fatal;
    this.#send(frameBytes("ERROR", headers, Buffer.from(`${text}\n`), this.#version ?? "1.0"), met, last);
  }

  #send(bytes: Buffer | undefined, met: Met, last: boolean): void {
    if (this.#socket.destroyed) return;
    if (last) this.#over = true;
    if (met.size > 0 && sendFaulty(this.#socket, bytes, met)) return;
    const slow = met.get("drip");
    if (bytes !== undefined && slow !== undefined && this.#later === undefined) this.#drip(bytes, slow.milliseconds);
    else if (bytes !== undefined) this.#write(bytes);
    if (last) this.#close();
  }

  /** Everything goes out through here, so that nothing comes in between the pieces of a frame that drips. */
  #write(bytes: Buffer): void {
    if (this.#later === undefined) this.#socket.write(bytes);
    else this.#later.push(bytes);
  }

  #close(): void {
    if (this.#later === undefined) this.#socket.end();
    else this.#closing = true;
  }

  #drip(bytes: Buffer, milliseconds: number): void {
    this.#later = [];
    void drip(this.#socket, bytes, milliseconds).then(() => {
      for (const waiting of this.#later ?? []) this.#socket.write(waiting);
      this.#later = undefined;
      if (this.#closing) this.#socket.end();
    });
  }

  /** Ends the connection from the broker's side. */
  close(hard: boolean): void {
    this.#over = true;
    if (hard) reset(this.#socket);
    else {
      this.#socket.end();
      this.#socket.destroySoon();
    }
  }

  #reset(): void {
    this.close(true);
  }

  #end(): void {
    this.#over = true;
    this.#beats?.end();
    this.disconnect();
    this.#broker.left(this);
  }
}

const actions: Readonly<Record<string, (this: Session, frame: Frame) => void>> = {
  SEND: Session.prototype.send,
  SUBSCRIBE: Session.prototype.subscribe,
  UNSUBSCRIBE: Session.prototype.unsubscribe,
  ACK: Session.prototype.answer,
  NACK: Session.prototype.answer,
  BEGIN: Session.prototype.transact,
  COMMIT: Session.prototype.transact,
  ABORT: Session.prototype.transact,
  DISCONNECT: Session.prototype.disconnect,
};
