import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { attributes } from "../src/attributes.ts";
import { refusal } from "@sci/http-core/testing";

describe("attributes", () => {
  it("finds names by a word, in short and full form", () => {
    expect(attributes({ word: "Lumi", listing: "runs" }).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["recorded_lumi", "delivered_lumi", "lumi-lumi", "lumi_included"]),
    );
    expect(attributes({ word: "rr_attributes.cl" })).toEqual([
      {
        name: "class",
        path: "rr_attributes.class",
        table: "rr",
        type: "string",
        listings: ["runs", "datasets"],
        sortable: ["runs", "datasets"],
      },
    ]);
    expect(attributes({ word: "dataset_name" }).map(({ name }) => name)).toEqual(["name"]);
    expect(attributes({ word: "no such thing" })).toEqual([]);
  });

  it("knows which listing has what", () => {
    expect(attributes({ word: "global_state", listing: "runs" })).toEqual([]);
    expect(attributes({ listing: "datasets" }).length).toBeGreaterThan(attributes({ listing: "runs" }).length);
  });

  it("refuses what it does not know", async () => {
    expect((await refusal(() => attributes({ wrod: "x" } as never))).message).toContain('Did you mean "word"?');
    expect((await refusal(() => attributes({ listing: "fills" as never }))).message).toContain('"runs" or "datasets"');
  });

  it("is written from the lists as they stand, and so is ATTRIBUTES.md", () => {
    const script = fileURLToPath(new URL("../../../tooling/generate/runregistry-attributes.mjs", import.meta.url));
    expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
  });
});
