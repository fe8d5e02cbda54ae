import { describe, expect, test } from "vitest";
import { createCtadata } from "../src/index.ts";
import { settle } from "../src/options.ts";

describe("options", () => {
  test("the address comes from the option, then the variable, then the service", () => {
    const environment = { CTADATA_URL: "http://127.0.0.1:1/variable" };
    expect(settle({ baseUrl: "http://127.0.0.1:1/option" }, environment).baseUrl).toBe("http://127.0.0.1:1/option");
    expect(settle({}, environment).baseUrl).toBe("http://127.0.0.1:1/variable");
    expect(settle({}, {}).baseUrl).toBeUndefined();
  });

  test("a misspelt option names the right one", () => {
    expect(() => createCtadata({ baseURL: "http://127.0.0.1:1" } as never)).toThrow(/baseUrl/);
  });
});
