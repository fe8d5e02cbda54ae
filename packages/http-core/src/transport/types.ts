/** Time limits in milliseconds. */
export interface TimeoutOptions {
  /** Until the connection stands, TLS included. @default 10_000 */
  readonly connect?: number;
  /** Without a byte from the server. @default 60_000 */
  readonly idle?: number;
  /** Over all attempts, the waits between them and the body. @default 300_000 */
  readonly total?: number;
}

/** TLS material: PEM text or bytes, or paths to files; everything is read once, at the first connection. */
export interface TlsOptions {
  /** CA certificates (PEM), a file of them, or a folder as on the grid (`/etc/grid-security/certificates`). Added to the system's. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  readonly passphrase?: string;
  /** PKCS#12, instead of cert and key. */
  readonly pfx?: string | Uint8Array;
  /** Off only for tests: warns loudly through the logger. @default true */
  readonly rejectUnauthorized?: boolean;
}

/** What a transport needs to know once. */
export interface TransportOptions {
  readonly tls?: TlsOptions;
  /** Origins that may see the client certificate; needed with one. */
  readonly certificateOrigins?: readonly string[];
  /**
   * URL of an http(s) proxy for every request, or false for none.
   * @default HTTPS_PROXY, HTTP_PROXY and NO_PROXY; loopback goes without
   */
  readonly proxy?: string | false;
  /** Own `fetch`, for a browser or a test; then TLS and proxy options are refused. */
  readonly fetch?: FetchLike;
  /** Own dispatcher of undici 7 or later; then TLS and proxy options are refused. `close` leaves it open. */
  readonly dispatcher?: object;
  /** Sockets per origin. @default 16 */
  readonly connections?: number;
  /** Time for a connection; a property of the pool, not of a request. @default 10_000 */
  readonly connectTimeout?: number;
  readonly warn?: (message: string) => void;
}

/** The part of `fetch` that is used: a URL as text, never a Request. */
export type FetchLike = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string | Uint8Array | ReadableStream<Uint8Array>;
    signal?: AbortSignal;
    redirect?: "manual" | "follow";
    duplex?: "half";
  },
) => Promise<FetchResponse>;

/** The part of a `Response` that is used. */
export interface FetchResponse {
  readonly status: number;
  readonly type?: string;
  readonly url?: string;
  readonly headers: {
    get(name: string): string | null;
    forEach(callback: (value: string, name: string) => void): void;
    getSetCookie?(): string[];
  };
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface TransportRequest {
  readonly method: string;
  readonly url: string;
  /** The same, where the caller has taken it apart already. */
  readonly parsed?: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A function makes a fresh stream for every attempt. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte, before and within the answer. */
  readonly idleTimeout: number;
  /** Gives the body as it was sent: a content encoding is left as it is (not over `fetch`, which undoes it by itself). */
  readonly raw?: boolean;
}

export interface TransportResponse {
  readonly status: number;
  /** Values of a header in lower case, several joined by ", " (Set-Cookie: see {@link cookies}). */
  header(name: string): string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  /** The whole body, decoded; more than `maxBytes` rejects with code RESPONSE_TOO_LARGE. A body can be read once. */
  text(maxBytes: number): Promise<string>;
  bytes(maxBytes: number): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
  /** Gives the connection free: reads a small rest, cuts a large one. Never rejects. */
  discard(): Promise<void>;
  /**
   * Hands the whole body over in large pieces, instead of {@link stream}; what arrived before a fault is handed over too. Not every
   * transport has it.
   */
  drain?(sink: BodySink): Promise<void>;
  /** Cuts the answer off: whoever reads it gets `error`. Without it, an abort of the signal does the same. */
  cut?(error: Error): void;
}

/** Takes a body in large pieces. */
export interface BodySink {
  /** Told of what arrived, before it is handed over; a promise is waited for before more is read. What it throws ends the answer. */
  passing(bytes: number): Promise<void> | undefined;
  /** The piece may be used again when the promise is kept, or at once where there is none. */
  write(piece: Uint8Array): Promise<void> | undefined;
}

/**
 * Sends one request over the network: no retry, no redirect, no credentials of its own, one answer.
 *
 * Faults of the connection are errors with `details`: `phase` ("connect", "headers" or "body": how far it came), `sent` (false
 * where nothing of the request left this machine, so that it may be sent again whatever it is), `reused` (true where a kept
 * connection ended without an answer, as a rule because the server had closed it meanwhile) and `permanent` (true where another
 * attempt cannot help). Their messages name the origin only: a path or query may hold a credential.
 */
export interface Transport {
  /**
   * Resolves with the head of the answer, whatever its status.
   * @throws NETWORK, TIMEOUT (connect or idle), TLS, ABORTED (or the signal's reason, where that is an error of ours), TRUNCATED
   * and RESPONSE_TOO_LARGE (while the body is read), INVALID_RESPONSE (no HTTP, or a content encoding that cannot be decoded),
   * CERTIFICATE (files of `tls`), FILE (a body that cannot be read), INVALID_ARGUMENT
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Ends idle connections and refuses further requests. */
  close(): Promise<void>;
}
