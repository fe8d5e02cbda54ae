import { onAbort } from "./abort.ts";
import { announcedLength, concat, decodeText, flattenHeaders, REST_TIME, SMALL_REST, tooLarge } from "./body.ts";
import { abortError, transportError, type Phase } from "./classify.ts";
import type { TransportRequest, TransportResponse } from "./types.ts";

/** The part of undici's request controller that is used. */
export interface Controller {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

export type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Decodes a whole body (`content-encoding`), and a stream of it. Apart, as it needs node:zlib. */
export interface Decoder {
  whole(body: Uint8Array, encoding: string, maxBytes: number, origin: string): Promise<Uint8Array>;
  /** `cancel` ends the source at once, even while it waits for its next piece. */
  stream(body: AsyncIterable<Uint8Array>, encoding: string, origin: string, cancel: () => void): AsyncIterable<Uint8Array>;
}

/** What all exchanges of a pool share. */
export interface Surroundings {
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly decoder: Decoder;
  /** Bytes that the connection of an error had read before, where that is known. */
  readonly readBefore: (error: unknown) => number | undefined;
  readonly onEnd: () => void;
}

/** The place that a request goes to. */
export interface Destination {
  readonly origin: string;
  /** The proxy in between, for messages. */
  readonly proxy?: string | undefined;
  /** An error for a status that is not the service's: a proxy that refuses. */
  readonly refused?: ((status: number) => Error | undefined) | undefined;
}

/** Bytes that arrive before anybody reads: more than this pauses the connection. */
const highWater = 128 * 1024;

const discarded = new Error("The rest of the answer is not wanted.");

/**
 * One request and its answer: a handler of undici's dispatchers (7 and later) that collects the body itself. Without
 * streams in between, a whole answer costs little more than its bytes.
 */
export class Exchange implements TransportResponse {
  status = 0;
  readonly answered: Promise<TransportResponse>;
  #resolve!: (response: TransportResponse) => void;
  #reject!: (error: Error) => void;
  #controller: Controller | undefined;
  #raw: RawHeaders = {};
  #headers: Record<string, string> | undefined;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #received = 0;
  #phase: Phase = "connect";
  #sent = false;
  #state: "open" | "ended" | "failed" = "open";
  #error: Error | undefined;
  #limit = Infinity;
  /** Keeps reading, however much is buffered. */
  #collecting = false;
  #taken = false;
  /** Wakes the reader when something arrived or ended. */
  #wake: (() => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  /** Takes our callback off the signal. */
  readonly #release: (() => void) | undefined;

