import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leftOut, type Part, partOf, sources } from "./support/recorded.ts";

/** The files that replay the cases of each part. */
const replayedIn: Readonly<Record<Part, string>> = {
  options: "options.test.ts",
  filters: "recordings-filters.test.ts",
  listings: "recordings-listings.test.ts",
  lumisections: "recordings-lumisections.test.ts",
  goldenJson: "recordings-lumisections.test.ts",
  writes: "recordings-writes.test.ts",
  get: "recordings-get.test.ts",
  spellings: "recordings-get.test.ts",
};

describe("the recordings of both Python clients", () => {
  it.each(Object.keys(sources) as (keyof typeof sources)[])("every case of %s is replayed, or left out with a reason", (source) => {
    const cases = sources[source];
    expect(cases.length).toBe({ runregistry: 167, runreg: 48 }[source]);
    expect(cases.filter((one) => partOf(source, one) === undefined).map(({ id }) => id)).toEqual([]);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  it("leaves out only cases that exist", () => {
    const ids = Object.values(sources).flatMap((cases) => cases.map(({ id }) => id));
    expect(Object.keys(leftOut).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has the files that replay them", () => {
    const files = readdirSync(new URL("./", import.meta.url));
    expect(Object.values(replayedIn).filter((file) => !files.includes(file))).toEqual([]);
  });
});
