// The entry of the root scripts. Needs nothing but Node and npm: it sets the workspace up first when that is due.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run, turbo } from "./lib/process.mjs";
import { ensureSetup } from "./lib/setup.mjs";
import { readJson, root } from "./lib/workspace.mjs";

const tool = (...path) => join(root, "tooling", ...path);

/** Runs a program of this folder once what it imports from the workspace is built. */
async function program(folder, args) {
  const manifest = tool(folder, "package.json");
  if (!existsSync(tool(folder, "main.mjs"))) throw new Error(`tooling/${folder}/main.mjs is missing.`);
  const { dependencies = {}, devDependencies = {} } = existsSync(manifest) ? readJson(manifest) : {};
  const needed = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => name.startsWith("@sci/") && name !== "@sci/tooling");
  console.log(`Building ${needed.length === 0 ? "the packages" : needed.join(", ")} (what has not changed comes from the cache) …`);
  // The trailing dots take the dependencies along.
  const { code } = await turbo(["build", "--output-logs=errors-only", ...needed.map((name) => `--filter=${name}...`)]);
  return code === 0 ? node(folder, "main.mjs")(args) : code;
}

const node =
  (...path) =>
  async (args) =>
    (await run(process.execPath, [tool(...path), ...args])).code;
const tasks =
  (...names) =>
  async (args) =>
    (await turbo([...names, "--output-logs=new-only", "--continue", ...args])).code;
const command =
  (name, ...first) =>
  async (args) =>
    (await run(name, [...first, ...args])).code;

/** One command after the other, as long as they succeed. */
const inTurn =
  (...steps) =>
  async (args) => {
    for (const step of steps) {
      const code = await step(args);
      if (code !== 0) return code;
    }
    return 0;
  };

const commands = {
  // Set-up comes before every command; this one does nothing else.
  setup: inTurn(),
  build: tasks("build"),
  typecheck: tasks("typecheck"),
  lint: tasks("lint"),
  test: node("ci", "test.mjs"),
  check: node("ci", "main.mjs"),
  "test:peers": node("peers", "run.mjs"),
  demo: (args) => program("demo", args),
  bench: (args) => program("bench", args),
  new: node("new", "main.mjs"),
  format: command("prettier", "--write", "--log-level=warn", "."),
  "format:check": command("prettier", "--check", "--log-level=warn", "."),
  sync: node("checks", "manifests.mjs"),
  budgets: node("checks", "budgets.mjs"),
  // The lock file holds the versions that packages of the workspace ask of each other.
  "release:version": inTurn(command("changeset", "version"), command("pnpm", "install", "--lockfile-only")),
  "release:publish": inTurn(tasks("build"), command("changeset", "publish")),
  "bundle:offline": node("offline", "main.mjs"),
};

const [name = "", ...args] = process.argv.slice(2);
try {
  const chosen = commands[name];
  if (chosen === undefined) throw new Error(`Unknown command "${name}". Commands: ${Object.keys(commands).join(", ")}.`);
  await ensureSetup();
  process.exitCode = await chosen(args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
