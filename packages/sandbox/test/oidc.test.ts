import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Browser, feedback, formOf, type Page } from "./browser.ts";
import { type Answer, answer, useSandbox } from "./support.ts";

const box = useSandbox({
  facilities: ["cern"],
  cern: { users: [{ name: "zoë", password: "p&=+%ä", email: "zoe@cern.ch", egroups: ["a"] }] },
});
const realm = (): string => box.sandbox.env["CERN_AUTH_URL"] as string;
const openId = (): string => `${realm()}/protocol/openid-connect`;
const back = "http://127.0.0.1:5000/callback";
const me = { username: "sandbox-user", password: "sandbox-password" };

const post = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
  answer(await fetch(`${openId()}/${path}`, { method: "POST", headers, body: new URLSearchParams(form) }));
const start = (change: Record<string, string> = {}): string =>
  `${openId()}/auth?${new URLSearchParams({ client_id: "sandbox-public", response_type: "code", state: "s1", redirect_uri: back, ...change }).toString()}`;
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as Record<string, unknown>;
const landing = (page: Page): URLSearchParams => new URL(page.location as string).searchParams;

/** Logs in with the browser; gives the token answer. */
async function login(browser: Browser, change: Record<string, string> = {}): Promise<Answer> {
  const page = await browser.submit(await browser.open(start(change)), me, back);
  return post("token", {
    grant_type: "authorization_code",
    client_id: change["client_id"] ?? "sandbox-public",
    code: landing(page).get("code") as string,
    redirect_uri: back,
  });
}

describe("OpenID Connect with Keycloak's routes", () => {
  test("the discovery document names them", async () => {
    const { json } = await answer(await fetch(`${realm()}/.well-known/openid-configuration`));
    expect(json).toMatchObject({
      issuer: realm(),
      authorization_endpoint: `${openId()}/auth`,
      token_endpoint: `${openId()}/token`,
      device_authorization_endpoint: `${openId()}/auth/device`,
      jwks_uri: `${openId()}/certs`,
      userinfo_endpoint: `${openId()}/userinfo`,
      end_session_endpoint: `${openId()}/logout`,
      revocation_endpoint: `${openId()}/revoke`,
    });
    expect(json.grant_types_supported).toEqual(
      expect.arrayContaining(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"]),
    );
  });

  test("a log-in in the browser: form, code with PKCE, tokens, who it is", async () => {
    const browser = new Browser();
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const form = await browser.open(start({ scope: "openid", code_challenge: challenge, code_challenge_method: "S256" }));
    expect(form.status).toBe(200);
    expect(formOf(form, "kc-form-login").fields).toEqual({ username: "", password: "", credentialId: "" });
    const page = await browser.submit(form, me, back);
    expect([page.status, page.location?.startsWith(`${back}?`), landing(page).get("state")]).toEqual([302, true, "s1"]);
    const trade = {
      grant_type: "authorization_code",
      client_id: "sandbox-public",
      code: landing(page).get("code") as string,
      redirect_uri: back,
    };
    expect((await post("token", { ...trade, code_verifier: "x".repeat(43) })).json.error).toBe("invalid_grant");
    const again = await browser.open(start({ scope: "openid", code_challenge: challenge, code_challenge_method: "S256" }), back);
    const { json } = await post("token", { ...trade, code: landing(again).get("code") as string, code_verifier: verifier });
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 1200, refresh_expires_in: 43_200, id_token: expect.any(String) });
    expect(claimsOf(json.access_token)).toMatchObject({ azp: "sandbox-public", email: "sandbox.user@cern.ch", iss: realm() });
    const who = await answer(await fetch(`${openId()}/userinfo`, { headers: { Authorization: `Bearer ${json.access_token as string}` } }));
    expect(who.json).toMatchObject({ sub: "sandbox-user", email: "sandbox.user@cern.ch" });
  });

  test("a second log-in in the same browser needs no password; after the log-out it does", async () => {
    const browser = new Browser();
    await login(browser);
    expect((await browser.open(start(), back)).location).toMatch(/code=/);
    await browser.open(`${openId()}/logout`);
    expect(formOf(await browser.open(start())).fields).toHaveProperty("password");
  });

  test("what is wrong is said on the form; the form can be sent again", async () => {
    const browser = new Browser();
    const wrong = await browser.submit(await browser.open(start()), { ...me, password: "wrong" });
    expect([wrong.status, feedback(wrong)]).toEqual([200, "Invalid username or password."]);
    expect(formOf(wrong).fields["username"]).toBe("sandbox-user");
    const closed = await browser.submit(wrong, { username: "sandbox-closed", password: "closed-password" });
    expect(feedback(closed)).toBe("Account is disabled, contact your administrator.");
    expect((await browser.submit(closed, { username: "zoë", password: "p&=+%ä" }, back)).location).toMatch(/code=/);
  });

  test("a form sent twice, without cookies or for nothing is an error that says so", async () => {
    const browser = new Browser();
    const form = await browser.open(start());
    await browser.submit(form, { ...me, password: "wrong" });
    expect(feedback(await browser.submit(form, me))).toBe("Action expired. Please continue with login now.");
    const bare = await new Browser().submit(form, me);
    expect([bare.status, bare.text]).toEqual([400, expect.stringContaining("Cookie not found.")]);
    expect((await browser.open(`${realm()}/login-actions/authenticate?tab_id=nosuch`)).text).toContain("kc-error-message");
  });

  test("a user with a second factor is asked for the one-time password, which is good once", async () => {
    const browser = new Browser();
    const second = await browser.submit(await browser.open(start()), { username: "sandbox-otp", password: "otp-password" });
    expect(formOf(second, "kc-otp-login-form").fields).toEqual({ otp: "" });
    const wrong = await browser.submit(second, { otp: "000000" === box.sandbox.cern.otp() ? "111111" : "000000" });
    expect(feedback(wrong)).toBe("Invalid authenticator code.");
    const otp = box.sandbox.cern.otp();
    expect((await browser.submit(wrong, { otp }, back)).location).toMatch(/code=/);
    const other = new Browser();
    const page = await other.submit(await other.open(start()), { username: "sandbox-otp", password: "otp-password" });
    expect(feedback(await other.submit(page, { otp }))).toBe("Invalid authenticator code.");
  });

  test("a client that asks for consent: yes, no, and not a second time", async () => {
    const browser = new Browser();
    const page = await browser.submit(await browser.open(start({ client_id: "sandbox-consent" })), me);
    expect(page.text).toContain("Do you grant these access privileges?");
    const no = await browser.submit(page, { cancel: "No" }, back);
    expect(landing(no).get("error")).toBe("access_denied");
    const asked = await browser.open(start({ client_id: "sandbox-consent" }));
    expect((await browser.submit(asked, { accept: "Yes", code: "wrong" })).status).toBe(400);
    const yes = await browser.submit(await browser.open(start({ client_id: "sandbox-consent" })), { accept: "Yes" }, back);
    expect(landing(yes).get("code")).toBeTruthy();
    expect((await browser.open(start({ client_id: "sandbox-consent" }), back)).location).toMatch(/code=/);
  });

  test("what cannot lead back is an error page", async () => {
    const unknown = await new Browser().open(start({ client_id: "nobody" }));
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining("Client not found.")]);
    const foreign = await new Browser().open(start({ redirect_uri: "https://example.org/" }));
    expect([foreign.status, foreign.text]).toEqual([400, expect.stringContaining("Invalid parameter: redirect_uri")]);
  });

  test("the log-in page can be replaced by one that no client knows", async () => {
    await box.sandbox.cern.setLoginPage("<html><h1>Welcome</h1></html>");
    expect((await new Browser().open(start())).text).toBe("<html><h1>Welcome</h1></html>");
    await box.sandbox.cern.setLoginPage(undefined);
    expect((await new Browser().open(start())).text).toContain("kc-form-login");
  });
});

