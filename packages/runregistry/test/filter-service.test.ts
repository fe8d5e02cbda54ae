import { isSciError } from "@sci/http-core";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findAttribute, type ListingName } from "../src/attributes.ts";
import { listDatasets } from "../src/datasets.ts";
import { compileFilter } from "../src/filter.ts";
import { listRuns } from "../src/runs.ts";
import { fits } from "./support/naive-filter.ts";

type Row = Readonly<Record<string, unknown>> & { readonly run_number: number; readonly name?: string };
interface Answer {
  readonly rows: readonly string[];
  readonly error: string | undefined;
}

let sandbox: Sandbox;
const everything: Record<ListingName, readonly Row[]> = { runs: [], datasets: [] };
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["runregistry"], scale: 150 });
  for (const listing of ["runs", "datasets"] as const) everything[listing] = (await post(listing, {})).rows ?? [];
});
afterAll(() => sandbox.stop());

const keyOf = ({ run_number, name }: Row): string => `${run_number} ${name ?? ""}`;

/** Asks the bare back end, without the client. */
async function post(listing: ListingName, filter: unknown): Promise<{ rows: readonly Row[] | undefined; error: string | undefined }> {
  const response = await fetch(new URL(`/${listing}_filtered_ordered`, sandbox.env["RUNREGISTRY_URL"]), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ filter, sortings: [], page: 0, page_size: 100_000 }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { rows: body[listing] as Row[] | undefined, error: body["err"] as string | undefined };
}

async function answer(listing: ListingName, filter: unknown): Promise<Answer> {
  const { rows = [], error } = await post(listing, filter);
  return { rows: rows.map(keyOf), error };
}

function expected(listing: ListingName, filter: object): Answer {
  return { rows: everything[listing].filter((row) => fits(row, filter as Row, listing) === true).map(keyOf), error: undefined };
}

/** Every short name under its full one, and nothing else changed: what a client without the knowledge of this package would send. */
function prefixed(filter: object, listing: ListingName): object {
  return Object.fromEntries(
    Object.entries(filter).map(([name, value]: [string, unknown]) => {
      if (name === "and" || name === "or") return [name, (value as object[]).map((inner) => prefixed(inner, listing))];
      return [findAttribute(name, listing)?.path ?? name, value];
    }),
  );
}

describe("lists of comparisons under an attribute inside json", () => {
  const failing: [string, object][] = [
    ["and of numbers", { duration: { and: [{ ">": 900 }, { "<": 9000 }] } }],
    ["or of numbers", { duration: { or: [{ "<": 900 }, { ">": 9000 }] } }],
    ["or of equal numbers", { energy: { or: [{ "=": 0 }, { "=": 6500 }] } }],
    ["or of booleans", { significant: { or: [{ "=": true }, { "=": false }] } }],
    ["a number or nothing", { recorded_lumi: { or: [{ ">": 10 }, { "=": null }] } }],
    ["nested", { duration: { or: [{ and: [{ ">": 900 }, { "<>": 1000 }] }, { "<": 500 }] } }],
    ["counts of lumisections", { "dt-dt.GOOD": { or: [{ "<": 20 }, { ">": 200 }] } }],
  ];
  it.each(failing)("%s: fails as it is, is answered as it is sent", async (_name, filter) => {
    expect((await answer("runs", prefixed(filter, "runs"))).error).toMatch(/operator does not exist: text/);
    for (const listing of ["runs", "datasets"] as const) {
      const right = expected(listing, filter);
      expect(right.rows.length).toBeGreaterThan(0);
      expect(await answer(listing, compileFilter(filter, listing))).toEqual(right);
    }
  });

  it.each([
    ["a list", { energy: [0, 6500] }],
    ["a list with null", { recorded_lumi: [null, 0] }],
    ["a list of one", { significant: [true] }],
    ["a comparison beside a list", { duration: { ">": 500, "=": [600, 601, 602], or: [{ "<": 9e9 }, { "=": null }] } }],
    ["the same operator several times", { energy: { and: [{ "<>": 0 }, { "<>": 1 }, { ">": 5, "<": 9000 }] } }],
    ["a comparison beside a group on a column", { run_number: { ">": 316_000, or: [{ "<": 320_000 }, { ">": 327_000 }] } }],
    ["two groups on a column", { run_number: { and: [{ ">": 316_000 }], or: [{ "<": 320_000 }, { ">": 327_000 }] } }],
  ])("%s", async (_name, filter) => {
    expect(await answer("runs", compileFilter(filter, "runs"))).toEqual(expected("runs", filter));
  });

  it("texts stay as the Python client sends them", () => {
    expect(compileFilter({ hlt_key: { or: ["a", "b"] } }, "runs")).toEqual({
      "oms_attributes.hlt_key": { or: [{ "=": "a" }, { "=": "b" }] },
    });
    expect(compileFilter({ energy: { and: [{ ">": 1 }, { "<": 9 }] } }, "runs")).toEqual({ "oms_attributes.energy": { ">": 1, "<": 9 } });
  });

  it("names in the DQM GUI: each asked for on its own", async () => {
    const [name = ""] = everything.datasets.flatMap((row) => row["datasets_in_gui"] as string[]);
    for (const filter of [{ datasets_in_gui: [name, "/none"] }, { datasets_in_gui: { and: [{ "=": name }, { "=": name }] } }]) {
      const right = expected("datasets", filter);
      expect(right.rows.length).toBeGreaterThan(0);
      expect(await answer("datasets", compileFilter(filter, "datasets"))).toEqual(right);
    }
  });
});

