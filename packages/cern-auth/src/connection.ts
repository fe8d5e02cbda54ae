import type { OAuthOptions } from "@sci/http-core/oauth";

export const connectionNames = ["tls", "proxy", "fetch", "timeout", "retry", "userAgent", "allowInsecureHttp"] as const;

/** How CERN's sign-on is reached. Tokens go over the connection of the client that needs them unless one of these is given. */
export type ConnectionOptions = Pick<OAuthOptions, (typeof connectionNames)[number]>;

/** Those of the named options that are given. */
export function given<T extends object, Name extends keyof T>(options: T, names: readonly Name[]): Pick<T, Name> {
  const found = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(found) as Pick<T, Name>;
}
