import { isSciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { RunRegistry } from "../src/index.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { playing } from "./support/replayed.ts";

/*
 * The original gives the answers of all runs in one list; here a single run gives its answer, and a list gives outcomes, whose values
 * are the same answers in the same order.
 */
type Json = Record<string, unknown>;
/** What a write needs of the batch it gives. */
interface Outcomes {
  readonly outcomes: readonly { readonly ok: boolean; readonly value?: unknown }[];
}

const inOrder = { concurrency: 1 };
const values = async (batch: Promise<unknown>): Promise<unknown> => ((await batch) as Outcomes).outcomes.map((outcome) => outcome.value);

/** The runs of a recorded call: the keyword of one, of several, or the first argument. */
function runsOf({ call }: RecordedCase, position?: number): unknown {
  const { run, runs } = call.kwargs;
  const given = run ?? runs ?? (position === undefined ? undefined : call.args[position]);
  return given;
}
const many = (runs: unknown): number[] => (Array.isArray(runs) ? runs : runs === undefined ? [] : [runs]) as number[];

const calls: Readonly<Record<string, (rr: RunRegistry, recorded: RecordedCase) => Promise<unknown>>> = {
  move_runs: async (rr, recorded) => {
    const [from, to] = recorded.call.args as ["OPEN", "SIGNOFF"];
    return values(rr.online.move(many(runsOf(recorded)), { from, to }, inOrder));
  },
  make_significant_runs: async (rr, recorded) => values(rr.online.markSignificant(many(runsOf(recorded)), inOrder)),
  reset_RR_attributes_and_refresh_runs: async (rr, recorded) => values(rr.online.reset(many(runsOf(recorded, 0)), inOrder)),
  manually_refresh_components_statuses_for_runs: async (rr, recorded) => values(rr.online.refresh(many(runsOf(recorded, 0)), inOrder)),
  change_run_class: async (rr, recorded) =>
    values(rr.online.changeClass(many(recorded.call.args[0]), recorded.call.args[1] as string, inOrder)),
  move_datasets: async (rr, recorded) => {
    const [from, to, dataset_name] = recorded.call.args as ["OPEN", "SIGNOFF", string];
    const keys = many(runsOf(recorded)).map((run_number) => ({ run_number, dataset_name }));
    return values(rr.offline.move(keys, { from, to }, inOrder));
  },
  edit_rr_lumisections: async (rr, recorded) => {
    const [run_number, start, end, component, status] = recorded.call.args as [number, number, number, string, "GOOD"];
    return rr.lumisections.edit({ run_number, start, end, component, status });
  },
};

interface Better {
  readonly why: string;
  readonly refuses?: readonly [code: string, message: RegExp];
  readonly gives?: (returns: unknown) => unknown;
  readonly unsent?: true;
}
const invalid = (message: RegExp, why: string): Better => ({ why, refuses: ["INVALID_ARGUMENT", message], unsent: true });
/** The original refuses a call without runs; an empty list is nothing to do here, and one of the arguments cannot be left out. */
const nothing: Better = { why: "an empty list of runs sends nothing", gives: () => [], unsent: true };

const better: Readonly<Record<string, Better>> = {
  "move_runs/nothing-given": nothing,
  "make_significant_runs/nothing-given": nothing,
  "reset_RR_attributes_and_refresh_runs/bad-text": invalid(/run number must be a whole number/, "text is no run"),
  "manually_refresh_components_statuses_for_runs/bad-text": invalid(/run number must be a whole number/, "text is no run"),
  "move_runs/bad-state": invalid(/"CLOSED"/, "as in the original, in one sentence"),
  "move_runs/lower-case-state": invalid(/"open"/, "as in the original"),
  "move_runs/unauthorized": { why: "as in the original", refuses: ["FORBIDDEN", /not in the e-group/] },
  "make_significant_runs/already": { why: "as in the original", refuses: ["SERVICE_ERROR", /already significant/] },
  "reset_RR_attributes_and_refresh_runs/not-open": { why: "as in the original", refuses: ["SERVICE_ERROR", /run is not open/] },
  "manually_refresh_components_statuses_for_runs/not-open": { why: "as in the original", refuses: ["SERVICE_ERROR", /run is not open/] },
  "edit_rr_lumisections/lower-case-status": invalid(/"good"/, "as in the original, in one sentence"),
  "edit_rr_lumisections/empty-status-refused": invalid(/"EMPTY"/, "EMPTY only arises"),
  "edit_rr_lumisections/range-reversed": invalid(/./, "the range is checked before it is sent"),
  "move_datasets/bad-state": invalid(/"DONE"/, "as in the original, in one sentence"),
  "move_datasets/refused": { why: "as in the original", refuses: ["FORBIDDEN", /not allowed/] },
  "change_run_class/text-run": invalid(/run number must be a whole number/, "arguments are checked before a token is asked for"),
  "change_run_class/bad-class": invalid(/./, "arguments are checked before a token is asked for"),
  "change_run_class/true-as-run": invalid(/run number must be a whole number/, "a boolean is no number"),
  "change_run_class/empty-class": invalid(/./, "an empty class is not sent"),
  "change_run_class/empty-list": { why: "an empty list needs no token", gives: () => [], unsent: true },
};

describe("writes of runregistry 3.1.2", () => {
  it.each(casesOf("writes"))("%s", async (id, recorded) => {
    const call = calls[recorded.call.method];
    if (call === undefined) throw new Error(`No call stands for ${recorded.call.method}.`);
    const wanted = better[id];
    const exchanges: readonly RecordedExchange[] = wanted?.unsent === true ? [] : recorded.exchanges;
    const outcome = await playing({ ...recorded, exchanges }, ({ rr }) =>
      call(rr, recorded).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    );
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
    expect(outcome.value).toEqual(wanted?.gives === undefined ? (recorded.returns as Json) : wanted.gives(recorded.returns));
  });

  it("names only cases that exist", () => {
    const ids = casesOf("writes").map(([id]) => id);
    expect(Object.keys(better).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
