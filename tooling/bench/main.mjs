// `npm run bench [-- PART …] [-- --write]`: measures ours against others in the same run and reports what it measured, good or bad.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { parseArgs } from "node:util";
import { output } from "../lib/process.mjs";
import { root } from "../lib/workspace.mjs";
import { machine, partText } from "./lib/report.mjs";

const folder = join(root, "tooling", "bench");
const names = readdirSync(join(folder, "parts")).map((file) => parse(file).name);

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: "boolean", default: false } } });
  const unknown = positionals.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(", ")}. Parts: ${names.join(", ")}.`);

  const parts = [];
  for (const name of positionals.length > 0 ? positionals : names) {
    console.log(`\nMeasuring ${name} …`);
    const { measure } = await import(`./parts/${name}.mjs`);
    parts.push({ name, ...(await measure((text) => console.log(`  ${text}`))) });
  }
  const day = new Date().toISOString().slice(0, 10);
  const heading = `Measured on ${day}: ${machine()}.`;
  const text = parts.map(partText).join("\n\n");
  console.log(`\n${heading}\n\n${text}\n`);
  writeFileSync(join(folder, "results.json"), `${JSON.stringify({ day, machine: machine(), parts }, undefined, 2)}\n`);
  if (values.write) {
    const file = join(folder, "RESULTS.md");
    writeFileSync(file, merged(readFileSync(file, "utf8"), parts, heading));
    await output("prettier", ["--write", "--log-level=warn", file]);
  }
}

/** The sections of the parts that were measured in place of their old ones, each with its day; all others stay. */
function merged(before, parts, heading) {
  const intro =
    "Made by `npm run bench -- [PART …] --write`. Everything in a section was measured in one run, on one machine, taking turns; each section says when.";
  const sections = new Map(
    before
      .split(/\n(?=## )/)
      .slice(1)
      .map((section) => [section.split("\n")[0], section.trim()]),
  );
  for (const part of parts) {
    const [title, ...rest] = partText(part).trim().split("\n");
    sections.set(title, [title, "", heading, ...rest].join("\n"));
  }
  return `# Benchmarks\n\n${intro}\n\n${[...sections.values()].join("\n\n")}\n`;
}

try {
  await main();
} catch (error) {
  console.error(`The benchmark failed: ${error.stack}`);
  process.exitCode = 1;
}
