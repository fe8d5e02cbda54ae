import { inspect } from "node:util";
import { operation, type AuthProvider } from "@sci/http-core";
import { json, redirect, startServer, text, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { createThing, failure, getThing, testCore } from "./support.ts";

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function serve(...args: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...args);
  servers.push(server);
  return server;
}

const bearer =
  (token: string): AuthProvider =>
  () => ({ headers: { authorization: `Bearer ${token}` } });

test("the provider is asked for every attempt", async () => {
  let count = 0;
  const server = await serve(({ headers }) => (headers["authorization"] === "Bearer 3" ? json(1) : text("", { status: 503 })));
  const core = testCore(server.url, { auth: () => ({ headers: { authorization: `Bearer ${++count}` } }) });
  await expect(core.request(getThing, { id: 1 })).resolves.toBe(1);
  expect(count).toBe(3);
});

test("a call that is aborted beforehand leaves no rejection behind that nobody handles", async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", listen);
  const auth: AuthProvider = ({ signal }) =>
    new Promise((_resolve, reject) => setImmediate(() => reject((signal.reason ?? new Error("no reason")) as Error)));
  const core = testCore("http://127.0.0.1:9", { auth });
  expect(await failure(core.request(getThing, { id: 1 }, { signal: AbortSignal.abort() }))).toMatchObject({ code: "ABORTED" });
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
});

