import { createCore, operation } from "@sci/http-core";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createCa } from "@sci/http-core/testing";
import { loadCertificate } from "@sci/http-core/x509";
import type { TokenSet, TokenStore } from "@sci/http-core/oauth";
import { cernDeviceLogin, cernLogout, cernSession, explainToken, type CernDeviceLoginOptions } from "../src/index.ts";
import { failure } from "./support/auth.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["cern"] });
});
afterEach(() => sandbox.cern.setLoginPage(undefined));
afterAll(() => sandbox.stop());

const publicClient = "sandbox-public";
const common = () => ({ environment: sandbox.env, proxy: false as const });
const user = { username: "sandbox-user", password: "sandbox-password" };

const device = (answer: (code: string) => Promise<void>, more: CernDeviceLoginOptions = {}) =>
  cernDeviceLogin({ ...common(), clientId: publicClient, store: false, onPrompt: ({ userCode }) => answer(userCode), ...more });

// The realm asks for five seconds between two questions, which all of these wait for at once.
test("device log-in: exchanged for a service, ended by a log-out, denied, run out", async () => {
  let stored: TokenSet | undefined;
  const store: TokenStore = {
    get: async () => stored,
    update: async (_key, next) => (stored = await next(stored)),
  };
  const approve = (code: string) => sandbox.cern.approveDevice(code);
  const audience = "cmsrunregistry-sso-proxy";
  const [{ access_token: token }, , denied, late] = await Promise.all([
    device(approve, { audience }).token(),
    device(approve, { store }).token(),
    failure(device((code) => sandbox.cern.denyDevice(code)).token()),
    failure(device((code) => sandbox.cern.expireDevice(code)).token()),
  ]);
  const told = explainToken(token, { audience, issuer: sandbox.env["CERN_AUTH_URL"] as string });
  expect(told).toMatchObject({ problems: [], client: publicClient });
  expect(explainToken(token, { audience: "cmsoms-prod" }).problems.join()).toContain('not for "cmsoms-prod"');
  expect(denied).toMatchObject({ details: { error: "access_denied" } });
  expect(late).toMatchObject({ details: { error: "expired_token" } });
  expect(stored?.refresh_token).toBeDefined();
  expect(await cernLogout({ ...common(), clientId: publicClient, store })).toEqual({ wasLoggedIn: true, ended: true });
  expect(stored).toBeUndefined();
});

const get = operation<void, unknown>({ name: "get", method: "GET", path: "/data" });

test.each(["siteUrl", "formPostSiteUrl"] as const)("a session at %s by user name and password", async (name) => {
  const session = cernSession({ ...common(), ...user, url: sandbox.cern[name] });
  const core = createCore({ name: "site", userAgent: "sci-site/0", baseUrl: sandbox.cern[name] }, { auth: session, proxy: false });
  expect(await core.request(get, undefined)).toBeDefined();
  const error = await failure(
    createCore({ name: "site", userAgent: "sci-site/0", baseUrl: sandbox.cern[name] }, { proxy: false }).request(get, undefined),
  );
  expect(error).toMatchObject({ code: "NOT_AUTHENTICATED" });
});

test("a wrong password, a closed account, a one-time password, a page that has changed", async () => {
  const url = sandbox.cern.siteUrl;
  const refused = await failure(cernSession({ ...common(), ...user, password: "wrong-password", url }).cookies());
  expect(refused).toMatchObject({ details: { reason: "refused" } });
  expect(await failure(cernSession({ ...common(), url, username: "sandbox-closed", password: "closed-password" }).cookies())).toMatchObject(
    { code: "NOT_AUTHENTICATED" },
  );
  const second = { ...common(), url, username: "sandbox-otp", password: "otp-password" };
  expect(await failure(cernSession(second).cookies())).toMatchObject({ details: { reason: "otp-needed" } });
  expect(await failure(cernSession({ ...second, otp: "000000" }).cookies())).toMatchObject({ details: { reason: "refused" } });
  expect((await cernSession({ ...second, otp: () => sandbox.cern.otp("sandbox-otp") }).cookies()).length).toBeGreaterThan(0);
  await sandbox.cern.setLoginPage("<html><title>New look</title><div id=app></div></html>");
  expect((await failure(cernSession({ ...common(), ...user, url }).cookies())).message).toContain('the page "New look"');
});

test("by certificate where the old log-in is, and the error where it has ended", async () => {
  const { cert, key } = (await createCa()).issue({ commonName: "Ada" });
  const certificate = await loadCertificate({ cert, key });
  expect((await cernSession({ ...common(), certificate, url: sandbox.cern.oldSiteUrl }).cookies()).map(({ name }) => name)).toContain(
    "_shibsession_sandbox",
  );
  const error = await failure(cernSession({ ...common(), certificate, url: sandbox.cern.siteUrl }).cookies());
  expect(error).toMatchObject({ details: { reason: "certificate-ended" } });
  expect(error.message).toContain("CERN ended the log-in with a certificate");
});
