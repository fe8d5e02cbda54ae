import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCore, operation, type Query } from "@sci/http-core";
import { findCertificate, loadCertificate } from "@sci/http-core/x509";
import { createCa, replay, type RecordedExchange } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cernSession } from "../src/index.ts";
import { failure } from "./support/auth.ts";
import { recordedCases, type Recorded } from "./support/recorded.ts";

const cases = await recordedCases("cernrequests");
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "recorded-"));
  const user = (await createCa()).issue({ commonName: "Ada" });
  await writeFile(join(home, "usercert.pem"), user.cert);
  await writeFile(join(home, "userkey.pem"), user.key);
  await chmod(join(home, "userkey.pem"), 0o400);
});
afterAll(() => rm(home, { recursive: true }));

/** How each log-in at a site ends here. */
const sessions: Readonly<
  Record<string, { readonly code?: string; readonly reason?: string; readonly message?: RegExp; readonly sent: number }>
> = {
  "get_sso_cookies/ok": { sent: 4 },
  // Certificates are checked here unless tls.rejectUnauthorized says otherwise; the requests are the same.
  "get_sso_cookies/verify-off": { sent: 4 },
  "get_sso_cookies/certificate-refused": {
    code: "NOT_AUTHENTICATED",
    reason: "refused",
    message: /refused the certificate: it answered 403/,
    sent: 3,
  },
  "get_sso_cookies/login-page-error": { code: "NOT_AUTHENTICATED", reason: "error-page", message: /answered 500/, sent: 2 },
  // The original fails in its XML parser, on ordinary HTML.
  "get_sso_cookies/html-not-xml": {
    code: "NOT_AUTHENTICATED",
    reason: "unknown-page",
    message: /without the form that leads to the site; it may have changed/,
    sent: 3,
  },
  // The form is found whatever its namespace; it leads to a host that is not trusted.
  "get_sso_cookies/namespaced-page": {
    code: "REDIRECT",
    reason: "untrusted-host",
    message: /https:\/\/x\.cern\.ch\/, which is not trusted/,
    sent: 3,
  },
  // The original returns the cookies of a log-in that failed.
  "get_sso_cookies/final-post-fails": { code: "UNAVAILABLE", message: /answered 500 after the log-in/, sent: 4 },
  // The original asks the site itself for auth/sslclient/.
  "get_sso_cookies/not-protected": { code: "NOT_AUTHENTICATED", reason: "no-login", message: /without asking for a log-in/, sent: 1 },
};

const leftOut: Readonly<Record<string, string>> = {
  "get_sso_cookies/unknown-keyword": "an unknown option is an error here (see the test below)",
};

test("every case of get and get_sso_cookies is replayed or left out with a reason", () => {
  const mine = [...cases.keys()].filter((id) => /^(get|get_sso_cookies)\//.test(id));
  const known = [...Object.keys(sessions), ...Object.keys(leftOut), ...gets, "get/no-certificate", "get_sso_cookies/no-certificate"];
  expect(mine.sort()).toEqual(known.sort());
});

describe("get_sso_cookies", () => {
  test.each(Object.entries(sessions))("%s", async (id, wanted) => {
    const recorded = cases.get(id) as Recorded;
    const server = await replay(recorded.exchanges);
    try {
      const site = recorded.exchanges[0]?.request.origin ?? "";
      const url = (recorded.call.args[0] as string).replace(site, server.urlOf(site));
      const login =
        recorded.exchanges.find(({ request }) => request.origin === "https://login.cern.ch") === undefined
          ? []
          : [server.urlOf("https://login.cern.ch")];
      const session = cernSession({
        url,
        certificate: true,
        trustedOrigins: login,
        proxy: false,
        environment: { CERN_CERTIFICATE_PATH: home },
      });
      if (wanted.code === undefined) {
        const cookies = (await session.cookies()).map(({ name, value, path }) => ({ name, value, path }));
        const expected = (recorded.returns as { cookies: { name: string; value: string; path: string }[] }).cookies;
        expect(cookies).toEqual(expected.map(({ name, value, path }) => ({ name, value, path })));
        server.done();
      } else {
        const error = await failure(session.cookies());
        expect(error.message).toMatch(wanted.message ?? /./);
        expect(error).toMatchObject({ code: wanted.code, ...(wanted.reason === undefined ? {} : { details: { reason: wanted.reason } }) });
      }
      expect(server.requests).toHaveLength(wanted.sent);
    } finally {
      await server.stop();
    }
  });

  test("get_sso_cookies/unknown-keyword: refused, where the original ignores it", () => {
    expect(() => cernSession({ url: "https://x.cern.ch", certificate: true, timout: 3 } as never)).toThrowError(/Did you mean "timeout"/);
  });
});

const gets = ["get/default-certificate", "get/verify-off", "get/status-not-checked"];

describe("get: a certificate for a service that takes it itself", () => {
  const get = operation<{ query: Query }, unknown>({
    name: "get",
    method: "GET",
    path: "/dqm/offline/data/json/samples",
    query: ({ query }) => query,
  });

  test.each(gets)("%s", async (id) => {
    const recorded = cases.get(id) as Recorded;
    const server = await replay(recorded.exchanges as readonly RecordedExchange[]);
    try {
      const { tls } = await loadCertificate(await findCertificate({ path: home }).then(({ cert, key }) => ({ cert, key })));
      const core = createCore(
        { name: "site", userAgent: "sci-site/0", baseUrl: server.url },
        { tls, proxy: false, retry: { attempts: 1 } },
      );
      const query = Object.entries((recorded.call.kwargs["params"] ?? {}) as Record<string, string>);
      const { status, json } = recorded.returns as { status: number; json: unknown };
      if (status === 200) expect(await core.request(get, { query })).toEqual(json);
      // The original leaves the status to its caller.
      else expect(await failure(core.request(get, { query }))).toMatchObject({ code: "FORBIDDEN", status });
      server.done();
      await core.close();
    } finally {
      await server.stop();
    }
  });
});

test.each(["get/no-certificate", "get_sso_cookies/no-certificate"])("%s", async (id) => {
  expect(cases.get(id)?.raises?.type).toBe("CertificateNotFound");
  const error = await failure(findCertificate({ home: join(home, "empty"), environment: {}, uid: 4_000_000_000 }));
  expect(error).toMatchObject({ code: "CERTIFICATE" });
  const empty = cernSession({ url: "https://x.cern.ch/", certificate: true, environment: { CERN_CERTIFICATE_PATH: join(home, "none") } });
  expect(await failure(empty.cookies())).toMatchObject({ code: "CERTIFICATE" });
});
