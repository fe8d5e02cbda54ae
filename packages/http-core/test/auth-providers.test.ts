import { inspect } from "node:util";
import { expect, test } from "vitest";
import { bearerToken, basicAuth, headerAuth } from "../src/auth/providers.ts";
import { startServer, json } from "../src/testing/index.ts";
import { authRequest } from "./auth-support.ts";
import { getThing, testCore } from "./support.ts";

test("a bearer token goes into the header; white space of its file does not", async () => {
  const provider = bearerToken("  abc.def \n");
  expect(await provider(authRequest())).toEqual({ headers: { authorization: "Bearer abc.def" }, secrets: ["abc.def"] });
  expect(provider.description).toBe("a bearer token");
  expect(inspect(provider, { showHidden: true })).not.toContain("abc.def");
});

test("a function is asked for the token at every attempt", async () => {
  let asked = 0;
  const provider = bearerToken(async () => `token-${++asked}`);
  expect((await provider(authRequest()))?.headers).toEqual({ authorization: "Bearer token-1" });
  expect((await provider(authRequest()))?.headers).toEqual({ authorization: "Bearer token-2" });
});

test.each([
  ["", "MISSING_CREDENTIALS", /bearer token is missing/],
  [undefined as unknown as string, "MISSING_CREDENTIALS", /missing/],
  [42 as unknown as string, "INVALID_ARGUMENT", /must be text/],
  ["Bearer abc", "INVALID_ARGUMENT", /without "Bearer "/],
  ["line1\nsecretvalue", "INVALID_ARGUMENT", /cannot stand in a header/],
])("a bearer token %j is refused where it is given", (token, code, message) => {
  expect(() => bearerToken(token)).toThrowError(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  if (token) expect(() => bearerToken(token)).not.toThrowError(/secretvalue/);
});

test("what a function gives is checked when it is given", async () => {
  await expect(bearerToken(() => "")(authRequest())).rejects.toMatchObject({ code: "MISSING_CREDENTIALS" });
  await expect(bearerToken(() => "a b")(authRequest())).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("basic authentication is in UTF-8 and keeps the password to itself", async () => {
  const provider = basicAuth("jürgen", "pässwörd:1");
  const { headers, secrets } = (await provider(authRequest())) ?? {};
  expect(Buffer.from(String(headers?.["authorization"]).slice(6), "base64").toString("utf8")).toBe("jürgen:pässwörd:1");
  expect(secrets).toContain("pässwörd:1");
  expect(provider.description).toBe("the password of jürgen");
  expect(() => basicAuth("a:b", "x")).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => basicAuth("", "x")).toThrowError(expect.objectContaining({ code: "MISSING_CREDENTIALS" }));
  expect(() => basicAuth("a", "")).toThrowError(expect.objectContaining({ code: "MISSING_CREDENTIALS" }));
});

test("a header of its own", async () => {
  expect(await headerAuth("X-API-Key", "k-123")(authRequest())).toEqual({ headers: { "x-api-key": "k-123" }, secrets: ["k-123"] });
  expect(() => headerAuth("x key", "k")).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => headerAuth("x-key", "a\r\nb: c")).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  expect(() => headerAuth("x-key", "")).toThrowError(expect.objectContaining({ code: "MISSING_CREDENTIALS" }));
});

test("over the wire: the header arrives, and a refusal that quotes the secret shows it nowhere", async () => {
  const server = await startServer((request) =>
    request.headers["authorization"] === "Bearer good-token-value"
      ? json({ id: 1 })
      : json({ message: `bad ${request.headers["x-api-key"] ?? ""} ${request.headers["authorization"] ?? ""}` }, { status: 401 }),
  );
  try {
    expect(await testCore(server.url, { auth: bearerToken("good-token-value") }).request(getThing, { id: 1 })).toEqual({ id: 1 });
    const error: unknown = await testCore(server.url, { auth: headerAuth("x-api-key", "key-value-123") })
      .request(getThing, { id: 1 })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED" });
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("key-value-123");
  } finally {
    await server.stop();
  }
});
