import { describe, expect, it } from "vitest";
import * as api from "../src/index.ts";

describe("the public surface", () => {
  it("has these runtime exports, and no others", () => {
    expect(Object.keys(api).sort()).toEqual(
      [
        "LumiMask",
        "attributes",
        "between",
        "createRunRegistry",
        "ge",
        "get",
        "gt",
        "le",
        "like",
        "lt",
        "ne",
        "notLike",
        "oneOf",
        "outcomesOf",
      ].sort(),
    );
  });

  it("has these calls on a client", () => {
    const rr = api.createRunRegistry({ baseUrl: "http://127.0.0.1:1" });
    expect(Object.keys(rr).sort()).toEqual(
      [
        ...["runs", "run", "runHistory", "lastUpdatedRuns", "datasets", "dataset", "datasetNames", "cycles", "datasetsAccepted"],
        ...["lumisections", "goldenJson", "online", "offline", "get", "baseUrl", "close"],
      ].sort(),
    );
    expect(Object.keys(rr.lumisections)).toEqual(
      expect.arrayContaining(["ranges", "oms", "joint", "list", "byComponent", "certified", "edit"]),
    );
    expect(Object.keys(rr.online).sort()).toEqual(["changeClass", "markSignificant", "move", "refresh", "reset"]);
    expect(Object.keys(rr.offline)).toEqual(["move"]);
  });
});
