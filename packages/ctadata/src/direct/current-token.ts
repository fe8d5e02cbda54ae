import { checkNames, SciError, type AuthRequest } from "@sci/http-core";
import { readClaims } from "./claims.ts";
import { type CtaLoginOptions, loginOptionNames } from "./login-options.ts";
import { tokensAtHand } from "./token-sources.ts";

/** An access token. Treat it as the secret that it is. */
export interface CurrentToken {
  readonly token: string;
  /** End of validity, in milliseconds since 1970; undefined where the token does not say. */
  readonly expiresAt: number | undefined;
}

/**
 * The token that a direct client would use now, renewed if it is due: for other tools.
 * @throws MISSING_CREDENTIALS where there is none, NOT_AUTHENTICATED where it ended, FILE, NETWORK
 */
export async function currentToken(options: CtaLoginOptions & { readonly signal?: AbortSignal } = {}): Promise<CurrentToken> {
  checkNames(options, [...loginOptionNames, "signal"], "option of currentToken()");
  const { signal = new AbortController().signal, ...login } = options;
  const provider = tokensAtHand(login, process.env, true);
  const request: AuthRequest = { url: "", origin: "", method: "GET", signal };
  const credentials = await provider?.(request);
  const token = /^Bearer (.+)$/.exec(credentials?.headers?.["authorization"] ?? "")?.[1];
  if (token === undefined) throw new SciError("MISSING_CREDENTIALS", 'There is no token. Log in with "cta-data login".');
  return { token, expiresAt: readClaims(token)?.expiresAt };
}
