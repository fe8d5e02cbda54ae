import type { OnReadOpts, Socket } from "node:net";
import { endsAfter, lengthIn, longestHead, parseHead } from "./answer-head.ts";

/** Whoever takes the answer of a connection. */
export interface Receiver {
  /**
   * The head, and what came of the body along with it; `length` is undefined where the body has no stated one. The rest is read after
   * {@link BulkConnection.resume}.
   */
  head(fields: ReadonlyMap<string, string>, length: number | undefined, early: Uint8Array): void;
  /** Where the next bytes of the body go. Asked for right after each read, and not again before the next one is done. */
  room(): Uint8Array;
  /** So many are there. False: nothing more is read before {@link BulkConnection.resume}. */
  received(bytes: number): boolean;
  /** The connection ended before the answer did. `proper` is false for what is no HTTP. */
  failed(cause: Error | undefined, proper: boolean): void;
}

const scratchLength = 16 * 1024;

/**
 * One kept connection, whose bodies are read straight into the memory that they are written from: that takes half of the processor time
 * of a stream of pieces. One request at a time, answers of a stated length only.
 */
export class BulkConnection {
  /** Requests that were answered on it. */
  served = 0;
  /** Whether it ever stood. */
  connected = false;
  #receiver: Receiver | undefined;
  #socket: Socket;
  /** Heads come here. */
  readonly #scratch = Buffer.allocUnsafeSlow(scratchLength);
  #head: Buffer = empty;
  /** Of the body; undefined while the head is awaited. */
  #missing: number | undefined;
  #last = false;
  #error: Error | undefined;
  #closed = false;
  /** Bytes that ever came. */
  #any = false;

  constructor(
    open: (onread: OnReadOpts) => Socket,
    /** Told when it is free again, and when it is no more. */
    private readonly changed: (connection: BulkConnection, open: boolean) => void,
  ) {
    this.#socket = open({ buffer: () => this.#room(), callback: (bytes, buffer) => this.#read(bytes, buffer) });
    this.#socket.setNoDelay(true);
    this.#socket.once("encrypted" in this.#socket ? "secureConnect" : "connect", () => (this.connected = true));
    this.#socket.on("error", (error) => (this.#error = error));
    this.#socket.on("close", () => this.#end(this.#error, true));
    this.#socket.resume();
  }

  /** Nothing of the answer came yet. */
  get silent(): boolean {
    return !this.#any;
  }

  ask(request: string, receiver: Receiver): void {
    this.#receiver = receiver;
    this.#missing = undefined;
    this.#any = false;
    this.#socket.ref();
    this.#socket.write(request, "latin1");
  }

  /** Goes on reading. */
  resume(receiver: Receiver): void {
    if (this.#receiver === receiver) this.#socket.resume();
  }

  /** Ends it, unless it serves another already. */
  destroy(receiver?: Receiver): void {
    if (this.#receiver !== receiver) return;
    this.#receiver = undefined;
    this.#end(undefined, true);
  }

  #room(): Uint8Array {
    return this.#missing === undefined || this.#receiver === undefined ? this.#scratch : this.#receiver.room();
  }

  #read(bytes: number, buffer: Uint8Array): boolean {
    this.#any = true;
    const receiver = this.#receiver;
    if (receiver === undefined) {
      // Nobody asked: the server says good-bye, or talks out of turn.
      this.#end(undefined, false);
      return false;
    }
    if (this.#missing === undefined) return this.#readHead(receiver, buffer.subarray(0, bytes));
    const mine = Math.min(bytes, this.#missing);
    if (bytes > mine) this.#last = true;
    this.#missing -= mine;
    // Before the reader is told: the memory that it gave is read into no more.
    if (this.#missing === 0) this.#complete();
    return receiver.received(mine) || this.#receiver !== receiver;
  }

  #readHead(receiver: Receiver, bytes: Uint8Array): boolean {
    const all = Buffer.concat([this.#head, bytes]);
    const end = all.indexOf("\r\n\r\n", 0, "latin1");
    if (end === -1 && all.byteLength <= longestHead) {
      this.#head = all;
      return true;
    }
    this.#head = empty;
    const fields = end === -1 ? undefined : parseHead(all.toString("latin1", 0, end));
    if (fields === undefined) {
      this.#end(undefined, false);
      return false;
    }
    const length = lengthIn(fields);
    const rest = all.subarray(end + 4);
    const early = rest.subarray(0, length ?? 0);
    // More than the answer: whatever it is, it does not belong to the next one.
    this.#last = length === undefined || endsAfter(fields) || rest.byteLength > length;
    this.#missing = (length ?? 0) - early.byteLength;
    if (this.#missing > 0 || length === undefined) {
      receiver.head(fields, length, early);
      return false;
    }
    this.#complete();
    receiver.head(fields, length, early);
    return true;
  }

  #complete(): void {
    this.#receiver = undefined;
    this.#missing = undefined;
    this.served += 1;
    if (this.#last) return this.#end(undefined, true);
    // Nobody has to wait for it to end the program.
    this.#socket.unref();
    this.changed(this, true);
  }

  #end(cause: Error | undefined, proper: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.changed(this, false);
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.failed(cause, proper);
  }
}

const empty: Buffer = Buffer.alloc(0);
