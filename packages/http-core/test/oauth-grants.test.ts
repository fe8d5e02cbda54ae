import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import {
  clientCredentials,
  clientCredentialsToken,
  exchangedToken,
  refreshedToken,
  tokenExchange,
  type OAuthOptions,
} from "../src/oauth/index.ts";
import { createCa, html, json, redirect, reset, silence, startServer, text, type TestServer } from "../src/testing/index.ts";
import { authRequest } from "./auth-support.ts";
import { failure, getThing, testCore } from "./support.ts";

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

const answer = { access_token: "access-token-1", token_type: "Bearer", expires_in: 1200, "not-before-policy": 0, scope: "" };

function options(server: TestServer, given: OAuthOptions = {}): OAuthOptions {
  return {
    tokenEndpoint: `${server.url}/token`,
    clientId: "my-client_1",
    clientSecret: "client-secret-1",
    proxy: false,
    retry: { baseDelay: 1, maxDelay: 5 },
    ...given,
  };
}

const formOf = (server: TestServer, index = 0): Record<string, string> => Object.fromEntries(server.requests[index]?.form ?? []);

describe("client credentials", () => {
  test("in a Basic header, with audience, scope and further parameters", async () => {
    const server = await serve(() => json(answer));
    const token = await clientCredentialsToken(
      options(server, { audience: "my-service", scope: ["a", "b"], parameters: { resource: "x y" } }),
      { now: () => 1_000_000 },
    );
    expect(token).toEqual({
      access_token: "access-token-1",
      token_type: "bearer",
      scope: "",
      "not-before-policy": 0,
      obtained_at: 1_000_000,
      expires_at: 2_200_000,
    });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", path: "/token" });
    expect(request?.headers["authorization"]).toBe(`Basic ${Buffer.from("my-client_1:client-secret-1").toString("base64")}`);
    expect(request?.headers["content-type"]).toContain("application/x-www-form-urlencoded");
    expect(formOf(server)).toEqual({ grant_type: "client_credentials", audience: "my-service", scope: "a b", resource: "x y" });
  });

  test("in the form", async () => {
    const server = await serve(() => json(answer));
    await clientCredentialsToken(options(server, { method: "form", clientSecret: "s&c=r t+ü", audience: "a b&c" }));
    expect(server.requests[0]?.headers["authorization"]).toBeUndefined();
    expect(formOf(server)).toEqual({
      grant_type: "client_credentials",
      client_id: "my-client_1",
      client_secret: "s&c=r t+ü",
      audience: "a b&c",
    });
  });

  test("characters that would make Basic ambiguous are form-encoded, as RFC 6749 says, unless the server does not decode them", async () => {
    const server = await serve(() => json(answer));
    await clientCredentialsToken(options(server, { clientId: "app:with:colon", clientSecret: "s&c=r t+ü" }));
    const sent = Buffer.from(String(server.requests[0]?.headers["authorization"]).slice(6), "base64").toString("latin1");
    expect(sent).toBe("app%3Awith%3Acolon:s%26c%3Dr+t%2B%C3%BC");
    await clientCredentialsToken(options(server, { clientId: "an app", clientSecret: "s&c=r:t+", method: "basic-plain" }));
    const plain = Buffer.from(String(server.requests[1]?.headers["authorization"]).slice(6), "base64").toString("latin1");
    expect(plain).toBe("an app:s&c=r:t+");
  });

  test("the token endpoint is looked up at the issuer", async () => {
    const server = await serve({
      "GET /realm/.well-known/openid-configuration": ({ origin }) =>
        json({ issuer: `${origin}/realm`, token_endpoint: `${origin}/realm/t` }),
      "POST /realm/t": json(answer),
    });
    const { tokenEndpoint: _none, ...rest } = options(server);
    expect(await clientCredentialsToken({ ...rest, issuer: `${server.url}/realm` })).toMatchObject({ access_token: "access-token-1" });
  });

  test("an issuer that calls itself otherwise is refused", async () => {
    const server = await serve({
      "GET /realm/.well-known/openid-configuration": ({ origin }) =>
        json({ issuer: "https://evil.invalid", token_endpoint: `${origin}/t` }),
    });
    const { tokenEndpoint: _none, ...rest } = options(server);
    const error = await failure(clientCredentialsToken({ ...rest, issuer: `${server.url}/realm` }));
    expect(error).toMatchObject({ code: "INVALID_RESPONSE" });
    expect(error.message).toContain('"issuer"');
    expect(server.requests).toHaveLength(1);
  });

  test("missing credentials are named before anything is sent", async () => {
    const server = await serve(() => json(answer));
    for (const missing of ["clientId", "clientSecret"] as const) {
      for (const value of [undefined, ""]) {
        const { [missing]: _gone, ...rest } = options(server, { help: "Set THE_VARIABLE." });
        const error = await failure(clientCredentialsToken(value === undefined ? rest : { ...rest, [missing]: value }));
        expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
        expect(error.message).toContain(missing === "clientId" ? "client id" : "client secret");
        expect(error.message).toContain("Set THE_VARIABLE.");
      }
    }
    expect(server.requests).toHaveLength(0);
  });

  test("what a server leaves out is lenient: no token type, expires_in as text, no content type", async () => {
    const server = await serve(() => ({ body: JSON.stringify({ access_token: "t", expires_in: "60" }) }));
    expect(await clientCredentialsToken(options(server), { now: () => 0 })).toMatchObject({ token_type: "bearer", expires_at: 60_000 });
  });
});

