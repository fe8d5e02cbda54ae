import type { AuthRequest } from "@sci/http-core";

/** What an engine asks a provider with. */
export function authRequest(given: Partial<AuthRequest> = {}): AuthRequest {
  return { url: "https://thing.invalid/a", origin: "https://thing.invalid", method: "GET", signal: new AbortController().signal, ...given };
}

/** The error a promise rejects with; a value is a failure of the test. */
export async function failure(work: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}
