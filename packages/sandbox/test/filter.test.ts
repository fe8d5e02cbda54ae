import { describe, expect, test } from "vitest";
import { useSandbox } from "./support.ts";

const { post } = useSandbox();

async function ask(
  filter: unknown,
  route = "runs",
): Promise<{ count: number; err: string | undefined; rows: { run_number: number; name?: string }[] }> {
  const { json } = await post(`/${route}_filtered_ordered`, { filter, sortings: [], page: 0, page_size: 100_000 });
  return { count: json.count, err: json.err, rows: json[route] ?? [] };
}
const count = async (filter: unknown, route?: string): Promise<number> => {
  const { err, count: found } = await ask(filter, route);
  expect(err).toBeUndefined();
  return found;
};
const runs = async (filter: unknown): Promise<number[]> => (await ask(filter)).rows.map((row) => row.run_number);

describe("conditions on run numbers", () => {
  test.each([
    [{ run_number: 327600 }, [327600]],
    [{ run_number: "327600" }, [327600]],
    [{ run_number: { "=": 327600 } }, [327600]],
    [{ run_number: [327600, 327604, 1] }, [327604, 327600]],
    [{ run_number: [] }, []],
    [{ run_number: { or: [327600, { "=": "327601" }] } }, [327601, 327600]],
    [{ run_number: { and: [{ ">": 327599 }, { "<=": 327601 }] } }, [327601, 327600]],
    [{ run_number: { ">": 327599, "<": 327602, "<>": 327600 } }, [327601]],
    [{ or: [{ run_number: 327600 }, { run_number: 327604 }] }, [327604, 327600]],
    [{ OR: [{ run_number: 327600 }, { run_number: 327604 }] }, [327604, 327600]],
    [{ and: [{ run_number: { ">=": 327600 } }, { run_number: { "<": 327602 } }] }, [327601, 327600]],
    [{ run_number: { "=": null } }, []],
    [{ run_number: 327600.5 }, []],
  ])("%j", async (filter, expected) => {
    expect(await runs(filter)).toEqual(expected);
  });
});

describe("attributes in json", () => {
  test("like ignores case and adds no wildcard; NOTLIKE respects case", async () => {
    const all = await count({});
    const cosmics = await count({ "rr_attributes.class": "Cosmics18" });
    expect(cosmics).toBeGreaterThan(10);
    expect(await count({ "rr_attributes.class": { like: "%cosmics%" } })).toBe(cosmics);
    expect(await count({ "rr_attributes.class": { LIKE: "COSMICS1_" } })).toBe(cosmics);
    expect(await count({ "rr_attributes.class": { like: "cosmics" } })).toBe(0);
    expect(await count({ "rr_attributes.class": { notlike: "%cosmics%" } })).toBe(all - cosmics);
    expect(await count({ "rr_attributes.class": { NOTLIKE: "%cosmics%" } })).toBe(all);
  });

  test("the type of the operand decides: numbers by value, texts as texts", async () => {
    const longer = await count({ "oms_attributes.duration": { ">": 900 } });
    const asText = await count({ "oms_attributes.duration": { ">": "900" } });
    expect(longer).toBeGreaterThan(asText);
    expect(await count({ "oms_attributes.b_field": "3.80" })).toBe(0);
    const strong = await count({ "oms_attributes.b_field": 3.8 });
    expect(strong).toBeGreaterThan(0);
    expect(await count({ "oms_attributes.b_field": "3.8" })).toBe(strong);
    expect(await count({ "oms_attributes.duration": { ">": 900, "<": 2000 } })).toBeGreaterThan(0);
  });

  test("what is missing is neither equal nor different", async () => {
    const all = await count({});
    const given = await count({ "oms_attributes.recorded_lumi": { "<>": null } });
    expect(await count({ "oms_attributes.recorded_lumi": null })).toBe(all - given);
    expect(await count({ "oms_attributes.recorded_lumi": { "<>": -1 } })).toBe(given);
    expect(await count({ "oms_attributes.castor_included": { "<>": true } })).toBe(0);
    expect(await count({ "oms_attributes.nosuch": { "=": 5 } })).toBe(0);
    expect(await count({ "oms_attributes.nosuch": { "=": null } })).toBe(all);
  });

  test("summaries: a status that does not occur has no key", async () => {
    expect(await count({ "triplet_summary.dt-dt.BAD": { "=": 0 } })).toBe(0);
    expect(await count({ "triplet_summary.dt-dt.BAD": { ">": 0 } })).toBeGreaterThan(0);
    expect(await count({ "triplet_summary.dt-dt.EMPTY": { "=": 0 } })).toBeGreaterThan(0);
    expect(await count({ "triplet_summary.tracker-strip.comments": { like: "%tripped%" } })).toBeGreaterThan(0);
  });

  test("names that are no operators lead deeper into the json", async () => {
    expect(await count({ "rr_attributes.class": { "!=": "Cosmics18" } })).toBe(0);
    expect(await count({ rr_attributes: { class: "Cosmics18" } })).toBe(await count({ "rr_attributes.class": "Cosmics18" }));
  });
});