describe("what servers answer instead of a token", () => {
  test("a refusal is quoted, with what to do, without the secret, and not repeated", async () => {
    const server = await serve(() =>
      json(
        { error: "invalid_client", error_description: "Wrong secret client-secret-1" },
        { status: 401, headers: { "www-authenticate": 'Basic realm="x"' } },
      ),
    );
    const error = await failure(clientCredentialsToken(options(server, { name: "CERN", help: "See the portal." })));
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "invalid_client" } });
    expect(error.message).toBe(
      "CERN gave no token: invalid_client: Wrong secret ***. Check the client id and the client secret. See the portal.",
    );
    expect(inspect(error, { depth: 9 })).not.toContain("client-secret-1");
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [
      "a web page",
      html("<html><title>Welcome to SSO</title></html>"),
      "NOT_JSON",
      /answered 200 with the web page "Welcome to SSO" where a token is due.*right address/,
    ],
    ["garbage", text("%%%"), "NOT_JSON", /answered 200 with "%%%"/],
    ["nothing", text(""), "NOT_JSON", /an empty answer/],
    ["JSON without a token", json({ hello: 1 }), "INVALID_RESPONSE", /access_token/],
    ["an error with status 200", json({ error: "odd" }), "NOT_AUTHENTICATED", /gave no token: odd/],
    ["not found", text("no such page", { status: 404 }), "HTTP_STATUS", /404 .*Is http:\/\/127.0.0.1:\d+\/token the right address/],
    ["a bare 401", text("", { status: 401 }), "NOT_AUTHENTICATED", /401/],
    ["a redirect", redirect("/elsewhere?token=abcdefgh"), "REDIRECT", /Secrets do not follow redirects/],
    ["a strange token type", json({ access_token: "t", token_type: "mac" }), "INVALID_RESPONSE", /./],
  ])("%s", async (_name, reply, code, message) => {
    const server = await serve(() => reply);
    const error = await failure(clientCredentialsToken(options(server)));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("abcdefgh");
    expect(server.requests).toHaveLength(1);
  });

  test("connection faults and 5xx are tried three times", async () => {
    const replies = [reset(), html("<title>down</title>", { status: 503 }), json(answer)];
    const server = await serve(() => replies.shift() ?? json(answer));
    expect(await clientCredentialsToken(options(server))).toMatchObject({ access_token: "access-token-1" });
    expect(server.requests).toHaveLength(3);

    const dead = await serve(() => html("<title>down</title>", { status: 503 }));
    const error = await failure(clientCredentialsToken(options(dead)));
    expect(error).toMatchObject({ code: "UNAVAILABLE", status: 503 });
    expect(error.message).toContain('the web page "down"');
    expect(dead.requests).toHaveLength(3);
  });

  test("Retry-After is kept to, and fails at once beyond the limit", async () => {
    const server = await serve(() => text("slow down", { status: 429, headers: { "retry-after": "3600" } }));
    const error = await failure(clientCredentialsToken(options(server, { timeout: { total: 60_000 } })));
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfter: 3_600_000 });
    expect(server.requests).toHaveLength(1);
  });

  test("no server, and one that never answers", async () => {
    const server = await serve(() => silence());
    expect(await failure(clientCredentialsToken(options(server, { timeout: { idle: 20 }, retry: { attempts: 1 } })))).toMatchObject({
      code: "TIMEOUT",
    });
    expect(await failure(clientCredentialsToken(options(server, { timeout: { total: 20 } })))).toMatchObject({ code: "TIMEOUT" });
    const signal = AbortSignal.timeout(20);
    expect(await failure(clientCredentialsToken(options(server), { signal }))).toMatchObject({ code: "ABORTED" });
    const gone = options(server, { retry: { attempts: 1 } });
    await server.stop();
    expect(await failure(clientCredentialsToken(gone))).toMatchObject({ code: "NETWORK" });
  });
});

