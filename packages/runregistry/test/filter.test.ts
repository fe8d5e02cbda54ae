import { describe, expect, it } from "vitest";
import { compileFilter } from "../src/filter.ts";
import { between, ge, gt, le, like, lt, ne, notLike, oneOf } from "../src/filter-operators.ts";
import type { DatasetFilter, RunFilter } from "../src/filter-types.ts";
import { refusal } from "@sci/http-core/testing";

const runs = (filter: RunFilter) => compileFilter(filter, "runs");
const datasets = (filter: DatasetFilter) => compileFilter(filter, "datasets");

describe("what is sent", () => {
  it("completes short names, bare values and components", () => {
    expect(runs({ run_number: between(327596, 327744), class: like("%Cosmics%"), "tracker-strip": "GOOD" })).toEqual({
      run_number: { ">=": 327596, "<=": 327744 },
      "rr_attributes.class": { like: "%Cosmics%" },
      "triplet_summary.tracker-strip.GOOD": { ">": 0 },
    });
  });

  it("keeps the type of every operand", () => {
    expect(runs({ duration: gt(900), significant: true, l1_key: "900", energy: { ">=": 6500 } })).toEqual({
      "oms_attributes.duration": { ">": 900 },
      "rr_attributes.significant": { "=": true },
      "oms_attributes.l1_key": { "=": "900" },
      "oms_attributes.energy": { ">=": 6500 },
    });
  });

  it("has an operator for every comparison", () => {
    expect(
      runs({ run_number: ge(1), energy: le(2), duration: lt(3), hlt_key: notLike("a%"), l1_key: ne("x"), stop_reason: ne(null) }),
    ).toEqual({
      run_number: { ">=": 1 },
      "oms_attributes.energy": { "<=": 2 },
      "oms_attributes.duration": { "<": 3 },
      "oms_attributes.hlt_key": { notlike: "a%" },
      "oms_attributes.l1_key": { "<>": "x" },
      "rr_attributes.stop_reason": { "<>": null },
    });
  });

  it("asks a column for a list, and a json attribute for an or of equalities", () => {
    expect(runs({ run_number: [1, 2] })).toEqual({ run_number: [1, 2] });
    expect(runs({ run_number: oneOf(1, 2) })).toEqual({ run_number: [1, 2] });
    expect(datasets({ name: oneOf("/a", "/b") })).toEqual({ name: ["/a", "/b"] });
    expect(runs({ class: ["A", "B"] })).toEqual({ "rr_attributes.class": { or: [{ "=": "A" }, { "=": "B" }] } });
    expect(runs({ class: { "=": ["A", null], "<>": "C" } })).toEqual({
      "rr_attributes.class": { and: [{ "<>": "C" }, { or: [{ "=": "A" }, { "=": null }] }] },
    });
  });

  it("asks for what is missing with null", () => {
    expect(runs({ stop_reason: null })).toEqual({ "rr_attributes.stop_reason": { "=": null } });
    expect(runs({ tracker_included: null })).toEqual({ "oms_attributes.tracker_included": { "=": null } });
  });

  it("counts and searches inside components", () => {
    expect(runs({ "dt-dt.GOOD": gt(10), "dt-dt.causes": like("%HV%") })).toEqual({
      "triplet_summary.dt-dt.GOOD": { ">": 10 },
      "triplet_summary.dt-dt.causes": { like: "%HV%" },
    });
    expect(runs({ "dt-dt": "no value found" })).toEqual({ "triplet_summary.dt-dt.NO VALUE FOUND": { ">": 0 } });
    expect(runs({ "dt-dt": { "<>": "EMPTY" } })).toEqual({
      or: [{ "triplet_summary.dt-dt.EMPTY": { "=": 0 } }, { "triplet_summary.dt-dt.EMPTY": { "=": null } }],
    });
    expect(compileFilter({ "dt-dt": { like: "%D" } }, "runs")).toEqual({
      or: [
        { "triplet_summary.dt-dt.GOOD": { ">": 0 } },
        { "triplet_summary.dt-dt.BAD": { ">": 0 } },
        { "triplet_summary.dt-dt.EXCLUDED": { ">": 0 } },
        { "triplet_summary.dt-dt.NO VALUE FOUND": { ">": 0 } },
      ],
    });
  });

  it("loses no condition that meets another under one key", () => {
    expect(runs({ class: "A", "rr_attributes.class": like("A%") })).toEqual({
      "rr_attributes.class": { "=": "A" },
      and: [{ "rr_attributes.class": { like: "A%" } }],
    });
    expect(runs({ "dt-dt": ["GOOD", "BAD"], "csc-csc": ["GOOD", "BAD"], and: [{ class: "A" }] })).toEqual({
      and: [
        { "rr_attributes.class": { "=": "A" } },
        { or: [{ "triplet_summary.dt-dt.GOOD": { ">": 0 } }, { "triplet_summary.dt-dt.BAD": { ">": 0 } }] },
        { or: [{ "triplet_summary.csc-csc.GOOD": { ">": 0 } }, { "triplet_summary.csc-csc.BAD": { ">": 0 } }] },
      ],
    });
    expect(compileFilter({ and: [{ class: "A" }], AND: [{ class: "B" }] }, "runs")).toEqual({
      and: [{ "rr_attributes.class": { "=": "A" } }, { "rr_attributes.class": { "=": "B" } }],
    });
  });

  it("takes the service's own grammar as it is", () => {
    const raw = {
      and: [
        { "rr_attributes.class": { like: "%18%" } },
        { or: [{ "oms_attributes.hlt_key": { "=": "a" } }, { "oms_attributes.l1_key": { "=": "a" } }] },
      ],
      run_number: { or: [{ "=": 1 }, { and: [{ ">": 5 }, { "<": 9 }] }] },
      "oms_attributes.run_number": { "=": 3 },
    };
    expect(compileFilter(raw, "runs")).toEqual(raw);
    expect(compileFilter({ datasets_in_gui: { contains: "/a" }, dataset_name: "/b" }, "datasets")).toEqual({
      datasets_in_gui: { contains: "/a" },
      name: { "=": "/b" },
    });
    expect(datasets({ datasets_in_gui: "/a" })).toEqual({ datasets_in_gui: { "=": "/a" } });
  });

  it("writes a Date as the service writes times, so that its comparison of text holds", () => {
    expect(runs({ start_time: ge(new Date("2018-11-30T04:12:09.5+01:00")) })).toEqual({
      "oms_attributes.start_time": { ">=": "2018-11-30T03:12:09Z" },
    });
    expect(runs({ start_time: between("2018-11-01", "2018-12") })).toEqual({
      "oms_attributes.start_time": { ">=": "2018-11-01", "<=": "2018-12" },
    });
    expect(runs({ start_time: like("2018-11-30%") })).toEqual({ "oms_attributes.start_time": { like: "2018-11-30%" } });
  });

  it("does not let a name reach the prototype", () => {
    const filter = JSON.parse('{"__proto__": {"=": 1}}') as object;
    const sent = compileFilter(filter, "runs", true);
    expect(Object.keys(sent)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(sent)).toBe(Object.prototype);
  });
});

