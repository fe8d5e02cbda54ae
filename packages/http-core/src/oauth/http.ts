import type { AuthRequest } from "../auth/types.ts";
import { Deadline } from "../engine/deadline.ts";
import { excerpt, isHtml, pageTitle, tryJson } from "../engine/read-answer.ts";
import { isRedirect } from "../engine/redirect.ts";
import { backoff, parseRetryAfter, retryStatuses } from "../engine/retry.ts";
import { isSciError, SciError, type CoreErrorCode, type SciErrorOptions } from "../errors.ts";
import { redactUrl } from "../redact.ts";
import type { TransportRequest, TransportResponse } from "../transport/types.ts";
import type { OAuthFailure } from "./errors.ts";
import { checkEndpoint, secretsIn, serverName, type OAuthOptions } from "./options.ts";

/** What a grant may be given besides its options. */
export interface GrantContext {
  readonly signal?: AbortSignal;
  /** Sends with the settings of the client that needs the token, unless the options have connection settings of their own. */
  readonly send?: AuthRequest["send"];
  /** Milliseconds since 1970, from which the end of the token is reckoned. @default Date.now */
  readonly now?: () => number;
}

/** A grant's context with the tokens it sends, which are masked in whatever the server says about them. */
export interface SecretContext extends GrantContext {
  readonly secrets?: readonly string[];
}

/** The connection to a server that gives tokens, for one grant; closed at its end. */
export interface TokenHttp {
  readonly options: OAuthOptions;
  readonly failure: OAuthFailure;
  readonly signal: AbortSignal | undefined;
  /** Handed to openid-client as its `customFetch`. */
  readonly fetch: (
    url: string,
    init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown },
  ) => Promise<Response>;
}

/** A token answer of more than this is none. */
const maxBytes = 1024 * 1024;

/** Runs one grant over our own transport. */
export async function withTokenHttp<T>(options: OAuthOptions, context: SecretContext, work: (http: TokenHttp) => Promise<T>): Promise<T> {
  const { tls, proxy, fetch, timeout, sameConnection = false } = options;
  const settings = tls !== undefined || proxy !== undefined || fetch !== undefined || timeout?.connect !== undefined;
  const own = context.send === undefined || (settings && !sameConnection);
  const failure = { server: serverName(options), help: options.help, secrets: [...secretsIn(options), ...(context.secrets ?? [])] };
  const http = (send: Send): TokenHttp => ({
    options,
    failure,
    signal: context.signal,
    fetch: fetchOver(send, options, failure.secrets, context.signal),
  });
  if (!own) return work(http(context.send as Send));
  const { createTransport } = await import("#transport");
  const transport = createTransport({
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(timeout?.connect === undefined ? {} : { connectTimeout: timeout.connect }),
    certificateOrigins: [options.issuer, options.tokenEndpoint].filter((one) => one !== undefined).map((one) => new URL(one).origin),
  });
  try {
    return await work(http((request) => transport.send({ idleTimeout: 60_000, ...request })));
  } finally {
    await transport.close();
  }
}

type Send = NonNullable<AuthRequest["send"]>;

function fetchOver(send: Send, options: OAuthOptions, secrets: readonly string[], signal: AbortSignal | undefined): TokenHttp["fetch"] {
  return async (address, init) => {
    const method = init.method ?? "GET";
    const url = checkEndpoint(address, "the endpoint", options);
    const context = { method, url: redactUrl(url.href), secrets };
    const headers: Record<string, string> = { ...init.headers, accept: "application/json" };
    if (options.userAgent !== undefined) headers["user-agent"] = options.userAgent;
    const body = init.body === undefined || init.body === null ? undefined : formText(init.body);
    if (body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
    const { timeout } = options;
    const deadline = new Deadline(timeout?.total ?? 300_000, signal, {
      method,
      url: context.url,
      service: serverName(options),
      operation: "token request",
    });
    const request = {
      method,
      url: url.href,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: deadline.signal,
      ...(timeout?.idle === undefined ? {} : { idleTimeout: timeout.idle }),
    };
    try {
      return await repeated(() => once(send, request, options, context), options, deadline);
    } finally {
      deadline.dispose();
    }
  };
}

/** Token requests are few and small: three attempts. The engine's loop, which reads operations, comes too late for them. */
async function repeated(attempt: () => Promise<Response>, { retry = {} }: OAuthOptions, deadline: Deadline): Promise<Response> {
  const { attempts = 3, baseDelay = 500, maxDelay = 30_000 } = retry;
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (deadline.reason !== undefined) throw deadline.reason;
      if (!isSciError<string>(error) || number >= attempts || !isPassing(error)) throw error;
      const delay = error.retryAfter ?? backoff(number, { attempts, baseDelay, maxDelay });
      if (delay >= deadline.remaining) throw error;
      await deadline.wait(delay);
    }
  }
}

