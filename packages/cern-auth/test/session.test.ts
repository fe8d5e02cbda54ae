import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { createCore, operation } from "@sci/http-core";
import { html, json, redirect, startServer, type TestServer } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cernSession, readCookieFile, type PasswordSessionOptions } from "../src/index.ts";
import { authRequest, failure } from "./support/auth.ts";
import { loginForm, startSso, type Sso, type SsoChanges } from "./support/sso.ts";

let sso: Sso;
let folder: string;
const others: TestServer[] = [];
beforeEach(async () => {
  sso = await startSso();
  folder = await mkdtemp(join(tmpdir(), "session-"));
});
afterEach(async () => {
  await Promise.all([sso.stop(), ...others.splice(0).map((server) => server.stop())]);
  await rm(folder, { recursive: true });
});

const password = "Pass&wörd 1";

function options(given: Partial<PasswordSessionOptions> = {}): PasswordSessionOptions {
  return { url: `${sso.site.url}/protected`, authUrl: sso.authUrl, username: "ada", password, proxy: false, environment: {}, ...given };
}

function request(): ReturnType<typeof authRequest> {
  return authRequest({ url: `${sso.site.url}/data`, origin: sso.site.origin });
}

describe("user name and password", () => {
  test("the log-in page is filled in, and the site's cookies come back", async () => {
    const session = cernSession(options());
    const credentials = await session(request());
    expect(sso.accepts(credentials?.headers?.["cookie"])).toBe(true);
    const post = sso.realm.requests.find(({ method }) => method === "POST");
    expect(post?.form).toEqual([
      ["username", "ada"],
      ["password", password],
      ["credentialId", ""],
      ["login", "Sign In"],
    ]);
    expect(post?.headers["cookie"]).toBe("AUTH_SESSION_ID=auth-1");
    // A cookie for another site is not taken, and what goes to the site holds none of the realm's.
    expect(credentials?.headers?.["cookie"]).not.toMatch(/evil|KEYCLOAK|AUTH_SESSION/);
    const kept = await session.cookies();
    expect(kept.map(({ name, domain }) => [name, domain])).toContainEqual(["KEYCLOAK_IDENTITY", "127.0.0.1"]);
    expect(kept.find(({ name }) => name === "app_session")).toMatchObject({
      hostOnly: true,
      httpOnly: true,
      secure: false,
      path: "/",
      expires: undefined,
    });
    expect(kept.find(({ name }) => name === "theme")?.expires?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test.each(["form_post", "saml"] as const)("the way back by %s is posted to the site", async (back) => {
    sso.change({ back });
    expect(sso.accepts(await cernSession(options()).cookieHeader())).toBe(true);
    const post = sso.site.requests.find(({ method }) => method === "POST");
    expect(post?.path).toBe("/callback");
    if (back === "saml")
      expect(post?.form).toEqual([
        ["SAMLResponse", "PHNhbWw+"],
        ["RelayState", "r&1"],
      ]);
  });

  test("one log-in for all waiters, and one more when the site has ended the session", async () => {
    const session = cernSession(options());
    const get = operation<void, unknown>({ name: "get", method: "GET", path: "/data" });
    const core = createCore({ name: "site", userAgent: "sci-site/0", baseUrl: sso.site.url }, { auth: session, proxy: false });
    await Promise.all(Array.from({ length: 8 }, () => core.request(get, undefined)));
    expect(sso.logins).toBe(1);
    const first = await session(request());
    sso.endSessions();
    const both = await Promise.all([session({ ...request(), rejected: first ?? {} }), session({ ...request(), rejected: first ?? {} })]);
    expect(sso.logins).toBe(2);
    expect(both.every((one) => sso.accepts(one?.headers?.["cookie"]))).toBe(true);
    // Refused with cookies that are no longer ours: ours are newer.
    await session({ ...request(), rejected: first ?? {} });
    expect(sso.logins).toBe(2);
  });

  test("other origins get nothing, and nothing shows in inspect or JSON", async () => {
    const session = cernSession(options());
    expect(await session(authRequest())).toBeUndefined();
    expect(sso.logins).toBe(0);
    const header = await session.cookieHeader();
    expect(inspect(session, { depth: 9, showHidden: true }) + JSON.stringify({ ...session })).not.toContain(header);
    expect((await failure(session.cookieHeader("https://other.invalid/"))).message).toContain("is for");
  });

  test("a one-time password, asked for when it is needed", async () => {
    sso.change({ otp: "123456" });
    expect(await failure(cernSession(options()).cookies())).toMatchObject({ code: "NOT_AUTHENTICATED", details: { reason: "otp-needed" } });
    let asked = 0;
    const otp = () => {
      asked += 1;
      return "123456";
    };
    expect(sso.accepts(await cernSession(options({ otp })).cookieHeader())).toBe(true);
    expect(asked).toBe(1);
    const error = await failure(cernSession(options({ otp: "000000" })).cookies());
    expect(error).toMatchObject({ details: { reason: "refused" } });
    expect(error.message).toContain("refused the one-time password of ada: Invalid authenticator code.");
  });

  test("user name and password on two pages", async () => {
    const first = '<form action="/auth/realms/cern/user" method="post"><input name="username" type="text"></form>';
    sso.change({ loginPage: () => html(first) });
    expect(sso.accepts(await cernSession(options()).cookieHeader())).toBe(true);
    expect(sso.realm.requests.filter(({ method }) => method === "POST").map((one) => one.form.length)).toEqual([1, 4]);
  });

  test("a wrong password is sent once, quoted is the page, and not the password", async () => {
    const error = await failure(cernSession(options({ password: "wrong-password" })).cookies());
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { reason: "refused", problem: "Invalid username or password." } });
    expect(error.message).toBe("CERN's sign-on refused the user name and password of ada: Invalid username or password.");
    expect(sso.realm.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("wrong-password");
  });
});

describe("pages that end a log-in", () => {
  const consent =
    '<title>Grant Access to App</title><form action="/auth/realms/cern/login-actions/consent?x=1" method="POST"><input type="hidden" name="code" value="c"/><input name="accept" type="submit" value="Yes"></form>';
  const cases: readonly [string, SsoChanges, string, RegExp][] = [
    ["consent", { afterPassword: () => html(consent) }, "consent", /asks for consent .*"Grant Access to App"/],
    [
      "an action",
      { afterPassword: (realm) => redirect(`${realm}/auth/realms/cern/login-actions/required-action?execution=UPDATE_PASSWORD`) },
      "action-needed",
      /done in a browser first/,
    ],
    [
      "an error page",
      { loginPage: () => html('<div id="kc-error-message"><p class="instruction">Client <b>not</b> found.</p></div>', { status: 400 }) },
      "error-page",
      /CERN's sign-on said: Client not found\./,
    ],
    [
      "a security key",
      { afterPassword: () => html('<form id="webauth" action="/x" method="post"><input type="hidden" name="authenticatorData"></form>') },
      "otp-needed",
      /security key/,
    ],
    [
      "a page that has changed",
      { loginPage: () => html("<title>Welcome</title><div id=root></div>") },
      "unknown-page",
      /the page "Welcome" \(status 200\), which is no log-in page that is known here/,
    ],
    ["no web page at all", { loginPage: () => json({ hello: 1 }) }, "unknown-page", /an answer 200 that is no web page/],
    [
      "a server that is down",
      { loginPage: () => html("<title>Down</title>", { status: 503 }) },
      "error-page",
      /status 503 with the page "Down"/,
    ],
    [
      "a new password wanted",
      { loginPage: () => html('<form action="/x"><input name=p1 type=password><input name=p2 type=password></form>') },
      "unknown-page",
      /no log-in page that is known/,
    ],
  ];
  test.each(cases)("%s", async (_name, changes, reason, message) => {
    sso.change(changes);
    const error = await failure(cernSession(options()).cookies());
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { reason } });
  });

  test("a site that asks for no log-in, one with a form of its own, one that refuses", async () => {
    const open = await startServer({ "GET /": html("<title>Hello</title>"), "GET /own": html(loginForm("/in")) });
    others.push(open);
    expect(await failure(cernSession(options({ url: open.url })).cookies())).toMatchObject({ details: { reason: "no-login" } });
    const own = await failure(cernSession(options({ url: `${open.url}/own` })).cookies());
    expect(own.message).toContain("a log-in form of its own");
    expect(open.requests.every(({ method }) => method === "GET")).toBe(true);
    sso.change({ landing: html("<title>Not in the group</title>", { status: 403 }) });
    const refused = await failure(cernSession(options()).cookies());
    expect(refused).toMatchObject({ code: "FORBIDDEN", status: 403 });
    expect(refused.message).toContain('after the log-in, with the page "Not in the group"');
  });

  test("the log-in is bounded in time and in hops", async () => {
    const loop = await startServer((received) => redirect(`/${received.target.length}x`));
    others.push(loop);
    expect(await failure(cernSession(options({ url: loop.url })).cookies())).toMatchObject({
      code: "REDIRECT",
      details: { reason: "loop" },
    });
    expect(loop.requests.length).toBeLessThan(30);
    const silent = await startServer(() => ({ hold: "all" }));
    others.push(silent);
    expect(await failure(cernSession(options({ url: silent.url, timeout: { total: 200 } })).cookies())).toMatchObject({ code: "TIMEOUT" });
    const controller = new AbortController();
    const waiting = failure(cernSession(options({ url: silent.url })).cookies({ signal: controller.signal }));
    await silent.received(2);
    controller.abort();
    expect(await waiting).toMatchObject({ code: "ABORTED" });
  });
});

