import { isSciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { createRunRegistry, type GetFields } from "../src/index.ts";
import { flatten } from "../src/get-flat.ts";
import { readFields } from "../src/get-spellings.ts";
import { v4Filter } from "../src/get-v4.ts";
import { replay } from "@sci/http-core/testing";
import { casesOf, fromPython, recordedCase, type RecordedCase } from "./support/recorded.ts";
import { silent } from "@sci/http-core/testing";

/*
 * The wire format of the old service, which get(…, { api: "v4" }) keeps. Differences stated here: pages are asked one after the
 * other (concurrency 1) so that they come in the recorded order, and a page that the recording's server cut short of what it announced
 * is filled up, because a short page is an error here.
 */
type Json = Record<string, unknown>;

const better: Readonly<
  Record<
    string,
    {
      readonly why: string;
      readonly refuses?: readonly [code: string, message: RegExp];
      readonly sends?: Json;
      readonly gives?: unknown;
      readonly unsent?: true;
    }
  >
> = {
  "get/tuple-uppercase-operator": { why: "spellings are the same in upper case", sends: { run_number: { ">=": "327600" } } },
  "get/list-empty": { why: "an empty list says nothing", refuses: ["INVALID_ARGUMENT", /the list of run_number is empty/], unsent: true },
  "get/value-none": { why: "null is null, not the word None", sends: { stop_reason: { "=": null } } },
  "get/lookup-unknown": {
    why: "an unknown lookup is refused before it is sent",
    refuses: ["INVALID_ARGUMENT", /Unknown operator "icontains" on name. Did you mean "like"/],
    unsent: true,
  },
  "get/error-on-first-page": { why: "as in the original", refuses: ["SERVICE_ERROR", /column Dataset.nonsense does not exist/] },
  "get/error-on-second-page": { why: "every page is checked, and its number told", refuses: ["SERVICE_ERROR", /Page 1 failed.*timeout/] },
  "get/answer-without-pages": {
    why: "as in the original, with a reason",
    refuses: ["INVALID_RESPONSE", /does not tell how many datasets there are/],
  },
  "get/flat-colliding-keys": { why: "nothing is lost where two paths meet", gives: [{ a__b: 2, "a.b": 1 }] },
  "get/page-as-filter": { why: "options stand apart, so that any field can be asked for", sends: { page: { "=": "2" } } },
};

function filled(exchange: RecordedExchange): RecordedExchange {
  const answer = exchange.response.body?.json as Json | undefined;
  const rows = answer?.["datasets"] as Json[] | undefined;
  const count = answer?.["count"];
  if (rows === undefined || typeof count !== "number") return exchange;
  const page = Number(/\/(\d+)\/$/.exec(exchange.request.path)?.[1]);
  const missing = Math.min(25, count - page * 25) - rows.length;
  const more = Array.from({ length: Math.max(0, missing) }, () => ({ ...rows[0] }));
  return { ...exchange, response: { ...exchange.response, body: { json: { ...answer, datasets: [...rows, ...more] } } } };
}

/** A case that the original refuses before sending, with the exchange that ours makes: answered like another one. */
function exchangesOf(recorded: RecordedCase, sends: Json | undefined): readonly RecordedExchange[] {
  if (sends === undefined) return recorded.exchanges;
  const [first = recordedCase("get/empty-result").exchanges[0]] = recorded.exchanges;
  if (first === undefined) throw new Error("There is no exchange to answer with.");
  const body = { ...(first.request.body?.json as Json), filter: sends };
  const response = first.response.status === 500 ? { status: 200, body: { json: { datasets: [], pages: 0, count: 0 } } } : first.response;
  return [{ ...first, request: { ...first.request, body: { json: body } }, response }];
}

describe("get() of runreg 0.3.0, in its wire format", () => {
  it.each(casesOf("get"))("%s", async (id, recorded) => {
    const wanted = better[id];
    const server = await replay((wanted?.unsent === true ? [] : exchangesOf(recorded, wanted?.sends)).map(filled));
    const rr = createRunRegistry({
      baseUrl: `${server.url}/api`,
      auth: () => ({ headers: { cookie: "_shibsession_rr=0123456789" } }),
      retry: { attempts: 1 },
      logger: silent,
    });
    try {
      const { workspace, flat, ...fields } = fromPython(recorded.call.kwargs) as { workspace?: string; flat?: boolean } & GetFields;
      const outcome = await rr
        .get(fields, {
          api: "v4",
          concurrency: 1,
          ...(workspace === undefined ? {} : { workspace }),
          ...(flat === undefined ? {} : { flat }),
        })
        .then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        );
      server.done();
      if (wanted?.refuses !== undefined) {
        const [code, message] = wanted.refuses;
        if (!("error" in outcome)) throw new Error(`expected ${code}, got a result`);
        if (!isSciError<string>(outcome.error)) throw outcome.error;
        expect(outcome.error.code, outcome.error.message).toBe(code);
        expect(outcome.error.message).toMatch(message);
        return;
      }
      if ("error" in outcome) throw outcome.error;
      if (wanted === undefined) expect(recorded.raises, "the original raises, and no better behaviour is named").toBeUndefined();
      expect(outcome.value).toEqual(wanted?.gives ?? recorded.returns ?? []);
    } finally {
      await rr.close();
      await server.stop();
    }
  });

  it("names only cases that exist", () => {
    const ids = casesOf("get").map(([id]) => id);
    expect(Object.keys(better).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe("helpers of runreg 0.3.0", () => {
  const helpers: Readonly<Record<string, (recorded: RecordedCase) => unknown>> = {
    create_filter: ({ call }) => v4Filter(readFields(fromPython(call.kwargs))),
    // The original gives its own half-way form; both must say the same on the wire.
    convert_lookup_fields: ({ call }) => v4Filter(readFields(fromPython(call.kwargs))),
    flatten: ({ call }) => flatten(call.args[0] as Json),
  };
  it.each(casesOf("spellings"))("%s", (id, recorded) => {
    const helper = helpers[recorded.call.method];
    if (helper === undefined) throw new Error(`Nothing stands for ${recorded.call.method}.`);
    if (id === "flatten/wide-object") {
      // "an object with 1200 keys k0000..k1199, value = index": the original's recursion ends there.
      const wide = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`k${String(index).padStart(4, "0")}`, index]));
      expect(flatten(wide)).toEqual(wide);
    } else if (recorded.call.method === "convert_lookup_fields") {
      expect(helper(recorded)).toEqual(v4Filter(readFields(recorded.returns)));
    } else {
      expect(helper(recorded)).toEqual(recorded.returns);
    }
  });
});
