import { checkNames, shown } from "../check.ts";
import { isLoopback } from "../engine/redirect.ts";
import { SciError } from "../errors.ts";
import type { RetryOptions } from "../options.ts";
import type { FetchLike, TimeoutOptions, TlsOptions } from "../transport/types.ts";

/**
 * How the client id and secret are sent: in a Basic header (client_secret_basic), form-encoded there as RFC 6749 has it or, for servers
 * that do not decode them, as they are; or in the form (client_secret_post).
 */
export type ClientAuthentication = "basic" | "basic-plain" | "form";

/** The server that gives tokens, the client known to it, and how it is reached. */
export interface OAuthOptions {
  /** The issuer's URL. Endpoints that are not given are looked up there (`/.well-known/openid-configuration`); id tokens are checked against it. */
  readonly issuer?: string;
  /** Given directly, nothing is looked up. */
  readonly tokenEndpoint?: string;
  readonly clientId?: string;
  /** Left out for public clients. */
  readonly clientSecret?: string;
  /** @default "basic" */
  readonly method?: ClientAuthentication;
  /** Scopes, as a list or divided by spaces. */
  readonly scope?: string | readonly string[];
  /** Service the token is for, where the server knows the parameter (Keycloak, CERN, Auth0). */
  readonly audience?: string;
  /** Further parameters of the request. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Name of the server in messages. @default its host */
  readonly name?: string;
  /** What to do when the server refuses: ends those messages, e.g. "Check SSO_CLIENT_ID and SSO_CLIENT_SECRET." */
  readonly help?: string;
  readonly tls?: TlsOptions;
  /** @default HTTPS_PROXY, HTTP_PROXY, NO_PROXY */
  readonly proxy?: string | false;
  readonly fetch?: FetchLike;
  readonly timeout?: TimeoutOptions;
  /** A token request is repeated after connection faults, 429 and 5xx. @default 3 attempts */
  readonly retry?: RetryOptions;
  /**
   * Sends over the connections of the client that asks, although connection settings are given: they are the same as the client's, and
   * serve where the token is asked for by itself. A client certificate is shown to the client's own origins only. @default false
   */
  readonly sameConnection?: boolean;
  readonly userAgent?: string;
  /** Sends secrets over plain http to a host that is not loopback. @default false */
  readonly allowInsecureHttp?: boolean;
}

export const oauthOptionNames = [
  "issuer",
  "tokenEndpoint",
  "clientId",
  "clientSecret",
  "method",
  "scope",
  "audience",
  "parameters",
  "name",
  "help",
  "tls",
  "proxy",
  "fetch",
  "timeout",
  "retry",
  "sameConnection",
  "userAgent",
  "allowInsecureHttp",
] as const;

/** Checks what can be checked without credentials. @throws INVALID_ARGUMENT, INSECURE */
export function checkOAuthOptions(options: OAuthOptions, what: string, further: readonly string[] = []): void {
  checkNames(options, [...oauthOptionNames, ...further], `option of ${what}`);
  checkNames(options.timeout, ["connect", "idle", "total"], `option of ${what}.timeout`);
  checkNames(options.retry, ["attempts", "baseDelay", "maxDelay"], `option of ${what}.retry`);
  if (options.method !== undefined && !["basic", "basic-plain", "form"].includes(options.method)) {
    throw new SciError("INVALID_ARGUMENT", `method must be "basic" or "form" (or "basic-plain"), not ${shown(options.method)}.`);
  }
  if (options.issuer === undefined && options.tokenEndpoint === undefined) {
    throw new SciError("INVALID_ARGUMENT", `${what} needs the issuer or the tokenEndpoint.`);
  }
  for (const name of ["issuer", "tokenEndpoint"] as const) {
    if (options[name] !== undefined) checkEndpoint(options[name], name, options);
  }
}

/** @throws INVALID_ARGUMENT for what is no http(s) URL, INSECURE for plain http off loopback */
export function checkEndpoint(address: string, what: string, { allowInsecureHttp = false }: Pick<OAuthOptions, "allowInsecureHttp">): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new SciError("INVALID_ARGUMENT", `${what} must be an http or https URL, not ${shown(address)}.`);
  }
  if (url.protocol === "http:" && !isLoopback(url) && !allowInsecureHttp) {
    throw new SciError(
      "INSECURE",
      `Secrets and tokens are not sent over plain http to ${url.host} (${what}). Use https, or allowInsecureHttp if the network is safe.`,
    );
  }
  return url;
}

export function scopeText(scope: OAuthOptions["scope"]): string | undefined {
  const text = typeof scope === "string" ? scope : scope?.join(" ");
  return text === undefined || text === "" ? undefined : text;
}

/** The name under which a token is kept: what tells it apart from others. */
export function storeKeyOf(options: OAuthOptions, grant: string): string {
  const parts = [grant, options.issuer ?? options.tokenEndpoint, options.clientId, options.audience, scopeText(options.scope)];
  return parts.map((part) => part ?? "-").join("|");
}

/** Name of the server for messages. */
export function serverName({ name, issuer, tokenEndpoint }: OAuthOptions): string {
  return name ?? new URL(tokenEndpoint ?? issuer ?? "about:blank").host;
}

/** Secrets among the options, to be masked. */
export function secretsIn(options: OAuthOptions): string[] {
  return options.clientSecret === undefined ? [] : [options.clientSecret];
}