describe("origins", () => {
  test("a log-in at an origin that is not the realm's gets nothing; trustedOrigins allows it", async () => {
    const elsewhere = "http://127.0.0.1:9/auth/realms/cern";
    const error = await failure(cernSession(options({ authUrl: elsewhere })).cookies());
    expect(error).toMatchObject({ code: "REDIRECT", details: { reason: "untrusted-host", origin: sso.realm.origin } });
    expect(error.message).toContain(`add "${sso.realm.origin}" to trustedOrigins`);
    expect(sso.realm.requests).toHaveLength(0);
    expect(sso.accepts(await cernSession(options({ authUrl: elsewhere, trustedOrigins: [sso.realm.origin] })).cookieHeader())).toBe(true);
  });

  test.each(["code", "form_post", "saml"] as const)(
    "what the realm says about a person (%s) goes to trusted origins only",
    async (back) => {
      const thief = await startServer(() => html("thanks"));
      others.push(thief);
      sso.change({ back, backTo: thief.url });
      expect(await failure(cernSession(options()).cookies())).toMatchObject({ code: "REDIRECT", details: { reason: "untrusted-host" } });
      expect(thief.requests).toHaveLength(0);
    },
  );

  test("a form of the realm's page that leads to the site gets no password", async () => {
    sso.change({ loginPage: () => html(loginForm(`${sso.site.url}/steal`)) });
    const error = await failure(cernSession(options()).cookies());
    expect(error).toMatchObject({ code: "REDIRECT", details: { reason: "untrusted-host" } });
    expect(sso.site.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  test("a password follows no redirect to another origin", async () => {
    sso.change({
      loginPage: () => html(loginForm("/auth/realms/cern/move")),
      afterPassword: () => redirect(`${sso.site.url}/callback`, 307),
    });
    expect(await failure(cernSession(options()).cookies())).toMatchObject({ code: "REDIRECT" });
    expect(sso.site.requests.some(({ text }) => text.includes("Pass"))).toBe(false);
  });

  test("plain http off loopback is refused before anything is sent", () => {
    expect(() => cernSession(options({ url: "http://site.cern.ch/" }))).toThrowError(/not sent over plain http/);
    expect(() =>
      cernSession(options({ authUrl: "http://auth.cern.ch/auth/realms/cern", trustedOrigins: ["http://x.cern.ch"] })),
    ).toThrowError(/trustedOrigins/);
  });
});

describe("with a cookie file", () => {
  test("is written with mode 0600, used by the next session, and renewed", async () => {
    const path = join(folder, "sub", "cookies.txt");
    await cernSession(options({ cookieFile: path })).cookieHeader();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, "utf8")).split("\n")[0]).toBe("# Netscape HTTP Cookie File");
    const second = cernSession(options({ cookieFile: path }));
    const first = await second(request());
    expect(sso.logins).toBe(1);
    // With the sign-on's own session still good the password is not needed again.
    sso.endSessions();
    const posts = sso.realm.requests.filter(({ method }) => method === "POST").length;
    expect(sso.accepts((await second({ ...request(), rejected: first ?? {} }))?.headers?.["cookie"])).toBe(true);
    expect(sso.realm.requests.filter(({ method }) => method === "POST")).toHaveLength(posts);
    expect((await readCookieFile(path)).map(({ name }) => name)).toContain("app_session");
  });

  test("several sessions at once log in once", async () => {
    const path = join(folder, "cookies.txt");
    await Promise.all(Array.from({ length: 4 }, () => cernSession(options({ cookieFile: path })).cookieHeader()));
    expect(sso.logins).toBe(1);
  });

  test("one that is damaged is replaced with a warning, one that others can read is refused", async () => {
    const path = join(folder, "cookies.txt");
    await writeFile(path, "nonsense\n", { mode: 0o600 });
    const warnings: string[] = [];
    await cernSession(options({ cookieFile: path, warn: (message) => warnings.push(message) })).cookieHeader();
    expect(warnings.join()).toContain("line 1");
    await writeFile(join(folder, "open.txt"), "", { mode: 0o644 });
    expect(await failure(cernSession(options({ cookieFile: join(folder, "open.txt") })).cookieHeader())).toMatchObject({ code: "FILE" });
  });
});

test.each([
  [{ password: "" }, /needs the password/],
  [{ username: "" }, /username must be text/],
  [{ certificate: true }, /one way to log in.*username and certificate/],
  [{ userName: "x" }, /Did you mean "username"/],
  [{ tls: { cert: "x" } }, /a client certificate is given as certificate/],
  [{ timeout: { total: 0 } }, /timeout.total/],
  [{ url: "site.cern.ch" }, /url must be an http or https URL/],
])("bad options are refused at once: %j", (given, message) => {
  expect(() => cernSession({ ...options(), ...given } as PasswordSessionOptions)).toThrowError(message);
});
