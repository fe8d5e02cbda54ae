import { describe, expect, test } from "vitest";
import { createIcatPlus } from "../src/index.ts";
import { settle } from "../src/options.ts";

describe("options", () => {
  test("the address comes from the option, then the variable, then the service", () => {
    const environment = { ICAT_PLUS_URL: "http://127.0.0.1:1/variable" };
    expect(settle({ baseUrl: "http://127.0.0.1:1/option" }, environment).baseUrl).toBe("http://127.0.0.1:1/option");
    expect(settle({}, environment).baseUrl).toBe("http://127.0.0.1:1/variable");
    expect(settle({}, {}).baseUrl).toBeUndefined();
  });

  test("a misspelt option names the right one", () => {
    expect(() => createIcatPlus({ baseURL: "http://127.0.0.1:1" } as never)).toThrow(/baseUrl/);
  });
});
