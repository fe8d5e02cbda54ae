import { isSciError } from "@sci/http-core";
import { describe, expect, test } from "vitest";
import { serializeDataset } from "../src/datasets/serialize.ts";
import type { DatasetInput } from "../src/datasets/types.ts";
import { named, recorded, type RecordedCase } from "./support/recorded.ts";

process.env["TZ"] = "UTC";
const now = "2024-05-06T07:08:09.123Z";
const defaults = { now: () => new Date(now), machine: "machine.example.org", software: "sci-icat-plus_v1" };

/** Where ours does better than the original, and what it does instead. */
const better: Readonly<Record<string, { readonly why: string; readonly body?: (recordedBody: string) => string; readonly code?: string }>> =
  {
    "text/newlines": {
      why: "line ends are kept as character references",
      body: (body) => body.replace("line 1line 2\rline 3", "line 1&#10;line 2&#13;&#10;line 3"),
    },
    "text/control-character": { why: "an ill-formed message is never made", code: "INVALID_ARGUMENT" },
  };

/** Cases without a counterpart. */
const leftOut: Readonly<Record<string, string>> = {
  "unknown/day": "JavaScript has no type for a day: it is text there, which is sent as it is",
};

/** Kinds of our warnings by the words of the recording. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  "path is not absolute": ["path"],
  "metadata and argument differ": ["conflict"],
  "invalid values": ["invalid"],
  "unknown fields": ["unknown"],
  "invalid values and unknown fields": ["invalid", "unknown"],
  "unknown technique": ["technique"],
  "deprecated field": ["deprecated"],
  // The value was warned of before.
  "value does not fit the XML schema; sent as it is": [],
};

function input({ call }: RecordedCase): DatasetInput {
  const kwargs = named(call.kwargs);
  if (kwargs["metadata"] === null) delete kwargs["metadata"];
  return { ...kwargs, ...(call.method === "store_processed_data" ? { raw: (kwargs["raw"] as string[] | undefined) ?? [] } : {}) };
}

function bodyOf({ exchanges }: RecordedCase): string {
  const body = exchanges[0]?.stomp?.body?.text ?? "";
  // In the root milliseconds, among the parameters microseconds.
  return body
    .replace(/(<tns:(?:startDate|endDate)>)<now>/g, "$12024-05-06T07:08:09.123Z")
    .replaceAll("<now>", "2024-05-06T07:08:09.123000Z")
    .replaceAll("<host>", defaults.machine)
    .replaceAll("<software>", defaults.software);
}

describe("datasets as the original writes them", () => {
  const cases = recorded("serialisation");
  test("what is left out is recorded", () => {
    expect(Object.keys({ ...leftOut, ...better }).filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  });
  for (const one of cases) {
    if (one.id in leftOut) continue;
    const exception = better[one.id];
    test(exception === undefined ? one.id : `${one.id}: ${exception.why}`, () => {
      let result;
      try {
        result = serializeDataset(input(one), defaults);
      } catch (error) {
        if (!isSciError(error, "INVALID_ARGUMENT")) throw error;
        expect(one.raises ?? exception?.code, error.message).toBeDefined();
        return;
      }
      expect(one.raises).toBeUndefined();
      expect(exception?.code).toBeUndefined();
      expect(result.xml).toBe((exception?.body ?? ((body: string) => body))(bodyOf(one)));
      const warned = new Set((one.warnings ?? []).flatMap(({ reason }) => kinds[reason] ?? [reason]));
      expect(new Set(result.warnings.map(({ kind }) => kind))).toEqual(warned);
    });
  }
});
