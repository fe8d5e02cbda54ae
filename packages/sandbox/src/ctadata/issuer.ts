import type { Service } from "../http/server.ts";
import { htmlReply, jsonReply } from "../http/message.ts";
import type { RealmClient } from "../openid/clients.ts";
import { OpenId } from "../openid/service.ts";
import { openIdPath, type Setting } from "../openid/setting.ts";
import { TokenIssuer } from "../openid/tokens.ts";
import { type RealmUser, Users } from "../openid/users.ts";
import type { CtaDataOptions } from "./options.ts";

/** A person with an account at the storage's issuer. */
export type CtaUser = Pick<RealmUser, "name" | "password"> & Partial<RealmUser>;

export const realmPath = "/realms/master";
export const mainClient: RealmClient = { id: "dcache-cta-cscs-ch-users", secret: "sandbox-secret", egroups: [], audiences: [] };

/** The account that exists from the start. */
export const mainUser: CtaUser = { name: "cta-user", password: "cta-password" };

/** The issuer: Keycloak's realm `master`, with log-in by device. */
export interface Issuer {
  readonly service: Service;
  readonly issuer: TokenIssuer;
  readonly openId: OpenId;
  readonly users: Users;
  readonly url: () => string;
  /** A token of a person, as the log-in gives it, with further scopes. */
  token(user: string, scope: string, lifetime: number): string;
}

const scopes = ["openid", "offline_access", "profile", "email"];
/** Scopes of the WLCG profile that may be asked for, for any path. */
const storageScopes = ["storage.read:/", "storage.create:/", "storage.modify:/", "storage.stage:/"];

export function createIssuer(options: CtaDataOptions, origin: () => string, lifetime: () => number): Issuer {
  const issuer = new TokenIssuer();
  const users = new Users(
    [mainUser, ...(options.users ?? [])].map((user) => ({ egroups: ["/cta/users"], email: `${user.name}@cta.example`, ...user })),
  );
  const clients = new Map([mainClient, ...(options.clients ?? [])].map((client) => [client.id, client]));
  const setting: Setting = {
    issuer,
    users,
    clients,
    publicClients: new Map(),
    realmPath,
    scopes: [...scopes, ...storageScopes, ...(options.scopes ?? [])],
    alwaysScopes: [],
    audiences: [],
    rotateRefreshToken: () => options.rotateRefreshTokens ?? true,
    realm: () => `${origin()}${realmPath}`,
    lifetime,
    refreshLifetime: 43_200,
    deviceInterval: options.deviceInterval ?? 5,
    deviceLifetime: 600,
    sites: new Map(),
  };
  const openId = new OpenId(setting);
  return {
    issuer,
    openId,
    users,
    url: () => `${origin()}${realmPath}/`,
    token(name, scope, seconds) {
      const { email } = users.get(name);
      const claims = { iss: setting.realm(), sub: name, azp: mainClient.id, aud: mainClient.id, email, cern_roles: [] };
      return issuer.issue({ ...claims, typ: "Bearer", preferred_username: name, scope }, seconds);
    },
    async service(request, { expireToken }) {
      if (request.path === `${openIdPath(setting)}/certs`) return jsonReply(200, issuer.jwks());
      if (!request.path.startsWith(`${realmPath}/`))
        return htmlReply(404, "<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>");
      const reply = await openId.answer(request);
      if (expireToken) issuer.endAll();
      return reply;
    },
  };
}