describe("groups over several tables", () => {
  const either = { or: [{ "dt-dt": "BAD" }, { "tracker-strip": "BAD" }] };
  const cases: [string, ListingName, object][] = [
    ["an or about components behind a run number", "runs", { run_number: { ">": 1 }, ...either }],
    ["in front of it", "runs", { ...either, run_number: { ">": 1 } }],
    ["several statuses and a class", "runs", { "tracker-strip": ["GOOD", "BAD"], class: { like: "C%" } }],
    ["no empty lumisection, in runs without a summary too", "runs", { "dt-dt": { "<>": "EMPTY" }, significant: false }],
    ["two ors", "runs", { and: [{ or: [{ significant: true }, { energy: 0 }] }, either] }],
    ["nested", "runs", { significant: true, and: [{ and: [{ and: [either, { energy: 6500 }] }] }] }],
    ["an or of the run beside a name", "datasets", { name: { like: "/%" }, or: [{ energy: 6500 }, { significant: true }] }],
    ["three tables", "datasets", { and: [either, { or: [{ name: "online" }, { run_number: 1 }] }, { or: [{ energy: 0 }, { energy: 6500 }] }] }],
    ["what all branches share", "runs", { or: [{ significant: true, "dt-dt": "BAD" }, { significant: true, "tracker-strip": "BAD" }] }],
    ["a product, written out", "runs", {
      or: [
        { energy: 6500, "dt-dt": "BAD" },
        { energy: 0, "dt-dt": "BAD" },
        { energy: 6500, "tracker-strip": "BAD" },
        { energy: 0, "tracker-strip": "BAD" },
      ],
    }],
    ["a branch that makes the others needless", "runs", { significant: true, or: [{ significant: true }, { "dt-dt": "BAD" }] }],
  ]; // prettier-ignore
  it.each(cases)("%s", async (_name, listing, filter) => {
    const right = expected(listing, filter);
    expect(right.rows.length).toBeGreaterThan(0);
    expect(await answer(listing, compileFilter(filter, listing))).toEqual(right);
  });

  it("finds what was meant where the advice of the error is taken", async () => {
    const [{ run_number } = { run_number: 0 }] = everything.datasets;
    const filter = { or: [{ energy: 0 }, { "oms_attributes.run_number": run_number }] };
    const right = expected("datasets", { ...filter, or: [{ energy: 0 }, { run_number }] });
    expect(right.rows.length).toBeGreaterThan(0);
    expect(await answer("datasets", compileFilter(filter, "datasets"))).toEqual(right);
  });

  it("finds nothing where the or is sent as it stands", async () => {
    const triplets = { or: [{ "triplet_summary.dt-dt.BAD": { ">": 0 } }, { "triplet_summary.tracker-strip.BAD": { ">": 0 } }] };
    expect(await answer("runs", { run_number: { ">": 1 }, ...triplets })).toEqual({ rows: [], error: undefined });
  });

  it("names the way out where an or reaches over tables", () => {
    const message = (filter: object, listing: ListingName): string => {
      try {
        compileFilter(filter, listing);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(message({ or: [{ energy: 0 }, { "dt-dt": "BAD" }] }, "runs")).toMatch(/Ask once per branch/);
    expect(message({ or: [{ energy: 0 }, { run_number: 1 }] }, "datasets")).toMatch(/Write oms_attributes.run_number in it/);
    expect(message({ or: [{ and: [{}] }, { energy: 0 }] }, "datasets")).toMatch(/"or" holds an empty filter/);
  });
});

/** Random filters of values that occur. */
function filters(listing: ListingName): fc.Arbitrary<Record<string, unknown>> {
  const rows = everything[listing];
  const valuesOf = (group: string, name: string): unknown[] => {
    const all = rows.map((row) => ((listing === "datasets" && group !== "dataset_attributes" ? row["Run"] : row) as Row)[group] as Row);
    return [...new Set(all.map((one) => one[name]).filter((value) => value !== null && value !== undefined))];
  };
  const some = (values: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);
  const conditions = (value: fc.Arbitrary<unknown>, operators: readonly string[]): fc.Arbitrary<unknown> => {
    const test = fc.tuple(fc.constantFrom(...operators), value).map(([operator, operand]) => ({ [operator]: operand }));
    const nothing = fc.constantFrom(null, { "<>": null });
    const list = fc.array(value, { minLength: 1, maxLength: 3 });
    const { condition } = fc.letrec<{ condition: unknown }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        test,
        value,
        nothing,
        list,
        list.map((values) => ({ "=": values })),
        fc.tuple(test, test).map(([a, b]) => ({ ...a, ...b })),
        fc.tuple(fc.constantFrom("and", "or"), fc.array(tie("condition"), { minLength: 1, maxLength: 3 })).map(([group, members]) => ({
          [group]: members,
        })),
        fc.tuple(test, fc.array(tie("condition"), { minLength: 1, maxLength: 2 })).map(([a, members]) => ({ ...a, or: members })),
      ),
    }));
    return condition;
  };
  const order = ["=", "<>", "<>", "<", "<=", ">", ">="];
  const text = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof(
      conditions(some(values), ["=", "<>"]),
      fc
        .tuple(fc.constantFrom("like", "notlike", "NOTLIKE"), some(values), fc.integer({ min: 1, max: 8 }))
        .map(([operator, value, length]) => ({ [operator]: `${String(value).slice(0, length).toLowerCase()}%` })),
    );
  const numbers = rows.map((row) => row.run_number);
  const names: Record<string, fc.Arbitrary<unknown>> = {
    run_number: conditions(some(numbers), order),
    class: text(valuesOf("rr_attributes", "class")),
    significant: conditions(fc.boolean(), ["=", "<>"]),
    energy: conditions(some(valuesOf("oms_attributes", "energy")), order),
    duration: conditions(some(valuesOf("oms_attributes", "duration")), order),
    recorded_lumi: conditions(some(valuesOf("oms_attributes", "recorded_lumi")), order),
    pixel_included: fc.constantFrom(true, null, { "<>": null }),
    l1_key: text(valuesOf("oms_attributes", "l1_key")),
    start_time: fc.tuple(some(valuesOf("oms_attributes", "start_time")), some(valuesOf("oms_attributes", "start_time"))).map(([a, b]) => ({ ">=": a, "<": b })),
    "dt-dt": fc.constantFrom("GOOD", "BAD", ["BAD", "STANDBY"], { "<>": "GOOD" }, { "<>": "EMPTY" }),
    "tracker-strip": fc.constantFrom("GOOD", ["GOOD", "BAD"], { "<>": "BAD" }),
    "tracker-strip.GOOD": conditions(fc.integer({ min: 0, max: 300 }), order),
    "dt-dt.EMPTY": conditions(fc.integer({ min: 0, max: 30 }), order),
  }; // prettier-ignore
  if (listing === "datasets") {
    names["name"] = text([...new Set(rows.map((row) => row.name))]);
    names["global_state"] = text(valuesOf("dataset_attributes", "global_state"));
    names["version"] = conditions(fc.integer({ min: 1, max: 8 }), order);
  }
  const tableOf = (name: string): string => {
    const { table = "" } = findAttribute(name, listing) ?? {};
    return name === "run_number" || name === "version" ? (listing === "runs" ? "oms" : "dataset") : table;
  };
  const entryOf = (known: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.constantFrom(...known).chain((name) => (names[name] as fc.Arbitrary<unknown>).map((value) => ({ [name]: value })));
  const namedOf = (known: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.array(entryOf(known), { minLength: 1, maxLength: 2 }).map((entries) => Object.assign({}, ...entries) as Record<string, unknown>);
  /** Groups of any depth of these attributes. */
  const deep = (known: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
    fc.letrec<{ filter: Record<string, unknown> }>((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3 },
        namedOf(known),
        fc
          .tuple(
            fc.option(namedOf(known), { nil: {} }),
            fc.constantFrom("and", "or"),
            fc.array(tie("filter"), { minLength: 1, maxLength: 3 }),
          )
          .map(([plain, group, members]) => ({ ...plain, [group]: members })),
      ),
    })).filter;
  const every = Object.keys(names);
  const groupsOfTables = [["oms", "rr"], ["dataset"], ["triplet"]]
    .map((tables) => every.filter((name) => tables.includes(tableOf(name))))
    .filter((known) => known.length > 0);
  const ofOneTable = fc.constantFrom(...groupsOfTables).chain(deep);
  const list = fc.array(ofOneTable, { minLength: 1, maxLength: 2 });
  const perhaps = fc.option(namedOf(every), { nil: {} });
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(list, perhaps).map(([and, plain]) => ({ ...plain, and })) },
    {
      weight: 4,
      arbitrary: fc.tuple(ofOneTable, perhaps, list).map(([first, plain, and]) => ({ ...first, ...plain, and: [{ and }] })),
    },
    // What all branches share: a product that can be taken apart again.
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          namedOf(every),
          fc.constantFrom(...groupsOfTables).chain((known) => fc.array(namedOf(known), { minLength: 2, maxLength: 3 })),
        )
        .map(([shared, branches]) => ({ or: branches.map((branch) => ({ ...branch, ...shared })) })),
    },
    { weight: 2, arbitrary: deep(every) },
  );
}

