import { json, redirect, html } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { createOms } from "../src/index.ts";
import { settle } from "../src/options.ts";
import { serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";
import { silent } from "@sci/http-core/testing";
import { withEnvironment } from "./support/replayed.ts";

const notLocal = () => false;

describe("address", () => {
  it.each<[string, object, object, string]>([
    ["production's otherwise", {}, {}, "https://cmsoms.cern.ch/agg/api/v1"],
    ["OMS_URL", {}, { OMS_URL: "http://localhost:8080/agg/api" }, "http://localhost:8080/agg/api/v1"],
    ["with a slash at its end", {}, { OMS_URL: "http://localhost:8080/agg/api/" }, "http://localhost:8080/agg/api/v1"],
    ["with the version already", {}, { OMS_URL: "http://localhost:8080/agg/api/v1" }, "http://localhost:8080/agg/api/v1"],
    [
      "the option before the variable",
      { baseUrl: "http://localhost:1/api" },
      { OMS_URL: "http://localhost:2/api" },
      "http://localhost:1/api/v1",
    ],
    ["another version", { version: "v2" }, {}, "https://cmsoms.cern.ch/agg/api/v2"],
    ["another version and address", { version: "v2", baseUrl: "https://cmsoms.cern.ch/agg/api" }, {}, "https://cmsoms.cern.ch/agg/api/v2"],
  ])("is %s", (_what, options, environment, url) => {
    expect(settle(options, environment, notLocal).baseUrl).toBe(url);
  });

  it.each<[object, RegExp]>([
    [{ baseURL: "x" }, /Unknown option of createOms\(\) "baseURL"\. Did you mean "baseUrl"\?/],
    [{ version: "" }, /version must be/],
    [{ version: "../x" }, /version must be/],
    [{ audience: "" }, /audience must be/],
    [{ baseUrl: "cmsoms.cern.ch/agg/api" }, /must be an http\(s\) URL/],
    [{ baseUrl: 5 }, /must be an http\(s\) URL/],
    [{ concurrency: 0 }, /concurrency/],
  ])("%j is refused", async (options, message) => {
    expect((await refusal(() => createOms(options as never))).message).toMatch(message);
  });
});

describe("credentials", () => {
  it("that are missing are told before anything is sent", async () => {
    await withEnvironment({ SSO_CLIENT_ID: "id" }, async () => {
      const oms = createOms({ baseUrl: "https://nowhere.invalid/agg/api", logger: silent });
      expect((await refusal(() => oms.run(1), "MISSING_CREDENTIALS")).message).toMatch(/SSO_CLIENT_SECRET is not set/);
    });
    await withEnvironment({}, async () => {
      const oms = createOms({ baseUrl: "https://nowhere.invalid/agg/api", logger: silent });
      const error = await refusal(() => oms.run(1), "MISSING_CREDENTIALS");
      expect(error.message).toMatch(/SSO_CLIENT_ID and SSO_CLIENT_SECRET are not set/);
      expect(error.details).toEqual({ variables: ["SSO_CLIENT_ID", "SSO_CLIENT_SECRET"] });
    });
  });

  it("are not needed by a server on this machine", async () => {
    await withEnvironment({}, () =>
      serving({ version: (request) => json({ authorization: request.headers["authorization"] ?? null }) }, async ({ server }) => {
        const oms = createOms({ baseUrl: `${server.url}/agg/api`, logger: silent });
        expect(await oms.version()).toEqual({ authorization: null });
      }),
    );
  });

  it("that are refused once are fetched anew, and never sent to another host", async () => {
    const tokens = ["old", "new"];
    let given = 0;
    const auth = () => ({ headers: { authorization: `Bearer ${tokens[Math.min(given++, 1)]}` } });
    const answer = (request: { headers: Readonly<Record<string, string>> }) =>
      request.headers["authorization"] === "Bearer new" ? json({ version: "1" }) : json({ error: "expired" }, { status: 401 });
    await serving(
      { version: answer },
      async ({ oms, server }) => {
        expect(await oms.version()).toEqual({ version: "1" });
        expect(server.requests).toHaveLength(2);
      },
      { auth },
    );
  });
});

describe("errors of the service", () => {
  it("are told in its own words", async () => {
    const errors = [
      { status: "400", title: "Bad filter", detail: "no such attribute x", source: { parameter: "filter[x]" } },
      { title: "Second" },
    ];
    await serving({ runs: () => json({ errors }, { status: 400 }) }, async ({ oms }) => {
      const error = await refusal(() => oms.query("runs"), "SERVICE_ERROR");
      expect(error.message).toBe("OMS answered 400: Bad filter: no such attribute x (filter[x]); Second");
      expect(error.status).toBe(400);
      expect(error.details).toEqual({ errors });
    });
  });

  it.each<[number, string]>([
    [403, "FORBIDDEN"],
    [404, "NOT_FOUND"],
    [500, "SERVICE_ERROR"],
    [503, "UNAVAILABLE"],
    [429, "RATE_LIMITED"],
  ])("%i is %s", async (status, code) => {
    await serving({ runs: () => json({ errors: [{ title: "No" }] }, { status }) }, async ({ oms }) => {
      expect((await refusal(() => oms.query("runs"), code)).message).toMatch(/No/);
    });
  });

  it("hidden in an answer with 200 are errors too", async () => {
    await serving({ runs: () => json({ errors: [{ status: "404", title: "No such table" }] }) }, async ({ oms }) => {
      expect((await refusal(() => oms.query("runs"), "NOT_FOUND")).message).toBe("OMS answered 404: No such table");
    });
  });

  it("without words are told by their status", async () => {
    await serving({ runs: () => json({ errors: [] }, { status: 400 }) }, async ({ oms }) => {
      expect((await refusal(() => oms.query("runs"), "HTTP_STATUS")).message).toMatch(/400 Bad Request/);
    });
  });

  it("a way to the log-in is told as what it is, and not followed", async () => {
    await serving({ runs: () => redirect("https://auth.cern.ch/auth/realms/cern/protocol/openid-connect/auth?x=1") }, async ({ oms }) => {
      expect((await refusal(() => oms.query("runs"), "NOT_AUTHENTICATED")).message).toMatch(/SSO_CLIENT_ID/);
    });
    await serving({ runs: () => html("<title>Sign in</title>") }, async ({ oms }) => {
      await refusal(() => oms.query("runs"), "NOT_AUTHENTICATED");
    });
  });

  it("an answer without rows is one", async () => {
    await serving({ runs: () => json({ meta: { totalResourceCount: 3 } }) }, async ({ oms }) => {
      await refusal(() => oms.query("runs"), "INVALID_RESPONSE");
    });
  });

  it("rows of another shape are told, and refused in mode error", async () => {
    const warnings: string[] = [];
    const logger = { ...silent, warn: (message: string) => void warnings.push(message) };
    await serving(
      { runs: () => json({ data: [{ id: "1" }], meta: { totalResourceCount: 1 } }) },
      async ({ oms }) => {
        await oms.query("runs");
        expect(warnings).toEqual([expect.stringMatching(/unexpected shape.*data\.0: expected a row with attributes/)]);
        await refusal(() => oms.query("runs", { validate: "error" }), "INVALID_RESPONSE");
      },
      { logger },
    );
  });
});
