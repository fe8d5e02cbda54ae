import type { AuthRequest } from "../src/auth/types.ts";
import type { TokenSet } from "../src/auth/token.ts";

/** What an engine asks a provider with. */
export function authRequest(given: Partial<AuthRequest> = {}): AuthRequest {
  return { url: "https://thing.invalid/a", origin: "https://thing.invalid", method: "GET", signal: new AbortController().signal, ...given };
}

/** What an engine asks with after a 401. */
export function refused(token: string, given: Partial<AuthRequest> = {}): AuthRequest {
  return authRequest({ rejected: { headers: { authorization: `Bearer ${token}` } }, ...given });
}

export function tokenSet(name: string, given: Partial<TokenSet> = {}): TokenSet {
  return { access_token: name, token_type: "bearer", ...given };
}

/** A promise that a test settles. */
export function settled<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