describe("refresh, exchange, revocation", () => {
  const refresh = (token: string): Promise<Answer> =>
    post("token", { grant_type: "refresh_token", client_id: "sandbox-public", refresh_token: token });

  test("a refresh token is good once and gives the next one; used twice it ends the log-in", async () => {
    const first = (await login(new Browser())).json.refresh_token as string;
    const second = await refresh(first);
    expect(second).toMatchObject({ status: 200, json: { access_token: expect.any(String), refresh_token: expect.any(String) } });
    expect(second.json.refresh_token).not.toBe(first);
    expect(await refresh(first)).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
    expect((await refresh(second.json.refresh_token)).status).toBe(400);
  });

  test("log-ins can be ended: by the application, and all of them", async () => {
    const one = (await login(new Browser())).json.refresh_token as string;
    expect((await post("logout", { client_id: "sandbox-public", refresh_token: one })).status).toBe(204);
    expect((await refresh(one)).status).toBe(400);
    const browser = new Browser();
    const two = (await login(browser)).json.refresh_token as string;
    await box.sandbox.cern.endSessions();
    expect((await refresh(two)).status).toBe(400);
    expect((await browser.open(start())).text).toContain("kc-form-login");
  });

  const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
  const exchange = (form: Record<string, string>, client = "sandbox-public"): Promise<Answer> =>
    post("token", { grant_type: exchangeGrant, client_id: client, audience: "cmsoms-prod", ...form });

  test("a token is exchanged for one to another audience; its refresh token keeps the audience", async () => {
    const { access_token: token } = (await login(new Browser())).json as { access_token: string };
    const plain = await exchange({ subject_token: token, requested_token_type: "urn:ietf:params:oauth:token-type:access_token" });
    expect(plain.json).not.toHaveProperty("refresh_token");
    expect(claimsOf(plain.json.access_token)).toMatchObject({ aud: "cmsoms-prod", azp: "sandbox-public", sub: "sandbox-user" });
    const full = await exchange({ subject_token: token, requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" });
    const next = await refresh(full.json.refresh_token);
    expect(claimsOf(next.json.access_token)).toMatchObject({ aud: "cmsoms-prod" });
  });

  test("an exchange is refused with a reason", async () => {
    const { access_token: token } = (await login(new Browser())).json as { access_token: string };
    expect(await exchange({})).toMatchObject({ status: 400, json: { error: "invalid_request" } });
    expect(await exchange({ subject_token: "x.y.z" })).toMatchObject({ status: 400, json: { error: "invalid_token" } });
    expect(await exchange({ subject_token: token, audience: "nosuch" })).toMatchObject({ status: 400, json: { error: "invalid_client" } });
    expect(await exchange({ subject_token: token }, "cmsoms-prod-public")).toMatchObject({ status: 403, json: { error: "access_denied" } });
    const own = (await login(new Browser(), { client_id: "cmsoms-prod-public" })).json.access_token as string;
    expect(await exchange({ subject_token: own, audience: "cmsrunregistry-sso-proxy" }, "cmsoms-prod-public")).toMatchObject({
      status: 403,
      json: { error: "access_denied", error_description: "Client not allowed to exchange" },
    });
  });

  test("applications with a secret: client credentials, then an exchange, by Basic or in the form", async () => {
    const basic = { Authorization: `Basic ${Buffer.from("sandbox-client:sandbox-secret").toString("base64")}` };
    const { json } = await post("token", { grant_type: "client_credentials" }, basic);
    expect(claimsOf(json.access_token)).toMatchObject({ azp: "sandbox-client", aud: "sandbox-client" });
    const reply = await exchange({ subject_token: json.access_token as string, client_secret: "sandbox-secret" }, "sandbox-client");
    expect(claimsOf(reply.json.access_token)).toMatchObject({ aud: "cmsoms-prod", email: "service-account-sandbox-client@cern.ch" });
    expect(await post("token", { grant_type: "client_credentials", client_id: "sandbox-client", client_secret: "wrong" })).toMatchObject({
      status: 401,
      json: { error: "invalid_client" },
    });
  });

  test("a token that was revoked is worth nothing", async () => {
    const { access_token: token } = (await login(new Browser())).json as { access_token: string };
    const who = (): Promise<Response> => fetch(`${openId()}/userinfo`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await who()).status).toBe(200);
    expect((await post("revoke", { client_id: "sandbox-public", token })).status).toBe(200);
    expect((await who()).status).toBe(401);
  });

  test("no password, code or token stands in the record of requests", async () => {
    const { json } = await login(new Browser());
    const record = JSON.stringify(box.sandbox.requests);
    expect(record).toContain("/login-actions/authenticate");
    for (const secret of ["sandbox-password", json.access_token, json.refresh_token]) expect(record).not.toContain(secret);
  });
});

describe("sites behind the log-in", () => {
  test.each(["siteUrl", "formPostSiteUrl"] as const)("%s: to the log-in and back, then by cookie", async (name) => {
    const url = box.sandbox.cern[name];
    const browser = new Browser();
    const form = await browser.open(`${url}data?x=1`);
    expect(form.url).toContain(`${openId()}/auth?`);
    let page = await browser.submit(form, me);
    if (name === "formPostSiteUrl") page = await browser.submit(page, {});
    expect([page.url, JSON.parse(page.text)]).toEqual([
      `${url}data?x=1`,
      { path: new URL(`${url}data`).pathname, user: "sandbox-user", email: "sandbox.user@cern.ch" },
    ]);
    const cookie = `mod_auth_openidc_session=${browser.cookies.get("mod_auth_openidc_session")?.value as string}`;
    expect((await fetch(url, { headers: { Cookie: cookie }, redirect: "manual" })).status).toBe(200);
    await box.sandbox.cern.endSessions();
    expect((await fetch(url, { headers: { Cookie: cookie }, redirect: "manual" })).status).toBe(302);
  });

  test("an answer of the log-in that was not asked for is refused", async () => {
    expect((await fetch(`${box.sandbox.cern.siteUrl}redirect_uri?state=x&code=y`)).status).toBe(400);
  });

  test("the log-in that CERN ended: its form leads to a cookie, an assertion is good once", async () => {
    const browser = new Browser();
    const choose = await browser.open(box.sandbox.cern.oldSiteUrl);
    expect(new URL(choose.url).pathname).toBe("/adfs/ls/");
    const working = await browser.open(choose.url.replace("/adfs/ls/", "/adfs/ls/auth/sslclient/"));
    expect(Object.keys(formOf(working).fields)).toEqual(["wa", "wresult", "wctx"]);
    const inside = await browser.submit(working, {});
    expect([inside.status, inside.url]).toEqual([200, box.sandbox.cern.oldSiteUrl]);
    expect((await browser.submit(working, {})).status).toBe(500);
  });
});
