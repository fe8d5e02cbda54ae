import { checkInteger, checkNames, createCore, nearest } from "@sci/http-core";
import { describe, expect, test } from "vitest";

test.each([
  ["pagesize", "pageSize"],
  ["page-size", "pageSize"],
  ["fliter", "filter"],
  ["zzzzzzzz", undefined],
])("nearest to %s is %s", (name, expected) => {
  expect(nearest(name, ["pageSize", "filter", "sort"])).toBe(expected);
});

test("a misspelt name is an error that names the nearest", () => {
  expect(() => checkNames({ pagesize: 1 }, ["pageSize", "filter"], "option of runs()")).toThrow(
    'Unknown option of runs() "pagesize". Did you mean "pageSize"?',
  );
  expect(() => checkNames({ qqq: 1 }, ["pageSize", "filter"], "option of runs()")).toThrow("Known: pageSize, filter.");
});

test.each([[1.5], ["1"], [true], [-1], [2 ** 53], [Number.NaN], [null]])("%j is no whole number", (value) => {
  expect(() => checkInteger(value, "limit")).toThrow(/limit must be a whole number/);
});

describe("createCore refuses", () => {
  const service = { name: "thing", userAgent: "t/1", baseUrl: "https://thing.invalid/api" };
  test.each([
    [{ baseURL: "https://x" }, 'Unknown option of thing "baseURL". Did you mean "baseUrl"?'],
    [{ baseUrl: "thing.cern.ch" }, "must be an http(s) URL"],
    [{ baseUrl: "ftp://thing" }, "must be an http(s) URL"],
    [{ baseUrl: "https://me:secretword@thing" }, "must not hold a user or password"],
    [{ baseUrl: "https://thing/api?x=1" }, "neither query nor fragment"],
    [{ timeout: { total: 0 } }, "timeout.total of thing must be a number of milliseconds above 0"],
    [{ timeout: { totl: 5 } }, 'Unknown time limit of thing "totl". Did you mean "total"?'],
    [{ retry: { attempts: 0 } }, "retry.attempts of thing must be a whole number from 1"],
    [{ concurrency: 0 }, "concurrency must be a whole number from 1 to 64"],
  ])("%j", (options, message) => {
    expect(() => createCore(service, options as never)).toThrow(message);
    expect(() => createCore(service, options as never)).not.toThrow("secretword");
  });
});
