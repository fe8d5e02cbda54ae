/** What a token endpoint gave, with its own names. `expires_in` is turned into a point in time. */
export interface TokenSet {
  readonly access_token: string;
  /** In lower case, mostly "bearer". */
  readonly token_type: string;
  /** End of validity on this machine's clock, in milliseconds since 1970; undefined when the server did not say. */
  readonly expires_at?: number;
  /** When it was obtained, in milliseconds since 1970. */
  readonly obtained_at?: number;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly id_token?: string;
  readonly [name: string]: unknown;
}

/** Milliseconds before its end from which a token is renewed: the smaller of 60 s and a tenth of its life. */
export function defaultRenewAhead(token: TokenSet): number {
  const life =
    token.expires_at !== undefined && token.obtained_at !== undefined ? token.expires_at - token.obtained_at : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(60_000, life / 10));
}

/** Whether a token is so near its end that it is renewed. */
export function isDue(token: TokenSet, now: number, renewAhead?: number): boolean {
  return token.expires_at !== undefined && now >= token.expires_at - (renewAhead ?? defaultRenewAhead(token));
}

/** Whether a token has ended. */
export function isExpired(token: TokenSet, now: number): boolean {
  return token.expires_at !== undefined && now >= token.expires_at;
}
