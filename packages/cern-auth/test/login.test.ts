import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, redirect, startServer, type ReceivedRequest, type Reply, type TestServer } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cernBrowserLogin, cernDeviceLogin, cernLogout, cernTokenExchange, type CernDeviceLoginOptions } from "../src/index.ts";
import { defaultStorePath } from "../src/store.ts";
import { authRequest, failure } from "./support/auth.ts";

let folder: string;
let server: TestServer;
/** What the token endpoint answers to the device code, one after the other; then a token. */
let answers: Reply[];
let issued: number;
let codeLife: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "login-"));
  answers = [];
  issued = 0;
  codeLife = 600;
  server = await startServer({ "POST /realm/protocol/openid-connect/*": answer, "GET /realm/protocol/openid-connect/auth": authorize });
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function answer(request: ReceivedRequest): Reply {
  if (request.path.endsWith("/auth/device")) {
    return json({
      device_code: "dc-1",
      user_code: "ABCD-EFGH",
      verification_uri: `${server.url}/device`,
      expires_in: codeLife,
      interval: 0.001,
    });
  }
  if (request.path.endsWith("/logout")) return { status: 204 };
  const form = new Map(request.form);
  if (form.get("grant_type")?.endsWith(":token-exchange"))
    return json({ access_token: `exchanged-${++issued}-${form.get("audience")}`, expires_in: 1200 });
  if (form.get("grant_type")?.endsWith(":device_code")) {
    const next = answers.shift();
    if (next !== undefined) return next;
  }
  return json({ access_token: `token-${++issued}`, expires_in: 1200, refresh_token: `refresh-${issued}`, token_type: "bearer" });
}

function authorize(request: ReceivedRequest): Reply {
  const query = new Map(request.query);
  return redirect(`${query.get("redirect_uri")}?code=c-1&state=${query.get("state")}&iss=${encodeURIComponent(`${server.url}/realm`)}`);
}

const refusal = (error: string): Reply => json({ error }, { status: 400 });

function options(given: Partial<CernDeviceLoginOptions> = {}): CernDeviceLoginOptions {
  return {
    clientId: "my-public-app",
    authUrl: `${server.url}/realm`,
    store: join(folder, "tokens.json"),
    onPrompt: () => undefined,
    proxy: false,
    environment: {},
    ...given,
  };
}

const forms = (): Record<string, string>[] => server.requests.map(({ form }) => Object.fromEntries(form));

describe("with a code", () => {
  test("prompts, waits, and keeps the log-in for other programs", async () => {
    answers = [refusal("authorization_pending")];
    const prompts: unknown[] = [];
    const login = cernDeviceLogin(options({ onPrompt: (prompt) => void prompts.push(prompt) }));
    expect(await login(authRequest())).toMatchObject({ headers: { authorization: "Bearer token-1" } });
    expect(prompts).toEqual([
      { userCode: "ABCD-EFGH", verificationUri: `${server.url}/device`, verificationUriComplete: undefined, expiresIn: 600_000 },
    ]);
    expect(forms()[0]).toMatchObject({
      client_id: "my-public-app",
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(forms()[2]).toMatchObject({ device_code: "dc-1", code_verifier: expect.stringMatching(/^[\w-]{43,128}$/) });
    expect((await stat(join(folder, "tokens.json"))).mode & 0o777).toBe(0o600);
    // Another program, which has nobody to ask, and may even log in by another way.
    const never = () => {
      throw new Error("nobody is here");
    };
    expect((await cernDeviceLogin(options({ onPrompt: never })).token()).access_token).toBe("token-1");
    const { onPrompt: _none, ...rest } = options();
    expect((await cernBrowserLogin({ ...rest, onUrl: never }).token()).access_token).toBe("token-1");
    expect(server.requests).toHaveLength(3);
  });

  test("is refreshed from the store, without a person", async () => {
    await cernDeviceLogin(options()).token();
    const later = () => Date.now() + 1_300_000;
    expect((await cernDeviceLogin(options({ now: later, onPrompt: () => Promise.reject(new Error("asked")) })).token()).access_token).toBe(
      "token-2",
    );
    expect(forms().at(-1)).toMatchObject({ grant_type: "refresh_token", refresh_token: "refresh-1", client_id: "my-public-app" });
  });

  test("one log-in for programs that start at the same time", async () => {
    let prompts = 0;
    const given = options({ onPrompt: () => void prompts++ });
    const tokens = await Promise.all(Array.from({ length: 5 }, () => cernDeviceLogin(given).token()));
    expect(new Set(tokens.map(({ access_token: token }) => token))).toEqual(new Set(["token-1"]));
    expect(prompts).toBe(1);
  });

  test("denied, not confirmed in time, and over its deadline", async () => {
    answers = [refusal("access_denied")];
    expect(await failure(cernDeviceLogin(options()).token())).toMatchObject({
      code: "NOT_AUTHENTICATED",
      details: { error: "access_denied" },
    });
    answers = [refusal("expired_token")];
    expect(await failure(cernDeviceLogin(options()).token())).toMatchObject({
      code: "NOT_AUTHENTICATED",
      details: { error: "expired_token" },
    });
    codeLife = 0.05;
    answers = Array.from({ length: 1000 }, () => refusal("authorization_pending"));
    expect(await failure(cernDeviceLogin(options()).token())).toMatchObject({ details: { error: "expired_token" } });
    codeLife = 600;
    expect(await failure(cernDeviceLogin(options({ deadline: 100 })).token())).toMatchObject({ code: "TIMEOUT" });
    await expect(readFile(join(folder, "tokens.json"))).rejects.toThrow(/ENOENT/);
  });

  test("without a terminal and without a log-in nobody is waited for", async () => {
    const { onPrompt: _none, ...rest } = options();
    const error = await failure(cernDeviceLogin(rest).token());
    expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
    expect(error.message).toContain("cern-auth login --client my-public-app");
  });
});

test("in a browser: with PKCE, back to loopback", async () => {
  const login = cernBrowserLogin({
    ...{ clientId: "my-app", authUrl: `${server.url}/realm`, proxy: false, environment: {}, store: false },
    onUrl: async (url) => {
      expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
        client_id: "my-app",
        response_type: "code",
        code_challenge_method: "S256",
      });
      // What a browser does: it waits for the page that tells how it ended.
      expect(await (await fetch(url)).text()).toContain("Logged in");
    },
  });
  expect((await login.token()).access_token).toBe("token-1");
  expect(forms().at(-1)).toMatchObject({ grant_type: "authorization_code", code: "c-1", code_verifier: expect.any(String) });
});

