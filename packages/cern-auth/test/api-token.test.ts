import { inspect } from "node:util";
import { createCore, operation } from "@sci/http-core";
import { createCa, html, json, startServer, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { cernApiToken, type CernApiTokenOptions } from "../src/index.ts";
import { authRequest, failure } from "./support/auth.ts";

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

let issued = 0;
const tokens = () => json({ access_token: `api-token-${++issued}`, expires_in: 1200, token_type: "Bearer" });

function options(server: TestServer, given: Partial<CernApiTokenOptions> = {}): CernApiTokenOptions {
  return {
    audience: "cmsoms-prod",
    clientId: "my-app",
    clientSecret: "my-secret-value",
    authUrl: `${server.url}/auth/realms/cern`,
    proxy: false,
    retry: { baseDelay: 1, maxDelay: 2 },
    environment: {},
    ...given,
  };
}

test("asks the realm's endpoint, with id and secret in the form", async () => {
  issued = 0;
  const server = await serve(tokens);
  const provider = cernApiToken(options(server));
  expect(await provider(authRequest())).toEqual({ headers: { authorization: "Bearer api-token-1" }, secrets: ["api-token-1"] });
  expect(server.requests[0]).toMatchObject({ method: "POST", path: "/auth/realms/cern/api-access/token" });
  expect(Object.fromEntries(server.requests[0]?.form ?? [])).toEqual({
    grant_type: "client_credentials",
    client_id: "my-app",
    client_secret: "my-secret-value",
    audience: "cmsoms-prod",
  });
});

test("id, secret and realm come from the environment, read at the first use", async () => {
  const server = await serve(tokens);
  const environment: Record<string, string> = {};
  const provider = cernApiToken({ audience: "cmsoms-prod", environment, proxy: false });
  expect(await failure(provider.token())).toMatchObject({ code: "MISSING_CREDENTIALS" });
  Object.assign(environment, { SSO_CLIENT_ID: "env-app", SSO_CLIENT_SECRET: "env-secret", CERN_AUTH_URL: `${server.url}/realm/` });
  await provider.token();
  expect(server.requests[0]).toMatchObject({ path: "/realm/api-access/token" });
  expect(Object.fromEntries(server.requests[0]?.form ?? [])).toMatchObject({ client_id: "env-app", client_secret: "env-secret" });
  // What is given goes before the environment.
  await cernApiToken(options(server, { environment })).token();
  expect(Object.fromEntries(server.requests[1]?.form ?? [])).toMatchObject({ client_id: "my-app" });
});

describe("missing credentials", () => {
  test.each([
    [{}, "SSO_CLIENT_ID and SSO_CLIENT_SECRET"],
    [{ SSO_CLIENT_ID: "a" }, "Set SSO_CLIENT_SECRET,"],
    [{ SSO_CLIENT_SECRET: "a", SSO_CLIENT_ID: "" }, "Set SSO_CLIENT_ID,"],
  ])("with %j are named at the first use, before anything is sent", async (environment, message) => {
    const server = await serve(tokens);
    const { clientId: _id, clientSecret: _secret, ...rest } = options(server, { environment });
    const error = await failure(cernApiToken(rest).token());
    expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
    expect(error.message).toContain(message);
    expect(server.requests).toHaveLength(0);
  });
});

test("one token for all calls and all waiters, one more after a 401", async () => {
  issued = 0;
  const sso = await serve(tokens);
  let good = "api-token-1";
  const service = await serve((request) =>
    request.headers["authorization"] === `Bearer ${good}` ? json({ ok: true }) : json({ error: "expired" }, { status: 401 }),
  );
  const get = operation<void, unknown>({ name: "get", method: "GET", path: "/x" });
  const core = createCore(
    { name: "thing", userAgent: "sci-thing/0", baseUrl: service.url },
    { baseUrl: service.url, auth: cernApiToken(options(sso)), proxy: false },
  );
  await Promise.all(Array.from({ length: 10 }, () => core.request(get, undefined)));
  expect(sso.requests).toHaveLength(1);
  good = "api-token-2";
  await Promise.all(Array.from({ length: 10 }, () => core.request(get, undefined)));
  expect(sso.requests).toHaveLength(2);
});

describe("failures", () => {
  test("a refusal names client, audience and endpoint, never the secret", async () => {
    const server = await serve(() =>
      json({ error: "unauthorized_client", error_description: "Invalid client or Invalid client credentials" }, { status: 401 }),
    );
    const error = await failure(cernApiToken(options(server)).token());
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "unauthorized_client" } });
    expect(error.message).toBe(
      "CERN's sign-on gave no token: unauthorized_client: Invalid client or Invalid client credentials. " +
        "Check the client id and the client secret, and that this client may ask for tokens this way. " +
        `Asked at ${server.url}/auth/realms/cern/api-access/token as client "my-app" for audience "cmsoms-prod".`,
    );
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("my-secret-value");
    expect(server.requests).toHaveLength(1);
  });

  test("a log-in page, a server that is down, and one that is not trusted", async () => {
    const page = await serve(() => html("<html><title>CERN Single Sign-On</title></html>"));
    const error = await failure(cernApiToken(options(page)).token());
    expect(error).toMatchObject({ code: "NOT_JSON" });
    expect(error.message).toContain("CERN Single Sign-On");
    const down = await serve(() => html("down", { status: 503 }));
    expect(await failure(cernApiToken(options(down)).token())).toMatchObject({ code: "UNAVAILABLE" });
    expect(down.requests).toHaveLength(3);
    const ca = await createCa();
    const tls = await serve(tokens, { tls: ca.issue({ commonName: "localhost" }) });
    expect(await failure(cernApiToken(options(tls)).token())).toMatchObject({ code: "TLS" });
    expect((await cernApiToken(options(tls, { tls: { ca: ca.cert } })).token()).access_token).toMatch(/^api-token/);
    const gone = options(down);
    await down.stop();
    expect(await failure(cernApiToken(gone).token())).toMatchObject({ code: "NETWORK" });
  });

  test.each([
    [{ clientID: "x" }, /Did you mean "clientId"/],
    [{ audience: "" }, /needs the audience/],
    [{ clientSecret: 5 }, /clientSecret must be text, not number/],
    [{ method: "header" }, /method must be "basic" or "form"/],
    [{ authUrl: "auth.cern.ch" }, /authUrl must be the URL of a realm/],
    [{ authUrl: "https://auth.cern.ch/auth/realms/cern/api-access/token" }, /not the address of one of its endpoints/],
    [{ authUrl: "http://auth.cern.ch/auth/realms/cern" }, /not sent over plain http/],
    [{ renewAhead: -1 }, /renewAhead/],
  ])("bad options are refused at once: %j", (given, message) => {
    expect(() => cernApiToken({ audience: "a", ...given } as CernApiTokenOptions)).toThrowError(message);
  });

  test("a bad address in the environment is named as such", async () => {
    const environment = { SSO_CLIENT_ID: "a", SSO_CLIENT_SECRET: "b", CERN_AUTH_URL: "nonsense" };
    expect((await failure(cernApiToken({ audience: "a", environment }).token())).message).toContain(
      "CERN_AUTH_URL must be the URL of a realm",
    );
  });
});

test("the provider shows its purpose and no secret", async () => {
  const server = await serve(tokens);
  const provider = cernApiToken(options(server));
  const { access_token: token } = await provider.token();
  expect(provider.description).toBe("an API token of CERN's sign-on for cmsoms-prod");
  const shown = inspect(provider, { showHidden: true, depth: 9 }) + JSON.stringify({ ...provider });
  expect(shown).not.toContain("my-secret-value");
  expect(shown).not.toContain(token);
});
