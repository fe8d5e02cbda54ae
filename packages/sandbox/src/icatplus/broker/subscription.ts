import type { Broker } from "./broker.ts";
import { misuse, type Version } from "./frames.ts";
import { type Message, messageHeaders } from "./message.ts";
import type { Consumer } from "./queue.ts";

export type AckMode = "auto" | "client" | "client-individual";

export interface SubscriptionSetting {
  /** Id given by the client; 1.0 needs none. */
  readonly id: string | undefined;
  readonly destination: string;
  readonly mode: AckMode;
  readonly prefetch: number;
  readonly version: Version;
}

/** What a subscription needs of its connection. */
export interface Line {
  write(command: string, headers: readonly (readonly [string, string])[], body: Buffer): void;
  /** Whether more can be written now. */
  readonly free: boolean;
}

/** One subscription of a connection: hands messages over and keeps those that are not acknowledged. */
export class Subscription implements Consumer {
  readonly setting: SubscriptionSetting;
  readonly #broker: Broker;
  readonly #line: Line;
  /** Handed over, by the id that acknowledges them, in order. */
  readonly #held = new Map<string, Message>();

  constructor(setting: SubscriptionSetting, broker: Broker, line: Line) {
    this.setting = setting;
    this.#broker = broker;
    this.#line = line;
  }

  ready(): boolean {
    return this.#line.free && this.#held.size < this.setting.prefetch;
  }

  deliver(message: Message): void {
    const { id, mode, version } = this.setting;
    const headers = messageHeaders(message);
    if (id !== undefined) headers.unshift(["subscription", id]);
    if (mode !== "auto") {
      const ack = version === "1.2" ? this.#broker.nextAck() : message.id;
      if (version === "1.2") headers.push(["ack", ack]);
      this.#held.set(ack, message);
    }
    this.#line.write("MESSAGE", headers, message.body);
    if (mode === "auto") this.#broker.settled(message);
  }

  holds(id: string): boolean {
    return this.#held.has(id);
  }

  /** Takes out what an acknowledgement of this id means: it alone, or with everything before it. */
  #take(id: string): Message[] {
    if (!this.#held.has(id)) return [];
    const keys: string[] = [];
    for (const key of this.#held.keys()) {
      if (this.setting.mode === "client" || key === id) keys.push(key);
      if (key === id) break;
    }
    const taken = keys.map((key) => this.#held.get(key) as Message);
    for (const key of keys) this.#held.delete(key);
    return taken;
  }

  acknowledge(id: string): void {
    for (const message of this.#take(id)) this.#broker.settled(message);
  }

  /** As ActiveMQ does: what is refused goes to the dead letters. */
  refuse(id: string): void {
    for (const message of this.#take(id)) this.#broker.bury(message, "the consumer refused it (NACK)");
  }

  /** Ends it: what was not acknowledged goes back. */
  end(): void {
    this.#broker.unsubscribe(this.setting.destination, this);
    const held = [...this.#held.values()];
    this.#held.clear();
    this.#broker.giveBack(this.setting.destination, held);
  }
}

const modes: readonly string[] = ["auto", "client", "client-individual"];

/** Reads what a SUBSCRIBE frame asks for. Throws FrameError. */
export function readSubscription(headers: Readonly<Record<string, string>>, version: Version, prefetch: number): SubscriptionSetting {
  const { destination, id, ack = "auto", selector } = headers;
  if (destination === undefined || destination === "") throw misuse("Invalid empty or 'null' Destination header");
  if (id === undefined && version !== "1.0") throw misuse("SUBSCRIBE received without a subscription id!");
  if (!modes.includes(ack)) throw misuse(`Unknown ack mode [${ack}]`);
  if (selector !== undefined) throw misuse("Selectors are not supported by this broker");
  const asked = headers["activemq.prefetchSize"];
  if (asked !== undefined && !/^[1-9]\d{0,5}$/.test(asked)) throw misuse(`Invalid activemq.prefetchSize [${asked}]`);
  return { id, destination, mode: ack as AckMode, prefetch: asked === undefined ? prefetch : Number(asked), version };
}
