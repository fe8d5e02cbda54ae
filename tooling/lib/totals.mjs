import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "./workspace.mjs";

/** Where a member of the workspace leaves the result of its tests. */
export const resultFile = join(".test-results", "vitest.json");

/** Adds up counts of tests. */
export function sum(counts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const key of Object.keys(total)) total[key] += count[key];
  return total;
}

/** Counts in a JSON report of vitest. A file that could not even be loaded counts as one failed test. */
export function countReport(path) {
  const report = readJson(path);
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of one member of the workspace; undefined when it left no result. */
export function countMember(member) {
  const path = join(member.directory, resultFile);
  return existsSync(path) ? countReport(path) : undefined;
}

/** The line of totals: `12 passed, 0 failed`, with `, 1 skipped` where some were. */
export function totalsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** The counts in the last line of totals of a program's output; undefined when there is none. */
export function lastTotals(text) {
  const found = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  if (found === undefined) return undefined;
  return { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3] ?? 0) };
}
