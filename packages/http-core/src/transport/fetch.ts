import { SciError } from "../errors.ts";
import { onAbort } from "./abort.ts";
import { announcedLength, concat, decodeText, REST_TIME, SMALL_REST, tooLarge } from "./body.ts";
import { abortError, codesOf, idleCode, transportError, type Phase } from "./classify.ts";
import type { FetchLike, FetchResponse, Transport, TransportRequest, TransportResponse } from "./types.ts";

export interface FetchTransportOptions {
  /** Called as a plain function: a browser refuses its fetch as a method. */
  readonly fetch: FetchLike;
  /** "follow" where the platform hides redirects from its callers (a browser). */
  readonly redirect: "manual" | "follow";
}

const discarded = new Error("The rest of the answer is not wanted.");

/** Fields that a browser sets itself and that would only make it ask the service for leave (CORS). */
const browserOwn = new Set(["user-agent", "accept-encoding", "host", "connection", "content-length"]);

/** A transport over `fetch`: no pool, TLS or proxy of its own. */
export function createFetchTransport(options: FetchTransportOptions): Transport {
  let closed = false;
  return {
    async send(request) {
      if (closed) throw new SciError("INVALID_ARGUMENT", "The transport is closed.");
      if (request.signal?.aborted === true) throw abortError(request.signal);
      return new FetchExchange(request, options).send();
    },
    async close() {
      closed = true;
    },
  };
}

class FetchExchange {
  readonly #controller = new AbortController();
  readonly #request: TransportRequest;
  readonly #options: FetchTransportOptions;
  readonly #origin: string;
  readonly #release: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #phase: Phase = "headers";
  #received = 0;
  #announced: number | undefined;

  constructor(request: TransportRequest, options: FetchTransportOptions) {
    this.#request = request;
    this.#options = options;
    this.#origin = new URL(request.url).origin;
    // A controller of our own per request: fetch leaves listeners on the signal that it is given.
    const { signal } = request;
    this.#release = signal === undefined ? undefined : onAbort(signal, () => this.#controller.abort(signal.reason));
  }

  async send(): Promise<TransportResponse> {
    const { fetch, redirect } = this.#options;
    const { method, url, headers, body } = this.#request;
    const source = typeof body === "function" ? toStream(body(), () => this.#watch()) : body;
    this.#watch();
    try {
      const response = await fetch(url, {
        method,
        headers: redirect === "follow" ? withoutBrowserOwn(headers) : { ...headers },
        signal: this.#controller.signal,
        redirect,
        ...(source === undefined ? {} : { body: source }),
        ...(typeof body === "function" ? { duplex: "half" as const } : {}),
      });
      if (response.type === "opaqueredirect") {
        throw new SciError(
          "REDIRECT",
          `${this.#origin} redirects, and this fetch does not tell where to. Use the final address as baseUrl.`,
        );
      }
      this.#phase = "body";
      this.#announced = announcedLength(response.headers.get("content-length") ?? undefined);
      this.#rest();
      return this.#response(response);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #response(response: FetchResponse): TransportResponse {
    const { status, headers } = response;
    let flat: Record<string, string> | undefined;
    let body = response.body;
    const take = (): ReadableStream<Uint8Array> | null => {
      if (body === undefined) throw new TypeError("The body of this answer has been read already.");
      const taken = body as ReadableStream<Uint8Array> | null;
      body = undefined as unknown as null;
      return taken;
    };
    // A fetch decodes the body itself: then the announced length is that of something else.
    const lengthCounts = headers.get("content-encoding") === null;
    if (body === null) this.#end();
    const whole = async (maxBytes: number): Promise<Uint8Array> => {
      const taken = take();
      if (lengthCounts && this.#announced !== undefined && this.#announced > maxBytes && taken !== null) {
        this.#controller.abort(discarded);
        this.#end();
        throw tooLarge(this.#origin, maxBytes, this.#announced);
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of this.#read(taken)) {
        chunks.push(chunk);
        if (this.#received > maxBytes) throw tooLarge(this.#origin, maxBytes);
      }
      return concat(chunks, this.#received);
    };
    return {
      status,
      header: (name) => headers.get(name) ?? undefined,
      get headers() {
        if (flat === undefined) {
          flat = {};
          headers.forEach((value, name) => ((flat as Record<string, string>)[name] = value));
        }
        return flat;
      },
      get cookies() {
        return headers.getSetCookie?.() ?? [];
      },
      text: async (maxBytes) => decodeText(await whole(maxBytes), headers.get("content-type") ?? undefined),
      bytes: whole,
      stream: () => this.#read(take()),
      discard: async () => {
        if (body === undefined || body === null) return;
        await this.#discard(take());
      },
    };
  }

  async *#read(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
    if (body === null) return;
    const reader = body.getReader();
    let complete = false;
    try {
      for (;;) {
        this.#watch();
        const next = await reader.read();
        // The time that the reader of ours takes is not the server's.
        this.#rest();
        if (next.done) break;
        this.#received += next.value.byteLength;
        yield next.value;
      }
      complete = true;
    } catch (error) {
      throw this.#failed(error);
    } finally {
      if (!complete) this.#controller.abort(discarded);
      this.#end();
    }
  }

  async #discard(body: ReadableStream<Uint8Array> | null): Promise<void> {
    const timer = setTimeout(() => this.#controller.abort(discarded), REST_TIME);
    try {
      if (this.#announced !== undefined && this.#announced > SMALL_REST) this.#controller.abort(discarded);
      let rest = 0;
      for await (const chunk of this.#read(body)) {
        rest += chunk.byteLength;
        if (rest > SMALL_REST) break;
      }
    } catch {
      // The answer is not wanted, and neither is what went wrong with it.
    } finally {
      clearTimeout(timer);
    }
  }

  #watch(): void {
    this.#rest();
    const { idleTimeout } = this.#request;
    this.#timer = setTimeout(() => {
      this.#controller.abort(Object.assign(new Error(`no byte for ${idleTimeout} ms`), { code: idleCode }));
    }, idleTimeout);
  }

  #rest(): void {
    clearTimeout(this.#timer);
  }

  #end(): void {
    this.#rest();
    this.#release?.();
  }

  #failed(error: unknown): SciError {
    this.#end();
    const { signal } = this.#controller;
    const sent = !codesOf(error).some((code) => connectCodes.has(code));
    return transportError(signal.aborted ? (signal.reason as unknown) : error, {
      origin: this.#origin,
      phase: sent ? this.#phase : "connect",
      sent,
      browser: this.#options.redirect === "follow",
      timeouts: { connect: 0, idle: this.#request.idleTimeout },
      signal: this.#request.signal,
      received: this.#received,
      announced: this.#announced,
    });
  }
}

/** Codes of faults before anything was sent: a fetch does not tell how far a request came. */
const connectCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

function withoutBrowserOwn(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !browserOwn.has(name.toLowerCase())));
}

/** Without ReadableStream.from, which not every browser has. What is taken from it is a sign of life of the server. */
function toStream(source: AsyncIterable<Uint8Array>, onProgress: () => void): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      onProgress();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
