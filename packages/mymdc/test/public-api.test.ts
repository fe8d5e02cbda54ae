import { expect, test } from "vitest";
import * as api from "../src/index.ts";

test("the main entry exports this and nothing else", () => {
  expect(Object.keys(api).sort()).toEqual([
    "createMyMdc",
    "describeResources",
    "formatFileList",
    "formatTime",
    "parseFileList",
    "toDate",
    "validationOf",
  ]);
});
