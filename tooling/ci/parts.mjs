import { join } from "node:path";
import { brokenArrows } from "../checks/arrows.mjs";
import { workspaceFaults } from "../checks/manifests.mjs";
import { repeatedPassages } from "../checks/repeats.mjs";
import { treeFaults } from "../checks/tree.mjs";
import { output, run, turbo } from "../lib/process.mjs";
import { expectNone } from "../lib/report.mjs";
import { root } from "../lib/workspace.mjs";
import { lastTotals } from "../lib/totals.mjs";

const tool = (...path) => join(root, "tooling", ...path);

/** A program that must end with 0; its output is shown as it comes. */
async function succeed(command, args) {
  const { code } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}, see above`);
}

async function succeedTurbo(task) {
  const { code } = await turbo([task, "--output-logs=errors-only", "--continue"]);
  if (code !== 0) throw new Error(`${task} failed, see above`);
}

/** A program that counts for itself and says so in its last line. */
async function counted(report, command, args) {
  const { code, stdout } = await run(command, args, { tee: true });
  const counts = lastTotals(stdout) ?? { passed: 0, failed: 1, skipped: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  report.add(counts);
}

/** A part that stands in its own file, loaded when it is its turn. */
const elsewhere = (file, name) => async (report) => (await import(file))[name](report);

/** What CI checks, in this order. Each takes the report and adds to it. */
export const parts = {
  tests: (report) => counted(report, "npm", ["test"]),
  tree: (report) =>
    report.check("nothing in the tree names a machine, skips a test or is left to do", async () => expectNone(await treeFaults())),
  format: (report) => report.check("format", () => succeed("prettier", ["--check", "--log-level=warn", "."])),
  manifests: (report) => report.check("package.json of every package", () => expectNone(workspaceFaults())),
  arrows: (report) => report.check("imports follow the arrows", async () => expectNone((await brokenArrows()).broken)),
  repeats: (report) => report.check("no passage is repeated between packages", () => expectNone(repeatedPassages())),
  lint: (report) => report.check("lint", () => succeedTurbo("lint")),
  types: (report) => report.check("types", () => succeedTurbo("typecheck")),
  build: (report) => report.check("build", () => succeedTurbo("build")),
  packages: elsewhere("../checks/packages.mjs", "checkPackages"),
  budgets: elsewhere("../checks/budgets.mjs", "checkBudgets"),
  browser: elsewhere("../checks/browser.mjs", "checkBrowser"),
  readme: elsewhere("../checks/readme.mjs", "checkReadmes"),
  skeleton: elsewhere("../checks/skeleton.mjs", "checkSkeleton"),
  offline: elsewhere("../checks/offline.mjs", "checkOffline"),
  demo: (report) =>
    report.check("the demo runs and leaves nothing behind", async () => {
      const before = await output("git", ["status", "--porcelain"]);
      await succeed("npm", ["run", "demo"]);
      const after = await output("git", ["status", "--porcelain"]);
      if (after !== before) throw new Error(`git shows changes:\n${after}`);
    }),
  peers: (report) => counted(report, process.execPath, [tool("peers", "run.mjs")]),
};
