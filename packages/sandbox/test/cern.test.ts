import { createPublicKey, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Answer, answer, useSandbox } from "./support.ts";

const box = useSandbox({
  facilities: ["runregistry"],
  cern: { clients: [{ id: "narrow", secret: "s3cret+/=", egroups: [], audiences: ["cmsoms-prod"] }] },
});

async function token(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
  return answer(
    await fetch(`${box.sandbox.env["CERN_AUTH_URL"] as string}/api-access/token`, {
      method: "POST",
      headers,
      body: new URLSearchParams(form),
    }),
  );
}
const mine = {
  grant_type: "client_credentials",
  audience: "cmsrunregistry-sso-proxy",
  client_id: "sandbox-client",
  client_secret: "sandbox-secret",
};
const basic = (id: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`,
});
const runs = (bearer?: string): Promise<Answer> =>
  box.post(
    "/api/runs_filtered_ordered",
    { filter: {}, sortings: [], page: 0, page_size: 1 },
    bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` },
  );

describe("the token endpoint", () => {
  test("variables that point clients at it", () => {
    expect(box.sandbox.env).toMatchObject({
      RUNREGISTRY_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/api$/),
      CERN_AUTH_URL: expect.stringMatching(/\/auth\/realms\/cern$/),
      SSO_CLIENT_ID: mine.client_id,
      SSO_CLIENT_SECRET: mine.client_secret,
    });
  });

  test("client id and secret in the form or as Basic", async () => {
    const { client_id: _id, client_secret: _secret, ...rest } = mine;
    for (const reply of [await token(mine), await token(rest, basic("sandbox-client", "sandbox-secret"))]) {
      expect(reply).toMatchObject({ status: 200, json: { token_type: "Bearer", expires_in: 1200, access_token: expect.any(String) } });
    }
    expect((await token({ ...rest, audience: "cmsoms-prod" }, basic("narrow", "s3cret+/="))).status).toBe(200);
  });

  test("tokens are JWTs that the published key verifies", async () => {
    const { access_token } = (await token(mine)).json as { access_token: string };
    const [head, body, signature] = access_token.split(".") as [string, string, string];
    const { keys } = (await answer(await fetch(`${box.sandbox.env["CERN_AUTH_URL"] as string}/protocol/openid-connect/certs`))).json;
    const key = createPublicKey({ key: keys[0], format: "jwk" });
    expect(verify("RSA-SHA256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    expect(claims).toMatchObject({ aud: "cmsrunregistry-sso-proxy", azp: "sandbox-client", iss: box.sandbox.env["CERN_AUTH_URL"] });
    expect(claims.exp - claims.iat).toBe(1200);
  });

  test.each([
    [{ client_secret: "wrong" }, 401, "unauthorized_client"],
    [{ client_id: "nobody" }, 401, "invalid_client"],
    [{ audience: "" }, 400, "invalid_request"],
    [{ audience: "nosuch" }, 400, "invalid_client"],
    [{ client_id: "narrow", client_secret: "s3cret+/=" }, 400, "invalid_client"],
    [{ grant_type: "password" }, 400, "unsupported_grant_type"],
  ])("%j is refused with %i %s", async (change, status, error) => {
    expect(await token({ ...mine, ...change })).toMatchObject({ status, json: { error, error_description: expect.any(String) } });
  });

  test("a body of another type is refused", async () => {
    const reply = await fetch(`${box.sandbox.env["CERN_AUTH_URL"] as string}/api-access/token`, {
      method: "POST",
      body: JSON.stringify(mine),
      headers: { "Content-Type": "application/json" },
    });
    expect(reply.status).toBe(400);
  });
});

describe("Run Registry behind its log-in", () => {
  test("a good token leads through, for either audience", async () => {
    for (const audience of ["cmsrunregistry-sso-proxy", "dev-cmsrunregistry-sso-proxy"]) {
      const { access_token } = (await token({ ...mine, audience })).json;
      expect((await runs(access_token)).json.count).toBeGreaterThan(500);
    }
  });

  test("without a good token: the way to the log-in page, at its end HTML", async () => {
    const good = box.sandbox.cern.token();
    const forged = `${good.slice(0, -8)}AAAAAAAA`;
    for (const bearer of [
      undefined,
      "x",
      forged,
      box.sandbox.cern.token({ audience: "cmsoms-prod" }),
      box.sandbox.cern.token({ lifetime: -1 }),
    ]) {
      const reply = await runs(bearer);
      expect(reply.status).toBe(302);
      expect(reply.headers.get("location")).toMatch(/^\/oauth2\/start\?rd=/);
    }
    const page = await fetch(`${box.origin()}/api/runs/1`);
    expect(page.url).toContain("/auth/realms/cern/protocol/openid-connect/auth?");
    expect(await page.text()).toContain("Sign in");
  });

  test("tokens end: by time, by a word, and new ones work", async () => {
    const old = box.sandbox.cern.token();
    expect((await runs(old)).status).toBe(200);
    box.sandbox.cern.expireTokens();
    expect((await runs(old)).status).toBe(302);
    expect((await runs(box.sandbox.cern.token())).status).toBe(200);
    box.sandbox.cern.setTokenLifetime(0);
    expect((await token(mine)).json.expires_in).toBe(0);
    expect((await runs((await token(mine)).json.access_token)).status).toBe(302);
    box.sandbox.cern.setTokenLifetime(1200);
  });

  test("the proxy says who asks; what a client says of itself is overwritten", async () => {
    const body = { run_number: 1 };
    const reader = {
      Authorization: `Bearer ${box.sandbox.cern.token({ client: "sandbox-reader" })}`,
      email: "auto@auto",
      egroups: "cms-dqm-runregistry-experts",
    };
    expect((await box.post("/api/runs/mark_significant", body, reader)).status).toBe(401);
    expect((await box.post("/api/runs/mark_significant", body, { Authorization: `Bearer ${box.sandbox.cern.token()}` })).json).toEqual({
      err: "Run not found",
    });
  });

  test("the record of requests holds no secret", async () => {
    const { access_token } = (await token(mine)).json as { access_token: string };
    await runs(access_token);
    const record = JSON.stringify(box.sandbox.requests);
    expect(record).toContain("/api-access/token");
    expect(record).not.toContain(access_token);
    expect(record).not.toContain("sandbox-secret");
    expect(box.sandbox.requests.at(-1)).toMatchObject({
      facility: "runregistry",
      authorization: "Bearer",
      status: 200,
      json: { page_size: 1 },
    });
  });
});
