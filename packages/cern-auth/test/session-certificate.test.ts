import { createCa, html, json, redirect, startServer, type TestCa, type TestServer } from "@sci/http-core/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cernSession, type CertificateSessionOptions } from "../src/index.ts";
import { failure } from "./support/auth.ts";

let ca: TestCa;
let site: TestServer;
let login: TestServer;

beforeAll(async () => {
  ca = await createCa();
  // Both ask for a certificate; what they see tells where it went.
  const tls = { ...ca.issue({ commonName: "localhost" }), clientCa: ca.cert };
  const inside = (cookie: string | undefined): boolean => cookie?.includes("_shibsession=1") === true;
  site = await startServer(
    (request) => {
      if (request.method === "POST") return redirect("/", 302, { headers: { "set-cookie": "_shibsession=1; Path=/; Secure; HttpOnly" } });
      return inside(request.headers["cookie"]) ? json({ ok: true }) : redirect(`${login.url}/adfs/ls/?wa=wsignin1.0`);
    },
    { tls },
  );
  login = await startServer(
    {
      "GET /adfs/ls/": html("<html><body>choose</body></html>"),
      "GET /adfs/ls/auth/sslclient/": (request) =>
        request.clientCertificate?.authorized === true
          ? html(`<form action="${site.url}/sso"><input type=hidden name=wresult value="${request.clientCertificate.commonName}"></form>`)
          : html("<title>Certificate needed</title>", { status: 403 }),
    },
    { tls },
  );
});
afterAll(() => Promise.all([site.stop(), login.stop()]));

function options(given: Partial<CertificateSessionOptions> = {}): CertificateSessionOptions {
  const { cert, key } = ca.issue({ commonName: "Ada" });
  return {
    url: `${site.url}/`,
    certificate: { cert, key },
    trustedOrigins: [login.origin],
    tls: { ca: ca.cert },
    proxy: false,
    environment: {},
    ...given,
  };
}

test("the certificate is shown to the log-in, and never to the site", async () => {
  const cookies = await cernSession(options()).cookies();
  expect(cookies.map(({ name, secure, httpOnly }) => [name, secure, httpOnly])).toEqual([["_shibsession", true, true]]);
  expect(login.requests.find(({ path }) => path.endsWith("sslclient/"))?.clientCertificate).toEqual({
    commonName: "Ada",
    authorized: true,
  });
  expect(site.requests.find(({ method }) => method === "POST")?.form).toEqual([["wresult", "Ada"]]);
  expect(site.requests.every(({ clientCertificate }) => clientCertificate === undefined)).toBe(true);
});

test("a certificate that the log-in does not know, one that has ended, and a key of another one", async () => {
  const stranger = (await createCa("Other")).issue({ commonName: "Eve" });
  const refused = await failure(cernSession(options({ certificate: { cert: stranger.cert, key: stranger.key } })).cookies());
  expect(refused).toMatchObject({ code: "NOT_AUTHENTICATED", details: { reason: "refused" }, status: 403 });
  expect(refused.message).toContain('answered 403 with the page "Certificate needed"');
  const hour = 3_600_000;
  const count = site.requests.length;
  const ended = ca.issue({ commonName: "Old", notBefore: new Date(Date.now() - 2 * hour), notAfter: new Date(Date.now() - hour) });
  const early = ca.issue({ commonName: "Early", notBefore: new Date(Date.now() + hour) });
  for (const [certificate, message] of [
    [{ cert: ended.cert, key: ended.key }, /ended on/],
    [{ cert: early.cert, key: early.key }, /not valid before .* Check the clock/],
    [{ cert: ended.cert, key: early.key }, /does not belong to the certificate/],
  ] as const) {
    const error = await failure(cernSession(options({ certificate })).cookies());
    expect(error).toMatchObject({ code: "CERTIFICATE" });
    expect(error.message).toMatch(message);
  }
  // Found out before anything was sent.
  expect(site.requests).toHaveLength(count);
});

test("a site that is not trusted is TLS, and kerberos without its package says what to install", async () => {
  expect(await failure(cernSession(options({ tls: {} })).cookies())).toMatchObject({ code: "TLS" });
  const { certificate: _certificate, ...rest } = options();
  const error = await failure(cernSession({ ...rest, kerberos: true }).cookies());
  expect(error).toMatchObject({ code: "MISSING_DEPENDENCY" });
  expect(error.message).toContain("npm install kerberos");
});
