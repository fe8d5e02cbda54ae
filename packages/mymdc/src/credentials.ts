import { type AuthProvider, type ClientOptions, type Core, type Logger, SciError } from "@sci/http-core";
import type { OAuthOptions, TokenProvider, TokenSet, TokenStore } from "@sci/http-core/oauth";
import type { CredentialOptions, SessionToken } from "./options.ts";
import { service } from "./service.ts";

/** What gives the token of a client, made when it is first needed. */
export interface Credentials {
  readonly auth: AuthProvider;
  /** The token in use, asked for anew if it has ended. @throws MISSING_CREDENTIALS, NOT_AUTHENTICATED, … */
  token(options?: { readonly signal?: AbortSignal }): Promise<SessionToken>;
}

/**
 * Client credentials, or a token that exists. Without either, a server on this machine is tried bare, and any other is not asked at all.
 * `api` is asked when the first call is made.
 */
export function credentialsFor(settled: CredentialOptions, core: ClientOptions, api: () => Pick<Core, "baseUrl" | "isLocal">): Credentials {
  const { tokenUrl, clientId, clientSecret, scope, token } = settled;
  const logger = core.logger ?? { warn: (message: string) => console.warn(message) };
  let made: Promise<TokenProvider> | undefined;
  const provider = (): Promise<TokenProvider> => (made ??= makeProvider());

  async function makeProvider(): Promise<TokenProvider> {
    // The library for it is loaded with the first token that is needed.
    const { clientCredentials } = await import("@sci/http-core/oauth");
    return clientCredentials({
      tokenEndpoint: tokenUrl,
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
      // As the original sends them; such servers (Doorkeeper) do not decode them.
      method: "basic-plain",
      ...(scope === undefined ? {} : { scope }),
      name: `myMdC (${new URL(tokenUrl).host})`,
      help: "Check MYMDC_CLIENT_ID and MYMDC_CLIENT_SECRET.",
      userAgent: service.userAgent,
      ...connectionOf(core),
      sameConnection: new URL(tokenUrl).origin === new URL(api().baseUrl).origin,
      store: watched(settled.store ?? memory(token), scope, logger),
      warn: (message: string) => {
        logger.warn(message);
      },
    });
  }

  const bare = (): boolean => {
    if (token !== undefined || settled.store !== undefined || (clientId !== undefined && clientSecret !== undefined)) return false;
    if (clientId === undefined && clientSecret === undefined && api().isLocal) return true;
    const missing = [
      ...(clientId === undefined ? ["clientId (MYMDC_CLIENT_ID)"] : []),
      ...(clientSecret === undefined ? ["clientSecret (MYMDC_CLIENT_SECRET)"] : []),
    ];
    throw new SciError(
      "MISSING_CREDENTIALS",
      `myMdC needs credentials: ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set.`,
      {
        service: service.name,
        details: { missing },
      },
    );
  };

  const auth: AuthProvider = async (request) => (bare() ? undefined : (await provider())(request));
  return {
    auth: Object.assign(auth, { description: `the client credentials of ${clientId ?? "myMdC"}` }),
    async token(options) {
      if (bare())
        throw new SciError("MISSING_CREDENTIALS", "There is no token: this client was given no credentials.", { service: service.name });
      const { access_token, expires_at } = await (await provider()).token(options);
      return { access_token, token_type: "Bearer", ...(expires_at === undefined ? {} : { expires_at: Math.floor(expires_at / 1000) }) };
    },
  };
}

/** The connection settings that token requests share with all others. */
function connectionOf(core: ClientOptions): Partial<OAuthOptions> {
  const { tls, proxy, fetch, timeout, retry, allowInsecureHttp } = core;
  const given = { tls, proxy, fetch, timeout, retry, allowInsecureHttp };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Keeps the token in memory, beginning with the one that is given. */
function memory(token: SessionToken | undefined): TokenStore {
  let kept: TokenSet | undefined;
  if (token !== undefined) {
    const { access_token, expires_at } = token;
    kept = { access_token, token_type: "bearer", ...(expires_at === undefined ? {} : { expires_at: expires_at * 1000 }) };
  }
  return {
    get: () => Promise.resolve(kept),
    async update(_key, next) {
      kept = await next(kept);
      return kept;
    },
  };
}

/** A store that tells of tokens whose scope is not the one that was asked for. */
function watched(store: TokenStore, scope: CredentialOptions["scope"], logger: Pick<Logger, "warn">): TokenStore {
  const words = (text: string | readonly string[]): string =>
    (typeof text === "string" ? text.split(" ") : [...text]).filter(Boolean).sort().join(" ");
  const wanted = words(scope ?? "");
  return {
    get: (key) => store.get(key),
    update: (key, next, options) =>
      store.update(
        key,
        async (current) => {
          const token = await next(current);
          if (wanted !== "" && token !== current && token?.scope !== undefined && words(token.scope) !== wanted)
            logger.warn(`myMdC gave a token with the scope "${token.scope}", not "${wanted}" as asked; it is used.`);
          return token;
        },
        options,
      ),
  };
}
