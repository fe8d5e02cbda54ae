import { type AuthProvider, type ClientOptions, clientOptionNames, checkNames, SciError, unknownName } from "@sci/http-core";
import { cernApiToken } from "@sci/cern-auth";

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

interface Target {
  readonly baseUrl: string;
  readonly audience?: string;
}

const targets: Readonly<Record<NonNullable<RunRegistryOptions["target"]>, Target>> = {
  production: { baseUrl: "https://cmsrunregistry.web.cern.ch/api", audience: "cmsrunregistry-sso-proxy" },
  development: { baseUrl: "https://dev-cmsrunregistry.web.cern.ch/api", audience: "dev-cmsrunregistry-sso-proxy" },
  local: { baseUrl: "http://localhost:9500" },
};

/** What the environment says, read when a client is made. */
export interface Environment {
  readonly RUNREGISTRY_URL?: string | undefined;
  readonly SSO_CLIENT_ID?: string | undefined;
  readonly SSO_CLIENT_SECRET?: string | undefined;
}

/** Options of the core, with address and credentials settled. `isLocal` is asked when the first call is made. */
export function settle(options: RunRegistryOptions, environment: Environment, isLocal: () => boolean): ClientOptions {
  checkNames(options, [...clientOptionNames, "target", "audience"], "option of createRunRegistry()");
  const { target, audience, ...rest } = options;
  if (target !== undefined && !Object.hasOwn(targets, target)) throw unknownName(String(target), Object.keys(targets), "target");
  const chosen = target === undefined ? undefined : targets[target];
  const baseUrl = rest.baseUrl ?? chosen?.baseUrl ?? (environment.RUNREGISTRY_URL || targets.production.baseUrl);
  if (target === "local") {
    // A back end without its proxy takes the author of a change from this header, as from the Python client.
    return { auth: false, ...rest, baseUrl, headers: { email: "api@api", ...rest.headers } };
  }
  if (rest.auth !== undefined) return { ...rest, baseUrl };
  return { ...rest, baseUrl, auth: environmentAuth(audience ?? chosen?.audience ?? audienceOf(baseUrl), environment, isLocal) };
}

/** Addresses of the development instance begin with `dev-`. */
function audienceOf(baseUrl: string): string | undefined {
  const development = /^https?:\/\/dev-/i.test(baseUrl);
  return targets[development ? "development" : "production"].audience;
}

/** Credentials that are set are used; without them a server on this machine is tried bare, and any other is not asked at all. */
function environmentAuth(audience: string | undefined, environment: Environment, isLocal: () => boolean): AuthProvider {
  const { SSO_CLIENT_ID: clientId, SSO_CLIENT_SECRET: clientSecret } = environment;
  if (clientId && clientSecret) return cernApiToken({ clientId, clientSecret, ...(audience === undefined ? {} : { audience }) });
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
