import { describe, expect, it } from "vitest";
import { compileFilter } from "../src/filter.ts";
import { between, like, oneOf } from "../src/filter-operators.ts";
import { readFields } from "../src/get-spellings.ts";
import { checkWorkspace, translateFields } from "../src/get-today.ts";
import { refusal } from "@sci/http-core/testing";

/** What today's datasets listing is asked for. */
function asked(fields: unknown, workspace = "tracker", unchecked = false): unknown {
  return compileFilter(translateFields(readFields(fields), checkWorkspace(workspace), unchecked), "datasets", unchecked);
}

describe("get() asks today's service", () => {
  it.each([
    ["a plain value", { run_number: 327600 }, { run_number: { "=": 327600 } }],
    ["a pair", { run_number: [327600, ">="] }, { run_number: { ">=": 327600 } }],
    ["a pair with a lookup", { run_number: [327600, "gte"] }, { run_number: { ">=": 327600 } }],
    ["a pair with a lookup in upper case", { run_number: [327600, "GTE"] }, { run_number: { ">=": 327600 } }],
    ["a list of one", { run_number: [327600] }, { run_number: { "=": 327600 } }],
    ["a list with one pair", { run_number: [[327600, "<>"]] }, { run_number: { "<>": 327600 } }],
    [
      "a list of pairs and another field",
      {
        run_number: [
          [327596, ">="],
          [327744, "lte"],
        ],
        name: ["%Cosmics%", "like"],
      },
      { run_number: { and: [{ ">=": 327596 }, { "<=": 327744 }] }, name: { like: "%Cosmics%" } },
    ],
    ["a pair and a value in one list", { run_number: [[1, ">"], 5] }, { run_number: { and: [{ ">": 1 }, { "=": 5 }] } }],
    [
      "lookups",
      { run_number__gte: 327596, run_number__lte: 327744, name__like: "%Cosmics%" },
      { run_number: { and: [{ ">=": 327596 }, { "<=": 327744 }] }, name: { like: "%Cosmics%" } },
    ],
    ["a lookup and a value on one field", { run_number__gte: 1, run_number: 5 }, { run_number: { and: [{ ">=": 1 }, { "=": 5 }] } }],
    [
      "operators of this package",
      { run_number: between(1, 9), class: like("Cosmics%") },
      { run_number: { and: [{ ">=": 1 }, { "<=": 9 }] }, "rr_attributes.class": { like: "Cosmics%" } },
    ],
    ["one of several", { run_number: oneOf(1, 2) }, { run_number: [1, 2] }],
    [
      "class and state of the run",
      { class: "Cosmics18", state: "COMPLETED" },
      { "rr_attributes.class": { "=": "Cosmics18" }, "rr_attributes.state": { "=": "COMPLETED" } },
    ],
    [
      "values of the old rows",
      { "class.value": "Cosmics18", "tracker_state.value": "OPEN" },
      { "rr_attributes.class": { "=": "Cosmics18" }, "dataset_attributes.tracker_state": { "=": "OPEN" } },
    ],
    ["null", { stop_reason: null }, { "rr_attributes.stop_reason": { "=": null } }],
    [
      "a number as text, as the old client sent it",
      { run_number: "327600", significant: "True" },
      { run_number: { "=": 327600 }, "rr_attributes.significant": { "=": true } },
    ],
    ["full names", { "oms_attributes.energy": [6000, ">"] }, { "oms_attributes.energy": { ">": 6000 } }],
    ["everything", {}, {}],
  ])("%s", (_name, fields, filter) => {
    expect(asked(fields)).toEqual(filter);
  });

  it.each([
    [
      "a name that carries its workspace",
      { "tracker-track.status": "GOOD" },
      "tracker",
      { "triplet_summary.tracker-track.GOOD": { ">": 0 } },
    ],
    ["a column of the workspace", { "strip.status": "good" }, "tracker", { "triplet_summary.tracker-strip.GOOD": { ">": 0 } }],
    ["a column of another workspace", { "dt.status": "BAD" }, "DT", { "triplet_summary.dt-dt.BAD": { ">": 0 } }],
    [
      "columns of global",
      { "strip.status": "BAD", "dt.status": "GOOD" },
      "global",
      { "triplet_summary.tracker-strip.BAD": { ">": 0 }, "triplet_summary.dt-dt.GOOD": { ">": 0 } },
    ],
    ["not a status", { "tracker-strip.status": ["GOOD", "<>"] }, "tracker", { "triplet_summary.tracker-strip.GOOD": { "=": null } }],
    ["a pattern", { "tracker-strip.status__like": "%GOOD%" }, "tracker", { "triplet_summary.tracker-strip.GOOD": { ">": 0 } }],
    [
      "two statuses of one component",
      {
        "tracker-strip.status": [
          ["GOOD", "="],
          ["BAD", "="],
        ],
      },
      "tracker",
      { "triplet_summary.tracker-strip.GOOD": { ">": 0 }, "triplet_summary.tracker-strip.BAD": { ">": 0 } },
    ],
    ["a cause", { "strip.cause": "HV_off 50%" }, "tracker", { "triplet_summary.tracker-strip.causes": { like: '%"HV\\_off 50\\%"%' } }],
    ["another cause", { "strip.cause__eq": 'a "b"' }, "tracker", { "triplet_summary.tracker-strip.causes": { like: '%"a \\\\"b\\\\""%' } }],
    ["part of a comment", { "strip.comment__like": "%HV%" }, "tracker", { "triplet_summary.tracker-strip.comments": { like: "%HV%" } }],
    [
      "the beginning of a comment",
      { "strip.comment__like": "HV%" },
      "tracker",
      { "triplet_summary.tracker-strip.comments": { like: '%"HV%' } },
    ],
    [
      "no such comment",
      { "strip.comment": ["%HV%", "notlike"] },
      "tracker",
      { "triplet_summary.tracker-strip.comments": { notlike: "%HV%" } },
    ],
    [
      "two comments",
      {
        "strip.comment": [
          ["%a%", "like"],
          ["%b%", "like"],
        ],
      },
      "tracker",
      { "triplet_summary.tracker-strip.comments": { like: "%a%" }, and: [{ "triplet_summary.tracker-strip.comments": { like: "%b%" } }] },
    ],
  ])("%s", (_name, fields, workspace, filter) => {
    expect(asked(fields, workspace)).toEqual(filter);
  });

  it.each([
    ["an unknown lookup", { run_number__gtt: 1 }, 'Unknown operator "gtt" on run_number. Did you mean "gt'],
    [
      "a lookup of Django",
      { name__icontains: "Cosmics" },
      'Unknown operator "icontains" on name. Did you mean "like" and % around the text',
    ],
    ["an unknown operator", { run_number: [1, "!="] }, 'Did you mean "<>"?'],
    ["an empty list", { run_number: [] }, "the list of run_number is empty"],
    ["two values", { run_number: [1, 2] }, "holds two values; no row has both"],
    ["three members", { run_number: [1, 2, 3] }, "neither [value] nor [value, operator]"],
    ["a list in a lookup", { run_number__gte: [1] }, "takes one value"],
    ["undefined", { class: undefined }, "class is undefined"],
    ["a misspelt name", { clas: "A" }, 'Unknown attribute of datasets "clas". Did you mean "class"?'],
    ["a misspelt field of a component", { "tracker-strip.statsu": "GOOD" }, 'Did you mean "tracker-strip.status"?'],
    ["a misspelt component", { "tracker-strp.status": "GOOD" }, 'Unknown component "tracker-strp". Did you mean "tracker-strip"?'],
    ["a column of another workspace", { "dt.status": "GOOD" }, 'Elsewhere there is "dt-dt.status"'],
    ["who set it", { "strip.by": "me" }, "today's Run Registry does not tell strip.by"],
    ["when it was set", { "class.when": "2018" }, "does not tell class.when"],
    ["what is gone", { createdAt: "2018" }, "today's Run Registry has no createdAt"],
    ["options among the fields", { run_number: 1, workspace: "global" }, "workspace is no field. Options stand behind the fields"],
    ["an order of causes", { "strip.cause": ["x", ">"] }, "which > cannot compare"],
    ["no text as comment", { "strip.comment": null }, "takes text, not null"],
    ["no object", [["run_number", 1]], "get() takes an object"],
  ])("refuses %s", async (_name, fields, message) => {
    expect((await refusal(() => asked(fields))).message).toContain(message);
  });

  it("refuses a column that global has not, or has no more", async () => {
    expect((await refusal(() => asked({ "stripp.status": "GOOD" }, "global"))).message).toContain('Did you mean "strip"?');
    expect((await refusal(() => asked({ "lowLumi.status": "GOOD" }, "global"))).message).toContain("no component for the column lowLumi");
  });

  it("names the nearest workspace", async () => {
    expect((await refusal(() => checkWorkspace("trakcer"))).message).toBe('Unknown workspace "trakcer". Did you mean "tracker"?');
    expect((await refusal(() => checkWorkspace(3))).message).toContain("Unknown workspace");
  });

  it("sends what it does not know with unchecked", () => {
    expect(asked({ page: 2, "new.status": "GOOD", "strip.status": "GOOD" }, "tracker", true)).toEqual({
      page: { "=": 2 },
      "triplet_summary.tracker-new.GOOD": { ">": 0 },
      "triplet_summary.tracker-strip.GOOD": { ">": 0 },
    });
  });
});
