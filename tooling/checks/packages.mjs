// Checks on what users get: the tarball of every published package, and the package installed from it in an empty folder.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { output } from "../lib/process.mjs";
import { expectNone } from "../lib/report.mjs";
import { installed, pack } from "../lib/stage.mjs";
import { publishedPackages, root } from "../lib/workspace.mjs";

/** Files that a tarball may contain. */
const allowed = /^(package\.json|LICENSE|[A-Z_]+\.md|THIRD_PARTY_NOTICES|dist\/[\w./-]+\.(js|js\.map|d\.ts|json))$/;
const required = ["package.json", "README.md", "LICENSE"];

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.startsWith("node_modules"));
}

/** Is there a changeset that names this package? It becomes the changelog's entry. */
export function hasChangeset(name) {
  const folder = join(root, ".changeset");
  return readdirSync(folder).some(
    (file) => file.endsWith(".md") && new RegExp(`^["']?${name}["']?:`, "m").test(readFileSync(join(folder, file), "utf8")),
  );
}

function fileFaults(one, home) {
  const files = filesBelow(home);
  const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const faults = files.filter((file) => !allowed.test(file)).map((file) => `${file} does not belong into the tarball`);
  for (const file of required) if (!files.includes(file)) faults.push(`${file} is missing in the tarball`);
  if (!files.includes("CHANGELOG.md") && !hasChangeset(one.name)) faults.push("there is neither CHANGELOG.md nor a changeset for it");
  const source = `@sci/${"source"}`;
  if (JSON.stringify(manifest).includes(`"${source}"`)) faults.push(`package.json in the tarball names the condition ${source}`);
  const text = JSON.stringify(manifest.dependencies ?? {});
  if (/workspace:|catalog:/.test(text)) faults.push(`package.json in the tarball has unpublished ranges: ${text}`);
  return faults;
}

function declarationFaults(home) {
  return filesBelow(home)
    .filter((file) => file.endsWith(".d.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(home, file), "utf8");
      const faults = [];
      if (/from ['"]zod(\/[\w/-]+)?['"]|import\(['"]zod/.test(text)) faults.push(`${file} names zod's types`);
      if (/\b(Async)?Disposable\b|Symbol\.(asyncD|d)ispose/.test(text)) faults.push(`${file} needs a library newer than ES2022`);
      return faults;
    });
}

async function publintFaults(tarball) {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`);
}

/** Sub-paths that a package offers to `import`. */
export function entriesOf({ name, manifest }) {
  return Object.keys(manifest.exports)
    .filter((path) => path !== "./package.json")
    .map((path) => name + path.slice(1));
}

async function loads(one, folder) {
  const names = JSON.stringify(entriesOf(one));
  const script = [
    'import { createRequire } from "node:module";',
    "const require = createRequire(import.meta.url);",
    `for (const name of ${names}) {`,
    "  const imported = await import(name);",
    "  const required = require(name);",
    '  if (Object.keys(imported).length === 0) throw new Error(name + " exports nothing");',
    '  for (const key of Object.keys(imported)) if (required[key] !== imported[key]) throw new Error(name + ": require() gives another " + key);',
    "}",
  ].join("\n");
  writeFileSync(join(folder, "load.mjs"), script);
  await output(process.execPath, ["load.mjs"], { cwd: folder });
}

/** Type-checks a program that imports every entry, as a user with a plain configuration would. */
async function typesFit(one, folder, moduleResolution) {
  const lines = entriesOf(one).map(
    (name, index) => `import * as entry${index} from "${name}";\nexport type Keys${index} = keyof typeof entry${index};`,
  );
  const project = join(folder, `types-${moduleResolution}`);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "main.ts"), lines.join("\n"));
  // The declarations of Node come from the workspace; a user has them from @types/node.
  const types = join(folder, "node_modules", "@types");
  mkdirSync(types, { recursive: true });
  for (const [name, from] of [["node", join(root, "node_modules", "@types", "node")]]) {
    if (!existsSync(join(types, name))) symlinkSync(from, join(types, name));
  }
  const options = {
    target: "ES2022",
    lib: ["ES2022"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
    preserveSymlinks: false,
    ...(moduleResolution === "node16" ? { module: "node16" } : { module: "es2022", moduleResolution }),
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["main.ts"] }));
  await output("tsc", ["-p", project]);
}

async function commandsRun(one, folder) {
  for (const name of Object.keys(one.manifest.bin ?? {})) {
    const help = await output(join(folder, "node_modules", ".bin", name), ["--help"], { cwd: folder });
    if (!help.includes(name)) throw new Error(`${name} --help does not name ${name}:\n${help}`);
    const version = await output(join(folder, "node_modules", ".bin", name), ["--version"], { cwd: folder });
    if (!version.includes(one.manifest.version))
      throw new Error(`${name} --version says ${version.trim()} and not ${one.manifest.version}`);
  }
}

/** Adds the checks of every package to the report. */
export async function checkPackages(report) {
  for (const one of report.chosen(publishedPackages())) {
    const label = (text) => `${one.short}: ${text}`;
    const tarballs = await report.check(label("can be packed"), () => pack([one]));
    if (tarballs === undefined) continue;
    const tarball = tarballs.get(one.name);
    await report.check(label("publint"), async () => expectNone(await publintFaults(tarball)));
    await report.check(label("are the types wrong"), () => output("attw", ["--profile", "esm-only", "--no-emoji", "--no-color", tarball]));
    const folder = await report.check(label("installs in an empty folder"), () => installed(one));
    if (folder === undefined) continue;
    const home = join(folder, "node_modules", ...one.name.split("/"));
    await report.check(label("files of the tarball"), () => expectNone(fileFaults(one, home)));
    await report.check(label("declarations without zod and newer libraries"), () => expectNone(declarationFaults(home)));
    await report.check(label("every entry can be imported and required"), () => loads(one, folder));
    for (const resolution of ["node16", "bundler"]) {
      await report.check(label(`types fit (${resolution}, ES2022, skipLibCheck false)`), () => typesFit(one, folder, resolution));
    }
    if (one.manifest.bin !== undefined)
      await report.check(label(`${Object.keys(one.manifest.bin).join(", ")} --help and --version`), () => commandsRun(one, folder));
  }
}
