import { SciError } from "@sci/http-core";
import type { Broker } from "./broker.ts";
import { errorText, type Connection, type ConnectionListener, type ConnectionSettings } from "./connection.ts";
import type { Frame } from "./frame.ts";
import { frameOf, Parcel, type Prepared } from "./parcel.ts";
import { pause, reach } from "./reach.ts";
import { Row } from "./row.ts";
import { whenAborted } from "./signals.ts";
import { Silence } from "./silence.ts";
import type { Delivery, MessagingEvent } from "./types.ts";

export interface SenderOptions {
  readonly brokers: readonly Broker[];
  readonly settings: () => Promise<ConnectionSettings>;
  /** Rounds over all brokers for a first connection. */
  readonly attempts: number;
  /** Messages that wait are kept elsewhere and sent one day: no number of rounds is the last for them. */
  readonly isPatient: boolean;
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
  /** Not yet sent on this connection. */
  readonly #row = new Row();
  /** By receipt, in the order of sending. */
  readonly #sent = new Map<string, Parcel>();
  #connection: Connection | undefined;
  #running: Promise<void> | undefined;
  #receipts = 0;
  #wasConnected = false;
  /** Messages that go one at a time, after an ERROR that did not say which of them it was about. */
  #suspects = 0;
  #blocked = false;
  readonly #silence: Silence;
  /** Whether this connection confirmed anything. */
  #isFruitful = false;
  /** Connections in a row that confirmed nothing. */
  #fruitless = 0;
  #isStuck = false;
  /** Who waits for a connection without having a message. */
  #callers = 0;
  #problem: string | undefined;
  #abort = new AbortController();
  #idleWaiters: (() => void)[] = [];

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#brokers = options.brokers;
    const { idle } = options;
    const isAlive = (within: number): boolean => this.#connection?.hasHeard(within) === true;
    this.#silence = new Silence(idle, isAlive, () => {
      const text = `${this.broker ?? "The broker"} confirmed nothing for ${idle} ms.`;
      this.#connection?.close(new SciError("TIMEOUT", text, { service: "STOMP" }));
    });
  }

  get pending(): number {
    return this.#row.length + this.#sent.size;
  }

  /** Whether no broker at all takes the connection at the moment. */
  get isStuck(): boolean {
    return this.#isStuck && this.#connection === undefined;
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
      this.#row.push(parcel);
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
      this.#endSearch();
    }
  }

  /** Resolves when nothing waits any more, however that came; with `orStuck` also when no broker can be reached. */
  async settled({ orStuck = false } = {}): Promise<void> {
    while (this.pending > 0 && !(orStuck && this.isStuck)) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Ends the connection; what waits is given up with the reason. */
  async close(reason: SciError, goodBye: boolean): Promise<void> {
    const connection = this.#connection;
    if (goodBye && connection !== undefined && this.pending === 0) await connection.goodBye();
    const running = this.#running;
    this.#abandon(reason);
    // Before the connection ends: what waits at its end would ask for another one.
    this.#failAll(reason);
    connection?.close(reason);
    await running?.catch(() => undefined);
  }

  #start(): void {
    if (this.#connection !== undefined) this.#pump();
    else void this.#open();
  }

  /** One search for a broker at a time; when it fails, everything that waits fails with it. */
  #open(): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    const running: Promise<void> = this.#reach(this.#abort.signal).then(
      () => {
        if (this.#running === running) this.#running = undefined;
        if (this.#connection === undefined && this.pending > 0) this.#start();
      },
      (error: unknown) => {
        // A search that was given up has no part in what was given meanwhile.
        if (this.#running === running) {
          this.#running = undefined;
          this.#failAll(error as SciError);
        }
        throw error;
      },
    );
    running.catch(() => undefined);
    this.#running = running;
    return running;
  }

  /** Gives up the search for a broker; the next one has nothing to do with it. */
  #abandon(reason: SciError): void {
    this.#abort.abort(reason);
    this.#abort = new AbortController();
    this.#running = undefined;
  }

  /** A search ends when nobody waits any more. */
  #endSearch(): void {
    if (this.pending > 0 || this.#callers > 0 || this.#connection !== undefined) return;
    this.#abandon(new SciError("ABORTED", "Nothing waits to be sent.", { service: "STOMP" }));
  }

  async #reach(signal: AbortSignal): Promise<void> {
    const { attempts, isPatient, onEvent } = this.#options;
    const settings = await this.#options.settings();
    // Brokers that take every connection and end it again are not asked without a pause.
    const rounds = Math.floor(this.#fruitless / this.#brokers.length);
    if (rounds > 0) await pause(rounds, signal);
    const connection = await reach({
      brokers: this.#brokers,
      settings,
      signal,
      listener: this.#listener(),
      // After a cut the broker may hold what is unconfirmed: each message's own limit ends the waiting, not a number of rounds.
      rounds: () => ((this.#wasConnected || isPatient) && this.pending > 0 ? Infinity : attempts),
      onEvent: (event) => {
        if (event.type === "unreachable") this.#problem = event.reason;
        onEvent(event);
      },
      onRound: () => {
        this.#isStuck = true;
        for (const wake of this.#idleWaiters.splice(0)) wake();
      },
    });
    if (signal.aborted) {
      connection.close(signal.reason as SciError);
      throw signal.reason as Error;
    }
    this.#wasConnected = true;
    this.#isStuck = false;
    this.#isFruitful = false;
    this.#blocked = false;
    this.#problem = undefined;
    this.#silence.forget();
    this.#connection = connection;
    onEvent({ type: "connected", broker: connection.broker.name, tls: connection.broker.tls });
    this.#pump();
  }

  #listener(): ConnectionListener {
    return {
      onReceipts: (ids) => {
        this.#isFruitful = true;
        for (const id of ids) this.#confirm(id);
        this.#silence.heard(this.#sent.size > 0);
        this.#pump();
      },
      onError: (frame) => {
        this.#refuse(frame);
      },
      onDrain: () => {
        this.#blocked = false;
        this.#pump();
      },
      onClose: (reason, connection) => {
        if (connection === this.#connection) this.#lost(reason);
      },
    };
  }

  #pump(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const window = this.#suspects > 0 ? 1 : this.#options.inFlight;
    while (!this.#blocked && this.#sent.size < window) {
      const parcel = this.#row.shift();
      if (parcel === undefined) break;
      this.#silence.asked();
      const receipt = `r${++this.#receipts}`;
      this.#sent.set(receipt, parcel);
      parcel.receipt = receipt;
      parcel.attempts++;
      this.#blocked = !connection.write(frameOf(parcel.prepared, receipt));
    }
    connection.hold(this.#sent.size > 0);
    this.#silence.watch(this.#sent.size > 0);
    this.#wakeIdle();
  }

  #confirm(receipt: string): void {
    const parcel = this.#sent.get(receipt);
    if (parcel === undefined) return;
    this.#sent.delete(receipt);
    this.#suspects = Math.max(0, this.#suspects - 1);
    const broker = this.broker ?? "";
    this.#options.onEvent({ type: "confirmed", broker, id: parcel.prepared.id });
    parcel.succeed({ id: parcel.prepared.id, confirmed: true, broker, attempts: parcel.attempts });
  }

  #refuse(frame: Frame): void {
    const named = frame.headers["receipt-id"];
    const receipt = named ?? (this.#sent.size === 1 ? [...this.#sent.keys()][0] : undefined);
    const parcel = receipt === undefined ? undefined : this.#sent.get(receipt);
    if (receipt === undefined || parcel === undefined) {
      // Which of several it was will show when they are sent one by one.
      this.#suspects = Math.max(this.#suspects, this.#sent.size);
      return;
    }
    // It may be about the connection ("shutting down"): only a message that meets one twice, alone, is what is refused.
    if (named === undefined && ++parcel.strikes < 2) {
      this.#suspects = Math.max(this.#suspects, 1);
      return;
    }
    this.#sent.delete(receipt);
    this.#suspects = Math.max(0, this.#suspects - 1);
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
    const unconfirmed = [...this.#sent.values()].filter((one) => !one.isSettled);
    this.#sent.clear();
    this.#row.putBack(unconfirmed);
    this.#silence.forget();
    if (this.#isFruitful) this.#fruitless = 0;
    else if (this.pending > 0) this.#fruitless++;
    // One that takes connections and then confirms nothing would be taken again and again.
    if (reason.code === "TIMEOUT" || this.#fruitless > 0) {
      this.#brokers = [...this.#brokers].sort((a, b) => Number(a.name === broker) - Number(b.name === broker));
    }
    this.#options.onEvent({ type: "disconnected", broker, reason: reason.message, unconfirmed: unconfirmed.length });
    if (this.pending > 0) this.#start();
    this.#wakeIdle();
  }

  #withdraw(parcel: Parcel): void {
    if (parcel.receipt === undefined || !this.#sent.delete(parcel.receipt)) this.#row.passed();
    this.#endSearch();
    if (this.#connection !== undefined) this.#pump();
    this.#wakeIdle();
  }

  #failAll(reason: SciError): void {
    const all = [...this.#sent.values(), ...this.#row.clear()];
    this.#sent.clear();
    this.#silence.forget();
    for (const parcel of all) parcel.fail(reason);
    this.#wakeIdle();
  }

  #wakeIdle(): void {
    if (this.pending > 0 || this.#idleWaiters.length === 0) return;
    for (const wake of this.#idleWaiters.splice(0)) wake();
  }
}

function withSignal<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new SciError("ABORTED", "The connection was given up by its caller.", { service: "STOMP", cause: signal?.reason }));
    };
    if (signal?.aborted === true) onAbort();
    work.then(resolve, reject).finally(whenAborted(signal, onAbort));
  });
}
