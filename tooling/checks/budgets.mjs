// The budgets of every published package: `pnpm budgets` prints them and fails when one is exceeded, or when an installation has
// grown since it was recorded and no changeset says so. `pnpm budgets --record` records today's figures and writes them into the READMEs.
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Report, expectNone } from "../lib/report.mjs";
import { installed, pack } from "../lib/stage.mjs";
import { publishedPackages, readJson, root } from "../lib/workspace.mjs";
import { browserSizes } from "./browser.mjs";
import { importTime, installSize, mainExports, packagesLoadedBy } from "./measure.mjs";

const path = join(import.meta.dirname, "budgets.json");

/** An installation may grow this much through newer versions of what it depends on before it counts as growth. */
const drift = 1.02;

const kilobytes = (bytes) => bytes / 1000;
const megabytes = (bytes) => bytes / 1_000_000;

/** The changesets that explain growth of a package: they name it and have a line that begins with "Install size:". */
function explained(name) {
  const folder = join(root, ".changeset");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .some((text) => new RegExp(`^["']?${name}["']?:`, "m").test(text) && /^Install size:/m.test(text));
}

async function figuresOf(one, tarball, limits) {
  const folder = await installed(one);
  const loaded = await packagesLoadedBy(one.name, folder);
  return {
    tarball: statSync(tarball).size,
    ...installSize(folder),
    milliseconds: await importTime(one.name, folder, limits.importMilliseconds),
    exports: (await mainExports(one.name, folder)).length,
    heavy: limits.notLoaded.filter((name) => loaded.has(name)),
  };
}

function faultsOf(one, figures, limits, recorded) {
  const faults = [];
  const atMost = (what, value, limit, unit) =>
    value <= limit || faults.push(`${what}: ${value.toFixed(unit === "" ? 0 : 1)}${unit}, the limit is ${limit}${unit}`);
  atMost("tarball", kilobytes(figures.tarball), limits.tarballKilobytes, " kB");
  atMost("packages installed", figures.packages, limits.installedPackages, "");
  atMost("size installed", megabytes(figures.bytes), limits.installedMegabytes, " MB");
  atMost("import", figures.milliseconds, limits.importMilliseconds, " ms");
  atMost("exports of the main entry", figures.exports, limits.mainExports, "");
  if (figures.heavy.length > 0) faults.push(`importing it loads ${figures.heavy.join(", ")}`);
  const grown = recorded !== undefined && (figures.packages > recorded.packages || figures.bytes > recorded.bytes * drift);
  if (grown && !explained(one.name)) {
    faults.push(
      `installing it brings ${figures.packages} packages, ${megabytes(figures.bytes).toFixed(1)} MB; recorded are ${recorded.packages}, ` +
        `${megabytes(recorded.bytes).toFixed(1)} MB. Say why in a changeset for it, in a line that begins with "Install size:".`,
    );
  }
  return faults;
}

/** The figures as a table in Markdown. */
function table(rows, browser) {
  const sizes = new Map(browser.map(({ short, bytes }) => [short, `${kilobytes(bytes).toFixed(1)} kB`]));
  const cells = rows.map(({ one, figures }) => [
    one.name,
    `${kilobytes(figures.tarball).toFixed(1)} kB`,
    `${figures.packages}`,
    `${megabytes(figures.bytes).toFixed(1)} MB`,
    `${figures.milliseconds.toFixed(0)} ms`,
    `${figures.exports}`,
    sizes.get(one.short) ?? "–",
  ]);
  const head = ["package", "tarball", "packages installed", "size installed", "cold import", "exports", "one call in a browser"];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...cells.map(line)].join("\n");
}

/** Puts a text between the two marks of a Markdown file, where it has them. */
function writeBetweenMarks(file, mark, text) {
  const before = readFileSync(file, "utf8");
  const after = before.replace(
    new RegExp(`(<!-- ${mark}:start[^>]*-->\\n)[\\s\\S]*?(<!-- ${mark}:end -->)`),
    (_all, start, end) => `${start}\n${text}\n\n${end}`,
  );
  if (after !== before) writeFileSync(file, after);
}

function record(rows, browser) {
  const budgets = readJson(path);
  budgets.recorded = Object.fromEntries(rows.map(({ one, figures }) => [one.short, { packages: figures.packages, bytes: figures.bytes }]));
  writeFileSync(path, `${JSON.stringify(budgets, null, 2)}\n`);
  writeBetweenMarks(join(root, "README.md"), "budgets", table(rows, browser));
  for (const { one, figures } of rows) {
    const text = `Installing it brings ${figures.packages} packages (itself included), ${megabytes(figures.bytes).toFixed(1)} MB.`;
    writeBetweenMarks(join(one.directory, "README.md"), "install-size", text);
  }
}

/** Adds one check per package to the report and prints the table. Returns the rows. */
export async function checkBudgets(report) {
  const budgets = readJson(path);
  const rows = [];
  for (const one of report.chosen(publishedPackages())) {
    const limits = { ...budgets.default, ...budgets.packages[one.short] };
    await report.check(`${one.short}: within its budget`, async () => {
      const tarballs = await pack([one]);
      const figures = await figuresOf(one, tarballs.get(one.name), limits);
      rows.push({ one, figures });
      expectNone(faultsOf(one, figures, limits, budgets.recorded[one.short]));
    });
    await report.check(`${one.short}: README lists what installing it brings`, () => {
      if (
        !/<!-- install-size:start[^>]*-->\s+Installing it brings \d+ packages/.test(readFileSync(join(one.directory, "README.md"), "utf8"))
      ) {
        throw new Error(
          "put the marks <!-- install-size:start --> and <!-- install-size:end --> into its README and run `pnpm budgets --record`",
        );
      }
    });
  }
  console.log(`\n${table(rows, await browserSizes())}`);
  return rows;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const report = new Report();
  const rows = await checkBudgets(report);
  if (process.argv.includes("--record")) record(rows, await browserSizes());
  process.exitCode = report.counts.failed > 0 ? 1 : 0;
}
