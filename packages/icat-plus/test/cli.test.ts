import { runCommand } from "@sci/cli-core/testing";
import { expect, test } from "vitest";
import { definition } from "../src/cli/program.ts";

test("the fields of datasets, by a word in their name", async () => {
  const { code, stdout, stderr } = await runCommand(definition, ["fields", "monochromator_energy", "--format", "json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual([
    { name: "InstrumentMonochromator_energy", type: "quantity", required: false, deprecated: false, unit: "keV" },
  ]);
});