describe.each(["runs", "datasets"] as const)("any filter of %s", (listing) => {
  it("finds what it says, also behind a row", async () => {
    let sent = 0;
    let refused = 0;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(filters(listing), fc.nat(), async (filter, place) => {
        let compiled: Readonly<Record<string, unknown>>;
        try {
          compiled = compileFilter(filter, listing);
        } catch (error) {
          if (!isSciError(error, "INVALID_ARGUMENT") || !error.message.includes("reaches over the tables")) throw error;
          refused++;
          return;
        }
        sent++;
        const right = expected(listing, filter);
        expect(await answer(listing, compiled), JSON.stringify(compiled)).toEqual(right);
        if (right.rows.length === 0) return;
        found++;
        const last = everything[listing].find((row) => keyOf(row) === right.rows[place % right.rows.length]) as never;
        const input = { filter: compiled, sortings: [] };
        const behind = listing === "runs" ? listRuns.after?.(input, last) : listDatasets.after?.(input, last);
        expect((await answer(listing, behind?.filter)).rows, JSON.stringify(behind)).toEqual(
          right.rows.slice((place % right.rows.length) + 1),
        );
      }),
      { seed: 20_181_130, numRuns: 200 },
    );
    expect(refused, "a minority is refused").toBeLessThan(sent / 2);
    expect(found, "filters that find something").toBeGreaterThan(sent / 6);
  }, 120_000);
});
