import type { IncomingMessage, ServerResponse } from "node:http";
import { serviceAccount } from "./clients.ts";
import { errorPage } from "./pages.ts";
import { deviceGrant, exchangeGrant, type Setting, userToken } from "./setting.ts";
import { ProviderStore } from "./store.ts";

/** A grant, a code or a token of the provider: the little of it that is used here. */
export interface Stored {
  jti: string;
  exp: number;
  clientId: string;
  accountId?: string;
  grantId?: string;
  scope?: string;
  error?: string;
  errorDescription?: string;
  authTime?: number;
  params: Record<string, string | undefined>;
  save(lifetime?: number): Promise<string>;
  destroy(): Promise<void>;
  addOIDCScope(scope: string): void;
}

/** A log-in that waits for the person. */
export interface Interaction extends Stored {
  readonly uid: string;
  readonly returnTo: string;
  readonly prompt: { readonly name: string; readonly details: { readonly missingOIDCScope?: readonly string[] } };
  readonly session?: { readonly accountId?: string };
  readonly lastSubmission?: Record<string, unknown>;
  result?: Record<string, unknown>;
}

interface Model<T = Stored> {
  new (values: Record<string, unknown>): T;
  readonly prototype: object;
  find(id: string, options?: { ignoreExpiration?: boolean }): Promise<T | undefined>;
  findByUserCode(code: string, options?: { ignoreExpiration?: boolean }): Promise<T | undefined>;
}

/** The parts of oidc-provider that are used; the package brings no types. */
export interface OpenIdProvider {
  readonly issuer: string;
  readonly Grant: Model;
  readonly DeviceCode: Model;
  readonly RefreshToken: Model;
  readonly AccessToken: Model;
  readonly ClientCredentials: Model;
  readonly Interaction: Model<Interaction>;
  readonly Client: Model;
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  registerGrantType(name: string, handler: (context: GrantContext) => Promise<void>, parameters: readonly string[]): void;
}

/** What a grant of our own gets to see. */
export interface GrantContext {
  readonly oidc: { readonly params: Readonly<Record<string, string | undefined>>; readonly client: { readonly clientId: string } };
  status: number;
  body: unknown;
}

interface ProviderModule {
  readonly Provider: new (issuer: string, configuration: object) => OpenIdProvider;
  readonly interactionPolicy: { base(): { get(name: string): { checks: { remove(name: string): void } } | undefined } };
}

const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/;

/** Imports oidc-provider without its word on Node 20, where it works. */
async function load(): Promise<ProviderModule> {
  const { warn } = console;
  const quiet = (...words: unknown[]): void => {
    if (!String(words[0]).includes("oidc-provider WARNING: Unsupported runtime")) warn(...words);
  };
  console.warn = quiet;
  try {
    return (await import("oidc-provider" as string)) as ProviderModule;
  } finally {
    if (console.warn === quiet) console.warn = warn;
  }
}

function registered(setting: Setting): object[] {
  const publicOnes = [...setting.publicClients.values()].map(({ id }) => ({
    client_id: id,
    token_endpoint_auth_method: "none",
    application_type: "native",
    grant_types: ["authorization_code", "refresh_token", deviceGrant, exchangeGrant],
    redirect_uris: ["http://127.0.0.1/"],
    response_types: ["code"],
  }));
  const confidential = [...setting.clients.values()].map(({ id, secret }) => ({
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["authorization_code", "refresh_token", "client_credentials", deviceGrant, exchangeGrant],
    redirect_uris: ["https://localhost/"],
    response_types: ["code"],
  }));
  const sites = [...setting.sites].map(([id, redirectUri]) => ({
    client_id: id,
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [redirectUri()],
    response_types: ["code"],
  }));
  return [...publicOnes, ...confidential, ...sites];
}

/** Whether an application may be returned to at this address. */
function mayReturn(setting: Setting, client: string, address: string): boolean {
  const site = setting.sites.get(client);
  if (site !== undefined) return address.replace(/^http:\/\/localhost:/, "http://127.0.0.1:") === site();
  const listed = setting.publicClients.get(client)?.redirectUris ?? setting.clients.get(client)?.redirectUris ?? [];
  if (setting.publicClients.has(client) && loopback.test(address)) return true;
  return listed.some((entry) => (entry.endsWith("*") ? address.startsWith(entry.slice(0, -1)) : entry === address));
}

/** Words of Keycloak's error page for what the provider refuses before it knows where to return to. */
function refusalOf(error: string, description: string): string {
  if (error === "invalid_client") return "Client not found.";
  if (error === "invalid_redirect_uri" || description.includes("redirect_uri")) return "Invalid parameter: redirect_uri";
  return description === "" ? error : `Invalid Request: ${description}`;
}