describe("or and and across tables", () => {
  test("an or across tables is answered as an and of its parts", async () => {
    const either = { or: [{ "rr_attributes.class": "Cosmics18" }, { run_number: { "<": 315300 } }] };
    const both = { and: [{ "rr_attributes.class": "Cosmics18" }, { run_number: { "<": 315300 } }] };
    // One table in the listing of runs, two in the listing of datasets.
    expect(await count(either)).toBeGreaterThan(await count(both));
    expect(await count(either, "datasets")).toBe(await count(both, "datasets"));
    expect(await count({ or: [{ "triplet_summary.dt-dt.BAD": { ">": 0 } }, { run_number: 327600 }] })).toBe(0);
  });

  test("an or whose members all belong to another table holds for nothing once a condition was seen", async () => {
    const or = [{ "triplet_summary.dt-dt.BAD": { ">": 0 } }, { "triplet_summary.cms-cms.BAD": { ">": 0 } }];
    expect(await count({ or })).toBeGreaterThan(0);
    expect(await count({ run_number: { ">": 1 }, or })).toBe(0);
    expect(await count({ or, run_number: { ">": 1 } })).toBe(0);
  });

  test("in capitals the top is not split", async () => {
    expect((await ask({ OR: [{ "triplet_summary.dt-dt.BAD": { ">": 0 } }] })).err).toBe(
      "column Run.triplet_summary.dt-dt.BAD does not exist",
    );
    expect((await ask({ AND: [{ "rr_attributes.class": "x" }] }, "datasets")).err).toBe(
      "column Dataset.rr_attributes.class does not exist",
    );
  });

  test("empty ones", async () => {
    const all = await count({});
    expect(await count([])).toBe(all);
    expect(await count({ and: [] })).toBe(all);
    expect(await count({ or: [] })).toBe(all);
  });
});

test("deleted is overwritten", async () => {
  expect(await count({ deleted: true })).toBe(await count({}));
});

describe("datasets", () => {
  test("datasets_in_gui is always contains, and a bare text is taken by its first character", async () => {
    const name = "/PromptReco/Cosmics18/DQM";
    const found = await count({ datasets_in_gui: { "=": name } }, "datasets");
    expect(found).toBeGreaterThan(0);
    expect(await count({ datasets_in_gui: { like: name } }, "datasets")).toBe(found);
    expect(await count({ datasets_in_gui: { like: "%Cosmics18%" } }, "datasets")).toBe(0);
    expect(await count({ datasets_in_gui: name }, "datasets")).toBe(0);
  });

  test("names and states", async () => {
    const prompt = await count({ name: { like: "%promptreco%" } }, "datasets");
    expect(prompt).toBeGreaterThan(477);
    expect(
      await count({ name: { like: "%promptreco%" }, "dataset_attributes.global_state": { "<>": "COMPLETED" } }, "datasets"),
    ).toBeLessThan(prompt);
    expect(await count({ "dataset_attributes.appeared_in": { like: "%DBS%" } }, "datasets")).toBeGreaterThan(0);
  });
});

// The words of PostgreSQL 15 and of the service's libraries, as its own code gives them for these filters.
describe("refusals", () => {
  test.each([
    [null, "Cannot convert undefined or null to object"],
    ["x", "column Run.0 does not exist"],
    [{ and: {} }, "val.filter is not a function"],
    [{ run_number: "abc" }, 'invalid input syntax for type integer: "abc"'],
    [{ run_number: "99999999999" }, 'value "99999999999" is out of range for type integer'],
    [{ run_number: true }, "operator does not exist: integer = boolean"],
    [{ run_number: { "!=": 5 } }, 'invalid input syntax for type integer: "[object Object]"'],
    [{ run_number: { in: [1] } }, 'invalid input syntax for type integer: "[object Object]"'],
    [{ run_number: { like: "%3%" } }, "operator does not exist: integer ~~* unknown"],
    [{ class: "Cosmics18" }, "column Run.class does not exist"],
    [{ fill_number: { ">": 5 } }, "column Run.fill_number does not exist"],
    [{ "rr_attributes.class": ["Cosmics18"] }, "operator does not exist: text = text[]"],
    [{ "oms_attributes.hlt_key": { ">": 5 } }, /^invalid input syntax for type double precision: "\/cdaq\//],
    [{ "oms_attributes.duration": { and: [{ ">": 900 }, { "<": 2000 }] } }, "operator does not exist: text > integer"],
    [{ "rr_attributes.significant": { and: [{ "=": true }] } }, "operator does not exist: text = boolean"],
    [{ "rr_attributes.significant": 1 }, 'invalid input syntax for type double precision: "false"'],
    [{ "oms_attributes.energy": { like: 5 } }, "operator does not exist: double precision ~~* integer"],
    [{ "oms_attributes.hlt_key": { like: "x\\" } }, "LIKE pattern must not end with escape character"],
  ])("%j", async (filter, err) => {
    const answer = await ask(filter);
    if (err instanceof RegExp) expect(answer.err).toMatch(err);
    else expect(answer.err).toBe(err);
  });

  test("a not at the top shows how the service reads it", async () => {
    expect((await ask({ not: { "rr_attributes.class": { "=": "x" } } })).err).toContain(
      "Invalid value { 'rr_attributes.class': { [Symbol(eq)]: 'x' } }",
    );
  });
});
