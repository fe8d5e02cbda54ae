import { isSciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { RunRegistry } from "../src/index.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { refusal } from "@sci/http-core/testing";
import { playing } from "./support/replayed.ts";

type Json = Record<string, unknown>;

/** The run and dataset of a recorded call, by position or by name. */
function where({ call }: RecordedCase): [run: number, dataset: string | undefined] {
  const { run_number: run = call.args[0], dataset_name: dataset = call.args[1] } = call.kwargs;
  return [run as number, dataset as string | undefined];
}

/** Every lumisection carries its number here; the original leaves counting to the reader. */
const numbered = (rows: unknown): unknown => (rows as Json[]).map((row, index) => ({ lumisection_number: index + 1, ...row }));

const calls: Readonly<
  Record<
    string,
    { readonly ask: (rr: RunRegistry, run: number, dataset?: string) => Promise<unknown>; readonly as?: (original: unknown) => unknown }
  >
> = {
  get_lumisections: { ask: async (rr, run, dataset) => rr.lumisections.list(run, dataset), as: numbered },
  get_oms_lumisections: { ask: async (rr, run, dataset) => rr.lumisections.omsList(run, dataset), as: numbered },
  get_lumisection_ranges: { ask: async (rr, run, dataset) => rr.lumisections.ranges(run, dataset) },
  get_oms_lumisection_ranges: { ask: async (rr, run, dataset) => rr.lumisections.oms(run, dataset) },
  get_joint_lumisection_ranges: { ask: async (rr, run, dataset) => rr.lumisections.joint(run, dataset) },
  get_lumisection_ranges_by_component: {
    ask: async (rr, run, dataset) => rr.lumisections.byComponent(run, dataset, { source: "service" }),
  },
};

describe("lumisections of runregistry 3.1.2", () => {
  it.each(casesOf("lumisections"))("%s", async (id, recorded) => {
    const { ask, as = (original: unknown) => original } = calls[recorded.call.method] ?? {};
    if (ask === undefined) throw new Error(`No call stands for ${recorded.call.method}.`);
    const [run, dataset] = where(recorded);
    if (id === "get_lumisections/text-number") {
      // A run number is a number; as such the request is the one of get_lumisections/online.
      const error = await refusal(() => playing({ ...recorded, exchanges: [] }, ({ rr }) => ask(rr, run, dataset)));
      expect(error.message).toContain('The run number must be a whole number from 1 to 2147483647, not "327743"');
      return;
    }
    expect(await playing(recorded, ({ rr }) => ask(rr, run, dataset))).toEqual(as(recorded.returns));
  });
});

describe("golden JSON of runregistry 3.1.2", () => {
  /** The logic is JSON text inside JSON; Python writes blanks into it where JavaScript does not. */
  const sameLogic =
    (isText: boolean) =>
    (exchange: RecordedExchange): RecordedExchange => {
      const sent = exchange.request.body?.json as Json | undefined;
      if (isText || typeof sent?.["json_logic"] !== "string") return exchange;
      const json = { ...sent, json_logic: JSON.stringify(JSON.parse(sent["json_logic"])) };
      return { ...exchange, request: { ...exchange.request, body: { json } } };
    };

  const refused: Readonly<Record<string, readonly [code: string, message: RegExp]>> = {
    // The original waits for ever; here a deadline ends it, and the error names the job.
    "create_json/never-ends": ["TIMEOUT", /4711/],
    // The original loses the reason of the service.
    "create_json/no-dataset-matches": ["SERVICE_ERROR", /no such dataset/],
    "create_json/poll-not-found": ["NOT_FOUND", /gone/],
  };

  it.each(casesOf("goldenJson"))("%s", async (id, recorded) => {
    const { json_logic: logic = recorded.call.args[0], dataset_name_filter: datasets = recorded.call.args[1] } = recorded.call.kwargs;
    const request = { logic: logic as Json, datasets: datasets as string };
    const wanted = refused[id];
    // The recorder stopped the endless case after five questions; here the last of them is never answered, and the deadline ends it.
    const endless = id === "create_json/never-ends";
    const change = sameLogic(typeof logic === "string");
    const outcome = await playing(
      recorded,
      ({ rr }) =>
        rr.goldenJson.create(request, { pollInterval: 1, maxPollInterval: 1, ...(endless ? { deadline: 300 } : {}) }).then(
          (value) => ({ value }),
          (error: unknown) => ({ error }),
        ),
      (exchange) => {
        const changed = change(exchange);
        return endless && exchange === recorded.exchanges.at(-1)
          ? { ...changed, response: { ...changed.response, status: 203, delay: 3600 } }
          : changed;
      },
    );
    if (wanted === undefined) {
      if ("error" in outcome) throw outcome.error;
      expect(recorded.raises).toBeUndefined();
      expect({ ...outcome.value }).toEqual(recorded.returns);
    } else {
      if (!("error" in outcome)) throw new Error(`expected ${wanted[0]}, got a result`);
      if (!isSciError<string>(outcome.error)) throw outcome.error;
      expect(outcome.error.code, outcome.error.message).toBe(wanted[0]);
      expect(outcome.error.message).toMatch(wanted[1]);
    }
  });
});
