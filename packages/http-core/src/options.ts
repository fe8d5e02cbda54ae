import type { AuthProvider } from "./auth/types.ts";
import type { EventListener } from "./engine/events.ts";
import type { Logger } from "./logger.ts";
import type { FetchLike, TimeoutOptions, TlsOptions } from "./transport/types.ts";

export interface RetryOptions {
  /** Number of times a call is sent at most; 1 never repeats. @default 4 */
  readonly attempts?: number;
  /** Milliseconds of the first wait at most; doubled per attempt, drawn at random from 0 to that (full jitter). @default 500 */
  readonly baseDelay?: number;
  /** Milliseconds of any wait at most. @default 30_000 */
  readonly maxDelay?: number;
}

/** What every client takes. Facility packages add to it. */
export interface ClientOptions {
  readonly baseUrl?: string;
  /** Gives the credentials, asked per attempt, bound to the origin of `baseUrl`; false sends none. */
  readonly auth?: AuthProvider | false;
  readonly timeout?: TimeoutOptions;
  readonly retry?: RetryOptions;
  readonly tls?: TlsOptions;
  /** @default HTTPS_PROXY, HTTP_PROXY, NO_PROXY */
  readonly proxy?: string | false;
  /** Pages or files in flight. @default 8 */
  readonly concurrency?: number;
  /** @default warnings and errors to the console */
  readonly logger?: Logger;
  /** Called for every request, answer, retry and page; on Node the same goes to `node:diagnostics_channel`. */
  readonly onEvent?: EventListener;
  /** Put in front of ours: "my-app/1.2 sci-runregistry/0.1.0 sci-http-core/0.1.0 node/20". */
  readonly userAgent?: string;
  /** Added to every request; undefined removes one of ours. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly fetch?: FetchLike;
  readonly dispatcher?: object;
  /** Answers that do not fit the expected shape: delivered ("off"), delivered and logged once per shape ("warn"), or an error. @default "warn" */
  readonly validate?: "off" | "warn" | "error";
  /** Further origins that may get the credentials, e.g. after a redirect. */
  readonly trustedOrigins?: readonly string[];
  /** Sends credentials over plain http to a host that is not loopback. @default false */
  readonly allowInsecureHttp?: boolean;
}

/** The last argument of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The connection limit belongs to the client. */
  readonly timeout?: Pick<TimeoutOptions, "idle" | "total">;
  readonly retry?: RetryOptions;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly validate?: "off" | "warn" | "error";
}

/** What a facility package states once about its service. */
export interface ServiceDefinition {
  /** In errors, logs and events: "runregistry". */
  readonly name: string;
  /** Name and version of the package for the user agent: "sci-runregistry/0.1.0". */
  readonly userAgent: string;
  readonly baseUrl: string;
  readonly timeout?: TimeoutOptions;
  readonly retry?: RetryOptions;
  /** What to set or run when the service refuses: ends the message of NOT_AUTHENTICATED and MISSING_CREDENTIALS. */
  readonly signInHelp?: string;
  /** Applied to operations that have none of their own. */
  readonly failure?: import("./operation.ts").Operation["failure"];
  readonly retryStatuses?: readonly number[];
  /** Bytes of one answer at most. @default 256 MiB */
  readonly maxBytes?: number;
}
