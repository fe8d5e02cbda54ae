import { SciError, type ErrorContext } from "../errors.ts";
import { redactUrl } from "../redact.ts";

export const MAX_REDIRECTS = 5;

const statuses = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number): boolean {
  return statuses.has(status);
}

/** Whether a URL is where people log in: then following it would only bring a web page. */
export function isLogin(url: URL): boolean {
  return /(^|[./_-])(login|signin|sign_in|sign-in|sso|oauth2?|oauth2-proxy|openid-connect|auth|authorize|saml2?|adfs|shibboleth|cas)([./_-]|$)/i.test(
    url.hostname + url.pathname,
  );
}

/** Loopback: the only place where credentials may go over plain http. */
export function isLoopback(url: URL): boolean {
  return (
    url.hostname === "localhost" ||
    url.hostname === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(url.hostname) ||
    url.hostname.endsWith(".localhost")
  );
}

/** What to do with a redirect. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly keepBody: boolean;
}

/**
 * The next request after a redirect, by the rules of RFC 9110 §15.4, refused where it would be unsafe.
 * @throws REDIRECT without a usable location; INSECURE from https to http, or for a body that would reach another origin.
 */
export function nextHop(
  status: number,
  location: string | undefined,
  from: URL,
  method: string,
  hasBody: boolean,
  trusted: (origin: string) => boolean,
  context: ErrorContext,
): Hop {
  const url = location === undefined || location === "" || !URL.canParse(location, from.href) ? undefined : new URL(location, from.href);
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new SciError("REDIRECT", `${from.origin} answered ${status} without a usable Location header.`, context);
  }
  const to = redactUrl(`${url.origin}${url.pathname}`);
  if (from.protocol === "https:" && url.protocol === "http:") {
    throw new SciError("INSECURE", `${from.origin} redirects from https to plain http (${to}); this is not followed.`, context);
  }
  // 303 always, and 301/302 for POST, turn into GET: as every client does.
  const toGet = (status === 303 && method !== "HEAD") || ((status === 301 || status === 302) && method === "POST");
  const keepBody = hasBody && !toGet;
  if (keepBody && url.origin !== from.origin && !trusted(url.origin)) {
    throw new SciError(
      "REDIRECT",
      `${from.origin} redirects a ${method} with a body to another origin (${to}); add it to trustedOrigins if it is right.`,
      context,
    );
  }
  return { url, method: toGet ? "GET" : method, keepBody };
}
