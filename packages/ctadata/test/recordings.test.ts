import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { leftOut, replayedIn, type Source, sources } from "./support/recorded.ts";

const names = Object.keys(sources) as Source[];

describe("the recordings of the Python client", () => {
  it.each(names)("every case of %s is replayed, or left out with a reason", (source) => {
    const cases = sources[source];
    expect(cases.length).toBe({ service: 85, direct: 56, "oidc-agent": 3 }[source]);
    const methods = Object.values(replayedIn[source]);
    const nowhere = cases.filter(
      ({ id, call }) => !Object.hasOwn(leftOut[source], id) && !methods.some((method) => method.test(call.method)),
    );
    expect(nowhere.map(({ id }) => id)).toEqual([]);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });

  it.each(names)("leaves out only cases of %s that exist", (source) => {
    const ids = sources[source].map(({ id }) => id);
    expect(Object.keys(leftOut[source]).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has the files that replay them", () => {
    const files = readdirSync(new URL("./", import.meta.url));
    const named = names.flatMap((source) => Object.keys(replayedIn[source]));
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
  });
});
