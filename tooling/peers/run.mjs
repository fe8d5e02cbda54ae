// Runs the tests against real peers, one part per folder: `pnpm test:peers`, or some of them: `pnpm test:peers runregistry`.
// A part holds *.peer.test.ts files. What it needs (Python, a Debian package, …) it gets itself in a hook; where that cannot be
// had it skips, with the reason in the title of the skipped `describe`.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { countReport, resultFile, sum, totalsLine } from "../lib/totals.mjs";
import { readJson, root } from "../lib/workspace.mjs";

const folder = join(root, "tooling", "peers");
const isPart = (name) => readdirSync(join(folder, name), { recursive: true }).some((file) => file.endsWith(".peer.test.ts"));
const parts = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && isPart(entry.name))
  .map((entry) => entry.name)
  .sort();

/** Titles of what was skipped, each once. */
function skippedTitles(report) {
  const pending = report.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => test.status === "skipped" || test.status === "pending");
  return [...new Set(pending.map((test) => test.ancestorTitles[0] ?? test.title))];
}

async function runPart(part) {
  const report = join(folder, resultFile);
  rmSync(report, { force: true });
  console.log(`Peers of ${part} …`);
  const { code } = await run("vitest", ["run", `${part}/`], { cwd: folder });
  let count;
  try {
    count = countReport(report);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return { passed: 0, failed: 1, skipped: 0 };
  }
  for (const title of skippedTitles(readJson(report))) console.log(`skipped: ${part}: ${title}`);
  if (count.skipped > 0 && process.env.CI === "true") {
    console.log(`failed: ${part}: nothing may be skipped where CI=true`);
    count.failed += 1;
  }
  if (code !== 0 && count.failed === 0) count.failed = 1;
  return count;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !parts.includes(name));
if (unknown.length > 0) {
  console.error(`There are no peers named ${unknown.join(", ")}. Parts: ${parts.join(", ")}.`);
  process.exitCode = 2;
} else {
  const counts = [];
  for (const part of asked.length > 0 ? asked : parts) counts.push(await runPart(part));
  const total = sum(counts);
  console.log(totalsLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}
