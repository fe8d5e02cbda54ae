import type { TransportRequest, TransportResponse } from "../transport/types.ts";

/** What a provider is told when it is asked for credentials: once per attempt. */
export interface AuthRequest {
  readonly url: string;
  readonly origin: string;
  readonly method: string;
  readonly signal: AbortSignal;
  /** The credentials that were just refused with 401: give others, or the same to give up. */
  readonly rejected?: Credentials;
  /** The connection settings (proxy, CA, limits) of the client that asks, without its client certificate: for a provider that must fetch a token. */
  readonly send?: (request: Omit<TransportRequest, "idleTimeout"> & { idleTimeout?: number }) => Promise<TransportResponse>;
}

/** What goes with a request. Kept for one origin only, masked in every message. */
export interface Credentials {
  /** Header fields, e.g. `{ authorization: "Bearer …" }`. Their values are masked everywhere. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further values to mask. */
  readonly secrets?: readonly string[];
}

/**
 * Gives the credentials for one attempt; undefined sends without. A plain async function of an application is one.
 * Errors it throws end the call. A provider whose token was refused sees `request.rejected` and renews it.
 */
export interface AuthProvider {
  (request: AuthRequest): Credentials | undefined | Promise<Credentials | undefined>;
  /** For messages: "client credentials of my-client", never a secret. */
  readonly description?: string;
}
