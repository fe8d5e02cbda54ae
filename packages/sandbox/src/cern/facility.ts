import { htmlReply, jsonReply } from "../http/message.ts";
import type { FacilityParts, FacilityContext } from "../facility.ts";
import { checkFields, checkWhole } from "../names.ts";
import { apiToken, issueFor } from "./api-token.ts";
import { audiences, type CernClient, type CernPublicClient, defaultClients, defaultPublicClients } from "./clients.ts";
import { oldLogin } from "./old-login.ts";
import { OpenId } from "../openid/service.ts";
import { openIdPath as pathOf, type Setting } from "../openid/setting.ts";
import { SsoSite } from "./site.ts";
import { type Claims, TokenIssuer } from "../openid/tokens.ts";
import { Users } from "../openid/users.ts";
import { type CernUser, defaultUsers } from "./users.ts";

/** Options of CERN's log-in. */
export interface CernOptions {
  /** Seconds for which a token is in force. Default 1200, as CERN's. */
  readonly tokenLifetime?: number;
  /** Further clients, beside `sandbox-client` and `sandbox-reader`. */
  readonly clients?: readonly CernClient[];
  /** Further clients without a secret, beside `cmsoms-prod-public`, `sandbox-public` and `sandbox-consent`. */
  readonly publicClients?: readonly CernPublicClient[];
  /** Further people, beside `sandbox-user`, `sandbox-otp` and `sandbox-closed`. */
  readonly users?: readonly CernUser[];
  /** Seconds that a device has to wait between two questions. Default 5, as CERN's; 0 lets it ask as fast as it likes. */
  readonly deviceInterval?: number;
  /** Seconds for which the code of a device is good. Default 600, as CERN's. */
  readonly deviceLifetime?: number;
}

/** What tests may do with CERN's log-in while it runs. */
export interface CernControl {
  /** Ends every token issued so far: services refuse them, new ones work. */
  expireTokens(): void;
  /** Ends every log-in: refresh tokens and the sessions of browsers and sites are worth nothing. */
  endSessions(): Promise<void>;
  /** Seconds for which tokens issued from now on are in force. */
  setTokenLifetime(seconds: number): void;
  /** A token as the token endpoint would issue it, for tests that need one in hand. */
  token(options?: { client?: string; audience?: string; lifetime?: number }): string;
  /** Tokens issued since the start. */
  readonly tokensIssued: number;
  /** Codes of devices that wait for an answer, the latest last. */
  deviceCodes(): Promise<string[]>;
  /** Answers a device as its user would in the browser. `user` defaults to `sandbox-user`. Throws SandboxError `USAGE` when no device waits with the code. */
  approveDevice(userCode: string, user?: string): Promise<void>;
  denyDevice(userCode: string): Promise<void>;
  /** Lets the code of a device run out now. */
  expireDevice(userCode: string): Promise<void>;
  /** Answers the next questions of a device (one, when not told) with `slow_down`. */
  slowDownDevice(userCode: string, times?: number): Promise<void>;
  /** The one-time password of a user that is in force now; each is good once. */
  otp(user?: string): string;
  /** Puts other HTML in the place of the log-in page; undefined brings the page back. */
  setLoginPage(html: string | undefined): Promise<void>;
  /** Address of an example site behind the log-in, which takes a cookie; the second gets its code by `form_post`. */
  readonly siteUrl: string;
  readonly formPostSiteUrl: string;
  /** Address of an example site behind the log-in that CERN ended: by certificate. */
  readonly oldSiteUrl: string;
}

/** What the services behind the log-in ask of it. */
export interface Identity {
  check(token: string): Claims | undefined;
  end(token: string): void;
  readonly loginUrl: string;
  /** Registers a site of this process, by its client id; where it is returned to is asked later. */
  addSite(client: string, redirectUri: () => string): void;
  /** Trades a code for a token of such a site; undefined when the code is not good. */
  redeem(client: string, code: string, redirectUri: string): Promise<string | undefined>;
  /** Is called when every log-in ends. */
  onEnd(listener: () => void): void;
}

const optionNames = ["tokenLifetime", "clients", "publicClients", "users", "deviceInterval", "deviceLifetime"];
const refreshLifetime = 43_200;
const realmPath = "/auth/realms/cern";
const openIdPath = pathOf({ realmPath });

