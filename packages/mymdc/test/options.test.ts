import { describe, expect, test } from "vitest";
import { createMyMdc } from "../src/index.ts";
import { settle } from "../src/options.ts";

describe("addresses", () => {
  test("the address comes from the option, then the variable, then the service", () => {
    const environment = { MYMDC_URL: "http://127.0.0.1:1/variable/" };
    expect(settle({ baseUrl: "http://127.0.0.1:1/option/" }, environment).baseUrl).toBe("http://127.0.0.1:1/option");
    expect(settle({}, environment).baseUrl).toBe("http://127.0.0.1:1/variable");
    expect(settle({}, {}).baseUrl).toBe("https://in.xfel.eu/metadata");
  });

  test("a misspelt option names the right one", () => {
    expect(() => createMyMdc({ baseURL: "http://127.0.0.1:1" } as never)).toThrow(/baseUrl/);
  });
});
