import { describe, expect, test } from "vitest";
import { explainToken } from "../src/index.ts";

const now = Date.parse("2026-06-01T12:00:00Z");
const seconds = now / 1000;

function jwt(claims: object, header: object = { alg: "RS256", typ: "JWT" }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;
}

const claims = {
  iss: "https://auth.cern.ch/auth/realms/cern",
  sub: "ada",
  preferred_username: "ada",
  azp: "my-app",
  aud: ["cmsoms-prod", "account"],
  scope: "openid profile",
  cern_roles: ["default-role"],
  iat: seconds - 100,
  exp: seconds + 1100,
};

test("says what a token says", () => {
  expect(
    explainToken(`Bearer ${jwt(claims)}\n`, {
      now,
      audience: "cmsoms-prod",
      scope: "openid",
      issuer: "https://auth.cern.ch/auth/realms/cern/",
    }),
  ).toEqual({
    issuer: claims.iss,
    subject: "ada",
    username: "ada",
    client: "my-app",
    audiences: ["cmsoms-prod", "account"],
    scopes: ["openid", "profile"],
    roles: ["default-role"],
    issuedAt: new Date(now - 100_000),
    notBefore: undefined,
    expiresAt: new Date(now + 1_100_000),
    expiresIn: 1_100_000,
    algorithm: "RS256",
    problems: [],
    claims,
  });
});

describe("names what is wrong", () => {
  test.each([
    [
      "another audience",
      claims,
      { audience: "cmsrunregistry-sso-proxy" },
      /for "cmsoms-prod", "account", not for "cmsrunregistry-sso-proxy"\. Ask for one/,
    ],
    ["no audience", { ...claims, aud: undefined }, { audience: "x" }, /for no audience, not for "x"/],
    ["the client taken for an audience", { ...claims, aud: "account" }, { audience: "my-app" }, /given to the client "my-app" itself/],
    ["a scope", claims, { scope: "openid storage.stage:/" }, /lacks the scope storage\.stage:\/; it has openid profile/],
    ["the issuer", claims, { issuer: "https://keycloak-qa.cern.ch/auth/realms/cern" }, /not from https:\/\/keycloak-qa/],
    [
      "its end",
      { ...claims, iat: seconds - 1500, exp: seconds - 300 },
      {},
      /ended at 2026-06-01T11:55:00.000Z, 5 min ago; .*12:00:00.*given for 20 min.*ahead by at least 5 min/,
    ],
    [
      "a clock that is behind",
      { ...claims, iat: seconds + 600, exp: seconds + 1800 },
      {},
      /valid from 2026-06-01T12:10:00.000Z;.*clock of this machine is 10 min behind/,
    ],
    [
      "a later start",
      { ...claims, nbf: seconds + 86_400 * 3 },
      {},
      /valid from 2026-06-04T12:00:00.000Z; this machine's clock says 2026-06-01T12:00:00.000Z\.$/,
    ],
    ["no end", { ...claims, exp: undefined }, {}, /names no end/],
    ["an ID token", { ...claims, typ: "ID" }, {}, /an ID token/],
  ])("%s", (_name, given, options, message) => {
    const { problems } = explainToken(jwt(given), { now, ...options });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  test("a missing signature; a clock that differs by seconds is none", () => {
    expect(explainToken(jwt(claims, { alg: "none" }), { now }).problems).toEqual(["The token is not signed."]);
    expect(explainToken(jwt({ ...claims, iat: seconds + 30 }), { now }).problems).toEqual([]);
  });
});

test("values of odd types do no harm", () => {
  expect(explainToken(jwt({ exp: 1e300, iat: "soon", aud: 5, scope: {}, realm_access: null, cern_roles: "x" }), { now })).toMatchObject({
    expiresAt: undefined,
    audiences: [],
    roles: ["x"],
  });
});

test.each(["opaque-token-value", "a.b.c", `${"x".repeat(20)}.${"y".repeat(20)}.${"z".repeat(20)}`, "", "a.b.c.d.e"])(
  "what is no token is refused without showing it: %s",
  (token) => {
    expect(() => explainToken(token)).toThrowError(/no JSON Web Token|encrypted/);
    try {
      explainToken(token);
    } catch (error) {
      if (token.length > 10) expect(String(error)).not.toContain(token);
    }
  },
);

test("a misspelt option is refused", () => {
  expect(() => explainToken("x", { audiance: "y" } as object)).toThrowError(/Did you mean "audience"/);
});
