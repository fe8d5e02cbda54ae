import type { TokenSet } from "../auth/token.ts";

/** Where tokens outlive a process and are shared by several. `fileTokenStore()` of `@sci/http-core/node` is one. */
export interface TokenStore {
  /** The token kept under a name; undefined when there is none. */
  get(key: string): Promise<TokenSet | undefined>;
  /**
   * Changes a token while nobody else, in any process on any host, can: `next` gets what is kept now and gives what is to be
   * kept, the same object for no change, undefined to forget it. A refresh token that a server takes only once is spent in here.
   */
  update(
    key: string,
    next: (current: TokenSet | undefined) => Promise<TokenSet | undefined>,
    options?: {
      readonly signal?: AbortSignal;
      /** Milliseconds to wait for others at most. */
      readonly wait?: number;
    },
  ): Promise<TokenSet | undefined>;
}
