import { describe, expect, it } from "vitest";
import { listingShape } from "../src/schema.ts";

const schema = listingShape("runs", { run_number: "number", rr_attributes: "object" });
const check = (body: unknown) => {
  const result = schema["~standard"].validate(body);
  if (result instanceof Promise) throw new Error("The check of a page must not wait.");
  return result;
};
const paths = (body: unknown): string[] =>
  (check(body).issues ?? []).map(({ path = [], message }) => `${path.map(String).join(".")}: ${message}`);

describe("the shape of a page", () => {
  it("is the answer itself where it fits, fields that nobody asked for included", () => {
    const body = { runs: [{ run_number: 1, rr_attributes: {}, more: 1 }], count: 1, pages: 1 };
    expect(check(body)).toEqual({ value: body });
    expect((check(body) as { value: unknown }).value).toBe(body);
  });

  it("is looked for in every row", () => {
    const row = { run_number: 1, rr_attributes: {} };
    expect(paths({ runs: [...Array<object>(99).fill(row), { run_number: "2", rr_attributes: [] }, null], count: 101 })).toEqual([
      "runs.99.run_number: Invalid input: expected number",
      "runs.99.rr_attributes: Invalid input: expected object",
      "runs.100: Invalid input: expected object",
    ]);
  });

  it.each([
    [null, ": Invalid input: expected object"],
    [[], ": Invalid input: expected object"],
    [{ runs: [] }, "count: Invalid input: expected number"],
    [{ runs: {}, count: 0 }, "runs: Invalid input: expected array"],
  ])("%j", (body, issue) => {
    expect(paths(body)).toEqual([issue]);
  });
});