describe("how the server is reached", () => {
  test("plain http off loopback is refused unless it is allowed", async () => {
    const given = { clientId: "a", clientSecret: "b", tokenEndpoint: "http://sso.invalid/token" };
    expect(await failure(clientCredentialsToken(given))).toMatchObject({ code: "INSECURE" });
    expect(() => clientCredentials(given)).toThrowError(expect.objectContaining({ code: "INSECURE" }));
    expect(() => clientCredentials({ ...given, allowInsecureHttp: true })).not.toThrow();
  });

  test("an issuer cannot lead to plain http either", async () => {
    const server = await serve({
      "GET /.well-known/openid-configuration": ({ origin }) => json({ issuer: `${origin}/`, token_endpoint: "http://sso.invalid/token" }),
    });
    const { tokenEndpoint: _none, ...rest } = options(server);
    expect(await failure(clientCredentialsToken({ ...rest, issuer: `${server.url}/` }))).toMatchObject({ code: "INSECURE" });
  });

  test("with a CA of its own; without it the certificate is refused", async () => {
    const ca = await createCa();
    const server = await serve(() => json(answer), { tls: ca.issue({ commonName: "localhost" }) });
    expect(await clientCredentialsToken(options(server, { tls: { ca: ca.cert } }))).toMatchObject({ access_token: "access-token-1" });
    expect(await failure(clientCredentialsToken(options(server)))).toMatchObject({ code: "TLS" });
    expect(server.requests).toHaveLength(1);
  });

  test("the call that needs the token goes over the same connection, also where both have settings of their own", async () => {
    for (const given of [{}, { timeout: { connect: 5000 }, sameConnection: true }]) {
      const server = await serve(({ path }) => json(path === "/token" ? answer : { id: 7 }));
      const { proxy: _environment, ...rest } = options(server, given);
      const core = testCore(server.url, { auth: clientCredentials(rest), proxy: false });
      expect(await core.request(getThing, { id: 7 })).toMatchObject({ id: 7 });
      expect(server.requests.map(({ path }) => path)).toEqual(["/token", "/things/7"]);
      expect(server.connections).toBe(1);
      await core.close();
    }
  });

  test("through the connection of the client that asks, unless it has settings of its own", async () => {
    const server = await serve({ "POST /token": json(answer), "GET /things/1": json({ id: 1 }) });
    const { proxy: _none, ...rest } = options(server);
    const auth = clientCredentials(rest);
    let sent = 0;
    await auth(
      authRequest({
        send: async (request) => {
          sent++;
          const { createTransport } = await import("#transport");
          return createTransport({ proxy: false }).send({ idleTimeout: 1000, ...request });
        },
      }),
    );
    expect(sent).toBe(1);
    expect(await testCore(server.url, { auth: clientCredentials(rest) }).request(getThing, { id: 1 })).toEqual({ id: 1 });
    expect(server.requests.at(-1)?.headers["authorization"]).toBe("Bearer access-token-1");
  });

  test.each([
    [{ clientid: "a", tokenEndpoint: "https://a.invalid" }, /Did you mean "clientId"/],
    [{ clientId: "a" }, /needs the issuer or the tokenEndpoint/],
    [{ clientId: "a", tokenEndpoint: "nonsense" }, /tokenEndpoint must be an http or https URL/],
    [{ clientId: "a", tokenEndpoint: "https://a.invalid", method: "post" }, /method must be "basic" or "form"/],
    [{ clientId: "a", tokenEndpoint: "https://a.invalid", timeout: { totl: 1 } }, /Did you mean "total"/],
  ])("options are checked: %j", (given, message) => {
    expect(() => clientCredentials(given as OAuthOptions)).toThrowError(message);
  });
});

