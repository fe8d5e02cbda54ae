import type { Logger, TlsOptions } from "@sci/http-core";

/** A message for an ingester. */
export interface Message {
  /** Name of the queue, `icatIngest`, or a whole destination, `/queue/icatIngest`. */
  readonly queue: string;
  /** Text: the ingesters take text messages, so no content-length is sent. */
  readonly body: string;
  /** MIME type, sent as the header `content-type`. @default none */
  readonly contentType?: string;
  /**
   * What tells a duplicate: sent as the header `sci-message-id`, the same each time the message is sent.
   * @default a new UUID
   */
  readonly id?: string;
  /** Short text for people, shown in lists of the outbox: "dataset sample_0001 of ma1234". */
  readonly subject?: string;
}

/** What is known of a message that the broker confirmed, or that is stored in the outbox. */
export interface Delivery {
  /** The header `sci-message-id`. */
  readonly id: string;
  /** Whether the broker confirmed it; false only with `wait: "stored"`. */
  readonly confirmed: boolean;
  /** `host:port` of the broker that confirmed it. */
  readonly broker?: string;
  /** How often it was sent: more than 1 after a cut, when the broker may hold it twice. */
  readonly attempts: number;
  /** With `dryRun`: what would be sent. */
  readonly message?: Message;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the call gives up. @default `timeout.total` of the messenger */
  readonly timeout?: number;
  /**
   * When a call is done: "confirmed" by the broker, or "stored" safely in the outbox, from where it is sent later.
   * @default "confirmed"
   */
  readonly wait?: "confirmed" | "stored";
  /** Checks everything and sends nothing: the message is given back. @default false */
  readonly dryRun?: boolean;
}

/** Time limits in milliseconds. */
export interface MessengerTimeouts {
  /** Until a connection stands, TLS included. @default 10_000 */
  readonly connect?: number;
  /** Until the broker answers the log-in. @default 10_000 */
  readonly logIn?: number;
  /** While confirmations are due and none comes: then the connection is given up for another. @default 60_000 */
  readonly idle?: number;
  /** Of one call, over all brokers and attempts; Infinity for none. @default 300_000 */
  readonly total?: number;
}

export interface MessengerOptions {
  /** Brokers: `host`, `host:61613`, `tcp://host:61613`, or `ssl://host:61614` for TLS. All are tried. */
  readonly urls: string | readonly string[];
  /** User and password of the broker. A function is asked at every log-in. @default none, as ESRF's brokers want none */
  readonly logIn?: { readonly user: string; readonly password: string | (() => string | Promise<string>) };
  /** CA, client certificate and the like for `ssl://` brokers. */
  readonly tls?: TlsOptions;
  /** Header `host` of the log-in, for brokers with virtual hosts. @default "", as the original sends it */
  readonly virtualHost?: string;
  /** Sends a password over a connection without TLS to another machine. @default false */
  readonly allowInsecureLogIn?: boolean;
  readonly timeout?: MessengerTimeouts;
  /** Rounds over all brokers before the first connection is given up. @default 4 */
  readonly attempts?: number;
  /** Milliseconds between heart-beats, both ways; 0 for none. @default 10_000 */
  readonly heartBeat?: number;
  /** Messages sent and not confirmed at a time. @default 512 */
  readonly inFlight?: number;
  /** A folder, or more about it: messages are kept there until the broker has confirmed them. @default none */
  readonly outbox?: string | OutboxOptions;
  readonly logger?: Logger;
  readonly onEvent?: (event: MessagingEvent) => void;
}

export interface OutboxOptions {
  /** Made when absent, mode 0700. Several processes may share it. */
  readonly dir: string;
  /** Bytes that wait at most; more are refused with code OUTBOX_FULL. @default 1 GiB */
  readonly maxBytes?: number;
  /** Bytes of one file at most. @default 64 MiB */
  readonly maxMessageBytes?: number;
}

/** What happens on the connection: for logs and tests. Without credentials. */
export type MessagingEvent =
  | { readonly type: "connected"; readonly broker: string; readonly tls: boolean }
  | { readonly type: "disconnected"; readonly broker: string; readonly reason: string; readonly unconfirmed: number }
  | { readonly type: "unreachable"; readonly broker: string; readonly reason: string }
  | { readonly type: "confirmed"; readonly broker: string; readonly id: string }
  | { readonly type: "refused"; readonly id: string; readonly reason: string };

/** Codes of errors that only messaging knows. */
export type MessagingErrorCode = "UNCONFIRMED" | "REFUSED_BY_BROKER" | "OUTBOX_FULL";

/** One connection to a set of brokers, for all queues. */
export interface Messenger {
  /**
   * Sends a message and resolves when the broker has confirmed it.
   * @throws INVALID_ARGUMENT (before anything is sent), UNAVAILABLE (no broker can be reached), NOT_AUTHENTICATED, REFUSED_BY_BROKER,
   * UNCONFIRMED (the time is over: the broker may have it or not; `details.id`, and `details.outbox` where it is kept and sent later),
   * OUTBOX_FULL, FILE, ABORTED
   */
  send(message: Message, options?: SendOptions): Promise<Delivery>;
  /** Resolves when all that waits, the outbox included, is confirmed. @throws as send */
  flush(options?: { readonly signal?: AbortSignal; readonly timeout?: number }): Promise<void>;
  /** Waits for confirmations that are due (`timeout` ms at most), says good-bye and closes. What the outbox holds stays there. */
  disconnect(options?: { readonly timeout?: number }): Promise<void>;
  /** Connects if need be; resolves with `host:port` of the broker. @throws UNAVAILABLE, NOT_AUTHENTICATED */
  connect(options?: { readonly signal?: AbortSignal }): Promise<string>;
  /** Messages on their way: sent and not confirmed, or waiting for a connection. Of an outbox, those that were taken out of it to be sent. */
  readonly pending: number;
}
