import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileTokenStore } from "@sci/http-core/node";
import { json, refusal, silence, silent, startProxy, startServer } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { createMyMdc, type MyMdcOptions } from "../src/index.ts";
import { settle } from "../src/options.ts";
import { alone, token } from "./support/replayed.ts";
import { serving } from "./support/serving.ts";

const credentials = { clientId: "a client", clientSecret: "s3cr:t" };
const grant = { "POST oauth/token": json({ access_token: "granted", token_type: "Bearer", expires_in: 7200 }) };

describe("addresses and names", () => {
  test("options go before variables, variables before defaults; slashes at the end do not matter", () => {
    const environment = { MYMDC_URL: "http://127.0.0.1:1/variable/", MYMDC_TOKEN_URL: "http://127.0.0.1:1/token" };
    const of = (options: MyMdcOptions, variables = {}) => {
      const { baseUrl, core, credentials: asked } = settle(options, variables);
      return [baseUrl, core.baseUrl, asked.tokenUrl];
    };
    expect(of({})).toEqual(["https://in.xfel.eu/metadata", "https://in.xfel.eu/metadata/api", "https://in.xfel.eu/metadata/oauth/token"]);
    expect(of({}, { MYMDC_URL: "" })).toEqual(of({}));
    expect(of({}, environment)).toEqual(["http://127.0.0.1:1/variable", "http://127.0.0.1:1/variable/api", "http://127.0.0.1:1/token"]);
    expect(of({ baseUrl: "http://h/m///" })).toEqual(["http://h/m", "http://h/m/api", "http://h/m/oauth/token"]);
    expect(of({ apiUrl: "http://a/m/api/" }, { MYMDC_URL: "http://v/m" })).toEqual([
      "http://a/m",
      "http://a/m/api",
      "http://a/m/oauth/token",
    ]);
    const all = { baseUrl: "http://h/m", apiUrl: "http://a/api/", tokenUrl: "http://t/token" };
    expect(of(all, environment)).toEqual(["http://h/m", "http://a/api", "http://t/token"]);
  });

  test("who the client is comes from options or variables", () => {
    const variables = { MYMDC_CLIENT_ID: "v", MYMDC_CLIENT_SECRET: "w", MYMDC_USER_EMAIL: "v@example.org" };
    const fromVariables = settle({}, variables);
    expect(fromVariables.credentials).toMatchObject({ clientId: "v", clientSecret: "w" });
    expect(fromVariables.core.headers).toMatchObject({ "x-user-email": "v@example.org" });
    expect(settle({ ...credentials, userEmail: "o@example.org" }, variables).credentials).toMatchObject(credentials);
    expect(settle({ userEmail: "o@example.org" }, variables).core.headers).toMatchObject({ "x-user-email": "o@example.org" });
    expect(settle({ userEmail: "" }, variables).core.headers).not.toHaveProperty("x-user-email");
  });

  test("what is misspelt or does not fit is refused when the client is made", async () => {
    for (const options of [
      { baseURL: "http://127.0.0.1:1" },
      { baseUrl: 7 },
      { baseUrl: "ftp://h" },
      { tokenUrl: "token" },
      { userEmail: "a@example.org\r\nx: y" },
      { token: { access_token: "" } },
      { token: { access_token: "a", expires_at: "soon" } },
      { token: { access_token: "a", expires_at: null } },
      { token: { access_token: "a", token_type: "mac" } },
      { token: { access_tokn: "a" } },
      { token, store: {} },
      { timeout: { idle: -1 } },
      { retry: { attemps: 1 } },
    ])
      await refusal(() => createMyMdc(options as never));
    expect(() => createMyMdc({ clientID: "x" } as never)).toThrow(/clientId/);
  });
});

