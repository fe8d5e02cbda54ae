import { isObserved } from "#diagnostics";
import type { Credentials } from "../auth/types.ts";
import { authorize, sameHeaders, secretsOf } from "../engine/authorize.ts";
import type { Deadline } from "../engine/deadline.ts";
import { emit } from "../engine/events.ts";
import { readAnswer, withHelp } from "../engine/read-answer.ts";
import { isLogin, isRedirect, MAX_REDIRECTS, nextHop } from "../engine/redirect.ts";
import { parseRetryAfter } from "../engine/retry.ts";
import { contextOf, isSciError, SciError, type ErrorContext } from "../errors.ts";
import { redactUrl } from "../redact.ts";
import type { BodySink, Transport, TransportResponse } from "../transport/types.ts";
import type { DoorState } from "./door-state.ts";
import type { DoorRequest, DoorStream } from "./types.ts";

export interface AttemptOptions {
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the exchange, its body included. */
  readonly signal: AbortSignal | undefined;
  /** Of the waits before the exchange. */
  readonly deadline: Deadline;
  readonly idle: number;
  /** From 1, for events. */
  readonly number: number;
  readonly context: () => ErrorContext;
  /** @default the door's */
  readonly transport?: Pick<Transport, "send">;
}

let exchanges = 0;

/**
 * One attempt from the door on: credentials, the request, its redirects, the check of its status. Credentials that are refused are
 * asked for anew, once.
 * @throws what the status amounts to; `details.pool` names a pool that failed, `details.again` says that the door may do better
 */
export function attempt(state: DoorState, request: DoorRequest, options: AttemptOptions): Promise<Opened> {
  return state.settings.auth === undefined ? follow(state, request, options, undefined) : authorized(state, request, options);
}

async function authorized(state: DoorState, request: DoorRequest, options: AttemptOptions): Promise<Opened> {
  let rejected: Credentials | undefined;
  let refusal: SciError<string> | undefined;
  for (;;) {
    const { settings } = state;
    let credentials: Credentials | undefined;
    try {
      credentials = await authorize(settings, {
        url: options.url,
        method: request.method,
        context: options.context(),
        deadline: options.deadline,
        secretInUrl: false,
        rejected,
      });
    } catch (error) {
      // After a refusal that is what there is to tell, unless the caller ended it.
      throw options.deadline.reason ?? refusal ?? error;
    }
    if (refusal !== undefined && sameHeaders(credentials, rejected)) throw refusal;
    try {
      const opened = await follow(state, request, options, credentials);
      settings.accepted = credentials;
      return opened;
    } catch (error) {
      const ours = isSciError(error, "NOT_AUTHENTICATED") && error.details?.["pool"] === undefined;
      const told = ours && (error.status === 401 || sameHeaders(credentials, settings.accepted));
      if (!told || credentials === undefined || rejected !== undefined) throw error;
      rejected = credentials;
      refusal = error;
    }
  }
}

async function follow(
  state: DoorState,
  request: DoorRequest,
  options: AttemptOptions,
  credentials: Credentials | undefined,
): Promise<Opened> {
  const { settings } = state;
  const { service, onEvent } = settings;
  let { url } = options;
  const { method, body } = request;
  const started = performance.now();
  const id = ++exchanges;
  let door: TransportResponse | undefined;
  const tell = onEvent !== undefined || isObserved();
  const seen = (): Seen => ({
    id,
    service: service.name,
    operation: request.operation,
    method,
    url: options.context().url ?? "",
    attempt: options.number,
  });
  if (tell) emit({ type: "request", ...seen() }, onEvent);
  try {
    for (let hop = 0; ; hop++) {
      const own = state.trusted(url.origin);
      const extra = credentials?.headers;
      const headers = !own ? forOthers(options.headers) : extra === undefined ? options.headers : { ...options.headers, ...extra };
      const response = await (options.transport ?? settings.transport).send({
        method,
        url: url.href,
        parsed: url,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        idleTimeout: options.idle,
        ...(request.raw === true ? { raw: true } : {}),
      });
      const { status } = response;
      if (isRedirect(status) && request.redirect !== "manual" && request.statuses?.includes(status) !== true) {
        url = await next(state, request, options, response, url, hop);
        door ??= response;
        continue;
      }
      if (tell) emit({ type: "response", ...seen(), status, duration: performance.now() - started, code: undefined }, onEvent);
      const opened = new Opened(response, door, url.origin === options.url.origin ? undefined : url.origin, options.context);
      if ((status >= 200 && status < 300) || request.statuses?.includes(status) === true) {
        if (isUnaskedPage(options.headers["accept"], opened)) throw await unaskedPage(state, opened, options);
        return opened;
      }
      throw await failureOf(state, request, options, opened, credentials);
    }
  } catch (error) {
    if (tell && !isSciErrorWithStatus(error)) {
      const code = isSciError<string>(error) ? error.code : undefined;
      emit({ type: "response", ...seen(), status: undefined, duration: performance.now() - started, code }, onEvent);
    }
    throw error;
  }
}

interface Seen {
  readonly id: number;
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly attempt: number;
}

/** A page where only bytes were asked for. Offered as a file by its name it may be the file itself. */
function isUnaskedPage(accept: string | undefined, opened: Opened): boolean {
  const isPage = accept === "application/octet-stream" && /\bhtml\b/i.test(opened.header("content-type") ?? "");
  return isPage && opened.header("content-disposition") === undefined;
}

