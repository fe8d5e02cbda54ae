// What `pnpm new` writes passes every check: made in a copy of the workspace, so that this one stays as it is.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, run } from "../lib/process.mjs";
import { root } from "../lib/workspace.mjs";

/** The checks that a new package has to pass before it can be published. */
const checks = ["tree", "format", "manifests", "arrows", "repeats"];

async function copyWorkspace() {
  const copy = mkdtempSync(join(tmpdir(), "skeleton-"));
  const listed = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  for (const path of listed.split("\0").filter(Boolean)) cpSync(join(root, path), join(copy, path), { recursive: true });
  await output("git", ["init", "--quiet"], { cwd: copy });
  return copy;
}

async function step(copy, command, args) {
  // The copy has the same sources, so what was built and tested here need not be built there.
  const env = { TURBO_CACHE_DIR: join(root, ".turbo", "cache"), CI: "true" };
  const { code, stdout, stderr } = await run(command, args, { cwd: copy, capture: true, env });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
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
        await step(copy, process.execPath, [...entry, "check", ...checks]);
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
