import type { Definitions, Field } from "../definitions/fields.ts";
import { nearest, shown } from "@sci/http-core";
import type { Values } from "./arguments.ts";
import { fieldText } from "./fields.ts";
import { Invalid, Unwritable } from "./invalid.ts";
import { movedQuantity } from "./quantities.ts";
import { completeTechniques } from "./techniques.ts";
import { elementOf } from "./times.ts";
import type { DatasetWarning } from "./types.ts";
import { plainText } from "./values.ts";

/** Texts of the parameters, in the order in which they are sent. */
export type Texts = Map<string, string>;

interface Known {
  readonly field: Field;
  readonly text: string;
}

/** Reads the known fields that have a value; what does not fit is listed. */
function readFields(
  values: Values,
  fields: ReadonlyMap<string, Field>,
): { readonly read: Map<string, Known>; readonly invalid: Map<string, Invalid> } {
  const read = new Map<string, Known>();
  const invalid = new Map<string, Invalid>();
  for (const [name, value] of values) {
    const field = fields.get(name);
    if (field === undefined || value === null) continue;
    const text = fieldText(value, field);
    if (text instanceof Invalid) invalid.set(name, text);
    else read.set(name, { field, text });
  }
  return { read, invalid };
}

/** Moves values of renamed fields, unless the new field is set too. @returns why that failed */
function rename(read: Map<string, Known>, isSet: (name: string) => boolean, { fields }: Definitions): Invalid | undefined {
  for (const [name, { field, text }] of [...read]) {
    const target = field.replacedBy === undefined ? undefined : fields.get(field.replacedBy);
    if (target === undefined || isSet(target.name)) continue;
    const moved =
      field.unit !== undefined && target.unit !== undefined ? movedQuantity(text, field.unit, target.unit) : fieldText(text, target);
    if (moved instanceof Invalid) return moved;
    read.delete(name);
    read.set(target.name, { field: target, text: moved });
  }
  return undefined;
}

const listOf = (known: Known | undefined): readonly string[] | undefined =>
  known === undefined ? undefined : known.text === "" ? [] : known.text.split(" ");

function techniques(read: Map<string, Known>, { fields }: Definitions, warnings: DatasetWarning[]): void {
  const names = ["definition", "technique_pid", "technique_pid_esrfet_version"] as const;
  const [definition, pids, version] = names.map((name) => read.get(name)) as [Known | undefined, Known | undefined, Known | undefined];
  if (definition === undefined && pids === undefined && version === undefined) return;
  const found = completeTechniques({ definition: listOf(definition), pids: listOf(pids), version: version?.text });
  const texts = [found.definition?.join(" "), found.pids?.join(" "), found.version];
  for (const [index, name] of names.entries()) {
    const text = texts[index];
    if (text === undefined) read.delete(name);
    else read.set(name, { field: fields.get(name) as Field, text });
  }
  if (found.unknown.length > 0) {
    const message = `The ontology ESRFET does not know ${found.unknown.map(shown).join(", ")}; see https://esrf-ontologies.readthedocs.io.`;
    warnings.push({ kind: "technique", field: definition === undefined ? "technique_pid" : "definition", message });
  }
}

/** Whether something other than text stands among the techniques: their names cannot be looked up then. */
const hasOddTechniques = (values: Values): boolean =>
  ["definition", "technique_pid"].some((name) => {
    const value = values.get(name);
    return Array.isArray(value) && value.some((one) => typeof one !== "string");
  });

/** Names that were looked for: programs send the same wrong one with every dataset. */
const looked = new Map<string, string | undefined>();

function nearestField(name: string, { names }: Definitions): string | undefined {
  if (looked.has(name)) return looked.get(name);
  const near = nearest(name, names);
  if (looked.size > 1000) looked.clear();
  looked.set(name, near);
  return near;
}

function describe(values: Values, invalid: ReadonlyMap<string, Invalid>, definitions: Definitions, warnings: DatasetWarning[]): string[] {
  for (const [name, { reason }] of invalid)
    warnings.push({ kind: "invalid", field: name, message: `${name} ${reason}; it is ${shown(values.get(name))}.` });
  const unknown = [...values.keys()].filter((name) => !definitions.fields.has(name));
  for (const name of unknown) {
    const near = nearestField(name, definitions);
    warnings.push({
      kind: "unknown",
      field: name,
      message: `There is no field ${name}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
    });
  }
  for (const name of values.keys()) {
    const field = definitions.fields.get(name);
    if (field?.deprecated === true && !invalid.has(name)) {
      const instead = field.replacedBy === undefined ? "" : ` Use ${field.replacedBy} instead.`;
      warnings.push({ kind: "deprecated", field: name, message: `The field ${name} is deprecated.${instead}` });
    }
  }
  return unknown;
}

function allPlain(values: Values, { fields }: Definitions): Texts {
  const texts: Texts = new Map();
  for (const [name, value] of values) {
    if (value === null) continue;
    const text = plainText(name, value);
    // ISO text is how a time with a zone of its own, or with microseconds, is given; it is a time here too.
    texts.set(name, fields.get(name)?.code === "d" ? elementOf(text) : text);
  }
  return texts;
}

/**
 * The texts of all parameters. What does not fit its field is sent as plain text behind the others, then what is unknown; where that
 * leaves no complete dataset, all of it is plain text in the order given.
 * @throws INVALID_ARGUMENT for values that cannot be sent even as plain text
 */
export function parameters(values: Values, definitions: Definitions, warnings: DatasetWarning[]): Texts {
  const { read, invalid } = readFields(values, definitions.fields);
  const unwritable = [...invalid].find(([, one]) => one instanceof Unwritable);
  const incomplete = [...invalid.keys()].some((name) => definitions.fields.get(name)?.required === true);
  const failed = rename(read, (name) => values.has(name) && !invalid.has(name), definitions);
  const unknown = describe(values, invalid, definitions, warnings);
  if (failed !== undefined)
    warnings.push({ kind: "invalid", field: "metadata", message: `A field cannot be renamed: its value ${failed.reason}.` });
  const odd = hasOddTechniques(values);
  if (odd) warnings.push({ kind: "invalid", field: "definition", message: "Techniques must be text." });
  if (unwritable !== undefined || incomplete || failed !== undefined || odd) return allPlain(values, definitions);

  techniques(read, definitions, warnings);
  const texts: Texts = new Map(
    [...read.values()].sort((a, b) => a.field.order - b.field.order).map(({ field, text }) => [field.name, text]),
  );
  for (const name of [...invalid.keys(), ...unknown]) {
    const value = values.get(name);
    if (value !== null) texts.set(name, plainText(name, value));
  }
  return texts;
}
