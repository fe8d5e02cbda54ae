import { describe, expect, it } from "vitest";
import { compileSort } from "../src/sort.ts";
import { refusal } from "@sci/http-core/testing";

describe("sort", () => {
  it("leaves the service its own order, which is unique", () => {
    expect(compileSort(undefined, "runs")).toEqual([]);
    expect(compileSort([], "datasets")).toEqual([]);
  });

  it("ends in what makes a row unique", () => {
    expect(compileSort(["-energy"], "runs")).toEqual([
      ["oms_attributes.energy", "DESC"],
      ["run_number", "DESC"],
    ]);
    expect(compileSort(["class", "run_number"], "runs")).toEqual([
      ["rr_attributes.class", "ASC"],
      ["run_number", "ASC"],
    ]);
    expect(compileSort(["run_number"], "datasets")).toEqual([
      ["run_number", "ASC"],
      ["name", "ASC"],
    ]);
    expect(compileSort(["-dataset_name"], "datasets")).toEqual([
      ["name", "DESC"],
      ["run_number", "DESC"],
    ]);
  });

  it("sorts by components, states and full names", () => {
    expect(compileSort(["-tracker-strip", "oms_attributes.b_field", "global_state"], "datasets")).toEqual([
      ["tracker-strip", "DESC"],
      ["oms_attributes.b_field", "ASC"],
      ["dataset_attributes.global_state", "ASC"],
      ["run_number", "DESC"],
      ["name", "ASC"],
    ]);
  });

  it.each([
    [["-enrgy"], "runs", 'Unknown name to sort by of runs "enrgy". Did you mean "energy"?'],
    [["energy"], "datasets", "The service cannot sort datasets by energy."],
    [['x"; DROP TABLE'], "runs", "Unknown name to sort by"],
    [["dt-dt.GOOD"], "runs", "cannot sort runs by dt-dt.GOOD"],
    [["class", "-rr_attributes.class"], "runs", "names rr_attributes.class twice"],
    ["run_number", "runs", "must be a list of names"],
    [[["run_number", "ASC"]], "runs", 'takes names such as "-run_number"'],
  ] as const)("refuses %j of %s", async (sort, listing, message) => {
    expect((await refusal(() => compileSort(sort as never, listing))).message).toContain(message);
  });
});