describe("401", () => {
  test("is answered by one new token, for a POST too", async () => {
    const asked: (string | undefined)[] = [];
    const server = await serve(({ headers }) => (headers["authorization"] === "Bearer new" ? json(1) : json({}, { status: 401 })));
    const auth: AuthProvider = ({ rejected }) => {
      asked.push(rejected?.headers?.["authorization"]);
      return { headers: { authorization: rejected === undefined ? "Bearer old" : "Bearer new" } };
    };
    await expect(testCore(server.url, { auth }).request(createThing, { name: "a" })).resolves.toBe(1);
    expect(asked).toEqual([undefined, "Bearer old"]);
  });

  test("twice is an error that helps", async () => {
    const server = await serve(() => json({ error: "invalid_token", error_description: "Token is expired" }, { status: 401 }));
    const error = await failure(
      testCore(server.url, { auth: bearer("abcdefgh") }, { signInHelp: "Set THING_TOKEN." }).request(getThing, { id: 1 }),
    );
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", status: 401 });
    expect(error.message).toContain("Token is expired");
    expect(error.message).toContain("Set THING_TOKEN.");
    // A fixed token is not tried twice.
    expect(server.requests).toHaveLength(1);
    let count = 0;
    const renewing = testCore(server.url, { auth: () => ({ headers: { authorization: `Bearer fresh-${++count}` } }) });
    expect(await failure(renewing.request(getThing, { id: 1 }))).toMatchObject({ code: "NOT_AUTHENTICATED" });
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    ["a redirect to the log-in", () => redirect("/oauth2/start", 302)],
    ["the log-in's page", () => text("<html><title>Log in</title>", { headers: { "content-type": "text/html" } })],
  ])("in the form of %s brings a new token where the old one was good before", async (_what, refusal) => {
    let good = "Bearer old";
    const server = await serve(({ headers }) => (headers["authorization"] === good ? json(1) : refusal()));
    const auth: AuthProvider = ({ rejected }) => ({ headers: { authorization: rejected === undefined ? "Bearer old" : "Bearer new" } });
    const core = testCore(server.url, { auth });
    await core.request(createThing, { name: "a" });
    good = "Bearer new";
    await expect(core.request(createThing, { name: "b" })).resolves.toBe(1);
    expect(server.requests).toHaveLength(3);
    // Credentials that were never good are not asked for twice.
    expect(await failure(testCore(server.url, { auth }).request(createThing, { name: "c" }))).toMatchObject({ code: "NOT_AUTHENTICATED" });
    expect(server.requests).toHaveLength(4);
  });

  test("stays the error where no new token is to be had", async () => {
    const server = await serve(() => json({ error: "invalid_token" }, { status: 401 }));
    const auth: AuthProvider = ({ rejected }) => {
      if (rejected !== undefined) throw new Error("the token endpoint is down");
      return { headers: { authorization: "Bearer old-token" } };
    };
    expect(await failure(testCore(server.url, { auth }).request(getThing, { id: 1 }))).toMatchObject({
      code: "NOT_AUTHENTICATED",
      status: 401,
    });
  });

  test("that the service explains itself is final", async () => {
    const server = await serve(() => json({ message: "not in the e-group" }, { status: 401 }));
    const core = testCore(
      server.url,
      { auth: bearer("abcdefgh") },
      {
        failure: ({ status, data }) =>
          status === 401 && typeof data === "object" ? { code: "FORBIDDEN", message: (data as { message: string }).message } : undefined,
      },
    );
    expect(await failure(core.request(getThing, { id: 1 }))).toMatchObject({ code: "FORBIDDEN", message: "not in the e-group" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("credentials stay at their origin", () => {
  test("a redirect to another origin is followed without them", async () => {
    const other = await serve(() => json({ from: "other" }));
    const server = await serve(() => redirect(`${other.url}/moved`, 302));
    const core = testCore(server.url, { auth: bearer("abcdefgh") });
    await expect(core.request(getThing, { id: 1 })).resolves.toEqual({ from: "other" });
    expect(other.requests[0]?.headers["authorization"]).toBeUndefined();
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer abcdefgh");
  });

  test("a redirect to a trusted origin, or within the same one, keeps them", async () => {
    const other = await serve(({ path }) => (path === "/first" ? redirect("/second", 307) : json(1)));
    const server = await serve(() => redirect(`${other.url}/first`, 307));
    await testCore(server.url, { auth: bearer("abcdefgh"), trustedOrigins: [other.url] }).request(
      { ...createThing, repeatable: true },
      { name: "a" },
    );
    expect(other.requests.map(({ method, path, headers }) => [method, path, headers["authorization"]])).toEqual([
      ["POST", "/first", "Bearer abcdefgh"],
      ["POST", "/second", "Bearer abcdefgh"],
    ]);
  });

  test("a body does not follow to a foreign origin", async () => {
    const other = await serve(() => json(1));
    const server = await serve(() => redirect(`${other.url}/x`, 307));
    expect(await failure(testCore(server.url).request(createThing, { name: "a" }))).toMatchObject({ code: "REDIRECT" });
    expect(other.requests).toHaveLength(0);
  });

  test("plain http off loopback gets none, and nothing is sent", async () => {
    const core = testCore("http://thing.example.invalid", { auth: bearer("abcdefgh") });
    const error = await failure(core.request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "INSECURE" });
    expect(error.message).toContain("allowInsecureHttp");
  });
});

describe("redirects", () => {
  test.each(["/oauth2/start?rd=%2Fx", "https://auth.cern.ch/auth/realms/cern/protocol/openid-connect/auth?client_id=x", "/login"])(
    "to %s means: not authenticated",
    async (location) => {
      const server = await serve(() => redirect(location, 302));
      const error = await failure(
        testCore(server.url, {}, { signInHelp: "Set THING_TOKEN." }).request({ ...createThing, repeatable: true }, { name: "a" }),
      );
      expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", status: 302 });
      expect(error.message).toContain("Set THING_TOKEN.");
      expect(server.requests).toHaveLength(1);
    },
  );

  test("to a log-in ends a download too: the page is never taken for the data", async () => {
    const server = await serve(({ path }) => (path === "/sso/login" ? text("<html>log in</html>") : redirect("/sso/login", 302)));
    const download = operation<void, Uint8Array>({ name: "file", method: "GET", path: "/file", accept: "bytes" });
    expect(await failure(testCore(server.url).request(download, undefined))).toMatchObject({ code: "NOT_AUTHENTICATED" });
  });

  test("a POST is not turned into a GET behind the caller's back", async () => {
    const server = await serve(() => redirect("/elsewhere", 302));
    expect(await failure(testCore(server.url).request(createThing, { name: "a" }))).toMatchObject({ code: "REDIRECT" });
    expect(server.requests).toHaveLength(1);
  });

  test("in a circle end with an error", async () => {
    const server = await serve(() => redirect("/again", 302));
    const error = await failure(testCore(server.url).request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "REDIRECT" });
    expect(server.requests).toHaveLength(6);
  });

  test("without a usable Location are told", async () => {
    const server = await serve(() => text("", { status: 302 }));
    expect(await failure(testCore(server.url).request(getThing, { id: 1 }))).toMatchObject({ code: "REDIRECT", status: 302 });
  });
});

describe("no credential in any error", () => {
  const secret = "tok-0123456789";
  test.each([
    ["echoed by the server", () => json({ message: `bad token ${secret}` }, { status: 403 })],
    ["in a final 503", () => text(`no: ${secret}`, { status: 503 })],
    ["in a page", () => text(`<html>${secret}`, { headers: { "content-type": "text/html" } })],
    ["in bad JSON", () => text(`{${secret}`)],
  ])("%s", async (_name, reply) => {
    const server = await serve(reply);
    const session = operation<{ sessionId: string }, unknown>({
      name: "s",
      method: "GET",
      path: "/catalogue/{sessionId}",
      secretParams: ["sessionId"],
    });
    const error = await failure(testCore(server.url, { auth: bearer(secret) }).request(session, { sessionId: "session-abcdef" }));
    const everything = inspect(error, { depth: 10, showHidden: true }) + JSON.stringify(error) + error.message + String(error.stack);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain("session-abcdef");
  });
});

test("a provider that fails ends the call with its own error and the service's help", async () => {
  const server = await serve(() => json(1));
  const core = testCore(server.url, { auth: () => Promise.reject(new Error("vault is sealed")) });
  expect(await failure(core.request(getThing, { id: 1 }))).toMatchObject({
    code: "NOT_AUTHENTICATED",
    message: "Could not get credentials for thing: vault is sealed",
  });
  expect(server.requests).toHaveLength(0);
});

test("a provider that hangs is bounded by the call's limit", async () => {
  const server = await serve(() => json(1));
  const core = testCore(server.url, { auth: () => new Promise(() => undefined) });
  expect(await failure(core.request(getThing, { id: 1 }, { timeout: { total: 100 } }))).toMatchObject({ code: "TIMEOUT" });
});
