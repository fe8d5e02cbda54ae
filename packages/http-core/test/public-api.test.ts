import * as core from "@sci/http-core";
import { expect, test } from "vitest";

test("the main entry exports these names, and fewer than 30", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
    [
      "MASK",
      "SciError",
      "basicAuth",
      "bearerToken",
      "callOptionNames",
      "checkInteger",
      "checkNames",
      "clientOptionNames",
      "createCore",
      "describeCause",
      "float",
      "headerAuth",
      "isSciError",
      "lateAuth",
      "listOptionNames",
      "nearest",
      "operation",
      "parseJson",
      "redactText",
      "redactUrl",
      "shown",
      "stringifyJson",
      "tokenCache",
      "unknownName",
      "withMore",
    ]
  `);
  expect(Object.keys(core).length).toBeLessThan(30);
});