describe("for another audience", () => {
  test("the token of the log-in is exchanged, and both are kept", async () => {
    const login = cernDeviceLogin(options({ audience: "cmsoms-prod" }));
    expect((await login.token()).access_token).toBe("exchanged-2-cmsoms-prod");
    expect(forms().at(-1)).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      client_id: "my-public-app",
      audience: "cmsoms-prod",
      subject_token: "token-1",
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
    });
    expect(login.description).toBe("the device log-in at CERN, exchanged for cmsoms-prod");
    const count = server.requests.length;
    expect((await cernDeviceLogin(options({ audience: "cmsoms-prod" })).token()).access_token).toBe("exchanged-2-cmsoms-prod");
    expect((await cernDeviceLogin(options({ audience: "other" })).token()).access_token).toBe("exchanged-3-other");
    expect(server.requests).toHaveLength(count + 1);
  });

  test("any token can be exchanged; a refusal names audience and client", async () => {
    const subject = { token: async () => ({ access_token: "mine", token_type: "bearer" }) };
    const { onPrompt: _none, store: _store, ...rest } = options({ clientSecret: "s3cret-value" });
    expect((await cernTokenExchange(subject, { ...rest, audience: "x" }).token()).access_token).toBe("exchanged-1-x");
    expect(forms()[0]).toMatchObject({ client_id: "my-public-app", client_secret: "s3cret-value", subject_token: "mine" });
    await server.stop();
    server = await startServer(() => json({ error: "access_denied", error_description: "not allowed" }, { status: 403 }));
    const error = await failure(cernTokenExchange(subject, { ...rest, authUrl: `${server.url}/realm`, audience: "x" }).token());
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "access_denied" } });
    expect(error.message).toContain('for audience "x", which has to allow this client');
    expect(error.message).not.toContain("mine");
  });
});

describe("log-out", () => {
  test("forgets the tokens and ends the session", async () => {
    await cernDeviceLogin(options({ audience: "a" })).token();
    const { onPrompt: _none, ...rest } = options();
    expect(await cernLogout({ ...rest, audiences: ["a"] })).toEqual({ wasLoggedIn: true, ended: true });
    expect(forms().at(-1)).toEqual({ client_id: "my-public-app", refresh_token: "refresh-1" });
    expect(JSON.parse(await readFile(join(folder, "tokens.json"), "utf8"))).toMatchObject({ tokens: {} });
    // An exchanged token that was not named is worth nothing without the log-in it came from.
    await cernDeviceLogin(options({ audience: "b" })).token();
    await cernLogout(rest);
    expect((await cernDeviceLogin(options({ audience: "b" })).token()).access_token).toBe("exchanged-6-b");
    await cernLogout(rest);
    expect(await cernLogout(rest)).toEqual({ wasLoggedIn: false, ended: false });
  });

  test("forgets them also where the server cannot be reached", async () => {
    await cernDeviceLogin(options()).token();
    await server.stop();
    const { onPrompt: _none, ...rest } = options();
    expect(await cernLogout(rest)).toMatchObject({ wasLoggedIn: true, ended: false, problem: expect.stringContaining("127.0.0.1") });
    expect(JSON.parse(await readFile(join(folder, "tokens.json"), "utf8"))).toMatchObject({ tokens: {} });
  });
});

test("the client comes from the environment at the first use, with its secret; a missing one is named", async () => {
  const { clientId: _id, ...rest } = options({ environment: { SSO_CLIENT_ID: "env-app", SSO_CLIENT_SECRET: "env-secret" } });
  await cernDeviceLogin(rest).token();
  expect(forms()[0]).toMatchObject({ client_id: "env-app", client_secret: "env-secret" });
  const error = await failure(cernDeviceLogin({ ...rest, environment: {} }).token());
  expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
  expect(error.message).toContain("SSO_CLIENT_ID");
  // Of another client: not sent.
  await cernDeviceLogin({ ...rest, clientId: "mine", store: false }).token();
  expect(forms().at(-1)).not.toHaveProperty("client_secret");
});

test("the store's place follows the XDG folders", () => {
  expect(defaultStorePath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/sci-cern-auth/tokens.json");
  expect(defaultStorePath({ XDG_CONFIG_HOME: "relative" })).toMatch(/\.config\/sci-cern-auth\/tokens\.json$/);
});

test.each([
  [{ client: "x" }, /Did you mean "clientId"/],
  [{ audience: "" }, /client id of a service/],
  [{ deadline: 0 }, /deadline/],
  [{ onPrompt: "x" }, /needs onPrompt/],
  [{ authUrl: "http://auth.cern.ch/auth/realms/cern" }, /not sent over plain http/],
])("bad options are refused at once: %j", (given, message) => {
  expect(() => cernDeviceLogin({ ...options(), ...given } as CernDeviceLoginOptions)).toThrowError(message);
});
