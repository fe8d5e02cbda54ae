// Who may import whom: the arrows between the packages, and those inside one. Checked on sources and tests.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import { root } from "../lib/workspace.mjs";

/** Packages of ours that the sources of a package may import. A package that is not named here may import `otherwise`. */
const arrows = {
  "http-core": [],
  "cli-core": ["http-core"],
  "cern-auth": ["http-core", "cli-core"],
  runregistry: ["http-core", "cern-auth", "cli-core"],
  oms: ["http-core", "cern-auth", "cli-core"],
  sandbox: ["cli-core"],
};
const otherwise = ["http-core", "cli-core"];

/** In tests everybody but the foundations and the sandbox itself may start the sandbox. */
const withoutSandbox = ["http-core", "cli-core", "sandbox"];

const oneOf = (names) => names.map((name) => name.replace(/[^\w-]/g, "\\$&")).join("|");
const forbidden = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

function rulesBetween(packages) {
  return packages.flatMap((name) => {
    const allowed = [name, ...(arrows[name] ?? otherwise)];
    const inTests = withoutSandbox.includes(name) ? allowed : [...allowed, "sandbox"];
    return [
      forbidden(
        `${name}-imports`,
        `src of ${name} may import: ${allowed.slice(1).join(", ") || "none of ours"}`,
        { path: `^packages/${name}/src/` },
        { path: "^packages/", pathNot: `^packages/(${oneOf(allowed)})/` },
      ),
      forbidden(
        `${name}-tests-import`,
        `tests of ${name} may import: ${inTests.slice(1).join(", ") || "none of ours"}`,
        { path: `^packages/${name}/test/` },
        { path: "^packages/", pathNot: `^packages/(${oneOf(inTests)})/` },
      ),
    ];
  });
}

/** Built into the dist of the package that uses them (`noExternal` in its tsup.config.ts, named in its THIRD_PARTY_NOTICES). */
const builtIn = ["tough-cookie", "webdav"];

const rulesWithin = [
  forbidden(
    "no-cycles",
    "modules that import each other cannot be understood one by one",
    {},
    { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
  ),
  forbidden(
    "only-http-core-knows-undici",
    "describe the call as an operation and hand it to the core",
    { path: "^packages/(?!http-core/)[^/]+/src/" },
    { path: "(^|/)node_modules/(\\.pnpm/)?undici[@/]|^undici($|/)" },
  ),
  forbidden(
    "cli-core-needs-errors-only",
    "cli-core takes http-core's main entry, nothing behind it",
    { path: "^packages/cli-core/src/" },
    { path: "^packages/http-core/", pathNot: "^packages/http-core/src/index\\.ts$" },
  ),
  forbidden(
    "library-without-command-line",
    "only src/cli may load cli-core and commander",
    { path: "^packages/(?!cli-core/)[^/]+/src/", pathNot: "^packages/[^/]+/src/cli/" },
    { path: "^packages/cli-core/|(^|/)node_modules/(\\.pnpm/)?commander[@/]|^commander($|/)" },
  ),
  forbidden(
    "command-line-is-a-shell",
    "nothing but the command itself imports src/cli",
    { path: "^packages/(?!cli-core/)[^/]+/src/", pathNot: "^packages/[^/]+/src/cli/" },
    { path: "^packages/[^/]+/src/cli/" },
  ),
  forbidden(
    "sources-without-tests",
    "src never imports tests or tooling",
    { path: "^packages/[^/]+/src/" },
    { path: "^packages/[^/]+/test/|^tooling/" },
  ),
  forbidden(
    "declared",
    "what src imports, but for types, is a dependency in package.json, or an optional peer that is loaded where it is used",
    { path: "^packages/[^/]+/src/" },
    {
      dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
      dependencyTypesNot: ["type-only", "npm-peer"],
      pathNot: `/node_modules/(${builtIn.join("|")})/`,
    },
  ),
  forbidden("found", "every import leads somewhere", { path: "^packages/" }, { couldNotResolve: true }),
];

/** Every import that breaks a rule, as one line each, in the workspace at `base`. */
export async function brokenArrows(base = root) {
  const packages = readdirSync(join(base, "packages")).filter((name) => existsSync(join(base, "packages", name, "package.json")));
  const folders = packages
    .flatMap((name) => [`packages/${name}/src`, `packages/${name}/test`])
    .filter((folder) => existsSync(join(base, folder)));
  const { output } = await cruise(
    folders,
    {
      baseDir: base,
      ruleSet: { forbidden: [...rulesBetween(packages), ...rulesWithin] },
      validate: true,
      tsPreCompilationDeps: true,
      combinedDependencies: false,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "/fixtures/" },
      detectJSDocImports: true,
    },
    {
      exportsFields: ["exports"],
      conditionNames: ["@sci/source", "types", "node", "import", "default"],
      mainFields: ["module", "main", "types"],
    },
    { tsConfig: extractTSConfig(join(root, "tsconfig.base.json")) },
  );
  const modules = output.summary.totalCruised;
  const broken = output.summary.violations.map(({ rule, from, to, cycle }) => {
    const comment = output.summary.ruleSetUsed.forbidden.find(({ name }) => name === rule.name)?.comment;
    const way = cycle === undefined ? to : cycle.map((step) => step.name).join(" → ");
    return `${rule.name}: ${from} → ${way} (${comment})`;
  });
  return { modules, broken };
}
