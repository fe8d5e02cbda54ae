import { isDue, type TokenSet } from "../auth/token.ts";
import { tokenCache, type TokenProvider, type TokenRequest } from "../auth/token-cache.ts";
import { SciError } from "../errors.ts";
import { checkDeviceOptions, defaultLoginDeadline, deviceToken, type DeviceOptions } from "./device.ts";
import { oauthErrorCode } from "./errors.ts";
import { clientCredentialsToken, exchangedToken, exchangeOptionNames, refreshedToken, type ExchangeOptions } from "./grants.ts";
import type { GrantContext } from "./http.ts";
import { checkOAuthOptions, oauthOptionNames, serverName, storeKeyOf, type OAuthOptions } from "./options.ts";
import type { TokenStore } from "./store.ts";

/** How a provider keeps its token. */
export interface KeepOptions {
  /** Keeps the token beyond the process and shares it with others. @default in memory only */
  readonly store?: TokenStore;
  /** @default made of grant, issuer, client, audience and scope */
  readonly storeKey?: string;
  /** Milliseconds before its end from which a token is renewed. @default the smaller of 60 s and a tenth of its life */
  readonly renewAhead?: number;
  /** Milliseconds since 1970, to tell when a token is due. @default Date.now */
  readonly now?: () => number;
  /** Told when a renewal ahead of time failed and the old token is used on. */
  readonly warn?: (message: string) => void;
}

export const keepOptionNames = ["store", "storeKey", "renewAhead", "now", "warn"] as const;

/**
 * Tokens of a client of its own (client credentials), with an audience where the server knows it.
 * @throws INVALID_ARGUMENT, INSECURE here; MISSING_CREDENTIALS at the first use, before anything is sent
 */
export function clientCredentials(options: OAuthOptions & KeepOptions): TokenProvider {
  checkOAuthOptions(options, "clientCredentials()", keepOptionNames);
  const plain = without(options, keepOptionNames);
  return keeping("client_credentials", options, `the client credentials of ${options.clientId ?? "a client"}`, (context) =>
    clientCredentialsToken(plain, context),
  );
}

/**
 * Log-in with a code that a person confirms on any device with a browser; refreshed without the person as long as the server allows.
 * @throws INVALID_ARGUMENT, INSECURE
 */
export function deviceLogin(options: DeviceOptions & KeepOptions): TokenProvider {
  checkDeviceOptions(options, "deviceLogin()", keepOptionNames);
  const plain = without(options, keepOptionNames);
  const wait = options.deadline ?? defaultLoginDeadline;
  return keeping("device", options, `the device log-in at ${serverName(options)}`, (context) => deviceToken(plain, context), {
    wait,
  });
}

/**
 * Another token for the one of `subject`, e.g. for the audience of another service (RFC 8693).
 * @throws INVALID_ARGUMENT, INSECURE
 */
export function tokenExchange(options: ExchangeOptions & KeepOptions, subject: Pick<TokenProvider, "token">): TokenProvider {
  checkOAuthOptions(options, "tokenExchange()", [...exchangeOptionNames, ...keepOptionNames]);
  if (typeof subject.token !== "function") {
    throw new SciError(
      "INVALID_ARGUMENT",
      "The subject of tokenExchange() must be a provider of tokens, such as deviceLogin() or clientCredentials().",
    );
  }
  const plain = without(options, keepOptionNames);
  let current: string | undefined;
  // Asked for before the store is locked: the subject may keep its token in the same file.
  const prepare = async (signal: AbortSignal): Promise<void> => {
    current = (await subject.token({ signal })).access_token;
  };
  const obtain = (context: GrantContext): Promise<TokenSet> => exchangedToken(plain, current ?? "", context);
  return keeping("exchange", options, `a token exchanged at ${serverName(options)}`, obtain, { prepare });
}

interface ObtainOptions {
  /** Milliseconds to wait at most for others who use the store. */
  readonly wait?: number;
  /** What has to happen before `obtain`, and outside the lock of the store. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
}

/** A provider whose token is cached, refreshed where there is a refresh token, and kept in the store where there is one. */
export function keeping(
  grant: string,
  options: OAuthOptions & KeepOptions,
  description: string,
  obtain: (context: GrantContext) => Promise<TokenSet>,
  { wait, prepare }: ObtainOptions = {},
): TokenProvider {
  const { store, renewAhead, now = () => Date.now(), warn } = options;
  const key = options.storeKey ?? storeKeyOf(options, grant);
  const plain: OAuthOptions = Object.fromEntries(
    Object.entries(options).filter(([name]) => (oauthOptionNames as readonly string[]).includes(name)),
  );

  const fetchToken = async ({ signal, send, previous, refused }: TokenRequest): Promise<TokenSet> => {
    const context: GrantContext = { signal, now, ...(send === undefined ? {} : { send }) };
    const good = (token: TokenSet): boolean =>
      !isDue(token, now(), renewAhead) && !(refused && token.access_token === previous?.access_token);
    const next = async (current: TokenSet | undefined): Promise<TokenSet> => {
      if (current !== undefined && good(current)) return current;
      if (current?.refresh_token !== undefined) {
        try {
          return { ...kept(current), ...(await refreshedToken(plain, current.refresh_token, context)) };
        } catch (error) {
          // The server has ended the session: only a new log-in helps. Anything else may pass and must not cost the session.
          if (oauthErrorCode(error) !== "invalid_grant") throw error;
        }
      }
      return obtain(context);
    };
    const seen = await store?.get(key);
    if (seen !== undefined && good(seen)) return seen;
    await prepare?.(signal);
    if (store === undefined) return next(previous);
    const token = await store.update(key, next, { signal, ...(wait === undefined ? {} : { wait }) });
    if (token === undefined) throw new SciError("FILE", "The token store did not give back the token it was given.");
    return token;
  };
  return tokenCache(fetchToken, {
    now,
    description,
    ...(renewAhead === undefined ? {} : { renewAhead }),
    ...(warn === undefined ? {} : { warn }),
  });
}

/** What an answer to a refresh may leave out because it has not changed. */
function kept({ scope }: TokenSet): { scope?: string } {
  return scope === undefined ? {} : { scope };
}

export function without<T extends object>(options: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name))) as T;
}
