import { isSciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { RunRegistry } from "../src/index.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { playing } from "./support/replayed.ts";

/*
 * Intended differences, stated here and nowhere ignored:
 * - one token for all requests (support/replayed.ts);
 * - pages of 50 are asked for explicitly, a single row with page_size 2, and a limit below 50 with that page size;
 * - a bare run_number or name of datasets is sent as {"=": …}, as the original does for runs;
 * - pages that the recording's server cut short of what it announced are filled up (rows from run 9,000,000), because a page that is
 *   shorter than announced is an error here, not the end.
 */
type Json = Record<string, unknown>;
const isFiller = (row: unknown): boolean => (row as { run_number: number }).run_number >= 9_000_000;

function asSentHere(pageSize: number) {
  return (exchange: RecordedExchange): RecordedExchange => {
    const sent = exchange.request.body?.json as Json | undefined;
    if (sent?.["page_size"] === undefined) return exchange;
    const filter = Object.fromEntries(
      Object.entries(sent["filter"] as Json).map(([name, value]) => [name, typeof value === "object" ? value : { "=": value }]),
    );
    return {
      ...exchange,
      request: { ...exchange.request, body: { json: { ...sent, page_size: pageSize, filter } } },
      response: filled(exchange.response, sent["page"] as number, pageSize),
    };
  };
}

function filled(response: RecordedExchange["response"], page: number, pageSize: number): RecordedExchange["response"] {
  const answer = response.body?.json as Json | undefined;
  const listing = answer?.["runs"] === undefined ? "datasets" : "runs";
  const rows = answer?.[listing] as Json[] | undefined;
  if (rows === undefined) return response;
  const wanted = Math.min(pageSize, (answer?.["count"] as number) - page * pageSize);
  const fillers = Array.from({ length: Math.max(0, wanted - rows.length) }, (_, index) => ({
    ...rows[0],
    run_number: 9_000_000 + page * 1000 + index,
  }));
  return { ...response, body: { json: { ...answer, [listing]: [...rows, ...fillers] } } };
}

/** What our call gives for a recorded one. */
type Call = (rr: RunRegistry, recorded: RecordedCase) => Promise<unknown>;

const kwargs = (recorded: RecordedCase) => recorded.call.kwargs as Json;
const compress = (recorded: RecordedCase) => kwargs(recorded)["compress_attributes"] !== false;
const orEmpty = async (row: Promise<unknown>): Promise<unknown> =>
  row.catch((error: unknown) => {
    // The original gives an empty object for what does not exist.
    if (isSciError(error, "NOT_FOUND")) return {};
    throw error;
  });

function listingOptions(recorded: RecordedCase): Json {
  const { filter, sortings, page_size: pageSize = 50, limit } = kwargs(recorded);
  const sort = (sortings as [string, string][] | undefined)?.map(([name, direction]) => (direction === "DESC" ? `-${name}` : name));
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
    ...(limit === undefined ? { pageSize } : { limit }),
    compress: compress(recorded),
    concurrency: 1,
  };
}

const calls: Readonly<Record<string, Call>> = {
  get_runs: async (rr, recorded) => (await rr.runs(listingOptions(recorded)).collect({ limit: 20_000 })).filter((row) => !isFiller(row)),
  get_datasets: async (rr, recorded) =>
    (await rr.datasets(listingOptions(recorded)).collect({ limit: 20_000 })).filter((row) => !isFiller(row)),
  get_run: async (rr, recorded) => {
    const { compress_attributes: _given, ...others } = kwargs(recorded);
    return orEmpty(rr.run(recorded.call.args[0] as number, { ...others, compress: compress(recorded) } as { compress: boolean }));
  },
  get_dataset: async (rr, recorded) =>
    orEmpty(
      rr.dataset(recorded.call.args[0] as number, (recorded.call.args[1] ?? kwargs(recorded)["dataset_name"]) as string, {
        compress: true,
      }),
    ),
  get_dataset_names_of_run: async (rr, recorded) => rr.datasetNames(recorded.call.args[0] as number),
  get_cycles: async (rr) => rr.cycles(),
  get_datasets_accepted: async (rr) => rr.datasetsAccepted(),
};

interface Better {
  readonly why: string;
  /** What is given instead. */
  readonly gives?: (original: unknown, recorded: RecordedCase) => unknown;
  readonly refuses?: readonly [code: string, message: RegExp];
  /** Nothing of the service is asked: the call is refused before. */
  readonly unsent?: true;
  /** Fewer requests than the original's, from the front. */
  readonly requests?: number;
}

const rowsOf = (recorded: RecordedCase): Json[] =>
  recorded.exchanges.flatMap(({ response }) => {
    const answer = response.body?.json as Json | undefined;
    return (answer?.["runs"] ?? answer?.["datasets"] ?? []) as Json[];
  });
const lastAnswer = (recorded: RecordedCase): Json => rowsOf(recorded)[0] ?? {};

