// Everything that CI checks, or the parts that are named: `pnpm check`, `pnpm check lint packages --only=runregistry`.
// Goes on after a failure, so that one run shows all of them, and ends with the line of totals.
import { parseArgs } from "node:util";
import { totalsLine } from "../lib/totals.mjs";
import { Report } from "../lib/report.mjs";
import { parts } from "./parts.mjs";

const { values, positionals: asked } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part named ${unknown.join(", ")}. Parts: ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}

const report = new Report({ only: values.only?.split(",") });
for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  console.log(`\n== ${name}`);
  try {
    await parts[name](report);
  } catch (error) {
    // A part that breaks before its first check must not pass unnoticed.
    report.counts.failed += 1;
    console.log(`FAILED  ${name}: ${error.stack}`);
  }
}
console.log(`\n${totalsLine(report.counts)}`);
process.exitCode = report.counts.failed > 0 ? 1 : 0;
