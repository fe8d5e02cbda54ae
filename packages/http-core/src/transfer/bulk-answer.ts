import { abortError, idleCode, transportError, type Phase } from "../transport/classify.ts";
import { decodeText, SMALL_REST, tooLarge } from "../transport/body.ts";
import { onAbort } from "../transport/abort.ts";
import type { BodySink, TransportRequest, TransportResponse } from "../transport/types.ts";
import { giveBlock, takeBlock } from "./blocks.ts";
import { piecesOf, unwanted } from "./bulk-pieces.ts";
import type { BulkConnection, Receiver } from "./bulk-connection.ts";

/** Thrown where the transport has to make the request. */
export const unfit = new Error("The answer is of a kind that the transport has to read.");

/** One request over a connection of its own, and its answer. */
export class BulkAnswer implements TransportResponse, Receiver {
  status = 0;
  readonly cookies: readonly string[] = [];
  readonly answered: Promise<TransportResponse>;
  /** When something came last, by performance.now(); infinite while it is the reader who is waited for. */
  since = performance.now();
  #settle!: { readonly resolve: (response: TransportResponse) => void; readonly reject: (error: Error) => void };
  #phase: Phase = "connect";
  #fields: ReadonlyMap<string, string> = new Map();
  #length = 0;
  #received = 0;
  #state: "open" | "ended" | "failed" = "open";
  #error: Error | undefined;
  #taken = false;
  #sink: BodySink | undefined;
  /** What is read into, and how much of it is there. */
  #block: Uint8Array | undefined;
  #filled = 0;
  /** What is being written, and what waits for that. */
  #writing: Promise<void> | undefined;
  readonly #queue: { readonly block: Uint8Array; readonly bytes: number }[] = [];
  /** Bytes that came before there was a reader: over TLS a little comes after reading was stopped. */
  #untold = 0;
  /** What the reader makes the connection wait for. */
  #waits = 0;
  #spare: Uint8Array | undefined;
  /** Nothing can be handed over any more. */
  #broken = false;
  #done: (() => void) | undefined;
  readonly #release: (() => void) | undefined;

  constructor(
    private readonly connection: BulkConnection,
    readonly request: TransportRequest,
    private readonly origin: string,
    private readonly connectTimeout: number,
    private readonly over: () => void,
  ) {
    this.answered = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    const { signal } = request;
    if (signal !== undefined) this.#release = onAbort(signal, () => this.cut(abortError(signal)));
  }

  // ---- As the receiver of the connection.

  head(fields: ReadonlyMap<string, string>, length: number | undefined, early: Uint8Array): void {
    this.#fields = fields;
    this.status = Number(fields.get(":status"));
    if (length === undefined) return this.cut(unfit);
    this.#phase = "body";
    this.#length = length;
    this.since = Number.POSITIVE_INFINITY;
    if (early.byteLength > 0) this.room().set(early);
    this.#filled = this.#untold = early.byteLength;
    this.#settle.resolve(this);
  }

  room(): Uint8Array {
    if (this.#block === undefined) {
      this.#block = this.#spare ?? takeBlock();
      this.#spare = undefined;
    }
    return this.#filled === 0 ? this.#block : this.#block.subarray(this.#filled);
  }

