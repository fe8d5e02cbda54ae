import type { TokenSet } from "../auth/token.ts";
import type { GrantContext } from "./http.ts";
import { checkOAuthOptions, type OAuthOptions } from "./options.ts";
import { commonParameters, missing, toTokenSet, withGrant } from "./server.ts";

/** Scope and audience of another token than the one at hand. */
export interface ExchangeOptions extends OAuthOptions {
  /** Kind of the token at hand. @default urn:ietf:params:oauth:token-type:access_token */
  readonly subjectTokenType?: string;
  /** @default urn:ietf:params:oauth:token-type:access_token */
  readonly requestedTokenType?: string;
}

const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";

export const exchangeOptionNames = ["subjectTokenType", "requestedTokenType"] as const;

/**
 * A token for a client of its own (RFC 6749 §4.4), with an audience where the server knows it.
 * @throws MISSING_CREDENTIALS before anything is sent; NOT_AUTHENTICATED with the server's reason; NOT_JSON, INVALID_RESPONSE,
 * REDIRECT for an address that gives no tokens; INSECURE; NETWORK, TLS, TIMEOUT, UNAVAILABLE, ABORTED
 */
export async function clientCredentialsToken(options: OAuthOptions, context: GrantContext = {}): Promise<TokenSet> {
  const { now = Date.now } = context;
  checkOAuthOptions(options, "clientCredentialsToken()");
  if (options.clientId === undefined || options.clientId === "") throw missing("client id", options);
  if (options.clientSecret === undefined || options.clientSecret === "") throw missing("client secret", options);
  return withGrant(options, { token_endpoint: options.tokenEndpoint }, context, async ({ library, config, run }) =>
    toTokenSet(await run(() => library.clientCredentialsGrant(config, commonParameters(options))), now()),
  );
}

/**
 * A new token for a refresh token. Servers that rotate give a new refresh token, too, and take the old one only once:
 * keep what comes back. Where none comes back the old one stays in the set.
 * @throws as {@link clientCredentialsToken}; NOT_AUTHENTICATED with details.error "invalid_grant" when the refresh token has ended
 */
export async function refreshedToken(options: OAuthOptions, refreshToken: string, context: GrantContext = {}): Promise<TokenSet> {
  const { now = Date.now } = context;
  checkOAuthOptions(options, "refreshedToken()");
  if (typeof refreshToken !== "string" || refreshToken === "") throw missing("refresh token", options);
  const { scope: _granted, ...rest } = options;
  return withGrant(
    rest,
    { token_endpoint: options.tokenEndpoint },
    { ...context, secrets: [refreshToken] },
    async ({ library, config, run }) => {
      const { audience: _audience, ...parameters } = commonParameters(rest);
      const token = toTokenSet(await run(() => library.refreshTokenGrant(config, refreshToken, parameters)), now());
      return token.refresh_token === undefined ? { ...token, refresh_token: refreshToken } : token;
    },
  );
}

/**
 * Another token for the one at hand (RFC 8693): for another audience, a narrower scope.
 * @throws as {@link clientCredentialsToken}
 */
export async function exchangedToken(options: ExchangeOptions, subjectToken: string, context: GrantContext = {}): Promise<TokenSet> {
  const { now = Date.now } = context;
  checkOAuthOptions(options, "exchangedToken()", exchangeOptionNames);
  if (typeof subjectToken !== "string" || subjectToken === "") throw missing("token to exchange", options);
  return withGrant(
    options,
    { token_endpoint: options.tokenEndpoint },
    { ...context, secrets: [subjectToken] },
    async ({ library, config, run }) => {
      const parameters = {
        subject_token: subjectToken,
        subject_token_type: options.subjectTokenType ?? accessToken,
        requested_token_type: options.requestedTokenType ?? accessToken,
        ...commonParameters(options),
      };
      return toTokenSet(await run(() => library.genericGrantRequest(config, tokenExchange, parameters)), now());
    },
  );
}
