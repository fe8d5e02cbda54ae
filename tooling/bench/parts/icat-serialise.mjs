import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnvironment } from "../../lib/python.mjs";
import { root } from "../../lib/workspace.mjs";
import { datasetOf } from "../icat-serialise/datasets.mjs";
import { result } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const ours = 10_000;
const theirs = 1000;
const rounds = 3;
const requirements = ["pyicat_plus==3.1.0"];
const here = (name) => join(root, "tooling", "bench", "icat-serialise", name);

/** Runs the original on datasets that are written to its standard input. */
function original(python, file) {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [here("original.py"), String(theirs), file], (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout.trimEnd().split("\n").at(-1)));
      else reject(new Error(`pyicat_plus ended with an error:\n${stderr}`, { cause: error }));
    });
    for (let number = 0; number < theirs; number++) child.stdin.write(`${JSON.stringify(datasetOf(number))}\n`);
    child.stdin.end();
  });
}

/** Measures what the README promises about messages of datasets. */
export async function measure(say) {
  say(`Python with ${requirements.join(", ")} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const rates = { ours: [], theirs: [] };
  const peaks = { ours: 0, theirs: 0 };
  try {
    await result(here("library.mjs"), [100]);
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds} …`);
      const mine = await result(here("library.mjs"), [ours]);
      const there = await original(python, join(folder, "dataset.xml"));
      if (mine.hash !== there.hash) throw new Error("The messages of both are not the same.");
      rates.ours.push((mine.count / mine.milliseconds) * 1000);
      rates.theirs.push((there.count / there.milliseconds) * 1000);
      peaks.ours = Math.max(peaks.ours, mine.peak);
      peaks.theirs = Math.max(peaks.theirs, there.peak);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: "ICAT+: messages of datasets",
    about:
      `Datasets of 19 fields (quantities in other units, lists, techniques, a mount point) become XML: ${ours} by the library, ${theirs} by ` +
      `\`pyicat_plus\` 3.1.0 on Python ${version}, which writes each to a file, as it does not give them otherwise. The bytes of both are the same.`,
    measured: [
      { what: "library, first in a new process", ...summary(rates.ours), unit: "a second", note: `peak ${Math.round(peaks.ours)} MB` },
      { what: "pyicat_plus", ...summary(rates.theirs), unit: "a second", note: `peak ${Math.round(peaks.theirs)} MB` },
    ],
    targets: [target("times as fast as pyicat_plus", median(rates.ours) / median(rates.theirs), { atLeast: 50, unit: " ×" })],
  };
}
