import type { Credentials } from "../auth/types.ts";
import { SciError, type ErrorContext } from "../errors.ts";
import type { TransportRequest, TransportResponse } from "../transport/types.ts";
import { isLogin, isRedirect, MAX_REDIRECTS, nextHop } from "./redirect.ts";
import { withHelp } from "./read-answer.ts";
import type { ServiceDefinition } from "../options.ts";

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: TransportRequest["body"];
  readonly credentials: Credentials | undefined;
}

export interface SendOptions {
  readonly send: (request: TransportRequest) => Promise<TransportResponse>;
  readonly service: ServiceDefinition;
  readonly signal: AbortSignal;
  readonly idleTimeout: number;
  /** Whether an origin may have the credentials. */
  readonly trusted: (origin: string) => boolean;
  readonly context: ErrorContext;
}

/** One attempt: sends, and follows redirects by hand, with the credentials only for origins that may have them. */
export async function sendFollowing(
  outgoing: Outgoing,
  options: SendOptions,
): Promise<{ response: TransportResponse; redirected: boolean }> {
  let { url, method, body } = outgoing;
  const start = url;
  for (let hop = 0; ; hop++) {
    const headers: Record<string, string> = { ...outgoing.headers };
    if (options.trusted(url.origin)) Object.assign(headers, outgoing.credentials?.headers);
    if (body === undefined) delete headers["content-type"];
    const response = await options.send({
      method,
      url: url.href,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: options.signal,
      idleTimeout: options.idleTimeout,
    });
    if (!isRedirect(response.status)) return { response, redirected: hop > 0 };
    await response.discard();
    const location = response.header("location");
    const next = nextHop(response.status, location, url, method, body !== undefined, options.trusted, {
      ...options.context,
      status: response.status,
    });
    // A redirect to a log-in is an answer, not a way to follow: at its end is a web page, whatever was asked for.
    if (isLogin(next.url) && next.url.href !== start.href) throw loginRedirect(response.status, next.url, options);
    if (hop >= MAX_REDIRECTS) {
      throw new SciError(
        "REDIRECT",
        `${start.origin} redirected ${hop + 1} times, last to ${next.url.origin}${next.url.pathname}; giving up.`,
        { ...options.context, status: response.status },
      );
    }
    // A POST that turns into GET is no longer the call that was made.
    if (next.method !== method) {
      throw new SciError(
        "REDIRECT",
        `${start.origin} redirects a ${method} to GET ${next.url.origin}${next.url.pathname}; it is not followed. Check the base URL.`,
        {
          ...options.context,
          status: response.status,
        },
      );
    }
    ({ url, method } = next);
    if (!next.keepBody) body = undefined;
  }
}

function loginRedirect(status: number, url: URL, { service, context }: SendOptions): SciError {
  const message = `Not authenticated: ${service.name} answered ${status} with a redirect to the log-in at ${url.origin}.`;
  return new SciError("NOT_AUTHENTICATED", withHelp("NOT_AUTHENTICATED", message, service), { ...context, status });
}