const better: Readonly<Record<string, Better>> = {
  "get_run/null-number": {
    why: "a missing run number is refused",
    refuses: ["INVALID_ARGUMENT", /The run number must be a whole number.*not null/],
    unsent: true,
  },
  "get_run/filter-also-given": {
    why: "run() takes no filter",
    refuses: ["INVALID_ARGUMENT", /Unknown option of run\(\) "filter"/],
    unsent: true,
  },
  "get_runs/limit-within-one-page": {
    why: "a limit holds on the first page too",
    gives: (original) => (original as unknown[]).slice(0, 1),
  },
  "get_datasets/limit-within-one-page": {
    why: "a limit holds on the first page too",
    gives: (original) => (original as unknown[]).slice(0, 1),
  },
  "get_runs/limit-reached-on-first-page": { why: "no page is asked for to be thrown away", requests: 2 },
  "get_runs/compressed-key-order": {
    why: "attributes that meet a name of the row are kept apart instead of lost",
    gives: (original) => (original as Json[]).map((row) => ({ ...row, rr_attributes: { version: 99, lumisections: "x" } })),
  },
  "get_runs/raw-filter-top-level-or": {
    why: "the service would answer an and",
    refuses: ["INVALID_ARGUMENT", /"or" reaches over the tables run .* and triplet_summary/],
    unsent: true,
  },
  "get_runs/many-without-filter": {
    why: "the limit given to collect() decides, filter or not",
    refuses: ["LIMIT_EXCEEDED", /there are 20001 items, more than the limit of 20000/],
  },
  "get_runs/error-answer": { why: "as in the original", refuses: ["SERVICE_ERROR", /operator does not exist: jsonb > integer/] },
  "get_runs/unauthorized-json": { why: "the status is looked at", refuses: ["FORBIDDEN", /no e-group/] },
  "get_runs/login-page": {
    why: "a redirect to the log-in page is told as what it is, and not followed",
    refuses: ["NOT_AUTHENTICATED", /SSO_CLIENT_ID/],
  },
  "get_runs/no-credentials": {
    why: "missing credentials are told before anything is sent",
    refuses: ["MISSING_CREDENTIALS", /SSO_CLIENT_ID and SSO_CLIENT_SECRET are not set/],
    unsent: true,
  },
  "get_dataset/two-answers": {
    why: "as in the original",
    refuses: ["INVALID_RESPONSE", /2 rows for dataset \/PromptReco\/HICosmics18A\/DQM of run 327604; one was expected/],
  },
  "get_datasets/error-on-later-page": {
    why: "every page is checked, and its number told",
    refuses: ["SERVICE_ERROR", /Page 1 failed.*timeout/],
  },
  "get_dataset_names_of_run/path-not-escaped": {
    why: "the run number is checked",
    refuses: ["INVALID_ARGUMENT", /must be a whole number/],
    unsent: true,
  },
  "get_dataset_names_of_run/server-error": {
    why: "an error is no result; the run number is checked before",
    refuses: ["INVALID_ARGUMENT", /must be a whole number/],
    unsent: true,
  },
  "get_cycles/error-returned": { why: "an error is no result", refuses: ["SERVICE_ERROR", /boom/] },
};

/** The original's rows leave these out when it compresses a dataset. */
function withOms(returns: unknown, recorded: RecordedCase): unknown {
  const one = (row: unknown, source: Json | undefined): unknown => {
    if (source?.["Run"] === undefined || Object.keys(row as Json).length === 0) return row;
    return {
      ...(row as Json),
      oms_attributes: (source["Run"] as Json)["oms_attributes"],
      dcs_summary: (source["DatasetTripletCache"] as Json)["dcs_summary"],
    };
  };
  const rows = rowsOf(recorded);
  return Array.isArray(returns) ? returns.map((row, index) => one(row, rows[index])) : one(returns, rows[0]);
}

describe("listings of runregistry 3.1.2", () => {
  it.each(casesOf("listings"))("%s", async (id, recorded) => {
    const call = calls[recorded.call.method];
    if (call === undefined) throw new Error(`No call stands for ${recorded.call.method}.`);
    const wanted = better[id];
    const exchanges = wanted?.unsent === true ? [] : recorded.exchanges.slice(0, wanted?.requests);
    const { page_size: size = 50, limit } = kwargs(recorded);
    const pageSize = recorded.call.method === "get_run" || recorded.call.method === "get_dataset" ? 2 : ((limit ?? size) as number);
    const result = playing({ ...recorded, exchanges }, async ({ rr }) => call(rr, recorded), asSentHere(pageSize)).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const outcome = await result;
    if (wanted?.refuses !== undefined) {
      const [code, message] = wanted.refuses;
      if (!("error" in outcome)) throw new Error(`expected ${code}, got a result`);
      if (!isSciError<string>(outcome.error)) throw outcome.error;
      expect(outcome.error.code, outcome.error.message).toBe(code);
      expect(outcome.error.message).toMatch(message);
      return;
    }
    if ("error" in outcome) throw outcome.error;
    expect(recorded.raises, "the original raises, and no better behaviour is named").toBeUndefined();
    const original =
      recorded.call.method.startsWith("get_dataset") && compress(recorded) ? withOms(recorded.returns, recorded) : recorded.returns;
    expect(outcome.value).toEqual(wanted?.gives === undefined ? original : wanted.gives(original, recorded));
    expect(lastAnswer(recorded)).toBeDefined();
  });

  it("names only cases that exist", () => {
    const ids = casesOf("listings").map(([id]) => id);
    expect(Object.keys(better).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
