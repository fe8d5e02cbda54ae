import { SciError } from "@sci/http-core";

export type Environment = Readonly<Record<string, string | undefined>>;

/** CERN's realm, whose name is also the issuer of its tokens. */
export const defaultRealm = "https://auth.cern.ch/auth/realms/cern";

/** The realm's URL, without a slash at its end. */
export function realmOf({ authUrl }: { readonly authUrl?: string | undefined }, environment: Environment): string {
  const variable = environment["CERN_AUTH_URL"];
  const given = authUrl ?? (variable === "" ? undefined : variable);
  if (given === undefined) return defaultRealm;
  const what = authUrl === undefined ? "CERN_AUTH_URL" : "authUrl";
  if (typeof given !== "string" || !URL.canParse(given)) {
    throw new SciError("INVALID_ARGUMENT", `${what} must be the URL of a realm, such as ${defaultRealm}.`);
  }
  const realm = given.replace(/\/+$/, "");
  if (/\/(api-access|protocol\/openid-connect)(\/|$)/.test(new URL(realm).pathname)) {
    throw new SciError("INVALID_ARGUMENT", `${what} is the realm, such as ${defaultRealm}, not the address of one of its endpoints.`);
  }
  return realm;
}

/** Where the realm gives API tokens. */
export function apiTokenEndpoint(realm: string): string {
  return `${realm}/api-access/token`;
}

/** Endpoints of OpenID Connect, as Keycloak lays them out. */
export function oidcEndpoints(realm: string): {
  readonly token: string;
  readonly authorization: string;
  readonly device: string;
  readonly logout: string;
} {
  const base = `${realm}/protocol/openid-connect`;
  return { token: `${base}/token`, authorization: `${base}/auth`, device: `${base}/auth/device`, logout: `${base}/logout` };
}
