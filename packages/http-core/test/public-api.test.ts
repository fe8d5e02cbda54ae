import * as core from "@sci/http-core";
import { expect, test } from "vitest";

test("the main entry exports these names, and fewer than 30", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot();
  expect(Object.keys(core).length).toBeLessThan(30);
});
