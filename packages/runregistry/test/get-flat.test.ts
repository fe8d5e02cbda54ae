import { describe, expect, it } from "vitest";
import { flatten } from "../src/get-flat.ts";

describe("flat rows", () => {
  it("join names, keep lists and leave out history and lumisections", () => {
    expect(flatten({ a: { b: { c: 1 }, d: [1, { e: 2 }] }, f: null, history: { g: 1 }, h: { oms_lumisections: 3, i: {} } })).toEqual({
      a__b__c: 1,
      a__d: [1, { e: 2 }],
      f: null,
    });
  });

  it("lose nothing where two paths end in one name", () => {
    expect(flatten({ a: { b: 1 }, a__b: 2 })).toEqual({ a__b: 2, "a.b": 1 });
    expect(flatten({ a__b: { c: 3 }, a: { b__c: 4, b: { c: 5 } } })).toEqual({ a__b__c: 3, "a.b__c": 4, "a.b.c": 5 });
    expect(flatten({ a: { b: 1 }, a__b: 2, "a.b": 3 })).toEqual({ a__b: 2, "a.b": 3, "a.b_": 1 });
  });

  it("may be as wide and as deep as they like", () => {
    const wide = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`k${String(index).padStart(4, "0")}`, index]));
    expect(flatten(wide)).toEqual(wide);
    let deep: Record<string, unknown> = { end: 1 };
    for (let level = 0; level < 2_000; level++) deep = { x: deep };
    const [[name, value] = ["", 0]] = Object.entries(flatten(deep));
    expect([name.length, value]).toEqual([2_000 * 3 + 3, 1]);
  });

  it("keep the order of the names", () => {
    expect(Object.keys(flatten({ z: 1, a: { y: 2, b: 3 }, c: 4 }))).toEqual(["z", "a__y", "a__b", "c"]);
  });
});
