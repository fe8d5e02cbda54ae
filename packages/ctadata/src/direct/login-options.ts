import type { RetryOptions, SecretSource, TimeoutOptions, TlsOptions } from "@sci/http-core";
import type { DevicePrompt, TokenStore } from "@sci/http-core/oauth";
import { type DirectEnvironment, type Instance, instanceOf, type Profile, profileOf } from "./instance.ts";

/** How the identity provider of the data centre is reached, and where a log-in is kept. */
export interface CtaLoginOptions {
  /** The development instance, with a client and files of its own. @default false */
  readonly dev?: boolean;
  /** Folder shared with the Python original. @default "~/.config/cta-data" */
  readonly profile?: string;
  /** @default CTADATA_ISSUER, else the realm of the data centre */
  readonly issuer?: string;
  /** @default CTADATA_CLIENT_ID, else the client of the data centre */
  readonly clientId?: string;
  /** False for a client without one. @default CTADATA_CLIENT_SECRET, else the file `secret` of the profile */
  readonly clientSecret?: SecretSource | false;
  /** Shows the code to the person who logs in. @default on standard error, where that is a terminal */
  readonly onPrompt?: (prompt: DevicePrompt) => void | Promise<void>;
  /** Milliseconds for the whole log-in. @default 900_000 */
  readonly deadline?: number;
  /** Milliseconds before its end from which a token is renewed. @default the smaller of 60 s and a tenth of its life */
  readonly renewAhead?: number;
  /** @default a locked file of mode 0600 in the profile */
  readonly store?: TokenStore;
  readonly tls?: TlsOptions;
  readonly proxy?: string | false;
  readonly timeout?: TimeoutOptions;
  readonly retry?: RetryOptions;
  readonly allowInsecureHttp?: boolean;
  /** Told about files that had to be narrowed, and renewals that failed while the token is still valid. */
  readonly warn?: (message: string) => void;
}

export const loginOptionNames = [
  "dev",
  "profile",
  "issuer",
  "clientId",
  "clientSecret",
  "onPrompt",
  "deadline",
  "renewAhead",
  "store",
  "tls",
  "proxy",
  "timeout",
  "retry",
  "allowInsecureHttp",
  "warn",
] as const satisfies readonly (keyof CtaLoginOptions)[];

/** Everything about one log-in, settled. */
export interface LoginPlace {
  readonly instance: Instance;
  readonly profile: Profile;
  /** Name of the log-in in the store. */
  readonly key: string;
}

export function loginPlace(options: CtaLoginOptions, environment: DirectEnvironment): LoginPlace {
  const instance = instanceOf(options, environment);
  // The issuer names itself without the slash that its address is given with.
  const plain = { ...instance, issuer: instance.issuer.replace(/\/+$/, "") };
  return {
    instance: plain,
    profile: profileOf(options.profile, instance.dev),
    key: `device|${plain.issuer}|${instance.clientId}`,
  };
}