describe("what goes with a call", () => {
  test("the headers of the service, and the e-mail address where there is one", async () => {
    await serving({ "GET me": json({ id: 5 }) }, async ({ mdc, server }) => {
      await mdc.users.me({ headers: { "x-trace": "1" } });
      expect(server.requests[0]?.headers).toMatchObject({
        accept: "application/json; version=1",
        authorization: `Bearer ${token.access_token}`,
        "x-trace": "1",
      });
      expect(server.requests[0]?.headers["user-agent"]).toContain("sci-mymdc/");
      expect(server.requests[0]?.headers).not.toHaveProperty("x-user-email");
    });
    await serving(
      { "GET me": json({ id: 5 }) },
      async ({ mdc, server }) => {
        await mdc.users.me();
        expect(server.requests[0]?.headers).toMatchObject({ "x-user-email": "user@example.org", "x-more": "2" });
      },
      { userEmail: "user@example.org", headers: { "x-more": "2" } },
    );
  });

  test("client id and secret ask for a token once, however many calls wait for it", async () => {
    const server = await startServer({ "POST /metadata/oauth/token": grant["POST oauth/token"], "GET /metadata/api/me": json({ id: 5 }) });
    await alone(async () => {
      const mdc = createMyMdc({ baseUrl: `${server.url}/metadata`, ...credentials, logger: silent });
      await Promise.all([mdc.users.me(), mdc.users.me(), mdc.users.me()]);
      const [first, ...calls] = server.requests;
      expect(first?.headers).toMatchObject({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
      expect(first?.form).toEqual([["grant_type", "client_credentials"]]);
      expect(Buffer.from(first?.headers["authorization"]?.replace("Basic ", "") ?? "", "base64").toString()).toBe("a client:s3cr:t");
      expect(calls.map(({ headers }) => headers["authorization"])).toEqual(Array(3).fill("Bearer granted"));
      await mdc.close();
      await refusal(() => mdc.users.me());
    });
    await server.stop();
  });

  test("the token comes over the connection that the call then takes, with settings of its own, too", async () => {
    const server = await startServer({ "POST /metadata/oauth/token": grant["POST oauth/token"], "GET /metadata/api/me": json({ id: 5 }) });
    await alone(async () => {
      for (const [index, timeout] of [{}, { connect: 5000 }].entries()) {
        const mdc = createMyMdc({ baseUrl: `${server.url}/metadata`, ...credentials, timeout });
        await mdc.users.me();
        expect(server.connections).toBe(index + 1);
        await mdc.close();
      }
    });
    await server.stop();
  });

  test("another provider of credentials is taken in place of them, or none", () =>
    serving(
      { "GET me": json({ id: 5 }) },
      async ({ mdc, server }) => {
        await mdc.users.me();
        expect(server.requests[0]?.headers["authorization"]).toBe("Bearer mine");
      },
      { auth: () => ({ headers: { authorization: "Bearer mine" } }) },
    ));

  test("a server on this machine is asked without, where nothing is set", async () => {
    const server = await startServer({ "GET /metadata/api/me": json({ id: 5 }) });
    await alone(async () => {
      const mdc = createMyMdc({ baseUrl: `${server.url}/metadata` });
      expect((await mdc.users.me()).id).toBe(5);
      await refusal(() => mdc.token(), "MISSING_CREDENTIALS");
      const half = createMyMdc({ baseUrl: `${server.url}/metadata`, clientId: "only" });
      expect((await refusal(() => half.users.me(), "MISSING_CREDENTIALS")).message).toContain("MYMDC_CLIENT_SECRET");
      await Promise.all([mdc.close(), half.close()]);
    });
    await server.stop();
  });
});

describe("tokens that are shared", () => {
  test("a token is passed in and read out", () =>
    serving(
      { "GET me": json({ id: 5 }) },
      async ({ mdc, server }) => {
        expect(await mdc.token()).toEqual(token);
        await mdc.users.me();
        expect(server.requests).toHaveLength(1);
      },
      credentials,
    ));

  test("a store keeps it for other processes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mymdc-"));
    const server = await startServer({ "POST /metadata/oauth/token": grant["POST oauth/token"], "GET /metadata/api/me": json({ id: 5 }) });
    await alone(async () => {
      for (let process = 0; process < 2; process++) {
        const store = fileTokenStore({ path: join(folder, "tokens.json") });
        const mdc = createMyMdc({ baseUrl: `${server.url}/metadata`, ...credentials, store });
        await mdc.users.me();
        await mdc.close();
      }
    });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    await server.stop();
    await rm(folder, { recursive: true });
  });
});

describe("the connection", () => {
  test("time limits hold for tokens and calls", async () => {
    const held = await startServer(() => silence());
    await alone(async () => {
      const at = { baseUrl: `${held.url}/metadata`, timeout: { total: 200 }, logger: silent };
      const waiting = createMyMdc({ ...at, token });
      await refusal(() => waiting.users.me(), "TIMEOUT");
      const asking = createMyMdc({ ...at, ...credentials });
      await refusal(() => asking.users.me(), "TIMEOUT");
      await Promise.all([waiting.close(), asking.close()]);
    });
    await held.stop();
  });

  test("retries hold for tokens and calls", async () => {
    let failures = 0;
    const later = (answer: ReturnType<typeof json>) => () => (failures++ % 2 === 0 ? json({}, { status: 503 }) : answer);
    await serving(
      { "POST oauth/token": later(grant["POST oauth/token"]), "GET me": later(json({ id: 5 })) },
      async ({ mdc, server }) => {
        expect((await mdc.users.me()).id).toBe(5);
        expect(server.requests.map(({ method }) => method)).toEqual(["POST", "POST", "GET", "GET"]);
      },
      { ...credentials, token: { access_token: "old", expires_at: 1 }, retry: { attempts: 2, baseDelay: 0 } },
    );
  });

  test("a proxy is used for tokens and calls", async () => {
    const proxy = await startProxy();
    await serving(
      { ...grant, "GET me": json({ id: 5 }) },
      async ({ mdc }) => {
        await mdc.users.me();
        expect(proxy.requests).toHaveLength(2);
      },
      { ...credentials, token: { access_token: "old", expires_at: 1 }, proxy: proxy.url },
    );
    await proxy.stop();
  });
});
