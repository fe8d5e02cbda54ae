import { isSciError } from "@sci/http-core";
import { expect, test } from "vitest";
import type { RawRequest } from "../src/index.ts";
import { casesOf, leftOut, type RecordedCase } from "./support/recorded.ts";
import { elsewhere } from "./support/elsewhere.ts";
import { playing } from "./support/replayed.ts";

interface Response {
  readonly status: number;
  readonly body: { readonly json?: unknown; readonly text?: string } | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What never ends as an answer: a refused token, and what a call is sent again for. */
const codes: Readonly<Record<number, string>> = { 401: "NOT_AUTHENTICATED", 429: "RATE_LIMITED", 502: "UNAVAILABLE", 503: "UNAVAILABLE" };

/** The request of a recorded case in the service's own terms. */
function requestOf({ exchanges }: RecordedCase): RawRequest {
  const { method, path, query, body } = exchanges[0]?.request as RecordedCase["exchanges"][number]["request"];
  return {
    method: method as "GET",
    path: path.replace("/metadata/api/", "").replaceAll("//", "/"),
    query: Object.fromEntries(query),
    ...(body === null ? {} : { body: body.json }),
  };
}

const all = casesOf(/_api(_by_data_group_id)?$|^api_|^get_current_user$/).filter(
  ([id, one]) =>
    one.exchanges.length === 1 &&
    !Object.hasOwn(elsewhere, id) &&
    (one.returns as { response?: Response } | undefined)?.response !== undefined,
);

test.each(all)("%s, as it came", async (_id, recorded) => {
  const { response } = recorded.returns as { readonly response: Response };
  await playing(recorded, async ({ mdc }) => {
    const outcome: unknown = await mdc.raw(requestOf(recorded)).catch((error: unknown) => error);
    const code = codes[response.status];
    if (code !== undefined) {
      expect(isSciError(outcome, code)).toBe(true);
      return;
    }
    const { status, data, headers, pagination } = outcome as Awaited<ReturnType<typeof mdc.raw>>;
    expect(status).toBe(response.status);
    // Train ids are bigints, in what the original returned as well.
    expect(data).toEqual(response.body === null ? undefined : (response.body.json ?? response.body.text));
    for (const [name, value] of Object.entries(response.headers ?? {})) expect(headers[name.toLowerCase()]).toBe(value);
    const count = response.headers?.["X-Total-Count"];
    expect(pagination.totalCount).toBe(count === undefined ? null : Number(count));
  });
});

test("cases without a counterpart have a reason", () => {
  for (const [id, reason] of Object.entries(leftOut)) expect(reason.length, id).toBeGreaterThan(20);
});

test.each(casesOf(["get_api_url"]))("%s: addresses are made of the API's and a path", async (_id, recorded) => {
  await playing(recorded, ({ mdc }) => {
    expect(`${mdc.apiUrl}/${recorded.call.args.join("")}`).toMatch(new RegExp(`${String(recorded.returns).replace("<base>", "")}$`));
    return Promise.resolve();
  });
});
