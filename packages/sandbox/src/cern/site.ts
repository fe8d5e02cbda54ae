import { randomUUID } from "node:crypto";
import { htmlReply, redirectReply, type Reply, type SandboxRequest } from "../http/message.ts";
import type { Identity } from "./facility.ts";
import { Cookies } from "../openid/bridge.ts";
import type { Claims } from "../openid/tokens.ts";

/** A web site that asks CERN's log-in who a visitor is, and keeps the answer in a cookie. */
export interface SiteOptions {
  readonly client: string;
  /** Beginning of all its paths, with a slash at the end; its cookies hold for these. */
  readonly path: string;
  /** `form_post`: the code comes back in a form that the page of the log-in posts. */
  readonly responseMode?: "query" | "form_post";
  readonly origin: () => string;
}

const sessionCookie = "mod_auth_openidc_session";
const stateCookie = "mod_auth_openidc_state_";
const sessionTime = 8 * 3_600_000;

/** Stands before a site as Apache's mod_auth_openidc does. */
export class SsoSite {
  readonly #options: SiteOptions;
  readonly #identity: Identity;
  readonly #sessions = new Map<string, { readonly claims: Claims; readonly until: number }>();

  constructor(options: SiteOptions, identity: Identity) {
    this.#options = options;
    this.#identity = identity;
  }

  get redirectUri(): string {
    return `${this.#options.origin()}${this.#options.path}redirect_uri`;
  }

  /** Who a request's cookie says has logged in. */
  visitor(request: SandboxRequest): Claims | undefined {
    const session = this.#sessions.get(new Cookies(request.headers.cookie).get(sessionCookie) ?? "");
    return session === undefined || session.until < Date.now() ? undefined : session.claims;
  }

  /** Ends every session: cookies given so far are worth nothing. */
  endSessions(): void {
    this.#sessions.clear();
  }

  /** The way to the log-in, from where it leads back to what was asked for. */
  toLogin(request: SandboxRequest): Reply {
    const { client, path, responseMode = "query" } = this.#options;
    const state = randomUUID();
    const query = new URLSearchParams({
      response_type: "code",
      scope: "openid",
      client_id: client,
      state,
      redirect_uri: this.redirectUri,
      nonce: randomUUID(),
      ...(responseMode === "query" ? {} : { response_mode: responseMode }),
    });
    const reply = redirectReply(302, `${this.#identity.loginUrl}?${query.toString()}`);
    const target = encodeURIComponent(request.method === "GET" ? request.target : path);
    return {
      ...reply,
      headers: {
        ...reply.headers,
        "Cache-Control": "no-cache, no-store, max-age=0",
        "Set-Cookie": [`${stateCookie}${state}=${target}; Path=${path}; HttpOnly`],
      },
    };
  }

  /** Whether the request is the way back from the log-in. */
  isReturn(request: SandboxRequest): boolean {
    return request.path === `${this.#options.path}redirect_uri`;
  }

  /** Takes the code, sets the cookie and leads to what was asked for at first. */
  async takeReturn(request: SandboxRequest): Promise<Reply> {
    const { client, path } = this.#options;
    const form = request.method === "POST" ? new URLSearchParams(request.body.toString()) : request.query;
    const problem = (text: string, status = 400): Reply =>
      htmlReply(status, `<html><head><title>Error</title></head><body><p>Message: <pre>${text}</pre></p></body></html>`);
    const state = form.get("state") ?? "";
    const target = new Cookies(request.headers.cookie).get(stateCookie + state);
    if (target === undefined) return problem("Invalid Authentication Response");
    if (form.get("error") !== null) return problem("OpenID Connect Provider error", 401);
    const token = await this.#identity.redeem(client, form.get("code") ?? "", this.redirectUri);
    const claims = token === undefined ? undefined : this.#identity.check(token);
    if (claims === undefined) return problem("Code exchange failed");
    const id = randomUUID();
    for (const [key, session] of this.#sessions) if (session.until < Date.now()) this.#sessions.delete(key);
    this.#sessions.set(id, { claims, until: Date.now() + sessionTime });
    const reply = redirectReply(302, new URL(decodeURIComponent(target), this.#options.origin()).href);
    return {
      ...reply,
      headers: {
        ...reply.headers,
        "Set-Cookie": [
          `${sessionCookie}=${id}; Path=${path}; HttpOnly`,
          `${stateCookie}${state}=; Path=${path}; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly`,
        ],
      },
    };
  }

  /** A page of the site: for who is logged in what `content` gives, for others the way to the log-in. */
  async answer(request: SandboxRequest, content: (visitor: Claims) => Reply): Promise<Reply> {
    if (this.isReturn(request)) return this.takeReturn(request);
    const visitor = this.visitor(request);
    return visitor === undefined ? this.toLogin(request) : content(visitor);
  }
}
