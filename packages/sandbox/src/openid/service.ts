import { emptyReply, jsonReply, redirectReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { Router } from "../http/router.ts";
import { bare, Cookies, pass, passageOf, withClient } from "./bridge.ts";
import { Devices } from "./devices.ts";
import { addExchange } from "./exchange.ts";
import { LoginPages } from "./login.ts";
import { errorPage, infoPage } from "./pages.ts";
import { createProvider, type OpenIdProvider } from "./provider.ts";
import { deviceGrant, openIdPath, type Setting } from "./setting.ts";
import type { ProviderStore } from "./store.ts";

interface Parts {
  readonly setting: Setting;
  readonly provider: OpenIdProvider;
  readonly store: ProviderStore;
  readonly devices: Devices;
  readonly pages: LoginPages;
}

const noStore = { "Cache-Control": "no-store", Pragma: "no-cache" };

/** The token endpoint: what Keycloak asks and says beyond the provider. */
async function token(request: SandboxRequest, { setting, provider, devices }: Parts): Promise<Reply> {
  const form = withClient(request);
  if (form.get("grant_type") === deviceGrant) {
    const refused = devices.tooSoon(form);
    if (refused !== undefined) return refused;
    form.delete("code_verifier");
  }
  const reply = await pass(provider, bare(passageOf(request, { body: form.toString() })), new Cookies(undefined));
  if (reply.status !== 200) return reply;
  const answer = JSON.parse(reply.body.toString()) as Record<string, unknown>;
  return jsonReply(
    200,
    {
      ...answer,
      expires_in: setting.lifetime(),
      refresh_expires_in: "refresh_token" in answer ? setting.refreshLifetime : 0,
      "not-before-policy": 0,
      scope: answer["scope"] ?? "",
    },
    noStore,
  );
}

function bearer(request: SandboxRequest): string {
  const [scheme, value = ""] = (request.headers.authorization ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" ? value : "";
}

function userInfo(request: SandboxRequest, { setting }: Parts): Reply {
  const claims = setting.issuer.check(bearer(request));
  if (claims === undefined) {
    return jsonReply(
      401,
      { error: "invalid_token", error_description: "Token verification failed" },
      { "WWW-Authenticate": 'Bearer realm="cern", error="invalid_token", error_description="Token verification failed"' },
    );
  }
  const { sub, email, preferred_username: name = sub } = claims;
  return jsonReply(200, { sub, email, preferred_username: name, name });
}

/** Ends a token: access tokens here, refresh tokens with all that came of their log-in. */
async function revoke(request: SandboxRequest, { setting, provider }: Parts): Promise<Reply> {
  const form = new URLSearchParams(request.body.toString());
  const given = form.get("token") ?? "";
  if (given.split(".").length === 3) {
    setting.issuer.end(given);
    return emptyReply(200, noStore);
  }
  return pass(provider, passageOf(request), new Cookies(undefined));
}

/** Ends a log-in: by its refresh token (an application says so) or by the browser's own session. */
async function logout(request: SandboxRequest, { setting, provider, store }: Parts): Promise<Reply> {
  const form = request.method === "POST" ? new URLSearchParams(request.body.toString()) : request.query;
  const given = form.get("refresh_token");
  if (given !== null) {
    const found = await provider.RefreshToken.find(given);
    if (found === undefined || found.clientId !== form.get("client_id"))
      return jsonReply(400, { error: "invalid_grant", error_description: "Invalid refresh token" }, noStore);
    if (found.grantId !== undefined) store.endGrant(found.grantId);
    return emptyReply(204);
  }
  const session = new Cookies(request.headers.cookie).get("KEYCLOAK_IDENTITY");
  if (session !== undefined) store.endSession(session);
  const back = form.get("post_logout_redirect_uri");
  const known = form.get("id_token_hint") !== null || form.get("client_id") !== null;
  if (back !== null && !known) return errorPage(400, "Missing parameters: id_token_hint");
  const reply = back === null ? infoPage("You are logged out", "You are logged out") : redirectReply(302, back);
  const ended = `KEYCLOAK_IDENTITY=; path=${setting.realmPath}/; expires=Thu, 01 Jan 1970 00:00:00 GMT`;
  return { ...reply, headers: { ...reply.headers, "Set-Cookie": [ended] } };
}

/** The routes below a realm. */
function routes(setting: Setting): Router<Parts> {
  const { realmPath } = setting;
  const at = openIdPath(setting);
  return new Router<Parts>()
    .on("GET", `${at}/auth`, (request, _, { pages }) => pages.authorize(request))
    .on("POST", `${at}/auth`, (request, _, { pages }) => pages.authorize(request))
    .on("POST", `${at}/auth/device`, (request, _, { devices }) => devices.begin(request))
    .on("POST", `${at}/token`, (request, _, parts) => token(request, parts))
    .on("GET", `${at}/userinfo`, (request, _, parts) => userInfo(request, parts))
    .on("POST", `${at}/userinfo`, (request, _, parts) => userInfo(request, parts))
    .on("POST", `${at}/revoke`, (request, _, parts) => revoke(request, parts))
    .on("GET", `${at}/logout`, (request, _, parts) => logout(request, parts))
    .on("POST", `${at}/logout`, (request, _, parts) => logout(request, parts))
    .on("GET", `${realmPath}/login-actions/authenticate`, (request, _, { pages }) => pages.authenticate(request))
    .on("POST", `${realmPath}/login-actions/authenticate`, (request, _, { pages }) => pages.authenticate(request))
    .on("POST", `${realmPath}/login-actions/consent`, (request, _, { pages }) => pages.consent(request))
    .on("GET", `${realmPath}/device`, (request, _, { pages }) => pages.device(request))
    .on("POST", `${realmPath}/device`, (request, _, { pages }) => pages.device(request));
}

/** OpenID Connect with Keycloak's routes and pages; the provider is made when the first request for it comes. */
export class OpenId {
  readonly #setting: Setting;
  readonly #routes: Router<Parts>;
  #made: Promise<Parts> | undefined;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#routes = routes(setting);
  }

  parts(): Promise<Parts> {
    return (this.#made ??= this.#make());
  }

  async #make(): Promise<Parts> {
    const audienceOf = new Map<string, string>();
    const setting = this.#setting;
    const { provider, store } = await createProvider(setting, (grant) => (grant === undefined ? undefined : audienceOf.get(grant)));
    addExchange(provider, setting, audienceOf);
    const devices = new Devices(setting, provider);
    return { setting, provider, store, devices, pages: new LoginPages(setting, provider, devices) };
  }

  /** The answer, for paths of the realm. */
  async answer(request: SandboxRequest): Promise<Reply> {
    const parts = await this.parts();
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = this.#routes.find(method, request.path);
    if (found !== undefined) return found.handler(request, found.parameters, parts);
    const reply = await pass(parts.provider, passageOf(request), new Cookies(undefined));
    return reply.status === 404 ? errorPage(404, "Page not found") : reply;
  }

  /** Trades a code for the token of a site that lives in this process. */
  async redeem(client: string, code: string, redirectUri: string): Promise<string | undefined> {
    const { provider } = await this.parts();
    const body = new URLSearchParams({ grant_type: "authorization_code", client_id: client, code, redirect_uri: redirectUri }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const reply = await pass(
      provider,
      { method: "POST", target: `${openIdPath(this.#setting)}/token`, headers, body },
      new Cookies(undefined),
    );
    return reply.status === 200 ? (JSON.parse(reply.body.toString()) as { access_token: string }).access_token : undefined;
  }
}
