import * as cli from "@sci/cli-core";
import { expect, test } from "vitest";

test("the main entry exports these names", () => {
  expect(Object.keys(cli).sort()).toMatchInlineSnapshot(`
    [
      "addAuthOption",
      "addDryRunOption",
      "addExamples",
      "addListOptions",
      "addOutputOptions",
      "addUncheckedOption",
      "authKinds",
      "chooseFormat",
      "columnsOf",
      "completionScript",
      "createStderrLogger",
      "duration",
      "errorText",
      "escapeFormula",
      "escapeJsonText",
      "escapeTerminal",
      "escapeTerminalLines",
      "exitCodeOf",
      "exitCodes",
      "flatten",
      "formats",
      "jsonText",
      "openAtomicFile",
      "parseWhere",
      "parseWhereJson",
      "parseWheres",
      "promptSecret",
      "readInput",
      "readSecret",
      "runMain",
      "runProgram",
      "shells",
      "startProgress",
      "valueAt",
      "whereOperators",
      "wholeNumber",
      "writeRecord",
      "writeRows",
      "writeText",
    ]
  `);
});
