import { isSciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { createOms } from "../src/index.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { silent } from "@sci/http-core/testing";
import { asSentHere, logInPage, playing } from "./support/replayed.ts";
import { refusal } from "@sci/http-core/testing";

/*
 * Intended differences (besides those of support/replayed.ts):
 * - a log-in is no call of its own: the token is fetched with the first request that needs it, which these tests add.
 */
const anyRun: RecordedExchange = {
  request: { method: "GET", origin: "https://cmsoms.cern.ch", path: "/agg/api/v1/version", query: [], headers: {}, body: null },
  response: { status: 200, body: { json: { version: "1" } } },
};

describe("tokens of omsapi 0.9.8.1", () => {
  it.each(casesOf("omsapi", /^auth_oidc$/))("%s", async (id, recorded) => {
    const succeeds = recorded.raises === undefined;
    const credentials = recorded.call.args as [string, string];
    const retry = id === "auth_oidc/no-retry" ? { attempts: 1 } : { attempts: 2, baseDelay: 0 };
    const exchanges = [
      ...recorded.exchanges,
      ...(succeeds ? [{ ...anyRun, request: { ...anyRun.request, headers: { authorization: "Bearer <token>" } } }] : []),
    ];
    const outcome = await playing(
      { ...recorded, client: { ...recorded.client, auth_oidc: credentials } },
      async ({ oms, server }) => {
        const result = await oms.version().then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
        return { ...result, tokens: server.requests.filter(({ path }) => path.endsWith("/api-access/token")).length };
      },
      { exchanges: asSentHere(exchanges, false), client: { retry } },
    ).catch((error: unknown) => ({ error, tokens: 0 }));
    if (succeeds) {
      expect(outcome).toEqual({ value: { version: "1" }, tokens: 1 });
      return;
    }
    const error = "error" in outcome ? outcome.error : undefined;
    if (!isSciError<string>(error)) throw new Error("expected an error of ours", { cause: error });
    expect(error.code).toBe(id === "auth_oidc/refused" ? "NOT_AUTHENTICATED" : "NETWORK");
    expect(error.message).not.toContain(credentials[1]);
  });
});

describe("addresses of omsapi 0.9.8.1", () => {
  it.each(casesOf("omsapi", /^OMSAPI$/))("%s", async (id, { call, returns }) => {
    const baseUrl = call.kwargs["api_url"] as string | undefined;
    const make = () => createOms({ auth: false, logger: silent, ...(baseUrl === undefined ? {} : { baseUrl }) });
    if (id === "OMSAPI/url-without-scheme") {
      expect((await refusal(make)).message).toMatch(/must be an http\(s\) URL, not "cmsoms\.cern\.ch\/agg\/api/);
      return;
    }
    expect(make().baseUrl).toBe((returns as { base_url: string }).base_url);
  });
});

interface Better {
  readonly refuses: readonly [code: string, message: RegExp];
  /** What a redirect ends at. */
  readonly ends?: RecordedExchange;
}

const better: Readonly<Record<string, Better>> = {
  "query_metadata/thrown": { refuses: ["NOT_FOUND", /answered 404/] },
  "query_metadata/redirect": {
    refuses: ["NOT_AUTHENTICATED", /web page/],
    ends: logInPage,
  },
};

/** The original's paths begin with the version, ours below it; a trailing slash is the root of the version. */
function belowVersion(recorded: RecordedCase): { path: string; exchanges: RecordedExchange[] } {
  const [given = ""] = (recorded.call.chain?.[0]?.[1] ?? []) as string[];
  const path = given.replace(/^\/?v1\/?/, "").replace(/^\//, "");
  const exchanges = asSentHere(recorded.exchanges, true).map((exchange) =>
    exchange.request.path.startsWith("/agg/api")
      ? { ...exchange, request: { ...exchange.request, path: `/agg/api/v1/${path}` } }
      : exchange,
  );
  return { path, exchanges };
}

describe("any path, as query_metadata of omsapi 0.9.8.1 asks for it", () => {
  it.each(casesOf("omsapi", /^query_metadata$/))("%s", async (id, recorded) => {
    const { path, exchanges } = belowVersion(recorded);
    const wanted = better[id];
    const result = playing(recorded, async ({ oms }) => oms.get(path), {
      exchanges: wanted?.ends === undefined ? exchanges : [...exchanges, wanted.ends],
    });
    if (wanted === undefined) {
      expect(await result).toEqual((recorded.returns as { json: unknown }).json);
      return;
    }
    const [code, message] = wanted.refuses;
    expect((await refusal(() => result, code)).message).toMatch(message);
  });
});
