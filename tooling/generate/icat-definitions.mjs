// Writes packages/icat-plus/src/definitions/*.generated.ts from the field definitions and the techniques in
// ../recordings/icat-plus/definitions.json and from the units in icat-units.json. With --check nothing is written: exit code 1 says
// that a file is not current.
import { readFile, writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";

const here = new URL("./", import.meta.url);
const target = new URL("../../packages/icat-plus/src/definitions/", import.meta.url);
const definitions = JSON.parse(await readFile(new URL("../recordings/icat-plus/definitions.json", here), "utf8"));
const units = JSON.parse(await readFile(new URL("icat-units.json", here), "utf8"));

/** Quantities that hold several numbers, as icat_esrf_definitions 3.8.0 types them. */
const listQuantities = [
  ...["InstrumentBeam_incident_energy", "InstrumentBeam_incident_wavelength", "InstrumentBeam_incident_wavelength_spread"],
  ...["FLUO_pixelSize", "MXMRLigandFitting_ligand_XYZ"],
];
/** How that package spells the unit: the order of factors decides on the last digit of a conversion. */
const spelled = { "Gy/mA/s": "Gy/s/mA" };

const isList = (field) => field.type.startsWith("list") || field.type === "quantity";

/** Places of fields that were renamed: among those of their group and manner, sub-groups first. */
function placed(fields) {
  const order = fields.map((field) => field.wireOrder);
  for (const [index, field] of fields.entries()) {
    if (order[index] !== undefined) continue;
    const siblings = fields
      .map((other, at) => ({ other, at }))
      .filter(({ other, at }) => other.group === field.group && isList(other) === isList(field) && order[at] !== undefined);
    const before = siblings.filter(({ at }) => at < index).at(-1);
    const after = siblings.find(({ at }) => at > index);
    const below = Math.max(
      ...fields.map((other, at) => ((other.group ?? "").startsWith(`${field.group}/`) && order[at] !== undefined ? order[at] : -1)),
    );
    order[index] = before !== undefined ? order[before.at] + 0.01 : after !== undefined ? order[after.at] - 0.01 : below + 0.01;
  }
  return fields.map((field, index) => ({ ...field, order: order[index] })).sort((a, b) => a.order - b.order);
}

const unitNames = [];
function unitIndex(unit) {
  const text = spelled[unit] ?? unit;
  if (!unitNames.includes(text)) unitNames.push(text);
  return unitNames.indexOf(text);
}

const separators = { " ": "s", ",": "c", ";": "e" };

/** How a field is read, as one short word. */
function codeOf(field) {
  switch (field.type) {
    case "text":
      return `t${field.minLength ?? ""}${field.pattern === undefined ? "" : `~${field.pattern}`}`;
    case "integer":
      return "i";
    case "float":
      return `f${field.greaterThan ?? ""}`;
    case "boolean":
      return "b";
    case "date-time":
      return "d";
    case "quantity":
      return `${listQuantities.includes(field.name) ? "Q" : field.nexusType === "NX_FLOAT" ? "r" : "q"}${unitIndex(field.unit)}`;
    case "enumerated text":
      return `n${field.enumeration.join(",")}`;
    case "list of text":
      return `l${separators[field.separator]}`;
    case "list of enumerated text":
      return `c${separators[field.separator]}${field.enumeration.join(",")}`;
    case "list of floats":
      return `w${separators[field.separator]}`;
    case "list of motor positions":
      return `m${separators[field.separator]}`;
    case "list of integer pairs":
      return "o";
    case "list of text lists":
      return "u";
    default:
      throw new Error(`${field.name} is of the unknown type ${field.type}`);
  }
}

function lineOf(field) {
  const code = codeOf(field);
  const marks = `${field.required ? "!" : ""}${field.deprecated ? `-${field.replacedBy ?? ""}` : ""}`;
  if (code === "t" && marks === "") return field.name;
  return `${field.name}\t${code}${marks === "" ? "" : `\t${marks}`}`;
}

const typeNames = {
  text: "TextValue",
  "enumerated text": "TextValue",
  integer: "IntegerValue",
  float: "FloatValue",
  boolean: "BooleanValue",
  "date-time": "TimeValue",
};

function typeOf(field) {
  if (field.type === "quantity") return listQuantities.includes(field.name) ? "QuantitiesValue" : "QuantityValue";
  if (field.type === "enumerated text") return `${field.enumeration.map((word) => JSON.stringify(word)).join(" | ")} | (string & {})`;
  if (field.type === "list of integer pairs") return "PairsValue";
  if (field.type === "list of text lists") return "RecordsValue";
  if (["list of floats", "list of motor positions"].includes(field.type)) return "NumbersValue";
  return typeNames[field.type] ?? "WordsValue";
}

/** What is sent where a field is left out. */
const defaults = { startDate: "now", endDate: "now", machine: "the name of this host", software: "this package", complete: "true" };

function memberOf(field) {
  const words = [
    field.unit === undefined ? "" : `In ${field.unit}.`,
    field.separator === undefined || field.type.startsWith("list of integer")
      ? ""
      : `${field.type[0].toUpperCase()}${field.type.slice(1)}.`,
    field.minLength === undefined ? "" : `At least ${field.minLength} characters.`,
    field.greaterThan === undefined ? "" : `Above ${field.greaterThan}.`,
    defaults[field.name] === undefined && field.required
      ? `Required${field.name === "Sample_name" ? "" : "; an argument of the call sets it too"}.`
      : "",
    defaults[field.name] === undefined ? "" : `@default ${defaults[field.name]}`,
    field.deprecated ? `@deprecated ${field.replacedBy === undefined ? "by the facility" : `use ${field.replacedBy}`}` : "",
  ];
  const text = words.filter((word) => word !== "").join(" ");
  const key = /^[A-Za-z_]\w*$/.test(field.name) ? field.name : JSON.stringify(field.name);
  return `${text === "" ? "" : `  /** ${text} */\n`}  readonly ${key}?: ${typeOf(field)} | null;`;
}

function unitLine([name, unit]) {
  const labels = [name, ...(units.names[name] ?? [])].join(" ");
  if (unit.base !== undefined) return `${labels};${unit.base === "" ? "=" : "!"}`;
  const of = Object.entries(unit.of).map(([key, power]) => `${key}^${power}`);
  return `${labels};${unit.scale};${of.join(" ")}${unit.offset === undefined ? "" : `;${unit.offset}`}`;
}

/** A table as a template literal: nothing in it needs escaping but the backslash. */
const literal = (lines) => `\`${lines.join("\n").replaceAll("\\", "\\\\").replaceAll("${", "\\${")}\``;

const { package: name, version, licence } = definitions.source;
const origin = `${name} ${version} (${licence})`;
const head = (source) => `// Written by tooling/generate/icat-definitions.mjs from ${source}. Do not edit.\n\n`;
const fields = placed(definitions.fields);
const lines = fields.map(lineOf);
const { source: ontology, table } = definitions.techniques;

const files = {
  "fields.generated.ts": `${head(origin)}
/** The units that codes of quantities count. */
export const unitNames: readonly string[] = ${JSON.stringify(unitNames)};

/**
 * Every field, in the order of the parameters in a message: name, how it is read, "!" where it is required, "-" where it is deprecated
 * and the name that replaces it. Without a code a field is text.
 */
export const fieldTable = ${literal(lines)};
`,
  "metadata.generated.ts": `${head(origin)}
import type { BooleanValue, FloatValue, IntegerValue, NumbersValue, PairsValue, QuantitiesValue, QuantityValue, RecordsValue, TextValue, TimeValue, WordsValue } from "./values.ts";

/** The ${fields.length} fields that a dataset may have. null and undefined are not sent. */
export interface IcatMetadata {
${definitions.fields.map(memberOf).join("\n")}
}
`,
  "techniques.generated.ts": `${head(`${ontology.package} ${ontology.version} (${ontology.licence})`)}
/** Version of the ontology ESRFET. */
export const ontologyVersion = ${JSON.stringify(ontology.ontologyVersion)};

/** Ending of the identifier, then the names; the first is the one that is sent. */
export const techniqueTable = ${literal(Object.entries(table).map(([iri, names]) => [iri.slice(iri.indexOf("#") + 1), ...names].join("|")))};
`,
  "units.generated.ts": `${head(`${units.source} (BSD-3-Clause)`)}
/** Prefixes in the order in which they are tried: spelling, full name, factor. */
export const prefixTable = ${literal(
    units.prefixOrder.map((spelling) => {
      const [full, { scale }] = Object.entries(units.prefixes).find(([, prefix]) => prefix.names.includes(spelling));
      return `${spelling} ${full} ${scale}`;
    }),
  )};

/** Names of a unit, first the full one; its factor; the units that it is a multiple of; an offset. "!" is a base unit, "=" a mere number. */
export const unitTable = ${literal(Object.entries(units.units).map(unitLine))};
`,
};

let stale = 0;
for (const [file, text] of Object.entries(files)) {
  const url = new URL(file, target);
  const wanted = await format(text, { ...(await resolveConfig(url)), filepath: url.pathname });
  if ((await readFile(url, "utf8").catch(() => "")) === wanted) continue;
  if (process.argv.includes("--check")) {
    console.error(`packages/icat-plus/src/definitions/${file} is not current: run node tooling/generate/icat-definitions.mjs`);
    stale = 1;
  } else {
    await writeFile(url, wanted);
    console.log(`wrote packages/icat-plus/src/definitions/${file}`);
  }
}
process.exitCode = stale;