  constructor(
    private readonly request: TransportRequest,
    private readonly destination: Destination,
    private readonly around: Surroundings,
  ) {
    this.#signal = request.signal;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // undici waits for a connection before it looks at an abort; the caller does not.
    if (this.#signal !== undefined) this.#release = onAbort(this.#signal, () => this.#stop(abortError(this.#signal as AbortSignal)));
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#error !== undefined) {
      controller.abort(this.#error);
      return;
    }
    this.#sent = true;
    this.#phase = "headers";
  }

  onRequestUpgrade(): void {
    this.#controller?.abort(new Error("The server wants another protocol (Upgrade)."));
  }

  onResponseStart(_controller: Controller, status: number, headers: RawHeaders): void {
    if (status < 200) return;
    const refusal = this.destination.refused?.(status);
    if (refusal !== undefined) {
      this.#stop(refusal);
      return;
    }
    this.status = status;
    this.#raw = headers;
    this.#phase = "body";
    this.#resolve(this);
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.byteLength;
    this.#received += chunk.byteLength;
    if (this.#received > this.#limit) {
      this.#stop(tooLarge(this.destination.origin, this.#limit));
    } else if (!this.#collecting) {
      if (this.#buffered > highWater) controller.pause();
      this.#notify();
    }
  }

  onResponseEnd(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#finish();
  }

  onResponseError(_controller: Controller | undefined, cause: unknown): void {
    const { origin, proxy } = this.destination;
    const before = this.around.readBefore(cause);
    this.#fail(
      transportError(cause, {
        origin,
        proxy,
        timeouts: { connect: this.around.connectTimeout, idle: this.request.idleTimeout },
        phase: this.#phase,
        sent: this.#sent,
        signal: this.#signal,
        received: this.#received,
        announced: this.#announced(),
        // Bytes read before an answer began belong to earlier answers.
        reused: this.#phase === "headers" && before !== undefined && before > 0,
      }),
    );
  }

  /** Ends the exchange with an error of ours: also for what goes wrong before it starts. */
  fail(error: Error): void {
    this.#stop(error);
  }

  cut(error: Error): void {
    this.#stop(error);
  }

  header(name: string): string | undefined {
    const value = this.#raw[name];
    return typeof value === "object" ? value.join(", ") : value;
  }

  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= flattenHeaders(this.#raw));
  }

  get cookies(): readonly string[] {
    const value = this.#raw["set-cookie"];
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
  }

  async text(maxBytes: number): Promise<string> {
    return decodeText(await this.#whole(maxBytes), this.header("content-type"));
  }

  bytes(maxBytes: number): Promise<Uint8Array> {
    return this.#whole(maxBytes);
  }

  async #whole(maxBytes: number): Promise<Uint8Array> {
    this.#take();
    const { origin } = this.destination;
    const { decoder } = this.around;
    const encoding = this.#encoding();
    const announced = this.#announced();
    if (this.#received > maxBytes || (announced !== undefined && announced > maxBytes && this.#state === "open")) {
      const error = tooLarge(origin, maxBytes, announced);
      this.#stop(error);
      throw error;
    }
    this.#limit = maxBytes;
    this.#collecting = true;
    this.#controller?.resume();
    if (this.#state === "open") await this.#change();
    if (this.#error !== undefined) throw this.#error;
    const body = concat(this.#chunks, this.#buffered);
    this.#chunks = [];
    return encoding === undefined || body.byteLength === 0 ? body : decoder.whole(body, encoding, maxBytes, origin);
  }

  stream(): AsyncIterable<Uint8Array> {
    this.#take();
    const encoding = this.#encoding();
    const raw = this.#pieces();
    return encoding === undefined ? raw : this.around.decoder.stream(raw, encoding, this.destination.origin, () => this.#stop(discarded));
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#buffered -= chunk.byteLength;
          yield chunk;
        } else if (this.#error !== undefined) throw this.#error;
        else if (this.#state === "ended") return;
        else {
          // Waited for before it is asked for: what has arrived already comes within the call.
          const changed = this.#change();
          this.#controller?.resume();
          await changed;
        }
      }
    } finally {
      // A reader that stops early does not want the rest.
      if (this.#state === "open") this.#stop(discarded);
    }
  }

  async discard(): Promise<void> {
    this.#taken = true;
    if (this.#state !== "open") return;
    const announced = this.#announced();
    if (announced !== undefined && announced - this.#received > SMALL_REST) {
      this.#stop(discarded);
      return;
    }
    this.#limit = this.#received + SMALL_REST;
    this.#collecting = true;
    const timer = setTimeout(() => this.#stop(discarded), REST_TIME);
    const changed = this.#change();
    this.#controller?.resume();
    await changed;
    clearTimeout(timer);
    this.#chunks = [];
  }

  /** The length that the body will have; that of an answer to HEAD is of another. */
  #announced(): number | undefined {
    return this.request.method === "HEAD" ? undefined : announcedLength(this.header("content-length"));
  }

  #take(): void {
    if (this.#taken) throw new TypeError("The body of this answer has been read already.");
    this.#taken = true;
  }

  /** Undefined where there is nothing to decode. */
  #encoding(): string | undefined {
    if (this.request.raw === true) return undefined;
    const encoding = this.header("content-encoding");
    return encoding === undefined || encoding === "" || encoding.toLowerCase() === "identity" ? undefined : encoding;
  }

  /** Waits until something arrived, or the exchange is over. */
  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #stop(error: Error): void {
    if (this.#state !== "open") return;
    this.#chunks = [];
    this.#buffered = 0;
    this.#fail(error);
    this.#controller?.abort(error);
  }

  #fail(error: Error): void {
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#error = error;
    this.#reject(error);
    this.#finish();
  }

  #finish(): void {
    this.#release?.();
    this.around.onEnd();
    this.#notify();
  }
}
