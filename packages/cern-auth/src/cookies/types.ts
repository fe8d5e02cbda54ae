/** One cookie, as a browser keeps it. */
export interface StoredCookie {
  readonly name: string;
  readonly value: string;
  /** Without a dot in front. */
  readonly domain: string;
  /** Goes to this very host only, not to those below it. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Goes over https only (and to loopback). */
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** undefined for a cookie of the session, which ends when the site says so. */
  readonly expires: Date | undefined;
}