/** Whether another attempt may succeed. */
export function isPassing(error: SciError<string>): boolean {
  if (isSciError(error, "NETWORK", "TRUNCATED", "TIMEOUT")) return true;
  return (
    error.status !== undefined && (error.status === 500 || retryStatuses.includes(error.status)) && !isSciError(error, "NOT_AUTHENTICATED")
  );
}

async function once(send: Send, request: Parameters<Send>[0], options: OAuthOptions, context: SciErrorOptions): Promise<Response> {
  const response = await send(request);
  const { status } = response;
  const where = { ...context, status };
  if (isRedirect(status)) {
    await response.discard();
    const to = response.header("location") ?? "nowhere";
    throw new SciError(
      "REDIRECT",
      `${serverName(options)} answered ${status} with a redirect to ${redactUrl(to)} where a token is due. Secrets do not follow redirects; give the address itself.`,
      where,
    );
  }
  const text = await response.text(maxBytes);
  await freed();
  const data = tryJson(text);
  if (typeof data === "object" && data !== null && !Array.isArray(data)) {
    const told = data as Record<string, unknown>;
    if (status >= 200 && status < 300) return asResponse(lenient(told, request, options), typeof told["error"] === "string" ? 400 : 200);
    // Without WWW-Authenticate openid-client reads the error out of the body, which says more.
    if (status < 500 && status !== 429 && typeof told["error"] === "string") return asResponse(told, status);
  }
  throw unusable(response, text, data, options, where);
}

/**
 * undici gives a connection free one turn of the event loop after its answer has been read. Without waiting for that, the call that
 * needs the token would open another connection, at the cost of one round trip or, with TLS, several.
 */
async function freed(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (done: () => void) => unknown };
  if (setImmediate !== undefined) await new Promise<void>((done) => setImmediate(done));
}

/** What servers leave out or write otherwise, in the form that openid-client accepts. */
function lenient(
  data: Record<string, unknown>,
  { method }: Pick<TransportRequest, "method">,
  { issuer }: OAuthOptions,
): Record<string, unknown> {
  if (method !== "POST" || typeof data["access_token"] !== "string") return data;
  const { id_token: _unchecked, ...rest } = data;
  // Without the issuer an id token cannot be checked; one that is not checked is not given on.
  const kept = issuer === undefined ? rest : data;
  return { ...kept, token_type: typeof data["token_type"] === "string" ? data["token_type"] : "Bearer" };
}

function asResponse(data: object, status: number): Response {
  return new Response(JSON.stringify(data), { status, headers: { "content-type": "application/json" } });
}

function unusable(response: TransportResponse, text: string, data: unknown, options: OAuthOptions, context: SciErrorOptions): SciError {
  const { status } = response;
  const retryAfter = parseRetryAfter(response.header("retry-after"));
  const page = isHtml(text, response);
  const said = page
    ? `the web page "${pageTitle(text)}"`
    : text === ""
      ? "an empty answer"
      : data === undefined
        ? `"${excerpt(text, 120)}"`
        : excerpt(text, 200);
  const code: CoreErrorCode =
    status < 300
      ? "NOT_JSON"
      : status === 401 || status === 403
        ? "NOT_AUTHENTICATED"
        : status === 429
          ? "RATE_LIMITED"
          : status >= 500
            ? "UNAVAILABLE"
            : "HTTP_STATUS";
  const hint =
    status === 404 || status < 300
      ? ` Is ${context.url ?? "this"} the right address?`
      : code === "NOT_AUTHENTICATED" && options.help !== undefined
        ? ` ${options.help}`
        : "";
  return new SciError(code, `${serverName(options)} answered ${status} with ${said} where a token is due.${hint}`, {
    ...context,
    body: text.slice(0, 2048),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** openid-client gives URLSearchParams in an order of its own; read by a person, a request begins with what it is and who asks. */
function formText(body: unknown): string {
  const first = ["grant_type", "client_id", "client_secret"];
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return new URLSearchParams([...new URLSearchParams(String(body))].sort(([a], [b]) => rank(a) - rank(b))).toString();
}
