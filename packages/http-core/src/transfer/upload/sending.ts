import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { SciError } from "../../errors.ts";
import { onAbort } from "../../transport/abort.ts";
import { abortError, idleCode, transportError, type Phase } from "../../transport/classify.ts";
import { proxyRefusal } from "../../transport/connect.ts";
import type { ProxyAddress } from "../../transport/proxy.ts";
import type { TransportResponse } from "../../transport/types.ts";
import { SentResponse } from "./sent-response.ts";

/** A request that carries a file. */
export interface SendRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes; undefined for a stream whose length nobody knows (then it goes in chunks). */
  readonly length: number | undefined;
  readonly body: () => AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds without a byte either way while the body is sent. */
  readonly idleTimeout: number;
  /** Milliseconds without an answer once the body is sent: the storage may have to compute its checksum. */
  readonly answerTimeout: number;
  /** Asks before the body is sent (`Expect: 100-continue`), and what to do when nobody answers within `wait` milliseconds. */
  readonly expect: { readonly wait: number; readonly then: "send" | "fail" } | undefined;
  /** Keeps the connection for the next request. */
  readonly keep: boolean;
  /** Told once: that the storage asked for the body, or that it let the question pass. */
  readonly onContinue?: (asked: boolean) => void;
}

/** Pieces of a body that may be on their way to the socket at a time: fewer than a source uses in turn. */
const inFlight = 4;

/** One request on its way. */
export class Sending {
  readonly answered: Promise<TransportResponse>;
  readonly #controller = new AbortController();
  readonly signal: AbortSignal = this.#controller.signal;
  #resolve!: (response: TransportResponse) => void;
  #reject!: (error: unknown) => void;
  #client: ClientRequest | undefined;
  #response: SentResponse | undefined;
  #phase: Phase = "connect";
  #sent = false;
  #done = false;
  #bodyStarted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait: ReturnType<typeof setTimeout> | undefined;
  readonly #release: (() => void) | undefined;

  constructor(
    private readonly request: SendRequest,
    private readonly url: URL,
    private readonly connectTimeout: number,
    private readonly proxy: ProxyAddress | undefined,
  ) {
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.answered.catch(() => undefined);
    const { signal } = request;
    if (signal !== undefined) this.#release = onAbort(signal, () => this.fail(abortError(signal)));
  }