describe("an or across tables", () => {
  const across = { or: [{ class: "Cosmics18" }, { "dt-dt": "BAD" }] };
  it.each([
    ["short names", across, "runs"],
    ["the service's own grammar", { or: [{ "rr_attributes.class": { "=": "A" } }, { "triplet_summary.dt-dt.BAD": { ">": 0 } }] }, "runs"],
    ["upper case", { OR: [{ class: "A" }, { "dt-dt": "BAD" }] }, "runs"],
    ["nested in and", { AND: [{ run_number: 1 }, { or: [{ class: "A" }, { "dt-dt": "BAD" }] }] }, "runs"],
    ["an and of two tables inside", { or: [{ and: [{ class: "A" }, { "dt-dt": "BAD" }] }, { class: "B" }] }, "runs"],
    ["run_number and class of datasets", { or: [{ class: "Cosmics18" }, { run_number: lt(315300) }] }, "datasets"],
  ] as const)("is refused: %s", async (_name, filter, listing) => {
    const error = await refusal(() => compileFilter(filter, listing));
    expect(error.message).toMatch(/"or" reaches over the tables .* and .*would answer an "and"/);
  });

  it("stays allowed within one table, and with unchecked", () => {
    expect(compileFilter({ or: [{ class: "A" }, { run_number: lt(315300) }] }, "runs")).toEqual({
      or: [{ "rr_attributes.class": { "=": "A" } }, { run_number: { "<": 315300 } }],
    });
    expect(compileFilter(across, "runs", true)).toEqual({
      or: [{ "rr_attributes.class": { "=": "Cosmics18" } }, { "triplet_summary.dt-dt.BAD": { ">": 0 } }],
    });
  });
});

