import type { RealmClient, RealmPublicClient } from "./clients.ts";
import type { TokenIssuer } from "./tokens.ts";
import type { RealmUser, Users } from "./users.ts";

/** What log-ins of people need of the realm. */
export interface Setting {
  readonly issuer: TokenIssuer;
  readonly users: Users;
  readonly clients: ReadonlyMap<string, RealmClient>;
  readonly publicClients: ReadonlyMap<string, RealmPublicClient>;
  /** Path of the realm without its last slash: `/auth/realms/cern` */
  readonly realmPath: string;
  /** Scopes that may be asked for, and those that every log-in has. */
  readonly scopes: readonly string[];
  readonly alwaysScopes: readonly string[];
  /** Audiences that exist without a client that may ask for them. */
  readonly audiences: readonly string[];
  /** Whether a refresh token is good once. */
  readonly rotateRefreshToken: () => boolean;
  /** `http://127.0.0.1:PORT/auth/realms/cern` */
  readonly realm: () => string;
  /** Seconds for which access tokens are in force. */
  readonly lifetime: () => number;
  /** Seconds for which refresh tokens are good. */
  readonly refreshLifetime: number;
  /** Seconds that a device has to wait between two questions, as the realm says at first. */
  readonly deviceInterval: number;
  /** Seconds for which a device code is good. */
  readonly deviceLifetime: number;
  /** Sites behind the log-in, by client id: they get codes without a secret, since they live in the same process. */
  readonly sites: Map<string, () => string>;
}

/** Path below which the realm's OpenID endpoints are. */
export const openIdPath = ({ realmPath }: Pick<Setting, "realmPath">): string => `${realmPath}/protocol/openid-connect`;
export const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
export const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

/** A token for a person, with the claims that services look at. */
export function userToken(setting: Setting, user: RealmUser, client: string, audience: string, scope: string): string {
  return setting.issuer.issue(
    {
      iss: setting.realm(),
      sub: user.name,
      azp: client,
      aud: audience,
      typ: "Bearer",
      scope,
      email: user.email,
      preferred_username: user.name,
      cern_upn: user.name,
      cern_roles: ["default-role"],
      groups: user.egroups,
      ...user.claims,
    },
    setting.lifetime(),
  );
}
