import { startServer, json, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { createRunRegistry, get } from "../src/index.ts";
import { settle } from "../src/options.ts";
import { refusal } from "@sci/http-core/testing";
import { casesOf } from "./support/recorded.ts";
import { nowhere, silent } from "@sci/http-core/testing";
import { withEnvironment } from "./support/replayed.ts";

const none = { datasets: [], pages: 0, count: 0 };
const started: TestServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
async function server(...parameters: Parameters<typeof startServer>): Promise<TestServer> {
  const one = await startServer(...parameters);
  started.push(one);
  return one;
}
const notLocal = () => false;

describe("targets and environment, as recorded from runregistry 3.1.2", () => {
  it.each(casesOf("options"))("%s", async (_id, { call, client, returns, raises }) => {
    const { api_url: url, client_id: id } = (returns ?? {}) as { api_url?: string; client_id?: string | null };
    const environment = (client["environment"] ?? {}) as Readonly<Record<string, string>>;
    const target = call.args[0] as "production" | undefined;
    if (raises !== undefined) {
      expect((await refusal(() => settle({ target: target as "production" }, {}, notLocal))).message).toMatch(/Unknown target ".*"/);
      return;
    }
    const settled = settle(target === undefined ? {} : { target }, environment, notLocal);
    expect(settled.baseUrl).toBe(url);
    // `local` is the one target without a log-in, and the one with the header.
    expect(settled.auth === false).toBe((returns as { use_cookies?: boolean }).use_cookies === false);
    expect(settled.headers?.["email"]).toBe((returns as { headers?: { email?: string } }).headers?.email);
    if (id === null) await refusal(async () => typeof settled.auth === "function" && settled.auth({} as never), "MISSING_CREDENTIALS");
  });
});

describe("options", () => {
  it("names the nearest option", async () => {
    expect((await refusal(() => createRunRegistry({ baseurl: "x" } as never))).message).toContain('Did you mean "baseUrl"?');
    expect((await refusal(() => createRunRegistry({ target: "qa" as never }))).message).toBe(
      'Unknown target "qa". Known: production, development, local.',
    );
  });

  it("reads the environment when the client is made, not when the package is loaded", async () => {
    await withEnvironment({ RUNREGISTRY_URL: "http://127.0.0.1:1/api" }, () => {
      expect(createRunRegistry().baseUrl).toBe("http://127.0.0.1:1/api");
      expect(createRunRegistry({ target: "development" }).baseUrl).toBe("https://dev-cmsrunregistry.web.cern.ch/api");
      expect(createRunRegistry({ baseUrl: "http://127.0.0.1:2" }).baseUrl).toBe("http://127.0.0.1:2");
    });
    await withEnvironment({}, () => expect(createRunRegistry().baseUrl).toBe("https://cmsrunregistry.web.cern.ch/api"));
  });

  it("asks for a token with the audience of the instance, once for all calls", async () => {
    const cern = await server({
      "POST /auth/realms/cern/api-access/token": json({ access_token: "token-of-cern", expires_in: 1200, token_type: "Bearer" }),
    });
    const registry = await server({ "POST /api/datasets_filtered_ordered": json(none) });
    const audience = async (options: Parameters<typeof createRunRegistry>[0]): Promise<unknown> =>
      withEnvironment(
        { SSO_CLIENT_ID: "my-client", SSO_CLIENT_SECRET: "my-secret", CERN_AUTH_URL: `${cern.url}/auth/realms/cern` },
        async () => {
          const rr = createRunRegistry({ baseUrl: `${registry.url}/api`, ...options });
          const before = cern.requests.length;
          await Promise.all([rr.datasets(), rr.datasets()]);
          await rr.close();
          expect(cern.requests.length).toBe(before + 1);
          expect(registry.requests.at(-1)?.headers["authorization"]).toBe("Bearer token-of-cern");
          return new URLSearchParams(cern.requests.at(-1)?.text).get("audience");
        },
      );
    expect(await audience({})).toBe("cmsrunregistry-sso-proxy");
    expect(await audience({ target: "development" })).toBe("dev-cmsrunregistry-sso-proxy");
    expect(await audience({ audience: "my-proxy" })).toBe("my-proxy");
  });

  it("tries a server on this machine without credentials, and uses any provider given", async () => {
    const registry = await server({ "POST /datasets_filtered_ordered": json(none) });
    await withEnvironment({ RUNREGISTRY_URL: registry.url }, async () => {
      const bare = createRunRegistry();
      await bare.datasets();
      expect(registry.requests[0]?.headers["authorization"]).toBeUndefined();
      const own = createRunRegistry({ auth: () => ({ headers: { cookie: "session=abcdefgh" } }) });
      await own.datasets();
      expect(registry.requests[1]?.headers["cookie"]).toBe("session=abcdefgh");
      await Promise.all([bare.close(), own.close()]);
    });
  });

  it("is local without a log-in and with the header a bare back end looks at", async () => {
    const registry = await server({ "POST /datasets_filtered_ordered": json(none) });
    await withEnvironment({ SSO_CLIENT_ID: "my-client", SSO_CLIENT_SECRET: "my-secret", CERN_AUTH_URL: nowhere }, async () => {
      const rr = createRunRegistry({ target: "local", baseUrl: registry.url, logger: silent });
      await rr.datasets();
      await rr.close();
    });
    expect(registry.requests[0]?.headers).toMatchObject({ email: "api@api" });
    expect(registry.requests[0]?.headers["authorization"]).toBeUndefined();
    expect(registry.requests[0]?.headers["user-agent"]).toMatch(/sci-runregistry\/\d+\.\d+\.\d+/);
  });

  it("get() follows the environment", async () => {
    const first = await server({ "POST /datasets_filtered_ordered": json(none) });
    const second = await server({ "POST /datasets_filtered_ordered": json(none) });
    await withEnvironment({ RUNREGISTRY_URL: first.url }, () => get({ run_number: 1 }));
    await withEnvironment({ RUNREGISTRY_URL: second.url }, () => get({ run_number: 1 }));
    await withEnvironment({ RUNREGISTRY_URL: second.url }, () => get({ run_number: 2 }));
    expect([first.requests.length, second.requests.length]).toEqual([1, 2]);
  });
});
