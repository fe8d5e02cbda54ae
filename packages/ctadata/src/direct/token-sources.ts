import {
  type AuthProvider,
  type AuthRequest,
  bearerToken,
  type Credentials,
  isSciError,
  SciError,
  tokenCache,
  type TokenProvider,
  type TokenSet,
} from "@sci/http-core";
import { readClaims, type TokenClaims } from "./claims.ts";
import type { DirectEnvironment } from "./instance.ts";
import { ctaLogin } from "./login.ts";
import { type CtaLoginOptions, loginPlace, type LoginPlace } from "./login-options.ts";
import { oidcAgentToken } from "./oidc-agent.ts";
import { readProfileFile } from "./profile-files.ts";
import { clockTolerance as tolerance, isFresh, isKept, peekTokenFile } from "./token-places.ts";

/** Tokens of a file that somebody else keeps fresh: read again when the one at hand nears its end or was refused. */
export function fileToken(
  path: string,
  help: string,
  options: { readonly jwt: boolean; readonly warn?: (message: string) => void },
): TokenProvider {
  const fetchToken = async (): Promise<TokenSet> => {
    const found = await readProfileFile(path, options.warn);
    if (found === undefined) throw new SciError("MISSING_CREDENTIALS", `There is no token in ${path}. ${help}`, { details: { path } });
    const token = found.text.split("\n", 1)[0]?.trim() ?? "";
    const claims = readClaims(token);
    if (token === "" || (claims === undefined && options.jwt)) {
      throw new SciError(
        "NOT_AUTHENTICATED",
        `${path} does not hold a token (${token === "" ? "it is empty" : "it is no JSON Web Token"}). ${help}`,
        {
          details: { path },
        },
      );
    }
    const end = claims?.expiresAt;
    if (end !== undefined && end + tolerance <= Date.now()) {
      throw new SciError("NOT_AUTHENTICATED", `The token in ${path} ended at ${new Date(end).toISOString()}. ${help}`, {
        details: { path, expiresAt: end },
      });
    }
    const expires = end === undefined ? {} : { expires_at: end + tolerance };
    return { access_token: token, token_type: "bearer", obtained_at: found.mtime, ...expires };
  };
  return tokenCache(fetchToken, { description: `the token in ${path}`, renewAhead: 2 * tolerance });
}

/** The token that an agent, of this package or the original's, keeps in the profile. */
export function profileToken({ profile, instance }: LoginPlace, warn?: (message: string) => void): TokenProvider {
  const dev = instance.dev ? " --dev" : "";
  const help = `Run "cta-data login${dev}", or "cta-data-direct${dev} start-agent" to keep it fresh.`;
  return fileToken(profile.token, help, { jwt: true, ...(warn === undefined ? {} : { warn }) });
}

/** A provider among several: the first that has credentials gives them. */
export function firstOf(providers: readonly AuthProvider[]): AuthProvider {
  const [only] = providers;
  if (providers.length === 1 && only !== undefined) return only;
  let at = 0;
  const provide = async (request: AuthRequest): Promise<Credentials | undefined> => {
    let first: unknown;
    for (let tried = 0; tried < providers.length; tried++) {
      const index = (at + tried) % providers.length;
      try {
        const credentials = await (providers[index] as AuthProvider)(request);
        // What the storage has refused is no answer while another source may have a better one.
        if (request.rejected !== undefined && same(credentials, request.rejected) && tried < providers.length - 1) continue;
        at = index;
        return credentials;
      } catch (error) {
        if (!isSciError(error, "MISSING_CREDENTIALS", "NOT_AUTHENTICATED", "NETWORK", "FILE")) throw error;
        first ??= error;
      }
    }
    throw first;
  };
  return Object.assign(provide, { description: providers.map(({ description }) => description ?? "a provider").join(", or ") });
}

function same(a: Credentials | undefined, b: Credentials): boolean {
  return a?.headers?.["authorization"] === b.headers?.["authorization"];
}

/** A provider that remembers what its last token says, to explain a refusal. */
export interface WatchedProvider extends AuthProvider {
  readonly claims: () => TokenClaims | undefined;
  readonly authorization: () => string | undefined;
}

export function watched(provider: AuthProvider): WatchedProvider {
  let last: string | undefined;
  const provide = async (request: AuthRequest): Promise<Credentials | undefined> => {
    const credentials = await provider(request);
    last = /^Bearer (.+)$/.exec(credentials?.headers?.["authorization"] ?? "")?.[1];
    return credentials;
  };
  return Object.assign(provide, {
    claims: () => (last === undefined ? undefined : readClaims(last)),
    authorization: () => (last === undefined ? undefined : `Bearer ${last}`),
    ...(provider.description === undefined ? {} : { description: provider.description }),
  });
}

/**
 * Where tokens may be, found out without waiting, and a provider of them; undefined where there is nothing.
 * @param stale takes a token file whatever its token says, so that its own error tells
 */
export function tokensAtHand(options: CtaLoginOptions, environment: DirectEnvironment, stale = false): AuthProvider | undefined {
  if (environment.CTADATA_TOKEN) return bearerToken(environment.CTADATA_TOKEN);
  const place = loginPlace(options, environment);
  const found: AuthProvider[] = [];
  if (isKept(options, place)) found.push(ctaLogin(options));
  const file = peekTokenFile(place.profile);
  if (file !== undefined && (stale || isFresh(file))) found.push(profileToken(place, options.warn));
  if (environment.OIDC_SOCK) found.push(oidcAgentToken({ account: place.instance.account, socket: environment.OIDC_SOCK }));
  return found.length === 0 ? undefined : firstOf(found);
}
