import { checkInteger, checkNames } from "../check.ts";
import { SciError } from "../errors.ts";
import { bearer, describe } from "./providers.ts";
import { SingleFlight } from "./single-flight.ts";
import { isDue, isExpired, type TokenSet } from "./token.ts";
import type { AuthProvider, AuthRequest, Credentials } from "./types.ts";

/** What is known when a token is to be fetched. */
export interface TokenRequest {
  /** Aborted when nobody waits for the token any more. */
  readonly signal: AbortSignal;
  /** Sends with the connection settings of the client that asked first; undefined outside a client's call. */
  readonly send?: AuthRequest["send"];
  /** The token so far: its refresh token may be of use. */
  readonly previous?: TokenSet;
  /** Whether `previous` was refused by the service, and so must not be given again. */
  readonly refused: boolean;
}

export interface TokenCacheOptions {
  /** Milliseconds before its end from which a token is renewed. @default the smaller of 60 s and a tenth of its life */
  readonly renewAhead?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** For messages; never a secret. */
  readonly description?: string;
  /** Told when a renewal ahead of time failed and the old token, still valid, is used on. */
  readonly warn?: (message: string) => void;
}

/** A provider that holds a token. What it holds shows neither in `inspect` nor in JSON. */
export interface TokenProvider extends AuthProvider {
  /** The token itself, renewed if it is due: for libraries that need it by name. Treat it as the secret that it is. */
  token(options?: { readonly signal?: AbortSignal }): Promise<TokenSet>;
}

/**
 * Keeps a token and renews it: ahead of its end, and once after the service refused it, however many calls wait or were
 * refused. A failed fetch is shared by those who waited for it and tried again by the next call; while an old token is
 * still valid it is used on, and the renewal is tried again after half of what is left of its life.
 * @throws whatever `fetchToken` throws
 */
export function tokenCache(fetchToken: (request: TokenRequest) => Promise<TokenSet>, options: TokenCacheOptions = {}): TokenProvider {
  checkNames(options, ["renewAhead", "now", "description", "warn"], "option of tokenCache()");
  if (options.renewAhead !== undefined) checkInteger(options.renewAhead, "renewAhead");
  const cache = new TokenCache(fetchToken, options);
  const provide = async (request: AuthRequest): Promise<Credentials> => bearer((await cache.get(request)).access_token);
  const provider = Object.assign(provide, {
    token: ({ signal }: { readonly signal?: AbortSignal } = {}) => cache.get(signal === undefined ? {} : { signal }),
  });
  return describe(options.description ?? "a cached token", provider);
}

class TokenCache {
  readonly #flight = new SingleFlight<TokenSet>();
  readonly #fetch: (request: TokenRequest) => Promise<TokenSet>;
  readonly #options: TokenCacheOptions;
  readonly #now: () => number;
  #token: TokenSet | undefined;
  #refused = false;
  /** No renewal ahead before this: set by one that failed. */
  #notBefore = 0;

  constructor(fetchToken: (request: TokenRequest) => Promise<TokenSet>, options: TokenCacheOptions) {
    this.#fetch = fetchToken;
    this.#options = options;
    this.#now = options.now ?? (() => Date.now());
  }

  async get(request: Partial<Pick<AuthRequest, "signal" | "send" | "rejected">>): Promise<TokenSet> {
    const rejected = request.rejected?.headers?.["authorization"];
    // A call that was refused with an older token than ours only needs ours.
    if (this.#token !== undefined && rejected === `Bearer ${this.#token.access_token}`) this.#refused = true;
    const current = this.#token;
    const now = this.#now();
    const usable = current !== undefined && !this.#refused && !isExpired(current, now);
    if (usable && (!isDue(current, now, this.#options.renewAhead) || now < this.#notBefore)) return current;
    return this.#flight.join(request.signal, (signal) => this.#renew(signal, request.send));
  }

  async #renew(signal: AbortSignal, send: AuthRequest["send"]): Promise<TokenSet> {
    const previous = this.#token;
    const refused = this.#refused;
    try {
      const token = await this.#fetch({
        signal,
        refused,
        ...(send === undefined ? {} : { send }),
        ...(previous === undefined ? {} : { previous }),
      });
      if (typeof token?.access_token !== "string" || token.access_token === "") {
        throw new SciError(
          "INVALID_RESPONSE",
          "The function that fetches the token gave none (an object with the text access_token is due).",
        );
      }
      this.#token = token;
      this.#refused = false;
      this.#notBefore = 0;
      return token;
    } catch (error) {
      const now = this.#now();
      if (previous === undefined || this.#refused || isExpired(previous, now) || signal.aborted) throw error;
      this.#notBefore = now + Math.max(1000, ((previous.expires_at ?? now) - now) / 2);
      this.#options.warn?.(
        `The token could not be renewed ahead of its end and is used until then: ${error instanceof Error ? error.message : String(error)}`,
      );
      return previous;
    }
  }
}
