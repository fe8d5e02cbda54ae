// Writes a new package: everything that the checks ask for, with one resource as an example.
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishConfigOf } from "../checks/manifests.mjs";
import { readJson, root } from "../lib/workspace.mjs";

const templates = join(import.meta.dirname, "template");

/** Kinds of packages: a client of a facility, or a tool beside the clients. */
export const kinds = readdirSync(templates).filter((name) => name !== "shared");

const descriptions = {
  client: (name) => `Client of ${name}.`,
  tool: (name) => `The ${name} tool.`,
};

function manifestOf(name, kind, base) {
  const exports = {
    ".": { "@sci/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./package.json": "./package.json",
  };
  return {
    name: `@sci/${name}`,
    version: "0.1.0",
    description: descriptions[kind](name),
    license: "MIT",
    type: "module",
    sideEffects: false,
    engines: readJson(join(base, "package.json")).engines,
    repository: { type: "git", directory: `packages/${name}` },
    exports,
    publishConfig: publishConfigOf({ exports }),
    files: ["dist", "CHANGELOG.md"],
    bin: { [name]: "dist/cli/main.js" },
    scripts: {
      build: "tsup",
      typecheck: "tsc -p tsconfig.json",
      test: "vitest run",
      lint: "eslint --config ../../tooling/presets/eslint.mjs .",
    },
    dependencies: {
      "@sci/cli-core": "workspace:^",
      "@sci/http-core": "workspace:^",
      ...(kind === "client" ? { zod: "catalog:" } : {}),
    },
    devDependencies: {
      "@sci/tooling": "workspace:*",
      "@types/node": "catalog:",
      tsup: "catalog:",
      typescript: "catalog:",
      vitest: "catalog:",
    },
  };
}

/** Writes the package `name` into the workspace at `base` and returns the paths of what was written. */
export function writeSkeleton(name, kind, base = root) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`A package's name has small letters, digits and dashes, such as "beam-line"; not "${name}".`);
  if (!kinds.includes(kind)) throw new Error(`There is no kind "${kind}". Kinds: ${kinds.join(", ")}.`);
  const folder = join(base, "packages", name);
  if (existsSync(folder)) throw new Error(`packages/${name} is there already.`);
  const words = {
    __name__: name,
    __Name__: name.replace(/(^|-)(\w)/g, (_all, _dash, letter) => letter.toUpperCase()),
    __NAME__: name.toUpperCase().replaceAll("-", "_"),
    __description__: descriptions[kind](name),
  };
  for (const part of ["shared", kind]) cpSync(join(templates, part), folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const path of paths) {
    const text = readFileSync(path, "utf8").replace(/__(?:name|Name|NAME|description)__/g, (word) => words[word]);
    writeFileSync(path, text);
  }
  const manifest = join(folder, "package.json");
  writeFileSync(manifest, `${JSON.stringify(manifestOf(name, kind, base), null, 2)}\n`);
  const changeset = join(base, ".changeset", `new-${name}.md`);
  writeFileSync(changeset, `---\n"@sci/${name}": minor\n---\n\nFirst release: ${descriptions[kind](name)}\n`);
  return [...paths, manifest, changeset];
}
