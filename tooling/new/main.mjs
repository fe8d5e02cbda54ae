// `pnpm new <name> [--kind client|tool]`
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { output } from "../lib/process.mjs";
import { markSetUp } from "../lib/setup.mjs";
import { readJson, root } from "../lib/workspace.mjs";
import { kinds, writeSkeleton } from "./skeleton.mjs";

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { kind: { type: "string", default: "client" } } });
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) throw new Error(`Usage: pnpm new <name> [--kind ${kinds.join("|")}]`);
  const written = writeSkeleton(name, values.kind);
  await output("prettier", ["--write", "--log-level=warn", ...written]);
  console.log(`Wrote ${written.length} files:\n${written.map((path) => `  ${relative(root, path)}`).join("\n")}`);
  console.log("Linking the workspace …");
  await output("npx", [
    "--yes",
    readJson(join(root, "package.json")).packageManager,
    "install",
    "--no-frozen-lockfile",
    "--prefer-offline",
    "--loglevel=error",
  ]);
  markSetUp();
  console.log(`Done. Next: change src/service.ts and src/items.ts, run \`pnpm --filter @sci/${name} test\`, then \`pnpm check\`.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
