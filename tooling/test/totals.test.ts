import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countReport, sum, totalsLine } from "../lib/totals.mjs";

describe("totals", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "totals-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("a file that could not be loaded counts as a failure although it has no failed test", () => {
    const path = join(folder, "vitest.json");
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [
        { status: "passed", assertionResults: [{ status: "passed" }] },
        { status: "failed", assertionResults: [{ status: "failed" }] },
        { status: "failed", assertionResults: [] },
      ],
    };
    writeFileSync(path, JSON.stringify(report));
    expect(countReport(path)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  test("adds up and names skipped tests only where there are some", () => {
    const total = sum([
      { passed: 2, failed: 0, skipped: 0 },
      { passed: 3, failed: 1, skipped: 0 },
    ]);
    expect(totalsLine(total)).toBe("5 passed, 1 failed");
    expect(totalsLine({ ...total, skipped: 4 })).toBe("5 passed, 1 failed, 4 skipped");
  });
});
