import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cernApiToken } from "../src/index.ts";
import { failure } from "./support/auth.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["cern"] });
});
afterAll(() => sandbox.stop());

const audience = "cmsrunregistry-sso-proxy";

test.each(["form", "basic"] as const)("the variables of the sandbox are all that is needed (%s)", async (method) => {
  const token = await cernApiToken({ audience, method, environment: sandbox.env, proxy: false }).token();
  expect(token).toMatchObject({ token_type: "bearer", access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
});

test("a token is used until it is due, then replaced", async () => {
  sandbox.cern.setTokenLifetime(1000);
  const provider = cernApiToken({ audience, environment: sandbox.env, proxy: false, renewAhead: 0 });
  const before = sandbox.cern.tokensIssued;
  const first = await provider.token();
  expect(await provider.token()).toEqual(first);
  expect(sandbox.cern.tokensIssued).toBe(before + 1);
  const impatient = cernApiToken({ audience, environment: sandbox.env, proxy: false, renewAhead: 1_000_000 });
  await impatient.token();
  await impatient.token();
  expect(sandbox.cern.tokensIssued).toBe(before + 3);
});

test("a wrong secret and an unknown audience are told apart", async () => {
  const environment = { ...sandbox.env, SSO_CLIENT_SECRET: "wrong-secret" };
  const secret = await failure(cernApiToken({ audience, environment, proxy: false }).token());
  expect(secret).toMatchObject({ code: "NOT_AUTHENTICATED" });
  expect(secret.message).toContain("Check the client id and the client secret");
  const other = await failure(cernApiToken({ audience: "nobody", environment: sandbox.env, proxy: false }).token());
  expect(other.message).toContain("Audience not found");
  expect(other.message).toContain('for audience "nobody"');
});
