import { isSciError } from "@sci/http-core";
import { describe, expect, it } from "vitest";
import { compileFilter } from "../src/filter.ts";
import { casesOf } from "./support/recorded.ts";

/** Where the original is wrong or inconsistent: what is sent here instead, or the message. */
const better: Readonly<Record<string, { readonly sends?: unknown; readonly refuses?: RegExp; readonly why: string }>> = {
  "transform_to_rr_run_filter/and-plain-values": {
    sends: { run_number: { and: [{ "=": 1 }, { "=": 2 }] } },
    why: "and is completed like or",
  },
  "transform_to_rr_dataset_filter/and-plain-values": {
    sends: { run_number: { and: [{ "=": 1 }, { "=": 2 }] } },
    why: "and is completed like or",
  },
  "transform_to_rr_run_filter/triplet-not-equal": {
    sends: { "triplet_summary.dt-dt.GOOD": { "=": null } },
    why: "the condition is kept: no lumisection has the status, and then it has no count",
  },
  "transform_to_rr_dataset_filter/triplet-not-equal": { sends: { "triplet_summary.dt-dt.GOOD": { "=": null } }, why: "as for runs" },
  "transform_to_rr_run_filter/triplet-number": {
    refuses: /Filter on dt-dt: 3 is no status.*"dt-dt.GOOD"/,
    why: "dropping it would widen the query",
  },
  "transform_to_rr_dataset_filter/triplet-number": { refuses: /3 is no status/, why: "as in the original, with a way out" },
  "transform_to_rr_run_filter/triplet-or": {
    sends: { or: [{ "triplet_summary.dt-dt.GOOD": { ">": 0 } }, { "triplet_summary.dt-dt.BAD": { ">": 0 } }] },
    why: "the condition is kept",
  },
  "transform_to_rr_dataset_filter/triplet-or": {
    sends: { or: [{ "triplet_summary.dt-dt.GOOD": { ">": 0 } }, { "triplet_summary.dt-dt.BAD": { ">": 0 } }] },
    why: "the condition is kept",
  },
  "transform_to_rr_run_filter/list-given": { refuses: /filter of runs must be an object/, why: "everything would be listed" },
  "transform_to_rr_dataset_filter/list-given": { refuses: /filter of datasets must be an object/, why: "everything would be listed" },
  "transform_to_rr_run_filter/value-list": {
    sends: { run_number: [1, 2] },
    why: "a bare list is what the service takes as one of several",
  },
  "transform_to_rr_run_filter/top-level-or": {
    sends: { or: [{ run_number: { "=": 1 } }, { run_number: { "=": 2 } }] },
    why: "groups of whole conditions can be written",
  },
  "transform_to_rr_dataset_filter/top-level-or": {
    sends: { or: [{ run_number: { "=": 1 } }, { run_number: { "=": 2 } }] },
    why: "groups of whole conditions can be written",
  },
  "transform_to_rr_run_filter/unknown": { refuses: /Unknown attribute of runs "nonsense"/, why: "as in the original" },
  "transform_to_rr_dataset_filter/unknown": { refuses: /Unknown attribute of datasets "nonsense"/, why: "as in the original" },
  "transform_to_rr_run_filter/global-state": {
    refuses: /Unknown attribute of runs "global_state". It is one of datasets/,
    why: "as in the original, with a hint",
  },
  "transform_to_rr_run_filter/part-of-run-number": { refuses: /Unknown attribute of runs "run"/, why: "part of a name is no name" },
  "transform_to_rr_dataset_filter/part-of-run-number": { refuses: /Unknown attribute of datasets "run"/, why: "as in the original" },
  "transform_to_rr_run_filter/empty-name": { refuses: /Unknown attribute of runs ""/, why: "the empty name is no name" },
  "transform_to_rr_dataset_filter/empty-name": { refuses: /Unknown attribute of datasets ""/, why: "as in the original" },
  "transform_to_rr_dataset_filter/plain-number": {
    sends: { run_number: { "=": 327600 } },
    why: "as for runs; both are the same to the service",
  },
  "transform_to_rr_dataset_filter/prefixed-oms": {
    sends: { "oms_attributes.hlt_key": { like: "%2018%" } },
    why: "full names are taken for datasets too",
  },
  "transform_to_rr_dataset_filter/prefixed-triplet": {
    sends: { "triplet_summary.dt-dt.GOOD": { ">": 0 } },
    why: "full names are taken for datasets too",
  },
};

describe("filters of runregistry 3.1.2", () => {
  it.each(casesOf("filters"))("%s", (id, recorded) => {
    const listing = recorded.call.method.includes("_run_") ? "runs" : "datasets";
    const [filter] = structuredClone(recorded.call.args);
    const wanted = better[id];
    if (wanted?.refuses !== undefined || (wanted === undefined && recorded.raises !== undefined)) {
      let error: unknown;
      try {
        compileFilter(filter, listing);
      } catch (caught) {
        error = caught;
      }
      expect(isSciError(error, "INVALID_ARGUMENT")).toBe(true);
      expect((error as Error).message).toMatch(wanted?.refuses ?? /./);
    } else {
      expect(compileFilter(filter, listing)).toEqual(wanted === undefined ? recorded.returns : wanted.sends);
    }
    expect(filter, "the filter given is not changed").toEqual(recorded.call.args[0]);
  });

  it("names only cases that exist", () => {
    const ids = casesOf("filters").map(([id]) => id);
    expect(Object.keys(better).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
