import { type AuthProvider, type ClientOptions, clientOptionNames, checkNames, lateAuth, SciError, unknownName } from "@sci/http-core";

/** The instances that the Python client knows. */
export interface RunRegistryOptions extends ClientOptions {
  /**
   * An instance by name: address and audience of the token. `local` is http://localhost:9500, without log-in.
   * @default "production"; an address in RUNREGISTRY_URL goes before it
   */
  readonly target?: "production" | "development" | "local";
  /** Audience of the CERN API token. @default as the target or the address says */
  readonly audience?: string;
}

const targets: Readonly<Record<NonNullable<RunRegistryOptions["target"]>, string>> = {
  production: "https://cmsrunregistry.web.cern.ch/api",
  development: "https://dev-cmsrunregistry.web.cern.ch/api",
  local: "http://localhost:9500",
};

/** What the token is for: the log-in in front of each instance. */
const audiences = { production: "cmsrunregistry-sso-proxy", development: "dev-cmsrunregistry-sso-proxy" } as const;

/** What the environment says, read when a client is made. */
export interface Environment {
  readonly RUNREGISTRY_URL?: string | undefined;
  readonly SSO_CLIENT_ID?: string | undefined;
  readonly SSO_CLIENT_SECRET?: string | undefined;
  readonly CERN_AUTH_URL?: string | undefined;
}

/** Options of the core, with address and credentials settled. `isLocal` is asked when the first call is made. */
export function settle(options: RunRegistryOptions, environment: Environment, isLocal: () => boolean): ClientOptions {
  checkNames(options, [...clientOptionNames, "target", "audience"], "option of createRunRegistry()");
  const { target, audience, ...rest } = options;
  if (target !== undefined && !Object.hasOwn(targets, target)) throw unknownName(String(target), Object.keys(targets), "target");
  const baseUrl = rest.baseUrl ?? (target === undefined ? environment.RUNREGISTRY_URL || targets.production : targets[target]);
  if (target === "local") {
    // A back end without its proxy takes the author of a change from this header, as from the Python client.
    return { auth: false, ...rest, baseUrl, headers: { email: "api@api", ...rest.headers } };
  }
  if (rest.auth !== undefined) return { ...rest, baseUrl };
  return {
    ...rest,
    baseUrl,
    auth: environmentAuth(audience ?? (target === undefined ? audienceOf(baseUrl) : audiences[target]), environment, isLocal),
  };
}

/** Addresses of the development instance begin with `dev-`. */
function audienceOf(baseUrl: string): string {
  return audiences[/^https?:\/\/dev-/i.test(baseUrl) ? "development" : "production"];
}

/** Credentials that are set are used; without them a server on this machine is tried bare, and any other is not asked at all. */
function environmentAuth(audience: string, environment: Environment, isLocal: () => boolean): AuthProvider {
  const { SSO_CLIENT_ID: clientId, SSO_CLIENT_SECRET: clientSecret, CERN_AUTH_URL } = environment;
  // A copy: what is set later belongs to clients made later.
  if (clientId && clientSecret) {
    return lateAuth(async () =>
      (await import("@sci/cern-auth")).cernApiToken({ clientId, clientSecret, audience, environment: { CERN_AUTH_URL } }),
    );
  }
  return () => {
    if (!clientId && !clientSecret && isLocal()) return undefined;
    const missing = [clientId ? "" : "SSO_CLIENT_ID", clientSecret ? "" : "SSO_CLIENT_SECRET"].filter((name) => name !== "");
    throw new SciError(
      "MISSING_CREDENTIALS",
      `Run Registry needs credentials, and ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set.`,
      {
        details: { variables: missing },
      },
    );
  };
}
