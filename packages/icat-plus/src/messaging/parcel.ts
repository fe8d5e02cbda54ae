import { SciError } from "@sci/http-core";
import { encodeFrame } from "./frame.ts";
import { whenAborted } from "./signals.ts";
import type { Delivery } from "./types.ts";

/** A message as it goes out, but for the receipt that is asked for. */
export interface Prepared {
  readonly id: string;
  readonly destination: string;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; Infinity for none. */
  readonly limit: number;
}

/**
 * The headers `destination`, `persistent` and `ack` are those of the original; `content-type`, `sci-message-id` and `receipt` are ours.
 * @throws INVALID_ARGUMENT for what cannot stand in a frame
 */
export function frameOf({ id, destination, body, contentType }: Prepared, receipt: string): string {
  const headers: Record<string, string> = { destination, persistent: "true", ack: "client-individual" };
  if (contentType !== undefined) headers["content-type"] = contentType;
  headers["sci-message-id"] = id;
  headers["receipt"] = receipt;
  return encodeFrame("SEND", headers, body);
}

/** Where the fate of a message is told. */
export interface ParcelEnds {
  resolve(delivery: Delivery): void;
  reject(reason: Error): void;
  withdraw(parcel: Parcel): void;
  /** What stands in the way at the moment. */
  problem(): string | undefined;
}

/** A message on its way: settled once, by a confirmation, a refusal, its own time limit or its caller. */
export class Parcel {
  readonly prepared: Prepared;
  receipt: string | undefined;
  attempts = 0;
  /** How often an ERROR that names no message came while this one was alone under way. */
  strikes = 0;
  isSettled = false;
  readonly #ends: ParcelEnds;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #unhear: () => void;
  readonly #onAbort = (): void => {
    const reason: unknown = this.prepared.signal?.reason;
    this.#giveUp(
      new SciError("ABORTED", this.#fate("was given up by its caller"), { service: "STOMP", cause: reason, details: this.#details() }),
    );
  };

  constructor(prepared: Prepared, ends: ParcelEnds) {
    this.prepared = prepared;
    this.#ends = ends;
    const { signal, limit } = prepared;
    if (signal?.aborted === true) {
      this.#unhear = () => undefined;
      this.#onAbort();
      return;
    }
    this.#unhear = whenAborted(signal, this.#onAbort);
    if (Number.isFinite(limit)) {
      this.#timer = setTimeout(() => {
        this.#giveUp(
          new SciError("UNCONFIRMED", this.#fate(`was not confirmed within ${limit} ms`), { service: "STOMP", details: this.#details() }),
        );
      }, limit);
    }
  }

  succeed(delivery: Delivery): void {
    if (this.#settle()) this.#ends.resolve(delivery);
  }

  fail(reason: Error): void {
    if (this.#settle()) this.#ends.reject(reason);
  }

  #giveUp(reason: SciError): void {
    if (!this.#settle()) return;
    this.#ends.withdraw(this);
    this.#ends.reject(reason);
  }

  #settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    clearTimeout(this.#timer);
    this.#unhear();
    return true;
  }

  /** Whether a message that is given up may have arrived all the same is what its sender has to know. */
  #fate(what: string): string {
    const { id, destination } = this.prepared;
    const state =
      this.attempts === 0
        ? "It was never sent."
        : "The broker may hold it or not: sending it again with the same id lets the ingester tell the duplicate.";
    const problem = this.#ends.problem();
    return `The message ${id} for ${destination} ${what}. ${state}${problem === undefined ? "" : ` Last problem: ${problem}`}`;
  }

  #details(): Readonly<Record<string, unknown>> {
    return { id: this.prepared.id, destination: this.prepared.destination, attempts: this.attempts };
  }
}
