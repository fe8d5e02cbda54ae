import { describe, expect, it } from "vitest";
import * as api from "../src/index.ts";

describe("the public surface", () => {
  it("has these runtime exports, and no others", () => {
    expect(Object.keys(api).sort()).toEqual([
      "attributes",
      "averagePileup",
      "convertLuminosity",
      "createOms",
      "integrateLuminosity",
      "luminosityPerLumisection",
      "parseInjectionScheme",
      "ratesOverTime",
    ]);
  });

  it("has these calls on a client", () => {
    const oms = api.createOms({ baseUrl: "http://127.0.0.1:1", auth: false });
    expect(Object.keys(oms).sort()).toEqual(
      [
        ...["run", "fill", "era", "lumisections", "lumisectionCount", "hltPaths", "triggerRates", "deadtimes", "luminosity"],
        ...["query", "meta", "endpoints", "version", "get", "baseUrl", "close"],
      ].sort(),
    );
    expect(Object.keys(oms.triggerRates).sort()).toEqual(["allHlt", "hlt", "l1", "l1Algorithms"]);
    expect(Object.keys(oms.luminosity).sort()).toEqual(["integrated", "perLumisection"]);
  });
});