describe("what is refused", () => {
  it.each([
    ["a misspelt attribute", { clas: "A" }, 'Unknown attribute of runs "clas". Did you mean "class"?'],
    ["a misspelt full name", { "oms_attributes.enrgy": 1 }, 'Did you mean "oms_attributes.energy"?'],
    ["a misspelt component", { "tracker-strp": "GOOD" }, 'Did you mean "tracker-strip"?'],
    ["an attribute of datasets", { global_state: "OPEN" }, "It is one of datasets."],
    ["an unknown operator", { energy: { "!=": 1 } }, 'Unknown operator "!=" on energy. Did you mean "<>"?'],
    ["in", { class: { in: ["A"] } }, 'Unknown operator "in" on class. Did you mean "=" with a list?'],
    [
      "a number as text",
      { duration: "900" },
      'Filter on duration: it is a number, and "900" is text: the service would compare it as text, where "1000" comes before "900". Write 900 without quotes.',
    ],
    ["a number as text in a list", { energy: [1, "2"] }, "it is a number"],
    ["text as a number", { class: 18 }, "18 is not text"],
    ["a boolean as text", { significant: "true" }, 'it is true or false, not "true"'],
    ["not a number", { energy: Number.NaN }, "it is a number, not NaN"],
    ["a whole number that JSON cannot hold", { fill_number: 2n ** 64n }, "18446744073709551616 is too large"],
    ["a pattern with a loose backslash", { class: like("a%\\") }, 'ends with a single "\\". Write two'],
    ["a fraction of a run", { run_number: 1.5 }, "whole number"],
    ["like on the integer column", { run_number: { like: "3276%" } }, "like works on text only"],
    ["like with a number", { class: { like: 18 } }, "like takes text"],
    ["a date that is none", { start_time: { ">": "30.11.2018" } }, '"30.11.2018" is no time as the service writes it'],
    ["a day outside the calendar", { start_time: { ">": "2018-02-30" } }, '"2018-02-30" is not in the calendar'],
    ["an offset", { start_time: { ">": "2018-11-30T03:12:09+01:00" } }, "Write UTC"],
    [
      "a fraction of a second, which would sort in front of its second",
      { start_time: { ">": "2018-11-30T03:12:09.5Z" } },
      "is no time as the service writes it",
    ],
    ["a number as date", { start_time: { ">": 1543547529 } }, "it is a time such as"],
    ["a day as equality", { start_time: "2018-11-30" }, 'Use like "2018-11-30%"'],
    ["null and an order", { energy: { ">": null } }, "null can be compared by = (missing) and <> (not missing) only"],
    ["undefined", { class: undefined }, "the value is undefined"],
    ["an empty list", { run_number: [] }, "an empty list fits nothing"],
    ["an empty group", { or: [] }, '"or" holds an empty list'],
    ["an empty branch", { or: [{}, { class: "A" }] }, '"or" holds an empty filter'],
    ["a group that is no list", { and: { class: "A" } }, '"and" takes a list of filters'],
    ["an empty condition", { class: {} }, "the condition is empty"],
    ["a list under an order", { energy: { ">": [1] } }, "> takes one value, not a list"],
    ["a status that is none", { "dt-dt": "GOD" }, '"GOD" is no status. Did you mean "GOOD"?'],
    ["an order of statuses", { "dt-dt": { ">": "GOOD" } }, "> does not compare statuses"],
    ["what *_included never is", { castor_included: { "<>": true } }, "true or absent, never false"],
    ["deleted rows", { deleted: true }, "lists no deleted rows"],
    ["equality with a list", { components: "DT" }, 'Use like "%DT%"'],
  ])("%s", async (_name, filter, message) => {
    expect((await refusal(() => compileFilter(filter, "runs"))).message).toContain(message);
  });

  it.each([["a text"], [[]], [3]])("a filter that is %j", async (filter) => {
    expect((await refusal(() => compileFilter(filter, "runs"))).message).toContain("must be an object");
  });

  it.each([{ notlike: "%x%" }, { like: "%x%" }, { "<>": "x" }, null, ne(null)])(
    "what is not asked for of the DQM GUI's list: %j",
    async (condition) => {
      expect((await refusal(() => compileFilter({ datasets_in_gui: condition }, "datasets"))).message).toContain("contains this text");
    },
  );

  it("but two backslashes, and a bigint of a size that occurs", () => {
    expect(runs({ class: like("a\\\\"), fill_number: gt(7000) })).toEqual({
      "rr_attributes.class": { like: "a\\\\" },
      "oms_attributes.fill_number": { ">": 7000 },
    });
    expect(compileFilter({ fill_number: 7000n }, "runs")).toEqual({ "oms_attributes.fill_number": { "=": 7000 } });
  });

  it("bounds in the wrong order", async () => {
    expect((await refusal(() => between(9, 1))).message).toContain("between(9, 1): the lower bound is above the upper one");
  });

  it("nothing of that with unchecked", () => {
    expect(compileFilter({ nosuch: { "!=": 1 }, duration: "900", "dt-dt": "SPECIAL", class: { in: ["A"] } }, "runs", true)).toEqual({
      nosuch: { "!=": 1 },
      "oms_attributes.duration": { "=": "900" },
      "triplet_summary.dt-dt.SPECIAL": { ">": 0 },
      "rr_attributes.class": { in: ["A"] },
    });
  });
});
