import { SciError } from "@sci/http-core";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { errorText, escapeFormula, escapeJsonText, escapeTerminal, escapeTerminalLines, exitCodeOf, jsonText } from "../src/index.ts";

describe("text for a terminal", () => {
  it("shows control sequences instead of sending them", () => {
    expect(escapeTerminal("\u001b[31mred\u0007")).toBe("\\u001b[31mred\\u0007");
    expect(escapeTerminal("\u009b31m")).toBe("\\u009b31m");
    expect(escapeTerminal("a\u202eb\u2066c\u200f")).toBe("a\\u202eb\\u2066c\\u200f");
    expect(escapeTerminal("a\r\nb\tc")).toBe("a\\r\\nb\\tc");
    expect(escapeTerminal("x\u{e0041}")).toBe("x\\udb40\\udc41");
  });
  it("leaves letters of all languages alone", () => {
    const text = "Grüße μ 東京 👩‍🔬 é";
    expect(escapeTerminal(text)).toBe(text);
  });
  it("keeps lines where several are meant", () => {
    expect(escapeTerminalLines("a\n\tb\u001b[2J")).toBe("a\n\tb\\u001b[2J");
  });
  it("keeps the value of JSON text", () => {
    const value = { "a\u009b": "\u202e\u001b\u{e0041}" };
    const text = escapeJsonText(JSON.stringify(value));
    expect(text).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe("text for a spreadsheet", () => {
  it.each(["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx", "\rx", "＝1"])("masks %j", (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
  });
  it.each(["-1.5", "+3", "-2e10", "abc", "", "a=b", "2018-05-01"])("leaves %j", (text) => {
    expect(escapeFormula(text)).toBe(text);
  });
});

describe("jsonText", () => {
  it("writes a bigint as a numeral, like JSON.stringify otherwise", () => {
    const value = { a: 9007199254740993n, b: [1n, undefined, { c: "x", d: undefined }], e: {}, f: [], g: new Date(0), h: null };
    expect(jsonText(value)).toBe('{"a":9007199254740993,"b":[1,null,{"c":"x"}],"e":{},"f":[],"g":"1970-01-01T00:00:00.000Z","h":null}');
    const plain = { a: 1, b: [1, null, { c: "x" }], e: {}, f: [] };
    expect(jsonText({ ...plain, a: 1n }, 2)).toBe(JSON.stringify(plain, undefined, 2));
  });
  it("refuses a circle", () => {
    const circle: Record<string, unknown> = { big: 1n };
    circle["self"] = circle;
    expect(() => jsonText(circle)).toThrow("cannot be written as JSON");
  });
});

describe("exit codes", () => {
  it.each([
    ["INVALID_ARGUMENT", 2],
    ["NOT_AUTHENTICATED", 3],
    ["MISSING_CREDENTIALS", 3],
    ["FORBIDDEN", 1],
    ["NOT_FOUND", 4],
    ["PARTIAL", 5],
    ["ABORTED", 130],
    ["TIMEOUT", 1],
    ["NETWORK", 1],
  ])("%s is %i", (code, exit) => {
    expect(exitCodeOf(new SciError(code, "x"))).toBe(exit);
  });
  it("takes a facility's own, and the usage errors of the parser", () => {
    expect(exitCodeOf(new SciError("RUN_LOCKED", "x"), { RUN_LOCKED: 5 })).toBe(5);
    expect(exitCodeOf(new CommanderError(1, "commander.unknownOption", "x"))).toBe(2);
    expect(exitCodeOf(new CommanderError(0, "commander.help", "x"))).toBe(0);
    expect(exitCodeOf(new Error("x"))).toBe(1);
  });
  it("words an error as one safe paragraph", () => {
    expect(errorText(new SciError("NETWORK", "Broken\n  by \u001b[31m?token=abcdef"))).toBe("Broken by \\u001b[31m?token=***");
    expect(errorText(new Error("outer", { cause: new Error("inner") }))).toBe("outer: inner");
    expect(errorText("text")).toBe("text");
    expect(errorText(new Error(""))).toBe("failed without a message");
  });
  it("adds fields, causes and where it arose on demand", () => {
    const error = new SciError("NETWORK", "Broken.", { service: "demo", status: 502, cause: new Error("socket hang up") });
    const text = errorText(error, true);
    expect(text).toContain("  code: NETWORK\n  service: demo\n  status: 502\n  cause: socket hang up");
    expect(text).toMatch(/\n\s+at /);
    expect(errorText(error)).toBe("Broken.");
  });
});
