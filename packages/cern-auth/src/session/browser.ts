import { redactUrl, SciError } from "@sci/http-core";
import { checkEndpoint, type Deadline, isRedirect, nextHop, type Transport, type TransportResponse } from "@sci/http-core/node";
import type { CookieJar } from "tough-cookie";
import { readPage, type Form, type Page } from "./page.ts";

/** Where a walk over redirects ended. */
export interface Landing {
  readonly url: URL;
  readonly status: number;
  /** undefined for what is no web page. */
  readonly page: Page | undefined;
}

export interface BrowserOptions {
  readonly transport: Transport;
  readonly jar: CookieJar;
  readonly deadline: Deadline;
  /** Nothing is sent to others. */
  readonly trusted: ReadonlySet<string>;
  /** Those that log people in: the only ones that get a Negotiate token. */
  readonly loginOrigins: ReadonlySet<string>;
  readonly userAgent: string;
  readonly allowInsecureHttp: boolean | undefined;
  readonly idleTimeout: number;
  /** Answers `WWW-Authenticate: Negotiate` for a host. */
  readonly negotiate: ((host: string) => Promise<string>) | undefined;
}

/** A log-in takes about ten; a loop takes more. */
const maxHops = 20;
/** A page of more than this is none to log in at. */
const maxBytes = 2 * 1024 * 1024;

/** The little of a browser that a log-in needs: cookies, redirects, forms. It goes to trusted origins only. */
export class Browser {
  readonly #options: BrowserOptions;
  /** Origins that have answered. */
  readonly visited = new Set<string>();

  constructor(options: BrowserOptions) {
    this.#options = options;
  }

  open(url: URL): Promise<Landing> {
    return this.#walk(url, undefined);
  }

  /** Posts a form with these values instead of its own. */
  submit(form: Form, values: Readonly<Record<string, string>> = {}): Promise<Landing> {
    if (form.action === undefined) throw new SciError("REDIRECT", "The log-in page holds a form without a usable address.");
    const pairs = form.fields.map(({ name, value }): [string, string] => [name, values[name] ?? value]);
    return this.#walk(form.action, new URLSearchParams(pairs).toString());
  }

  /** @throws REDIRECT for an origin that is not trusted, INSECURE for plain http */
  check(url: URL, from: URL | undefined): void {
    const { trusted, allowInsecureHttp } = this.#options;
    checkEndpoint(
      url.href,
      from === undefined ? "url" : `an address that ${from.origin} leads to`,
      allowInsecureHttp === undefined ? {} : { allowInsecureHttp },
    );
    if (trusted.has(url.origin)) return;
    throw new SciError(
      "REDIRECT",
      `${from?.origin ?? "The log-in"} leads to ${redactUrl(url.origin + url.pathname)}, which is not trusted: neither cookies nor credentials are sent there. If it is right, add "${url.origin}" to trustedOrigins.`,
      { url: redactUrl(url.href), details: { reason: "untrusted-host", origin: url.origin } },
    );
  }

  async #walk(start: URL, form: string | undefined): Promise<Landing> {
    let url = start;
    let method = form === undefined ? "GET" : "POST";
    let body = form;
    let from: URL | undefined;
    for (let hop = 0; hop <= maxHops; hop++) {
      this.check(url, from);
      const response = await this.#send(url, method, body);
      if (!isRedirect(response.status)) return this.#land(url, response);
      await response.discard();
      // What a form holds goes to no other origin than the form's, however a server redirects.
      const next = nextHop(response.status, response.header("location"), url, method, body !== undefined, () => false, {
        url: redactUrl(url.href),
        status: response.status,
      });
      from = url;
      url = next.url;
      method = next.method;
      if (!next.keepBody) body = undefined;
    }
    throw new SciError(
      "REDIRECT",
      `The log-in goes round in circles: more than ${maxHops} redirects, the last to ${redactUrl(url.origin + url.pathname)}.`,
      {
        details: { reason: "loop" },
      },
    );
  }

  async #send(url: URL, method: string, body: string | undefined): Promise<TransportResponse> {
    const { negotiate, loginOrigins } = this.#options;
    const response = await this.#once(url, method, body, {});
    const asks = response.status === 401 && /(^|,)\s*negotiate\b/i.test(response.header("www-authenticate") ?? "");
    if (!asks || negotiate === undefined || !loginOrigins.has(url.origin)) return response;
    await response.discard();
    return this.#once(url, method, body, { authorization: `Negotiate ${await negotiate(url.hostname)}` });
  }

  async #once(url: URL, method: string, body: string | undefined, more: Record<string, string>): Promise<TransportResponse> {
    const { transport, jar, deadline, userAgent, idleTimeout } = this.#options;
    const cookie = await jar.getCookieString(url.href);
    const response = await transport.send({
      method,
      url: url.href,
      headers: {
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        "user-agent": userAgent,
        ...(cookie === "" ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded", origin: url.origin }),
        ...more,
      },
      ...(body === undefined ? {} : { body }),
      signal: deadline.signal,
      idleTimeout,
    });
    this.visited.add(url.origin);
    // A cookie that breaks the rules (another site's domain, a public suffix) is left out, as browsers do.
    for (const one of response.cookies) await jar.setCookie(one, url.href, { ignoreError: true });
    return response;
  }

  async #land(url: URL, response: TransportResponse): Promise<Landing> {
    const { status } = response;
    const type = response.header("content-type") ?? "";
    if (!/html/i.test(type)) {
      await response.discard();
      return { url, status, page: undefined };
    }
    return { url, status, page: await readPage(await response.text(maxBytes), url) };
  }
}
