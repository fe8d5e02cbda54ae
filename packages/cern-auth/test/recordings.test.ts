import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bearerToken, createCore, operation, type Query, type SciError } from "@sci/http-core";
import { replay, type RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { cernApiToken } from "../src/index.ts";
import { apiTokenEndpoint, realmOf } from "../src/realm.ts";
import { failure } from "./support/auth.ts";

interface Recorded {
  readonly id: string;
  readonly call: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
}

const file = join(import.meta.dirname, "../../../tooling/recordings/cern-auth/cernrequests.json");
const { cases } = JSON.parse(await readFile(file, "utf8")) as { readonly cases: readonly Recorded[] };
const byId = new Map(cases.map((one) => [one.id, one]));

/** Cases without a counterpart here, and why. */
const leftOut: Readonly<Record<string, string>> = {
  "import/without-home": "Python's import reads HOME; here the home folder is looked up when a certificate is looked for",
  "where/bundle": "no CA bundle of our own: Node's and the system's certificates, and tls.ca",
  "get_token_endpoint/realm-only": "the realm is given whole (authUrl), not by its name alone",
  "get_with_token/no-target": "without a service there is no provider to give to a client",
  "get_with_token/headers-given": "the original fails when headers are given; every client here takes them",
};
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^default_user_certificate_paths\//, "the look-up of certificates is in @sci/http-core/x509 and replayed there"],
  [/^(get|get_sso_cookies)\//, "replayed in recordings-certificate.test.ts"],
];

/** How each token call ends here; an error where the original went on or failed otherwise. */
const tokenCases: Readonly<Record<string, { readonly code?: string; readonly message?: RegExp; readonly sent: number }>> = {
  "get_api_token/ok": { sent: 1 },
  "get_api_token/keywords": { sent: 1 },
  "get_api_token/other-endpoint": { sent: 1 },
  "get_api_token/special-characters": { sent: 1 },
  // Refused before sending, where the original sends None:None.
  "get_api_token/no-credentials": { code: "MISSING_CREDENTIALS", message: /SSO_CLIENT_ID and SSO_CLIENT_SECRET/, sent: 0 },
  "get_api_token/unknown-audience": { code: "NOT_AUTHENTICATED", message: /invalid_request: Audience not found/, sent: 1 },
  // The original hides the status behind a JSON error.
  "get_api_token/error-not-json": { code: "UNAVAILABLE", message: /answered 503 with the web page "down"/, sent: 1 },
  "get_api_token/ok-not-json": { code: "NOT_JSON", message: /the web page "hello"/, sent: 1 },
  "get_api_token/without-token": { code: "NOT_AUTHENTICATED", message: /gave no token: odd/, sent: 1 },
  // The original follows with the secret.
  "get_api_token/redirected": { code: "REDIRECT", message: /Secrets do not follow redirects/, sent: 1 },
};

/** How each call with a token ends here. */
const getCases: Readonly<Record<string, { readonly code?: string; readonly sent: number }>> = {
  "get_with_token/ok": { sent: 2 },
  "get_with_token/params": { sent: 2 },
  "get_with_token/timeout-kw": { sent: 1 },
  "get_with_token/token-none": { code: "MISSING_CREDENTIALS", sent: 0 },
  // The original leaves the status to its caller.
  "get_with_token/unauthorized": { code: "NOT_AUTHENTICATED", sent: 1 },
  // The original follows to the log-in page and calls it a success.
  "get_with_token/cross-host-redirect": { code: "NOT_AUTHENTICATED", sent: 1 },
};

test("every case is replayed or left out with a reason", () => {
  const known = new Set([...Object.keys(leftOut), ...Object.keys(tokenCases), ...Object.keys(getCases), "get_token_endpoint/default"]);
  const open = cases.map(({ id }) => id).filter((id) => !known.has(id) && !elsewhere.some(([pattern]) => pattern.test(id)));
  expect(open).toEqual([]);
  expect([...known].filter((id) => !byId.has(id))).toEqual([]);
});

test("get_token_endpoint/default", () => {
  expect(apiTokenEndpoint(realmOf({}, {}))).toBe(byId.get("get_token_endpoint/default")?.returns);
});

describe("get_api_token", () => {
  test.each(Object.entries(tokenCases))("%s", async (id, wanted) => {
    const recorded = byId.get(id) as Recorded;
    const { args, kwargs } = recorded.call;
    const [clientId, clientSecret, audience] = [
      args[0] ?? kwargs["client_id"],
      args[1] ?? kwargs["client_secret"],
      args[2] ?? kwargs["target_application"],
    ];
    const special = id === "get_api_token/special-characters";
    const server = await replay(
      // RFC 6749 says how such characters are written in a Basic header; the original writes them raw, in Latin-1.
      special ? recorded.exchanges.map(withBasic("app%3Awith%3Acolon", "s%26c%3Dr+t%2B%C3%BC")) : recorded.exchanges,
    );
    try {
      const [first] = recorded.exchanges;
      const provider = cernApiToken({
        audience: audience as string,
        ...(clientId === null || clientId === undefined ? {} : { clientId: clientId as string }),
        ...(clientSecret === null || clientSecret === undefined ? {} : { clientSecret: clientSecret as string }),
        authUrl: `${server.urlOf(first?.request.origin ?? "")}/auth/realms/cern`,
        method: "basic",
        proxy: false,
        retry: { attempts: 1 },
        environment: {},
      });
      if (wanted.code === undefined) {
        const before = Date.now();
        const token = await provider.token();
        expect(token.access_token).toBe((recorded.returns as [string, string])[0]);
        const expires = token.expires_at ?? 0;
        expect(expires).toBeGreaterThanOrEqual(before + 1_200_000);
        expect(expires).toBeLessThanOrEqual(Date.now() + 1_200_000);
        server.done();
      } else {
        const error = (await failure(provider.token())) as unknown as SciError;
        expect(error.code).toBe(wanted.code);
        expect(error.message).toMatch(wanted.message ?? /./);
      }
      expect(server.requests).toHaveLength(wanted.sent);
    } finally {
      await server.stop();
    }
  });
});

describe("get_with_token", () => {
  const get = operation<{ query: Query }, unknown>({ name: "get", method: "GET", path: "/api/runs/327600", query: ({ query }) => query });

  test.each(Object.entries(getCases))("%s", async (id, wanted) => {
    const recorded = byId.get(id) as Recorded;
    const { args, kwargs } = recorded.call;
    // The original announces JSON on a GET without a body.
    const server = await replay(recorded.exchanges, { ignoreHeaders: ["content-type"] });
    try {
      const given = "api_token" in kwargs;
      const call = async (): Promise<unknown> => {
        const auth = given
          ? bearerToken(kwargs["api_token"] as string)
          : cernApiToken({
              audience: kwargs["target_application"] as string,
              authUrl: `${server.urlOf("https://auth.cern.ch")}/auth/realms/cern`,
              method: "basic",
              environment: { SSO_CLIENT_ID: "rec-client", SSO_CLIENT_SECRET: "rec-secret" },
            });
        const baseUrl = server.urlOf("https://cmsrunregistry.web.cern.ch");
        const core = createCore({ name: "site", userAgent: "sci-site/0", baseUrl }, { auth, proxy: false, retry: { attempts: 1 } });
        const query = Object.entries((args[1] ?? {}) as Record<string, string | number[]>).flatMap(([name, value]) =>
          [value].flat().map((one) => [name, one] as const),
        );
        return core.request(get, { query });
      };
      if (wanted.code === undefined) {
        expect(await call()).toEqual((recorded.returns as { json: unknown }).json);
        server.done();
      } else expect(await failure(call())).toMatchObject({ code: wanted.code });
      expect(server.requests).toHaveLength(wanted.sent);
    } finally {
      await server.stop();
    }
  });
});

function withBasic(id: string, secret: string): (exchange: RecordedExchange) => RecordedExchange {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  return (exchange) => ({ ...exchange, request: { ...exchange.request, headers: { ...exchange.request.headers, authorization } } });
}
