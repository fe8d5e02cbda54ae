import { SciError } from "@sci/http-core";
import type { KeepOptions, OAuthOptions } from "@sci/http-core/oauth";
import { connectionNames, given, type ConnectionOptions } from "./connection.ts";
import { oidcEndpoints, realmOf, type Environment } from "./realm.ts";
import { storeOf, type StoreChoice } from "./store.ts";

/** The client that a person logs in with, and where the log-in is kept. */
export interface CernClientOptions extends ConnectionOptions {
  /** Client id, as registered at application-portal.web.cern.ch; for people mostly a public client. @default SSO_CLIENT_ID */
  readonly clientId?: string | undefined;
  /** Left out for public clients. @default SSO_CLIENT_SECRET, where the id comes from SSO_CLIENT_ID */
  readonly clientSecret?: string | undefined;
  /** Scopes, as a list or divided by spaces. @default those of the client */
  readonly scope?: string | readonly string[];
  /** The realm. @default CERN_AUTH_URL, else https://auth.cern.ch/auth/realms/cern */
  readonly authUrl?: string | undefined;
  /** Keeps the log-in beyond the process: a store, the path of its file, or false for memory only. @default a file in the folder for settings */
  readonly store?: StoreChoice;
  /** Milliseconds before its end from which a token is renewed. @default the smaller of 60 s and a tenth of its life */
  readonly renewAhead?: number;
  /** Milliseconds since 1970, to tell when a token is due. @default Date.now */
  readonly now?: () => number;
  /** Told when a renewal ahead of time failed and the token, still valid, is used on. */
  readonly warn?: (message: string) => void;
  /** Where the variables are read. @default process.env */
  readonly environment?: Environment;
}

const passedOn = ["renewAhead", "now", "warn", "scope", ...connectionNames] as const;

export const settingNames = ["clientId", "clientSecret", "authUrl", "store", "environment", ...passedOn] as const;

export interface Settled {
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly store: ReturnType<typeof storeOf>;
}

/** @throws MISSING_CREDENTIALS without a client id, INVALID_ARGUMENT */
export function clientOf(options: CernClientOptions, environment: Environment): Settled {
  for (const name of ["clientId", "clientSecret"] as const) {
    const value: unknown = options[name];
    // The value itself may be a secret.
    if (value !== undefined && typeof value !== "string")
      throw new SciError("INVALID_ARGUMENT", `${name} must be text, not ${typeof value}.`);
  }
  const variable = (name: string): string | undefined => (environment[name] === "" ? undefined : environment[name]);
  const clientId = options.clientId ?? variable("SSO_CLIENT_ID");
  if (clientId === undefined || clientId === "") {
    throw new SciError(
      "MISSING_CREDENTIALS",
      "A log-in at CERN needs the id of a client. Set SSO_CLIENT_ID, or give clientId; register one at https://application-portal.web.cern.ch.",
      { details: { variables: ["SSO_CLIENT_ID"] } },
    );
  }
  // The secret of another client would only be refused.
  const clientSecret = options.clientSecret ?? (options.clientId === undefined ? variable("SSO_CLIENT_SECRET") : undefined);
  return { realm: realmOf(options, environment), clientId, clientSecret, store: storeOf(options.store, environment) };
}

/** What all grants of a client share. */
export function grantOptions(client: Settled, options: CernClientOptions): OAuthOptions & KeepOptions {
  const tokenEndpoint = oidcEndpoints(client.realm).token;
  return {
    ...given(options, passedOn),
    tokenEndpoint,
    clientId: client.clientId,
    ...(client.clientSecret === undefined ? {} : { clientSecret: client.clientSecret, method: "form" as const }),
    ...(client.store === undefined ? {} : { store: client.store }),
    name: "CERN's sign-on",
    help: `Asked at ${client.realm} as client "${client.clientId}".`,
  };
}

/** Names a person's log-in in the store, however it came about. */
export function loginKey(client: Settled, { scope }: CernClientOptions): string {
  return ["login", client.realm, client.clientId, typeof scope === "string" ? scope : (scope ?? []).join(" ")].join("|");
}

export function exchangeKey(client: Settled, audience: string, options: CernClientOptions): string {
  return ["exchange", ...loginKey(client, options).split("|").slice(1), audience].join("|");
}
