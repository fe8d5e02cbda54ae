import { inspect } from "node:util";
import { isSciError, redactText, redactUrl, SciError } from "@sci/http-core";
import { describe, expect, test } from "vitest";

test("told apart by a guard that needs no class", async () => {
  const error: unknown = new SciError("NOT_FOUND", "no such run", { service: "thing" });
  expect(isSciError(error)).toBe(true);
  expect(isSciError(error, "NOT_FOUND", "CONFLICT")).toBe(true);
  expect(isSciError(error, "CONFLICT")).toBe(false);
  expect(isSciError(new Error("x"))).toBe(false);
  expect(isSciError(undefined)).toBe(false);
  // A second copy of the package makes another class with the same brand.
  const copyPath = "../src/errors.ts?copy";
  const copy = (await import(/* @vite-ignore */ copyPath)) as typeof import("../src/errors.ts");
  expect(copy.SciError).not.toBe(SciError);
  expect(isSciError(new copy.SciError("TIMEOUT", "late"), "TIMEOUT")).toBe(true);
});

const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImF1ZCI6IngifQ.c2lnbmF0dXJl";

describe("credentials never show", () => {
  const error = new SciError("HTTP_STATUS", `refused Authorization: Bearer ${token} for s3cr3t-word`, {
    url: `https://user:pass@host/x?access_token=abc123&run=1`,
    body: JSON.stringify({ client_secret: "hush-hush", run: 1, note: token }),
    attempts: [{ attempt: 1, duration: 1, message: "password=hunter22 was sent" }],
    secrets: ["s3cr3t-word"],
    cause: new Error("cookie: mod_auth_openidc_session=deadbeef"),
  });
  test.each([
    ["message", error.message],
    ["toJSON", JSON.stringify(error)],
    ["inspect", inspect(error, { depth: 10 })],
    ["inspect within an object", inspect({ wrapped: { error } }, { depth: 10 })],
    ["fields", JSON.stringify({ ...error })],
    ["String", String(error)],
    ["stack", String(error.stack)],
  ])("in %s", (_where, text) => {
    for (const secret of [token, "s3cr3t-word", "user:pass", "abc123", "hush-hush", "hunter22", "deadbeef"])
      expect(text).not.toContain(secret);
  });
  test("while the rest stays readable", () => {
    expect(error.url).toBe("https://***@host/x?access_token=***&run=1");
    expect(error.body).toContain('"run":1');
  });
});

test.each([
  ["Cookie: a=1; b=2", "Cookie: ***"],
  ["token=abc&x=1", "token=***&x=1"],
  ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "***"],
  ['{"refresh_token": "r-1", "expires_in": 300}', '{"refresh_token": "***", "expires_in": 300}'],
  ["run=327600 class=Cosmics18", "run=327600 class=Cosmics18"],
  ["the token endpoint answered 401: invalid_client", "the token endpoint answered 401: invalid_client"],
])("%s → %s", (text, masked) => {
  expect(redactText(text)).toBe(masked);
  expect(redactText(redactText(text))).toBe(masked);
});

test("a secret is masked in every spelling it may stand in", () => {
  const secret = 'p&ss"wörd';
  const masked = redactText(`${secret} ${encodeURIComponent(secret)} ${JSON.stringify(secret)}`, [secret]);
  expect(masked).toBe('*** *** "***"');
  expect(redactUrl(`https://h/x?key=${encodeURIComponent(secret)}#frag`, [], ["key"])).toBe("https://h/x?key=***");
});

test("toJSON is short: no stack, the chain of causes in one line", () => {
  const inner = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const error = new SciError("NETWORK", "no answer", { service: "thing", cause: new TypeError("fetch failed", { cause: inner }) });
  expect(error.toJSON()).toEqual({
    name: "SciError",
    code: "NETWORK",
    message: "no answer",
    service: "thing",
    cause: "fetch failed: connect ECONNREFUSED 127.0.0.1:1",
  });
});
