import { SciError } from "@sci/http-core";
import type { Broker } from "./broker.ts";
import { errorText, type Connection, type ConnectionListener, type ConnectionSettings } from "./connection.ts";
import type { Frame } from "./frame.ts";
import { frameOf, Parcel, type Prepared } from "./parcel.ts";
import { reach } from "./reach.ts";
import type { Delivery, MessagingEvent } from "./types.ts";

export interface SenderOptions {
  readonly brokers: readonly Broker[];
  readonly settings: () => Promise<ConnectionSettings>;
  readonly attempts: number;
  readonly inFlight: number;
  /** Milliseconds without a confirmation that is due. */
  readonly idle: number;
  readonly onEvent: (event: MessagingEvent) => void;
}

/**
 * Sends messages in order over one connection and settles each when the broker confirms it. What is unconfirmed when a connection
 * ends is sent again, in the same order and before anything else, with the same `sci-message-id`.
 */
export class Sender {
  readonly #options: SenderOptions;
  #brokers: readonly Broker[];
  /** Not yet sent on this connection, in order; `#next` is the first that counts. */
  #waiting: Parcel[] = [];
  #next = 0;
  /** By receipt, in the order of sending. */
  readonly #sent = new Map<string, Parcel>();
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  #receipts = 0;
  #wasConnected = false;
  /** One at a time, after an ERROR that did not say which message it was about. */
  #careful = false;
  #blocked = false;
  #progress = 0;
  /** Who waits for a connection without having a message. */
  #callers = 0;
  #problem: string | undefined;
  #watch: NodeJS.Timeout | undefined;
  #abort = new AbortController();
  #idleWaiters: (() => void)[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#brokers = options.brokers;
  }

  get pending(): number {
    return this.#waiting.length - this.#next + this.#sent.size;
  }

  get broker(): string | undefined {
    return this.#connection?.broker.name;
  }

  send(prepared: Prepared): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      const parcel = new Parcel(prepared, {
        resolve,
        reject,
        withdraw: (one) => {
          this.#withdraw(one);
        },
        problem: () => this.#problem,
      });
      if (parcel.isSettled) return;
      this.#waiting.push(parcel);
      this.#start();
    });
  }

  /** Resolves with the broker's name once a connection stands. */
  async connect(signal?: AbortSignal): Promise<string> {
    this.#callers++;
    try {
      if (this.#connection === undefined) await withSignal(this.#open(), signal);
      return this.broker ?? "";
    } finally {
      this.#callers--;
    }
  }

  /** Resolves when nothing waits any more, however that came. */
  async settled(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Ends the connection; what waits is given up with the reason. */
  async close(reason: SciError, goodBye: boolean): Promise<void> {
    const connection = this.#connection;
    if (goodBye && connection !== undefined && this.pending === 0) await this.#sayGoodBye(connection);
    this.#abort.abort(reason);
    this.#abort = new AbortController();
    connection?.close(reason);
    this.#failAll(reason);
    await this.#running?.catch(() => undefined);
  }

  #start(): void {
    if (this.#connection !== undefined) this.#pump();
    else void this.#open();
  }

  /** One search for a broker at a time; when it fails, everything that waits fails with it. */
  #open(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#reach().then(
        () => {
          this.#running = undefined;
          if (this.#connection === undefined && this.pending > 0) this.#start();
        },
        (error: unknown) => {
          this.#running = undefined;
          this.#failAll(error as SciError);
          throw error;
        },
      );
      this.#running.catch(() => undefined);
    }
    return this.#running;
  }

  async #reach(): Promise<void> {
    const { attempts, onEvent } = this.#options;
    const { signal } = this.#abort;
    const settings = await this.#options.settings();
    const connection = await reach({
      brokers: this.#brokers,
      settings,
      signal,
      listener: this.#listener(),
      // After a cut the broker may hold what is unconfirmed: each message's own limit ends the waiting, not a number of rounds.
      rounds: () => (this.#wasConnected && this.pending > 0 ? Infinity : attempts),
      onEvent: (event) => {
        if (event.type === "unreachable") this.#problem = event.reason;
        onEvent(event);
      },
    });
    this.#wasConnected = true;
    this.#blocked = false;
    this.#problem = undefined;
    this.#connection = connection;
    onEvent({ type: "connected", broker: connection.broker.name, tls: connection.broker.tls });
    this.#pump();
  }

  #listener(): ConnectionListener {
    return {
      onReceipts: (ids) => {
        for (const id of ids) this.#confirm(id);
        this.#pump();
      },
      onError: (frame) => {
        this.#refuse(frame);
      },
      onDrain: () => {
        this.#blocked = false;
        this.#pump();
      },
      onClose: (reason) => {
        this.#lost(reason);
      },
    };
  }

  #pump(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const window = this.#careful ? 1 : this.#options.inFlight;
    while (!this.#blocked && this.#sent.size < window && this.#next < this.#waiting.length) {
      const parcel = this.#waiting[this.#next++] as Parcel;
      if (parcel.isSettled) continue;
      if (this.#sent.size === 0) this.#progress = performance.now();
      const receipt = `r${++this.#receipts}`;
      this.#sent.set(receipt, parcel);
      parcel.receipt = receipt;
      parcel.attempts++;
      this.#blocked = !connection.write(frameOf(parcel.prepared, receipt));
    }
    if (this.#next > 1024 && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    connection.hold(this.#sent.size > 0);
    this.#watchProgress();
    this.#wakeIdle();
  }

  /** Closes a connection on which a confirmation is due for too long. */
  #watchProgress(): void {
    const { idle } = this.#options;
    if (this.#sent.size === 0) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    } else {
      this.#watch ??= setInterval(
        () => {
          if (performance.now() - this.#progress < idle) return;
          this.#connection?.close(
            new SciError("TIMEOUT", `${this.broker ?? "The broker"} confirmed nothing for ${idle} ms.`, { service: "STOMP" }),
          );
        },
        Math.max(10, idle / 8),
      );
    }
  }

  #confirm(receipt: string): void {
    const parcel = this.#sent.get(receipt);
    if (parcel === undefined) return;
    this.#sent.delete(receipt);
    this.#progress = performance.now();
    if (this.#sent.size === 0 && this.#next >= this.#waiting.length) this.#careful = false;
    const broker = this.broker ?? "";
    this.#options.onEvent({ type: "confirmed", broker, id: parcel.prepared.id });
    parcel.succeed({ id: parcel.prepared.id, confirmed: true, broker, attempts: parcel.attempts });
  }

  #refuse(frame: Frame): void {
    const receipt = frame.headers["receipt-id"] ?? (this.#sent.size === 1 ? [...this.#sent.keys()][0] : undefined);
    const parcel = receipt === undefined ? undefined : this.#sent.get(receipt);
    if (receipt === undefined || parcel === undefined) {
      // Which of several it was will show when they are sent one by one.
      this.#careful = true;
      return;
    }
    this.#sent.delete(receipt);
    const reason = errorText(frame);
    const { id } = parcel.prepared;
    this.#options.onEvent({ type: "refused", id, reason });
    parcel.fail(
      new SciError(
        "REFUSED_BY_BROKER",
        `The broker ${this.broker ?? ""} refused the message ${id} for ${parcel.prepared.destination}: ${reason}.`,
        {
          service: "STOMP",
          details: { id, destination: parcel.prepared.destination },
        },
      ),
    );
  }

  #lost(reason: SciError): void {
    const broker = this.broker ?? "";
    this.#connection = undefined;
    this.#problem = reason.message;
    // One that takes connections and then says nothing would be taken again and again.
    if (reason.code === "TIMEOUT") this.#brokers = [...this.#brokers].sort((a, b) => Number(a.name === broker) - Number(b.name === broker));
    const unconfirmed = [...this.#sent.values()].filter((one) => !one.isSettled);
    this.#sent.clear();
    this.#waiting = [...unconfirmed, ...this.#waiting.slice(this.#next)];
    this.#next = 0;
    this.#watchProgress();
    this.#options.onEvent({ type: "disconnected", broker, reason: reason.message, unconfirmed: unconfirmed.length });
    if (this.#waiting.length > 0) this.#start();
    this.#wakeIdle();
  }

  #withdraw(parcel: Parcel): void {
    if (parcel.receipt !== undefined) this.#sent.delete(parcel.receipt);
    const at = this.#waiting.indexOf(parcel, this.#next);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.pending === 0 && this.#callers === 0 && this.#connection === undefined) {
      // Nobody waits any more: the search for a broker ends.
      this.#abort.abort(new SciError("ABORTED", "Nothing waits to be sent.", { service: "STOMP" }));
      this.#abort = new AbortController();
    }
    if (this.#connection !== undefined) this.#pump();
    this.#wakeIdle();
  }

  #failAll(reason: SciError): void {
    const all = [...this.#sent.values(), ...this.#waiting.slice(this.#next)];
    this.#sent.clear();
    this.#waiting = [];
    this.#next = 0;
    this.#watchProgress();
    for (const parcel of all) parcel.fail(reason);
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    if (this.pending > 0 || this.#idleWaiters.length === 0) return;
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  /** The broker has taken everything before it answers this. */
  async #sayGoodBye(connection: Connection): Promise<void> {
    const limit = 2000;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limit);
      connection.goodBye(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new SciError("ABORTED", "The connection was given up by its caller.", { service: "STOMP", cause: signal.reason }));
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const done = (): void => {
      signal.removeEventListener("abort", onAbort);
    };
    work.then(resolve, reject).finally(done);
  });
}
