import {
  cernBrowserLogin,
  cernDeviceLogin,
  cernLogout,
  cernSession,
  cernTokenExchange,
  explainToken,
  type PasswordSessionOptions,
} from "@sci/cern-auth";
import { createCore, operation } from "@sci/http-core";
import { clientCredentials, type TokenSet, type TokenStore } from "@sci/http-core/oauth";
import { json, redirect, startServer, type TestServer } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keycloakHome, otp, password, secret, startKeycloak, type Keycloak } from "./keycloak.ts";
import { Person } from "./person.ts";

const found = keycloakHome();

describe.skipIf("missing" in found)(`a real Keycloak${"missing" in found ? ` (${found.missing})` : ""}`, () => {
  let keycloak: Keycloak;
  let site: TestServer;
  /** How the site sends people to the realm. */
  let client = "site";
  let mode = "query";
  const sessions = new Set<string>();

  beforeAll(async () => {
    if ("missing" in found) return;
    keycloak = await startKeycloak(found.home);
    site = await startServer(async (request) => {
      if (sessions.has(/site_session=([^;]+)/.exec(request.headers["cookie"] ?? "")?.[1] ?? "")) return json({ ok: true });
      const callback = `${site.url}/callback`;
      if (request.path === "/callback") {
        const code = new Map([...request.query, ...request.form]).get("code") ?? "";
        const body = new URLSearchParams({
          grant_type: "authorization_code",
          code,
          redirect_uri: callback,
          client_id: client,
          client_secret: secret,
        });
        const answer = await fetch(`${keycloak.authUrl}/protocol/openid-connect/token`, { method: "POST", body });
        if (!answer.ok) return json(await answer.json(), { status: 500 });
        const id = `session-${sessions.size + 1}`;
        sessions.add(id);
        return redirect("/data", 302, { headers: { "set-cookie": `site_session=${id}; Path=/; HttpOnly` } });
      }
      const query = new URLSearchParams({
        client_id: client,
        response_type: "code",
        scope: "openid",
        state: "st",
        redirect_uri: callback,
        response_mode: mode,
      });
      return redirect(`${keycloak.authUrl}/protocol/openid-connect/auth?${query.toString()}`);
    });
  });
  afterAll(async () => {
    await site?.stop();
    await keycloak?.stop();
  });

  const common = () => ({ authUrl: keycloak.authUrl, proxy: false as const, environment: {} });
  const reject = async (work: Promise<unknown>): Promise<Error & Record<string, unknown>> =>
    work.then(
      () => {
        throw new Error("expected a rejection");
      },
      (error: unknown) => error as Error & Record<string, unknown>,
    );

  test("client credentials, with the audience of a mapper", async () => {
    const provider = clientCredentials({
      tokenEndpoint: `${keycloak.authUrl}/protocol/openid-connect/token`,
      clientId: "app",
      clientSecret: secret,
      audience: "cmsoms-prod",
      proxy: false,
    });
    const told = explainToken((await provider.token()).access_token, { audience: "cmsoms-prod", issuer: keycloak.authUrl });
    expect(told).toMatchObject({ client: "app", username: "service-account-app", problems: [], algorithm: "RS256" });
    const other = explainToken((await provider.token()).access_token, { audience: "cmsrunregistry-sso-proxy" });
    expect(other.problems.join()).toContain('not for "cmsrunregistry-sso-proxy"');
    const wrong = clientCredentials({
      tokenEndpoint: `${keycloak.authUrl}/protocol/openid-connect/token`,
      clientId: "app",
      clientSecret: "wrong",
      proxy: false,
    });
    expect(await reject(wrong.token())).toMatchObject({ code: "NOT_AUTHENTICATED" });
  });

  const memory = (): TokenStore & { token: TokenSet | undefined } => {
    const store: TokenStore & { token: TokenSet | undefined } = {
      token: undefined,
      get: async () => store.token,
      update: async (_key, next) => (store.token = await next(store.token)),
    };
    return store;
  };

  test("device log-in, refreshed, exchanged for another audience, logged out", async () => {
    const store = memory();
    const options = { ...common(), clientId: "public-app", store };
    const person = new Person({ username: "ada", password });
    const login = cernDeviceLogin({
      ...options,
      onPrompt: async ({ verificationUriComplete }) => {
        await person.visit(verificationUriComplete ?? "");
      },
    });
    const first = await login.token();
    expect(explainToken(first.access_token, { issuer: keycloak.authUrl })).toMatchObject({
      username: "ada",
      client: "public-app",
      problems: [],
    });
    const nobody = () => Promise.reject(new Error("nobody is here"));
    const later = cernDeviceLogin({ ...options, onPrompt: nobody, renewAhead: 1_000_000_000 });
    const second = await later.token();
    expect(second.access_token).not.toBe(first.access_token);
    const exchange = cernTokenExchange(later, { ...common(), clientId: "app", clientSecret: secret, audience: "cmsoms-prod" });
    expect(explainToken((await exchange.token()).access_token, { audience: "cmsoms-prod" })).toMatchObject({
      username: "ada",
      client: "app",
      problems: [],
    });
    const unknown = cernTokenExchange(later, { ...common(), clientId: "app", clientSecret: secret, audience: "nobody" });
    expect((await reject(unknown.token())).message).toContain('for audience "nobody"');
    const refresh = store.token?.refresh_token as string;
    expect(await cernLogout(options)).toEqual({ wasLoggedIn: true, ended: true });
    store.token = { ...second, refresh_token: refresh, expires_at: 0 };
    expect((await reject(cernDeviceLogin({ ...options, onPrompt: nobody }).token())).message).toContain("nobody is here");
  });

  test("device log-in denied", async () => {
    const login = cernDeviceLogin({
      ...common(),
      clientId: "public-app",
      store: false,
      onPrompt: async ({ verificationUriComplete }) => {
        await new Person({ username: "ada", password }).visit(verificationUriComplete ?? "", "cancel");
      },
    });
    expect(await reject(login.token())).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "access_denied" } });
  });

  test("browser log-in: code with PKCE, back to loopback", async () => {
    let page: Promise<string> | undefined;
    const login = cernBrowserLogin({
      ...common(),
      clientId: "public-app",
      store: false,
      onUrl: (url) => {
        page = new Person({ username: "ada", password }).visit(url);
      },
    });
    expect(explainToken((await login.token()).access_token)).toMatchObject({ username: "ada", problems: [] });
    expect(await page).toContain("Logged in");
  });

  const session = (more: Partial<PasswordSessionOptions> = {}) =>
    cernSession({ ...common(), url: `${site.url}/data`, username: "ada", password, ...more });

  test.each(["query", "form_post"])("a site behind the log-in page, code by %s", async (name) => {
    mode = name;
    const auth = session();
    const get = operation<void, unknown>({ name: "get", method: "GET", path: "/data" });
    const core = createCore({ name: "site", userAgent: "sci-site/0", baseUrl: site.url }, { auth, proxy: false });
    expect(await core.request(get, undefined)).toEqual({ ok: true });
    mode = "query";
    // With the realm's own session still good, the password is not needed again.
    const header = await auth.cookieHeader();
    sessions.clear();
    const request = { url: `${site.url}/data`, origin: site.origin, method: "GET", signal: new AbortController().signal };
    const renewed = await auth({ ...request, rejected: { headers: { cookie: header } } });
    expect((await fetch(`${site.url}/data`, { headers: renewed?.headers ?? {} })).status).toBe(200);
  });

  test("what Keycloak says when it does not let in", async () => {
    const wrong = await reject(session({ password: "wrong-password" }).cookies());
    expect(wrong).toMatchObject({ code: "NOT_AUTHENTICATED", details: { reason: "refused" } });
    expect(wrong.message).toContain("Invalid username or password.");
    expect((await reject(session({ username: "carl" }).cookies())).message).toContain("disabled");
    expect(await reject(session({ username: "paula" }).cookies())).toMatchObject({ details: { reason: "action-needed" } });
    expect(await reject(session({ username: "otto" }).cookies())).toMatchObject({ details: { reason: "otp-needed" } });
    expect((await reject(session({ username: "otto", otp: "000000" }).cookies())).message).toContain("Invalid authenticator code");
    expect(await session({ username: "otto", otp }).cookieHeader()).toContain("site_session=");
    client = "consent-site";
    expect(await reject(session().cookies())).toMatchObject({ details: { reason: "consent" } });
    client = "unknown-client";
    expect(await reject(session().cookies())).toMatchObject({ details: { reason: "error-page" } });
    client = "site";
  });

  test("a certificate is not what it takes", async () => {
    const { createCa } = await import("@sci/http-core/testing");
    const { cert, key } = (await createCa()).issue({ commonName: "Ada" });
    const error = await reject(cernSession({ ...common(), url: `${site.url}/data`, certificate: { cert, key } }).cookies());
    expect(error).toMatchObject({ details: { reason: "certificate-ended" } });
  });
});
