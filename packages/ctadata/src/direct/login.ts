import { checkNames, SciError } from "@sci/http-core";
import { fileTokenStore } from "@sci/http-core/node";
import { deviceLogin, type DevicePrompt, type TokenProvider, type TokenStore } from "@sci/http-core/oauth";
import type { DirectEnvironment, Profile } from "./instance.ts";
import { type CtaLoginOptions, loginOptionNames, loginPlace, type LoginPlace } from "./login-options.ts";
import { readClientSecret } from "./profile-files.ts";

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
