// Writes packages/runregistry/src/attributes.generated.ts and packages/runregistry/ATTRIBUTES.md from runregistry-attributes.json.
// With --check nothing is written: exit code 1 says that a file is not current.
import { readFile, writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";

const here = new URL("./", import.meta.url);
const target = new URL("../../packages/runregistry/", import.meta.url);
const data = JSON.parse(await readFile(new URL("runregistry-attributes.json", here), "utf8"));

const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (names) => [...new Set(names)].sort(byName);
const sortedEntries = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => byName(a, b)));

const { run, dataset } = data.current;
/** `strip.by`, `strip.status` … belong to the column `strip`. */
const columnsOf = (names) => sorted(names.map((name) => name.slice(0, name.lastIndexOf("."))));

const v4Components = columnsOf(data.v4["workspace specific"]);
const components = sorted([...run.triplets, ...dataset.triplets, ...v4Components]);
const workspaces = sorted(["cms", "global", ...data.v4["lumisections tables"].map((name) => name.replace(/_lumisections$/, ""))]);

/** The columns of the old workspace `global` and the component that holds each today; null: none does. */
const globalColumns = Object.fromEntries(
  columnsOf(data.v4["global workspace"])
    .filter((column) => column !== "appeared_in")
    .map((column) => {
      const own = `${column}-${column}`;
      // Two components end in -es and two in -strip; the old service showed these.
      const named = { es: ["ecal-es"], strip: ["tracker-strip"] }[column] ?? components.filter((name) => name.endsWith(`-${column}`));
      return [column, components.includes(own) ? own : named.length === 1 ? named[0] : null];
    }),
);

const oms = sortedEntries(run.oms_attributes);
const rr = sortedEntries(run.rr_attributes);
const datasetAttributes = Object.fromEntries(
  sorted(dataset.dataset_attributes).map((name) => [name, name === "appeared_in" ? "list" : "string"]),
);

const source = `// Written by tooling/generate/runregistry-attributes.mjs from ${data.source.current}, and ${data.source.v4}. Do not edit.

/** \`oms_attributes.*\`: what Run Registry copied from OMS. */
export const omsAttributes = ${JSON.stringify(oms)} as const;

/** \`rr_attributes.*\`: what shifters and experts maintain. */
export const rrAttributes = ${JSON.stringify(rr)} as const;

/** \`dataset_attributes.*\` of the datasets listing. */
export const datasetAttributes = ${JSON.stringify(datasetAttributes)} as const;

/** Components, as \`workspace-column\`: of online runs, of offline datasets and of the old v4 service. */
export const components = ${JSON.stringify(components)} as const;

export const workspaces = ${JSON.stringify(workspaces)} as const;

/** Columns of the old v4 workspace \`global\`, and the component that holds each today. */
export const globalColumns: Readonly<Record<string, string | null>> = ${JSON.stringify(globalColumns)};
`;

const rows = (entries) => entries.map(([name, path, type]) => `| \`${name}\` | \`${path}\` | ${type} |`).join("\n");
const head = "| name | in the service's own grammar | type |\n| --- | --- | --- |";
const mark = (list, name) => (list.includes(name) ? "yes" : "");

const page = `# What can be asked for

Written by \`tooling/generate/runregistry-attributes.mjs\` from ${data.source.current}, and ${data.source.v4}.
\`attributes({ word })\` and the command \`runreg attributes [WORD]\` list the same.
Attributes that are not listed pass with \`unchecked: true\`.

## Columns

${head}
${rows([
  ["run_number", "run_number", "number, integer"],
  ["version", "version", "number, integer"],
  ["name, dataset_name (datasets only)", "name", "string"],
  ["datasets_in_gui (datasets only)", "datasets_in_gui", "list: always “contains this text”"],
])
  .replaceAll("`name, dataset_name (datasets only)`", "`name`, `dataset_name` (datasets only)")
  .replaceAll("`datasets_in_gui (datasets only)`", "`datasets_in_gui` (datasets only)")}

## Run Registry's own attributes of a run

${head}
${rows(Object.entries(rr).map(([name, type]) => [name, `rr_attributes.${name}`, type]))}

## Attributes from OMS

\`oms_attributes.run_number\` is reached by its full name only. \`*_included\` is true or absent, never false.

${head}
${rows(Object.entries(oms).map(([name, type]) => [name, `oms_attributes.${name}`, type]))}

## Attributes of a dataset (datasets only)

${head}
${rows(Object.entries(datasetAttributes).map(([name, type]) => [name, `dataset_attributes.${name}`, type]))}

## Components

\`"dt-dt": "GOOD"\` asks for at least one lumisection with that status: \`triplet_summary.dt-dt.GOOD\` above 0.
\`"dt-dt.GOOD"\` is the number of lumisections; \`"dt-dt.causes"\` and \`"dt-dt.comments"\` are lists that \`like\` searches.
Statuses: GOOD, BAD, STANDBY, EXCLUDED, NOTSET, EMPTY, NO VALUE FOUND. The columns say where the Python clients knew a name.

| component | runs | datasets | v4 |
| --- | --- | --- | --- |
${components.map((name) => `| \`${name}\` | ${mark(run.triplets, name)} | ${mark(dataset.triplets, name)} | ${mark(v4Components, name)} |`).join("\n")}

## Workspaces

${workspaces.map((name) => `\`${name}\``).join(", ")}

## Columns of the old workspace \`global\`

${Object.entries(globalColumns)
  .map(([column, component]) => `- \`${column}\`: ${component === null ? "no component today" : `\`${component}\``}`)
  .join("\n")}
`;

let stale = 0;
for (const [name, text] of [
  ["src/attributes.generated.ts", source],
  ["ATTRIBUTES.md", page],
]) {
  const url = new URL(name, target);
  const wanted = await format(text, { ...(await resolveConfig(url)), filepath: url.pathname });
  if ((await readFile(url, "utf8").catch(() => "")) === wanted) continue;
  if (process.argv.includes("--check")) {
    console.error(`packages/runregistry/${name} is not current: run node tooling/generate/runregistry-attributes.mjs`);
    stale = 1;
  } else {
    await writeFile(url, wanted);
    console.log(`wrote packages/runregistry/${name}`);
  }
}
process.exitCode = stale;