async function unaskedPage(state: DoorState, opened: Opened, options: AttemptOptions): Promise<SciError> {
  await opened.discard();
  const { name } = state.settings.service;
  const message = `${name} answered with a web page instead of the file: a log-in, or a proxy on the way. Look at it in a browser.`;
  return new SciError("INVALID_RESPONSE", message, { ...options.context(), status: opened.status, details: { permanent: true } });
}

/** The next place of a redirect. What is asked for is a file: its name may look like a log-in, the place it is sent to may not. */
async function next(
  state: DoorState,
  request: DoorRequest,
  options: AttemptOptions,
  response: TransportResponse,
  from: URL,
  hop: number,
): Promise<URL> {
  await response.discard();
  const { status } = response;
  const context = { ...options.context(), status };
  const { service } = state.settings;
  const trusted = (origin: string): boolean => state.trusted(origin);
  const to = nextHop(status, response.header("location"), from, request.method, request.body !== undefined, trusted, context);
  if (isLogin(to.url) && !to.url.pathname.endsWith(lastPart(options.url.pathname))) {
    const message = `Not authenticated: ${service.name} answered ${status} with a redirect to the log-in at ${to.url.origin}.`;
    throw new SciError("NOT_AUTHENTICATED", withHelp("NOT_AUTHENTICATED", message, service), context);
  }
  if (hop >= MAX_REDIRECTS)
    throw new SciError("REDIRECT", `${from.origin} redirected ${hop + 1} times, last to ${to.url.origin}; giving up.`, context);
  if (to.method !== request.method) {
    throw new SciError(
      "REDIRECT",
      `${from.origin} redirects a ${request.method} to GET ${to.url.origin}; it is not followed. Check the base URL.`,
      context,
    );
  }
  return to.url;
}

function lastPart(path: string): string {
  return path.slice(path.replace(/\/$/, "").lastIndexOf("/"));
}

const bound = new Set(["authorization", "cookie", "proxy-authorization", "x-api-key"]);

/** Headers without anything that belongs to the door alone, whoever set it. */
export function forOthers(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !bound.has(name)));
}

async function failureOf(
  state: DoorState,
  request: DoorRequest,
  options: AttemptOptions,
  opened: Opened,
  credentials: Credentials | undefined,
): Promise<SciError<string>> {
  const { settings } = state;
  const { status, pool } = opened;
  const retryAfter = parseRetryAfter(opened.header("retry-after"));
  let error: SciError<string>;
  try {
    await readAnswer(
      opened.response,
      { name: request.operation, method: request.method, path: "", accept: "none" },
      {
        service: settings.service,
        context: options.context(),
        secrets: [...state.secrets, ...(credentials === undefined ? [] : secretsOf(credentials))],
        warn: settings.warnOnce,
        redirected: opened.redirected,
      },
    );
    throw new TypeError(`Status ${status} was taken for a failure.`);
  } catch (thrown) {
    if (!isSciError<string>(thrown)) throw thrown;
    error = thrown;
  }
  // A pool's URL is used up, a pool is restarted: the door names another. What the contents themselves answer stays.
  const again = pool !== undefined && status !== 412 && status !== 416;
  const more = { ...(pool === undefined ? {} : { pool }), ...(again ? { again } : {}), ...whereFull(status) };
  const code = error.code === "HTTP_STATUS" ? (ownCodes[status] ?? error.code) : error.code;
  const where = pool === undefined ? "" : ` (from the pool ${pool})`;
  return new SciError(code, `${error.message}${where}`, {
    ...contextOf(error),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(Object.keys(more).length === 0 ? {} : { details: { ...error.details, ...more } }),
    cause: error.cause ?? error,
  });
}

const ownCodes: Readonly<Record<number, string>> = { 423: "LOCKED", 507: "DISK_FULL" };

function whereFull(status: number): { readonly where?: string } {
  return status === 507 ? { where: "remote" } : {};
}

function isSciErrorWithStatus(error: unknown): boolean {
  return isSciError<string>(error) && error.status !== undefined;
}

/** The context of a request, its URL masked when somebody asks. */
export function contextFor(state: DoorState, request: DoorRequest, url: URL): () => ErrorContext {
  let context: ErrorContext | undefined;
  return () =>
    (context ??= {
      service: state.settings.service.name,
      operation: request.operation,
      method: request.method,
      url: redactUrl(url.href, state.secrets),
    });
}

/** An answer of the door or of a pool. */
export class Opened implements DoorStream {
  constructor(
    readonly response: TransportResponse,
    private readonly door: TransportResponse | undefined,
    /** The origin that answered, where it is not the door's. */
    readonly pool: string | undefined,
    private readonly contextOnce: () => ErrorContext,
  ) {}
  get status(): number {
    return this.response.status;
  }
  get headers(): Readonly<Record<string, string>> {
    return this.response.headers;
  }
  get redirected(): boolean {
    return this.door !== undefined;
  }
  get context(): ErrorContext {
    return this.contextOnce();
  }
  header(name: string): string | undefined {
    return this.response.header(name);
  }
  doorHeader(name: string): string | undefined {
    return this.door?.header(name);
  }
  stream(): AsyncIterable<Uint8Array> {
    return this.response.stream();
  }
  bytes(maxBytes: number): Promise<Uint8Array> {
    return this.response.bytes(maxBytes);
  }
  /** The body in large pieces, where the transport can: undefined where it cannot. */
  drain(sink: BodySink): Promise<void> | undefined {
    return this.response.drain?.(sink);
  }
  /** Whoever reads the body gets `error`. */
  cut(error: Error): void {
    this.response.cut?.(error);
  }
  discard(): Promise<void> {
    return this.response.discard();
  }
}