interface PageContext {
  status: number;
  type: string;
  body: unknown;
}

/** Makes the provider: its routes are Keycloak's, its access tokens are signed like all others of the realm. */
export async function createProvider(
  setting: Setting,
  audienceOf: (grant: string | undefined) => string | undefined,
): Promise<{ provider: OpenIdProvider; store: ProviderStore }> {
  const { Provider, interactionPolicy } = await load();
  const store = new ProviderStore();
  const policy = interactionPolicy.base();
  // Only clients that ask for consent show that page; a native client without that wish does not.
  policy.get("consent")?.checks.remove("native_client_prompt");
  const provider = new Provider(setting.realm(), {
    adapter: (model: string) => store.adapter(model),
    clients: registered(setting),
    jwks: { keys: [setting.issuer.privateJwk()] },
    scopes: setting.scopes,
    claims: { openid: ["sub"], profile: ["preferred_username", "name"], email: ["email"] },
    conformIdTokenClaims: false,
    cookies: { names: { session: "KEYCLOAK_IDENTITY", interaction: "AUTH_SESSION_ID", resume: "KC_RESTART" } },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, charset: "base-20", mask: "****-****" },
      revocation: { enabled: true },
    },
    findAccount: (_context: unknown, id: string) => {
      const user = setting.users.find(id);
      return user && { accountId: id, claims: () => ({ sub: id, preferred_username: id, name: id, email: user.email }) };
    },
    interactions: {
      policy,
      url: (_context: unknown, interaction: Interaction) => `${setting.realm()}/login-actions/authenticate?tab_id=${interaction.uid}`,
    },
    issueRefreshToken: () => Promise.resolve(true),
    rotateRefreshToken: () => setting.rotateRefreshToken(),
    async loadExistingGrant(context: {
      oidc: GrantContext["oidc"] & {
        session: { accountId: string; grantIdFor(client: string): string | undefined };
        result?: { consent?: { grantId?: string } };
      };
    }) {
      const { oidc } = context;
      const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
      if (known !== undefined) return provider.Grant.find(known);
      if (setting.publicClients.get(oidc.client.clientId)?.consent === true) return undefined;
      const grant = new provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope(setting.scopes.join(" "));
      await grant.save();
      return grant;
    },
    pkce: { required: () => false },
    renderError(context: PageContext, { error, error_description: description = "" }: { error: string; error_description?: string }) {
      const reply = errorPage(400, refusalOf(error, description));
      context.status = reply.status;
      context.type = "html";
      context.body = reply.body.toString();
    },
    routes: {
      authorization: "/protocol/openid-connect/auth",
      device_authorization: "/protocol/openid-connect/auth/device",
      token: "/protocol/openid-connect/token",
      jwks: "/protocol/openid-connect/certs",
      userinfo: "/protocol/openid-connect/userinfo",
      end_session: "/protocol/openid-connect/logout",
      revocation: "/protocol/openid-connect/revoke",
      code_verification: "/device",
    },
    ttl: {
      AccessToken: () => Math.max(1, setting.lifetime()),
      ClientCredentials: () => Math.max(1, setting.lifetime()),
      AuthorizationCode: 60,
      DeviceCode: setting.deviceLifetime,
      Grant: setting.refreshLifetime,
      IdToken: 1200,
      Interaction: 1800,
      RefreshToken: setting.refreshLifetime,
      Session: 36_000,
    },
  });

  Object.assign(provider.Client.prototype, {
    redirectUriAllowed(this: { clientId: string }, address: string) {
      return mayReturn(setting, this.clientId, address);
    },
  });
  // Tokens are the realm's own, so that what ends tokens ends these too, and services check one kind.
  Object.assign(provider.AccessToken.prototype, {
    getValueAndPayload(this: Stored) {
      const user = setting.users.get(this.accountId as string);
      return Promise.resolve({
        value: userToken(setting, user, this.clientId, audienceOf(this.grantId) ?? this.clientId, this.scope ?? ""),
      });
    },
  });
  Object.assign(provider.ClientCredentials.prototype, {
    getValueAndPayload(this: Stored) {
      const client = setting.clients.get(this.clientId);
      const sub = `service-account-${this.clientId}`;
      const claims = { iss: setting.realm(), sub, azp: this.clientId, aud: this.clientId, cern_roles: ["default-role"] };
      const value = setting.issuer.issue(
        { ...claims, email: client === undefined ? "" : serviceAccount(client), groups: client?.egroups ?? [] },
        setting.lifetime(),
      );
      return Promise.resolve({ value });
    },
  });
  return { provider, store };
}

/** A grant for everything that a log-in may ask of an application. */
export async function grantAll(provider: OpenIdProvider, setting: Setting, accountId: string, clientId: string): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope(setting.scopes.join(" "));
  return grant.save();
}
