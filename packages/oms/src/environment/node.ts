import { type AuthProvider, lateAuth, type RetryOptions, SciError } from "@sci/http-core";
import type { Environment } from "./types.ts";

export function environment(): Environment {
  return process.env;
}

/**
 * Credentials that are set are used; without them a server on this machine is tried bare, and any other is not asked at all.
 * Only what has credentials loads `@sci/cern-auth`.
 */
export function defaultAuth(audience: string, variables: Environment, isLocal: () => boolean, retry?: RetryOptions): AuthProvider {
  const { SSO_CLIENT_ID: clientId, SSO_CLIENT_SECRET: clientSecret, CERN_AUTH_URL } = variables;
  if (clientId && clientSecret) {
    return lateAuth(async () => {
      const { cernApiToken } = await import("@sci/cern-auth");
      return cernApiToken({ clientId, clientSecret, audience, environment: { CERN_AUTH_URL }, ...(retry === undefined ? {} : { retry }) });
    });
  }
  return () => {
    if (!clientId && !clientSecret && isLocal()) return undefined;
    const missing = [clientId ? "" : "SSO_CLIENT_ID", clientSecret ? "" : "SSO_CLIENT_SECRET"].filter((name) => name !== "");
    throw new SciError(
      "MISSING_CREDENTIALS",
      `OMS needs credentials, and ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set.`,
      { details: { variables: missing } },
    );
  };
}