  received(bytes: number): boolean {
    if (this.#state !== "open") return false;
    this.#filled += bytes;
    const full = this.#filled * 4 > (this.#block as Uint8Array).byteLength * 3;
    if (this.#sink === undefined) {
      this.#untold += bytes;
      if (full) this.#hand();
      return false;
    }
    if (this.#waits === 0) this.since = performance.now();
    const paused = this.#pass(bytes);
    const all = this.#received === this.#length;
    const behind = (full || all) && !this.#hand();
    if (all) this.#end();
    if (this.#state !== "open") return false;
    if (behind || paused !== undefined) return this.#wait([behind ? this.#writing : undefined, paused]);
    return true;
  }

  failed(cause: Error | undefined, proper: boolean): void {
    if (!proper && this.#phase !== "body") return this.#fail(unfit);
    const { signal, idleTimeout } = this.request;
    const { phase, code } = { phase: this.#phase, code: "ECONNRESET" };
    this.#fail(
      transportError(cause ?? Object.assign(new Error("other side closed"), { code }), {
        origin: this.origin,
        phase: phase === "connect" && this.connection.connected ? "headers" : phase,
        sent: this.connection.connected,
        timeouts: { connect: this.connectTimeout, idle: idleTimeout },
        signal,
        received: this.#received,
        announced: this.#length,
        reused: this.connection.served > 0 && this.connection.silent,
      }),
    );
  }

  // ---- As the answer.

  header(name: string): string | undefined {
    return this.#fields.get(name);
  }

  get headers(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#fields].filter(([name]) => name !== ":status"));
  }

  async drain(sink: BodySink): Promise<void> {
    if (this.#taken) throw new TypeError("The body of this answer has been read already.");
    this.#taken = true;
    this.#sink = sink;
    if (this.#state === "open") {
      const done = new Promise<void>((resolve) => (this.#done = resolve));
      const paused = this.#pass(this.#untold);
      if (this.#received === this.#length) this.#end();
      else {
        this.#next();
        this.#wait([paused, this.#writing]);
      }
      await done;
    }
    await this.#rest();
    if (this.#error !== undefined) throw this.#error;
  }

  async bytes(maxBytes: number): Promise<Uint8Array> {
    if (this.#length > maxBytes) {
      const error = tooLarge(this.origin, maxBytes, this.#length);
      this.cut(error);
      throw error;
    }
    const whole = new Uint8Array(this.#length);
    let at = 0;
    await this.drain({
      passing: () => undefined,
      write(block) {
        whole.set(block, at);
        at += block.byteLength;
        return undefined;
      },
    });
    return whole;
  }

  async text(maxBytes: number): Promise<string> {
    return decodeText(await this.bytes(maxBytes), this.header("content-type"));
  }

  stream(): AsyncIterable<Uint8Array> {
    return piecesOf(this);
  }

  async discard(): Promise<void> {
    if (this.#taken || this.#length - this.#received > SMALL_REST) return this.cut(unwanted);
    await this.bytes(this.#length).catch(() => undefined);
  }

  cut(error: Error): void {
    if (this.#state !== "open") return;
    this.#fail(error);
    this.connection.destroy(this);
  }

  /** Nothing came for too long. */
  idle(): void {
    const code = idleCode;
    this.failed(Object.assign(new Error("idle"), { code }), true);
    this.connection.destroy(this);
  }

  // ---- Between the two.

  /** Tells the reader of what came. A promise: it wants to pause. */
  #pass(bytes: number): Promise<void> | undefined {
    this.#received += bytes;
    try {
      return this.#sink?.passing(bytes);
    } catch (error) {
      this.cut(error as Error);
      return undefined;
    }
  }

  /** Hands over what is there; false where it has to wait for what was handed over before. */
  #hand(): boolean {
    const { block, bytes } = { block: this.#block, bytes: this.#filled };
    if (block === undefined || bytes === 0) return true;
    this.#filled = 0;
    if (this.#sink === undefined || this.#writing !== undefined || this.#queue.length > 0) {
      this.#block = undefined;
      this.#queue.push({ block, bytes });
      return false;
    }
    if (this.#write(block, bytes)) this.#block = undefined;
    return true;
  }

  /** Whether the block is in use until later. */
  #write(block: Uint8Array, bytes: number): boolean {
    try {
      const writing = this.#sink?.write(bytes === block.byteLength ? block : block.subarray(0, bytes));
      if (writing === undefined) return false;
      this.#writing = writing.then(
        () => this.#written(block),
        (error: unknown) => {
          this.#break(error as Error);
          this.#written(block);
        },
      );
      return true;
    } catch (error) {
      this.#break(error as Error);
      return false;
    }
  }

  #written(block: Uint8Array): void {
    this.#writing = undefined;
    if (this.#spare === undefined) this.#spare = block;
    else giveBlock(block);
    this.#next();
  }

  /** Hands over what waits. */
  #next(): void {
    while (this.#writing === undefined) {
      const one = this.#queue.shift();
      if (one === undefined) return;
      if (this.#broken || !this.#write(one.block, one.bytes)) giveBlock(one.block);
    }
  }

  /** What was received cannot be kept: that is the error, whatever else happened. */
  #break(error: Error): void {
    this.#broken = true;
    this.cut(error);
    this.#error = error;
  }

  /** Lets the connection go on when the reader can. */
  #wait(readers: readonly (Promise<void> | undefined)[]): false {
    this.since = Number.POSITIVE_INFINITY;
    this.#waits += 1;
    void Promise.all(readers.map((one) => one ?? Promise.resolve())).then(() => {
      this.#waits -= 1;
      if (this.#state !== "open" || this.#waits > 0) return;
      this.since = performance.now();
      this.connection.resume(this);
    });
    return false;
  }

  /** Waits for what is being written, and hands over what came last, also where the answer broke off. */
  async #rest(): Promise<void> {
    for (;;) {
      this.#next();
      if (this.#writing !== undefined) await this.#writing;
      else if (this.#broken || this.#filled === 0) break;
      else this.#hand();
    }
    this.#giveBack();
  }

  #giveBack(): void {
    for (const block of [this.#block, this.#spare, ...this.#queue.splice(0).map(({ block }) => block)])
      if (block !== undefined) giveBlock(block);
    this.#block = this.#spare = undefined;
    this.#filled = 0;
  }

  #end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#finish();
  }

  #fail(error: Error): void {
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#error = error;
    this.#settle.reject(error);
    this.#finish();
  }

  #finish(): void {
    this.since = Number.POSITIVE_INFINITY;
    this.#release?.();
    this.over();
    if (!this.#taken) this.#giveBack();
    this.#done?.();
  }
}
