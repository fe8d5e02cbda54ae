import { checkNames, SciError, shown, type AuthRequest } from "@sci/http-core";
import { browserLogin, openBrowser } from "@sci/http-core/node";
import { deviceLogin, type DevicePrompt, type TokenProvider, type TokenSet, type TokenStore } from "@sci/http-core/oauth";
import { clientOf, grantOptions, loginKey, settingNames, type CernClientOptions, type Settled } from "./client.ts";
import { exchanged } from "./exchange.ts";
import { oidcEndpoints } from "./realm.ts";

export interface CernLoginOptions extends CernClientOptions {
  /** Client id of the service the token is for: the token of the log-in is exchanged for one. @default the client's own token */
  readonly audience?: string;
  /** Milliseconds for the whole log-in. @default 900_000 */
  readonly deadline?: number;
}

export interface CernDeviceLoginOptions extends CernLoginOptions {
  /** Shows the code to the person who logs in. @default on standard error, where that is a terminal */
  readonly onPrompt?: (prompt: DevicePrompt) => void | Promise<void>;
}

export interface CernBrowserLoginOptions extends CernLoginOptions {
  /** Shows or opens the page to log in at. @default the browser of this machine, with the address on standard error where that is a terminal */
  readonly onUrl?: (url: string) => void | Promise<void>;
  /** Address on loopback that is registered for the client; port 0 takes a free one. @default "http://127.0.0.1:0/callback" */
  readonly redirectUri?: string;
}

const loginNames = [...settingNames, "audience", "deadline"] as const;

/**
 * Log-in of a person with a code that is confirmed in a browser on any device. Kept in the token store and refreshed from there, so
 * that one log-in serves every program of the user, batch jobs included; with `audience` exchanged for a token of that service.
 *
 * Without a terminal, and without `onPrompt`, there is nobody to confirm a code: then only what is kept is used.
 * @throws INVALID_ARGUMENT, INSECURE here; at use MISSING_CREDENTIALS without a client id or without a log-in where nobody can be asked;
 * NOT_AUTHENTICATED with the server's reason (details.error: "access_denied" when it was denied, "expired_token" when nobody confirmed
 * in time); TIMEOUT after `deadline`; ABORTED; FILE, TIMEOUT for the token store; NETWORK, TLS, UNAVAILABLE
 */
export function cernDeviceLogin(options: CernDeviceLoginOptions = {}): TokenProvider {
  checkNames(options, [...loginNames, "onPrompt"], "option of cernDeviceLogin()");
  return login("cernDeviceLogin()", options, "the device log-in at CERN", (client) =>
    deviceLogin({
      ...grantOptions(client, options),
      deviceEndpoint: oidcEndpoints(client.realm).device,
      storeKey: loginKey(client, options),
      onPrompt: options.onPrompt ?? ((prompt) => tell(deviceText(prompt), client)),
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
    }),
  );
}

/**
 * Log-in of a person in a browser on this machine (authorization code with PKCE), otherwise as {@link cernDeviceLogin}: both keep
 * the same log-in.
 * @throws as {@link cernDeviceLogin}
 */
export function cernBrowserLogin(options: CernBrowserLoginOptions = {}): TokenProvider {
  checkNames(options, [...loginNames, "onUrl", "redirectUri"], "option of cernBrowserLogin()");
  return login("cernBrowserLogin()", options, "the browser log-in at CERN", (client) =>
    browserLogin({
      ...grantOptions(client, options),
      issuer: client.realm,
      authorizationEndpoint: oidcEndpoints(client.realm).authorization,
      storeKey: loginKey(client, options),
      onUrl: options.onUrl ?? ((url) => openPage(url, client)),
      ...(options.redirectUri === undefined ? {} : { redirectUri: options.redirectUri }),
      ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
    }),
  );
}

function login(what: string, options: CernLoginOptions, description: string, make: (client: Settled) => TokenProvider): TokenProvider {
  const { audience } = options;
  if (audience !== undefined && (typeof audience !== "string" || audience === "")) {
    throw new SciError("INVALID_ARGUMENT", `The audience of ${what} is the client id of a service, not ${shown(audience)}.`);
  }
  // With a client that is never used: everything else is checked now.
  make(clientOf({ ...options, clientId: "unused" }, {}));
  let inner: TokenProvider | undefined;
  const settled = (): TokenProvider => {
    if (inner === undefined) {
      const client = clientOf(options, options.environment ?? process.env);
      const person = make(client);
      const { store } = client;
      const kept = store === undefined ? client : { ...client, store: whileLoggedIn(store, loginKey(client, options)) };
      inner = audience === undefined ? person : exchanged(kept, { ...options, audience }, person);
    }
    return inner;
  };
  const provider = async (request: AuthRequest) => settled()(request);
  return Object.assign(provider, {
    token: async (given?: { readonly signal?: AbortSignal }) => settled().token(given),
    description: audience === undefined ? description : `${description}, exchanged for ${audience}`,
  });
}

/** A store that gives only tokens exchanged for the log-in that is there now: a log-out ends them, too. */
function whileLoggedIn(store: TokenStore, key: string): TokenStore {
  const guarded = async (token: TokenSet | undefined): Promise<TokenSet | undefined> => {
    const login = token === undefined ? undefined : await store.get(key);
    return login !== undefined && (token?.obtained_at ?? 0) >= (login.obtained_at ?? 0) ? token : undefined;
  };
  return {
    get: async (name) => guarded(await store.get(name)),
    update: (name, next, options) => store.update(name, async (current) => next(await guarded(current)), options),
  };
}

function deviceText({ verificationUri, verificationUriComplete, userCode, expiresIn }: DevicePrompt): string {
  const direct = verificationUriComplete === undefined ? "" : `\n  or open ${verificationUriComplete}`;
  return `To log in at CERN, open ${verificationUri} and enter the code ${userCode}${direct}\n  (within ${Math.round(expiresIn / 60_000)} minutes)`;
}

async function openPage(url: string, client: Settled): Promise<void> {
  if (process.stderr.isTTY) {
    tell(`To log in at CERN, open ${url}`, client);
    // The address is on the screen: a browser that cannot be started is no reason to end.
    await openBrowser(url).catch(() => undefined);
    return;
  }
  await openBrowser(url);
}

/** @throws MISSING_CREDENTIALS where nobody would read it */
function tell(text: string, { clientId }: Settled): void {
  if (!process.stderr.isTTY) {
    throw new SciError(
      "MISSING_CREDENTIALS",
      `There is no log-in of client "${clientId}" in the token store, and no terminal to ask at. Log in once with "cern-auth login --client ${clientId}", or give onPrompt.`,
    );
  }
  // Server text reaches a terminal: nothing but printable characters.
  process.stderr.write(`${text.replace(/[^\x20-\x7e\n]/g, "?")}\n`);
}
