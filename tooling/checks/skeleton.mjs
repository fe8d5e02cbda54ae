// What `pnpm new` writes passes every check: made in a copy of the workspace, so that this one stays as it is.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, run } from "../lib/process.mjs";
import { lastTotals } from "../lib/totals.mjs";
import { root } from "../lib/workspace.mjs";

/** The checks on the whole tree that a new package has to pass. */
const checks = ["tree", "format", "manifests", "arrows", "repeats"];

async function copyWorkspace() {
  const copy = mkdtempSync(join(tmpdir(), "skeleton-"));
  const listed = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  for (const path of listed.split("\0").filter(Boolean)) cpSync(join(root, path), join(copy, path), { recursive: true });
  await output("git", ["init", "--quiet"], { cwd: copy });
  return copy;
}

function runIn(copy, command, args) {
  // The copy has the same sources, so what was built and tested here need not be built there.
  const env = { TURBO_CACHE_DIR: join(root, ".turbo", "cache"), CI: "true" };
  return run(command, args, { cwd: copy, capture: true, env });
}

async function step(copy, command, args) {
  const { code, stdout, stderr } = await runIn(copy, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
}

/** Checks on the whole tree: what they say about other packages is reported where those are checked. */
async function treeStep(copy, name) {
  const { code, stdout, stderr } = await runIn(copy, process.execPath, ["tooling/run.mjs", "check", ...checks]);
  const faults = `${stdout}${stderr}`.split("\n").filter((line) => line.includes(name));
  if (code !== 0 && (faults.length > 0 || lastTotals(stdout) === undefined))
    throw new Error(`\n${faults.length > 0 ? faults.join("\n") : stderr}`);
}

/** Adds one check per kind of package to the report. */
export async function checkSkeleton(report) {
  const copy = await copyWorkspace();
  try {
    const entry = ["tooling/run.mjs"];
    for (const kind of ["client", "tool"]) {
      const name = `new-${kind}`;
      await report.check(`pnpm new ${name} --kind ${kind} passes every check`, async () => {
        await step(copy, process.execPath, [...entry, "new", name, "--kind", kind]);
        await treeStep(copy, name);
        await step(copy, "turbo", ["run", "typecheck", "lint", "test", "--output-logs=errors-only", `--filter=@sci/${name}`]);
      });
    }
    await report.check("the new packages pass the checks on what users get", async () => {
      await step(copy, process.execPath, [...entry, "check", "packages", "readme", "--only=new-client,new-tool"]);
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