describe("refresh and exchange", () => {
  test("a rotated refresh token comes back, else the old one stays", async () => {
    const replies = [json({ ...answer, refresh_token: "refresh-2" }), json(answer)];
    const server = await serve(() => replies.shift() ?? json(answer));
    const given = options(server, { method: "form", scope: "openid", audience: "not-asked-again" });
    expect(await refreshedToken(given, "refresh-1")).toMatchObject({ refresh_token: "refresh-2" });
    expect(await refreshedToken(given, "refresh-2")).toMatchObject({ refresh_token: "refresh-2" });
    expect(formOf(server)).toEqual({
      grant_type: "refresh_token",
      refresh_token: "refresh-1",
      client_id: "my-client_1",
      client_secret: "client-secret-1",
    });
  });

  test("a refresh token that has ended says so, and is not shown", async () => {
    const server = await serve(() => json({ error: "invalid_grant", error_description: "refresh-value-1 is stale" }, { status: 400 }));
    const error = await failure(refreshedToken(options(server), "refresh-value-1"));
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "invalid_grant" } });
    expect(error.message).toContain("Log in again.");
    expect(inspect(error, { depth: 9 })).not.toContain("refresh-value-1");
  });

  test("token exchange (RFC 8693), of a public client", async () => {
    const server = await serve(() =>
      json({ ...answer, token_type: "N_A", issued_token_type: "urn:ietf:params:oauth:token-type:access_token" }),
    );
    const { clientSecret: _none, ...rest } = options(server, { audience: "cmsoms-prod" });
    expect(await exchangedToken(rest, "subject-token")).toMatchObject({ access_token: "access-token-1" });
    expect(formOf(server)).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      client_id: "my-client_1",
      subject_token: "subject-token",
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      requested_token_type: "urn:ietf:params:oauth:token-type:access_token",
      audience: "cmsoms-prod",
    });
    const provider = tokenExchange(rest, { token: () => Promise.resolve({ access_token: "from-provider", token_type: "bearer" }) });
    await provider.token();
    expect(formOf(server, 1)).toMatchObject({ subject_token: "from-provider" });
    const refusing = await serve(() => json({ error: "invalid_target", error_description: "no such audience" }, { status: 400 }));
    const error = await failure(exchangedToken({ ...options(refusing), audience: "x" }, "subject-token"));
    expect(error.message).toContain("Check the audience.");
  });
});
