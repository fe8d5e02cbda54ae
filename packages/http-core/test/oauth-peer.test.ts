import { afterAll, beforeAll, expect, test } from "vitest";
import { browserLogin, browserToken } from "../src/node/index.ts";
import { clientCredentialsToken, deviceToken, refreshedToken } from "../src/oauth/index.ts";
import { browse, confidentialClient, publicClient, startPeer, type Peer } from "./oauth-peer.ts";
import { failure } from "./support.ts";

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.stop());

const person = { login: "sofia", password: "any" };
const shared = () => ({ issuer: peer.issuer, clientId: publicClient, scope: "openid offline_access read", proxy: false as const });

test("client credentials", async () => {
  const token = await clientCredentialsToken({ issuer: peer.issuer, ...confidentialClient, scope: "read", proxy: false });
  expect(token).toMatchObject({ token_type: "bearer", scope: "read" });
  expect(token.expires_at).toBeGreaterThan(Date.now());
  const error = await failure(clientCredentialsToken({ issuer: peer.issuer, ...confidentialClient, clientSecret: "wrong", proxy: false }));
  expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "invalid_client" } });
});

test("authorization code with PKCE on a loopback port, then refresh with rotation", async () => {
  let page: Promise<string> | undefined;
  const token = await browserToken({
    ...shared(),
    parameters: { prompt: "consent" },
    onUrl: (url) => {
      page = browse(url, person);
    },
  });
  expect(await page).toContain("Logged in");
  expect(token).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String), id_token: expect.any(String) });
  const next = await refreshedToken(shared(), token.refresh_token as string);
  expect(next.access_token).not.toBe(token.access_token);
  expect(next.refresh_token).not.toBe(token.refresh_token);
  // The provider takes a rotated refresh token once.
  const error = await failure(refreshedToken(shared(), token.refresh_token as string));
  expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "invalid_grant" } });
});

test("a provider that logs in by browser once and refreshes from then on", async () => {
  let logins = 0;
  const clock = { skew: 0 };
  const auth = browserLogin({
    ...shared(),
    parameters: { prompt: "consent" },
    now: () => Date.now() + clock.skew,
    onUrl: (url) => {
      logins++;
      void browse(url, person);
    },
  });
  const first = await auth.token();
  clock.skew = (first.expires_at ?? 0) - Date.now() + 1;
  const second = await auth.token();
  expect(second.access_token).not.toBe(first.access_token);
  expect(logins).toBe(1);
});

test("a log-in that the person cancels is quoted", async () => {
  let page: Promise<string> | undefined;
  const error = await failure(
    browserToken({
      ...shared(),
      onUrl: (url) => {
        // The provider asks for a log-in, which prompt=none forbids it to.
        const silent = new URL(url);
        silent.searchParams.set("prompt", "none");
        page = browse(silent.href, person);
      },
    }),
  );
  expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "login_required" } });
  expect(await page).toContain("The log-in failed");
});

test("device log-in, confirmed by the person", async () => {
  let page: Promise<string> | undefined;
  const token = await deviceToken({
    ...shared(),
    parameters: { prompt: "consent" },
    onPrompt: ({ userCode, verificationUri, verificationUriComplete, expiresIn }) => {
      expect(verificationUri).toBe(`${peer.issuer}/device`);
      expect(userCode).toMatch(/^[A-Z-]+$/);
      expect(expiresIn).toBeGreaterThan(0);
      page = browse(verificationUriComplete ?? verificationUri, { ...person, user_code: userCode });
      return page.then(() => undefined);
    },
  });
  expect(token).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
  expect(await refreshedToken(shared(), token.refresh_token as string)).toMatchObject({ token_type: "bearer" });
});
