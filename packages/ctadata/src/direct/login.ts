import { checkNames, type SecretSource, SciError, type TimeoutOptions, type TlsOptions, type RetryOptions } from "@sci/http-core";
import { fileTokenStore } from "@sci/http-core/node";
import { deviceLogin, type DevicePrompt, type TokenProvider, type TokenStore } from "@sci/http-core/oauth";
import { type DirectEnvironment, type Instance, instanceOf, type Profile, profileOf } from "./instance.ts";
import { readClientSecret } from "./profile-files.ts";

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

export function storeOf(options: CtaLoginOptions, profile: Profile): TokenStore {
  return options.store ?? fileTokenStore({ path: profile.store });
}

/**
 * Log-in of a person with a code that is confirmed in a browser on any device. It is kept in the profile and renewed from there, by
 * any number of processes on any number of hosts, long transfers included; a person is needed only when the server has ended it.
 *
 * Without a terminal and without `onPrompt` only what is kept is used.
 * @throws INVALID_ARGUMENT, INSECURE here; at use MISSING_CREDENTIALS without a client secret, or without a log-in where nobody can be
 * asked; NOT_AUTHENTICATED with the server's reason; TIMEOUT after `deadline`; ABORTED; FILE; NETWORK, TLS, UNAVAILABLE
 */
export function ctaLogin(options: CtaLoginOptions = {}): TokenProvider {
  checkNames(options, loginOptionNames, "option of ctaLogin()");
  const place = loginPlace(options, process.env);
  // With a secret that is never used: everything else is checked now.
  build(options, place, undefined);
  let opening: Promise<TokenProvider> | undefined;
  const open = async (): Promise<TokenProvider> => {
    opening ??= secretOf(options, place, process.env).then((secret) => build(options, place, secret));
    try {
      return await opening;
    } catch (error) {
      // A secret that is given later counts.
      opening = undefined;
      throw error;
    }
  };
  const provider = async (request: Parameters<TokenProvider>[0]) => (await open())(request);
  return Object.assign(provider, {
    token: async (given?: { readonly signal?: AbortSignal }) => (await open()).token(given),
    description: `the log-in of ${place.instance.clientId}`,
  });
}

function build(options: CtaLoginOptions, { instance, profile, key }: LoginPlace, clientSecret: string | undefined): TokenProvider {
  const { tls, proxy, timeout, retry, allowInsecureHttp, warn, deadline, renewAhead } = options;
  const given = { tls, proxy, timeout, retry, allowInsecureHttp, warn, deadline, renewAhead, clientSecret };
  return deviceLogin({
    issuer: instance.issuer,
    clientId: instance.clientId,
    scope: ["openid", "offline_access"],
    // As oidc-agent asks: the client is told by its secret.
    pkce: false,
    store: storeOf(options, profile),
    storeKey: key,
    onPrompt: options.onPrompt ?? ((prompt) => tell(prompt, instance.dev)),
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
}

/** @throws MISSING_CREDENTIALS, FILE */
export async function secretOf(
  options: CtaLoginOptions,
  { profile, instance }: LoginPlace,
  environment: DirectEnvironment,
): Promise<string | undefined> {
  const { clientSecret } = options;
  if (clientSecret === false) return undefined;
  const found =
    (typeof clientSecret === "function" ? await clientSecret() : clientSecret) ??
    (environment.CTADATA_CLIENT_SECRET || (await readClientSecret(profile, options.warn)));
  if (found !== undefined && found !== "") return found;
  throw new SciError(
    "MISSING_CREDENTIALS",
    `The secret of the client ${instance.clientId} is needed once: set CTADATA_CLIENT_SECRET, or run "cta-data login" at a terminal, which asks for it and keeps it in ${profile.secret}. The data centre gives it to its users.`,
    { details: { variables: ["CTADATA_CLIENT_SECRET"] } },
  );
}

/** @throws MISSING_CREDENTIALS where nobody would read it */
function tell({ verificationUri, verificationUriComplete, userCode, expiresIn }: DevicePrompt, dev: boolean): void {
  if (!process.stderr.isTTY) {
    throw new SciError(
      "MISSING_CREDENTIALS",
      `There is no log-in that is still good, and no terminal to ask at. Log in once with "cta-data login${dev ? " --dev" : ""}", or give onPrompt.`,
    );
  }
  const direct = verificationUriComplete === undefined ? "" : `\n  or open ${verificationUriComplete}`;
  const text = `Using a browser on any device, visit ${verificationUri} and enter the code ${userCode}${direct}\n  (within ${Math.round(expiresIn / 60_000)} minutes)`;
  // A server's text reaches a terminal: nothing but printable characters.
  process.stderr.write(`${text.replace(/[^\x20-\x7e\n]/g, "?")}\n`);
}