/** CERN's log-in: API tokens, OpenID Connect with Keycloak's pages, and example sites behind it. */
export function createCern(options: CernOptions, context: FacilityContext): FacilityParts<CernControl> & { identity: Identity } {
  checkFields("option of cern", options, optionNames);
  const clients = new Map([...defaultClients, ...(options.clients ?? [])].map((client) => [client.id, client]));
  const publicClients = new Map([...defaultPublicClients, ...(options.publicClients ?? [])].map((client) => [client.id, client]));
  const issuer = new TokenIssuer();
  const users = new Users([...defaultUsers, ...(options.users ?? [])]);
  const main = defaultClients[0] as CernClient;
  let lifetime = checkWhole("cern.tokenLifetime", options.tokenLifetime ?? 1200, 1, 86_400);
  const setting: Setting = {
    issuer,
    users,
    clients,
    publicClients,
    realmPath,
    scopes: ["openid", "profile", "email"],
    alwaysScopes: ["profile", "email"],
    audiences,
    rotateRefreshToken: () => true,
    realm: () => `${context.origin()}${realmPath}`,
    lifetime: () => lifetime,
    refreshLifetime,
    deviceInterval: checkWhole("cern.deviceInterval", options.deviceInterval ?? 5, 0, 3600),
    deviceLifetime: checkWhole("cern.deviceLifetime", options.deviceLifetime ?? 600, 1, 86_400),
    sites: new Map(),
  };
  const openId = new OpenId(setting);
  const listeners: (() => void)[] = [];
  const identity: Identity = {
    check: (token) => issuer.check(token),
    end: (token) => issuer.end(token),
    get loginUrl() {
      return `${context.origin()}${openIdPath}/auth`;
    },
    addSite: (client, redirectUri) => void setting.sites.set(client, redirectUri),
    redeem: (client, code, redirectUri) => openId.redeem(client, code, redirectUri),
    onEnd: (listener) => void listeners.push(listener),
  };
  const siteOf = (client: string, path: string, responseMode: "query" | "form_post"): SsoSite => {
    const site = new SsoSite({ client, path, responseMode, origin: context.origin }, identity);
    identity.addSite(client, () => site.redirectUri);
    identity.onEnd(() => site.endSessions());
    return site;
  };
  const sites = new Map([
    ["/site/", siteOf("sandbox-site", "/site/", "query")],
    ["/form-post-site/", siteOf("sandbox-form-post-site", "/form-post-site/", "form_post")],
  ]);

  const control: CernControl = {
    get tokensIssued() {
      return issuer.issued;
    },
    expireTokens: () => issuer.endAll(),
    async endSessions() {
      (await openId.parts()).store.endSessions();
      for (const listener of listeners) listener();
    },
    setTokenLifetime(seconds) {
      lifetime = checkWhole("seconds", seconds, 0, 86_400);
    },
    token: ({ client = main.id, audience = "cmsrunregistry-sso-proxy", lifetime: seconds = lifetime } = {}) =>
      issueFor(setting, clients.get(client) ?? main, audience, seconds),
    deviceCodes: async () => (await openId.parts()).devices.codes(),
    approveDevice: async (userCode, user = "sandbox-user") => (await openId.parts()).devices.approve(userCode, user),
    denyDevice: async (userCode) => (await openId.parts()).devices.deny(userCode),
    expireDevice: async (userCode) => (await openId.parts()).devices.expire(userCode),
    slowDownDevice: async (userCode, times = 1) =>
      (await openId.parts()).devices.slowDown(userCode, checkWhole("times", times, 0, 1_000_000)),
    otp: (user = "sandbox-otp") => users.otp(user),
    async setLoginPage(html) {
      (await openId.parts()).pages.replacement = html;
    },
    get siteUrl() {
      return `${context.origin()}/site/`;
    },
    get formPostSiteUrl() {
      return `${context.origin()}/form-post-site/`;
    },
    get oldSiteUrl() {
      return `${context.origin()}/old-site/`;
    },
  };
  return {
    control,
    identity,
    async service(request, { expireToken }) {
      const { path } = request;
      if (request.method === "POST" && path.replace(/\/$/, "") === `${realmPath}/api-access/token`) {
        const reply = apiToken(request, setting);
        // A token that has ended by the time it arrives is what a client sees of a clock that runs wrong or a session that was closed.
        if (expireToken) issuer.endAll();
        return reply;
      }
      if (path === `${openIdPath}/certs`) return jsonReply(200, issuer.jwks());
      if (path.startsWith(`${realmPath}/`)) {
        const reply = await openId.answer(request);
        if (expireToken) issuer.endAll();
        return reply;
      }
      for (const [beginning, site] of sites) {
        if (path.startsWith(beginning)) return site.answer(request, ({ sub, email }) => jsonReply(200, { path, user: sub, email }));
      }
      return oldLogin(request, context.origin()) ?? htmlReply(404, "<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>");
    },
    env: () => ({ CERN_AUTH_URL: setting.realm(), SSO_CLIENT_ID: main.id, SSO_CLIENT_SECRET: main.secret }),
    url: () => setting.realm(),
  };
}