  start(options: RequestOptions): void {
    if (this.#done) return;
    const client = (options.protocol === "http:" ? httpRequest : httpsRequest)(options);
    this.#client = client;
    this.#limit(this.connectTimeout, "UND_ERR_CONNECT_TIMEOUT");
    client.on("socket", (socket) => {
      const ready = (): void => {
        if (this.#done) return;
        this.#sent = true;
        this.#phase = "headers";
        this.#limit(this.request.idleTimeout, idleCode);
        this.#ask();
      };
      const event = this.url.protocol === "https:" ? "secureConnect" : "connect";
      // A kept connection stands already.
      if (client.reusedSocket || (!socket.connecting && event === "connect")) ready();
      else socket.once(event, ready);
    });
    client.once("continue", () => {
      if (this.#bodyStarted || this.#done) return;
      this.request.onContinue?.(true);
      void this.#sendBody();
    });
    client.once("response", (message) => this.#answer(message));
    client.on("error", (error) => this.#fault(error));
    client.once("close", () => {
      if (this.#response === undefined) this.#fault(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }));
    });
    client.flushHeaders();
  }

  fail(error: unknown): void {
    this.#controller.abort(error);
    if (this.#response !== undefined) {
      this.#response.fail(error);
      this.#client?.destroy();
      return;
    }
    if (this.#done) return;
    this.#end();
    this.#reject(error);
    this.#client?.destroy();
  }

  /** Waits for the storage's word, or sends at once. */
  #ask(): void {
    const { expect } = this.request;
    if (expect === undefined) {
      void this.#sendBody();
      return;
    }
    this.#limit(undefined, "");
    this.#wait = setTimeout(() => {
      if (this.#bodyStarted || this.#done) return;
      if (expect.then === "send") {
        this.request.onContinue?.(false);
        void this.#sendBody();
        return;
      }
      const message = `${this.url.origin} did not say within ${Math.round(expect.wait / 1000)} s whether it takes the file (Expect: 100-continue); it sends files on to pools, so nothing was sent.`;
      this.fail(new SciError("TIMEOUT", message, { details: { phase: "headers", sent: false } }));
    }, expect.wait);
  }

  async #sendBody(): Promise<void> {
    clearTimeout(this.#wait);
    this.#bodyStarted = true;
    const client = this.#client as ClientRequest;
    const { length } = this.request;
    let sent = 0;
    let pending = 0;
    let wake: (() => void) | undefined;
    const flushed = (): void => {
      pending -= 1;
      this.#limit(this.request.idleTimeout, idleCode);
      wake?.();
    };
    this.#limit(this.request.idleTimeout, idleCode);
    let last: Uint8Array | undefined;
    try {
      for await (const piece of this.request.body()) {
        // An answer before the end (no room, no right): the rest is not wanted.
        if (this.#done || client.destroyed) return;
        sent += piece.byteLength;
        if (length !== undefined && sent > length) throw changed(length, sent);
        if (piece.byteLength === 0) continue;
        if (sent === length) {
          // Held until the source has ended: with it the storage would have a file, right or not.
          last = piece;
          continue;
        }
        pending += 1;
        client.write(piece, flushed);
        while (pending >= inFlight && !this.#done && !client.destroyed) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            this.#wakeOnEnd = resolve;
          });
        }
      }
      if (this.#done || client.destroyed) return;
      if (length !== undefined && sent < length) throw changed(length, sent);
      this.#limit(this.request.answerTimeout, idleCode);
      client.end(last);
    } catch (error) {
      this.fail(error);
    }
  }

  #wakeOnEnd: (() => void) | undefined;

  #answer(message: IncomingMessage): void {
    if (this.#done) {
      message.destroy();
      return;
    }
    const whole = this.#client?.writableEnded === true;
    const status = message.statusCode ?? 0;
    if (this.proxy !== undefined && this.url.protocol === "http:" && status === 407) {
      this.fail(proxyRefusal(this.proxy, status, this.url.origin));
      return;
    }
    this.#end();
    this.#response = new SentResponse(message, {
      origin: this.url.origin,
      idleTimeout: this.request.idleTimeout,
      connectTimeout: this.connectTimeout,
      // A body that was announced and not sent leaves the connection unusable.
      usable: whole,
      onEnd: () => this.#release?.(),
    });
    this.#resolve(this.#response);
  }

  #fault(cause: unknown): void {
    if (this.#response !== undefined || this.#done) return;
    const reused = this.#client?.reusedSocket === true;
    const error = transportError(cause, {
      origin: this.url.origin,
      proxy: this.proxy?.origin,
      timeouts: { connect: this.connectTimeout, idle: this.#bodyStarted ? this.request.answerTimeout : this.request.idleTimeout },
      phase: this.#phase,
      sent: this.#sent,
      signal: this.request.signal,
      reused,
    });
    this.fail(error);
  }

  /** Ends the exchange when nothing moves for so long; undefined waits on. */
  #limit(milliseconds: number | undefined, code: string): void {
    clearTimeout(this.#timer);
    if (this.#done || milliseconds === undefined) return;
    this.#timer = setTimeout(() => this.#fault(Object.assign(new Error("nothing moved"), { code })), milliseconds);
  }

  #end(): void {
    this.#done = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#wait);
    this.#wakeOnEnd?.();
    if (this.#response === undefined && this.request.signal?.aborted === true) this.#release?.();
  }
}

function changed(announced: number, sent: number): SciError<"CHANGED"> {
  const what = sent > announced ? `more than its ${announced} bytes` : `${sent} instead of ${announced} bytes`;
  return new SciError("CHANGED", `The file changed while it was sent: it gave ${what}.`, { details: { permanent: true } });
}
