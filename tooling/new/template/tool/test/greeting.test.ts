import { describe, expect, test } from "vitest";
import { greeting } from "../src/index.ts";

describe("greeting", () => {
  test("greets by name", () => {
    expect(greeting(" you ")).toBe("Hello, you");
  });

  test("refuses an empty name", () => {
    expect(() => greeting(" ")).toThrow(/not empty/);
  });
});
