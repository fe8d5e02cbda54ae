import type { FetchLike, RetryOptions, TimeoutOptions, TlsOptions } from "@sci/http-core";

/** How CERN's sign-on is reached. Tokens go over the connection of the client that needs them unless one of these is given. */
export interface ConnectionOptions {
  readonly tls?: TlsOptions;
  /** @default HTTPS_PROXY, HTTP_PROXY, NO_PROXY */
  readonly proxy?: string | false;
  readonly fetch?: FetchLike;
  readonly timeout?: TimeoutOptions;
  readonly retry?: RetryOptions;
  readonly userAgent?: string;
  /** Sends secrets over plain http to a host that is not loopback. @default false */
  readonly allowInsecureHttp?: boolean;
}

export const connectionNames = ["tls", "proxy", "fetch", "timeout", "retry", "userAgent", "allowInsecureHttp"] as const;

/** Those of the named options that are given. */
export function given<T extends object, Name extends keyof T>(options: T, names: readonly Name[]): Pick<T, Name> {
  const found = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(found) as Pick<T, Name>;
}
