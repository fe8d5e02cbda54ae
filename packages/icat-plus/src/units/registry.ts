// Units and their relations: the table of Pint, which the original converts with, and its way of looking up names.
import { prefixTable, unitTable } from "../definitions/units.generated.ts";
import { parseExpression, type Powers } from "./expression.ts";

/** A unit: a base unit (of a dimension, or a mere number), or a multiple of others. */
export interface Unit {
  readonly name: string;
  readonly base: "dimension" | "number" | undefined;
  readonly scale: number;
  readonly of: ReadonlyMap<string, number>;
  /** Zero of the unit on the scale of the one it is a multiple of. */
  readonly offset: number;
}

interface Registry {
  readonly units: Map<string, Unit>;
  readonly names: Map<string, string>;
  readonly prefixes: readonly (readonly [spelling: string, name: string, scale: number])[];
}

let registry: Registry | undefined;

function load(): Registry {
  const units = new Map<string, Unit>();
  const names = new Map<string, string>();
  for (const line of unitTable.split("\n")) {
    const [labels = "", scale = "", of = "", offset = "0"] = line.split(";");
    const [name = "", ...others] = labels.split(" ");
    for (const label of [name, ...others]) names.set(label, name);
    const powers =
      of === ""
        ? []
        : of.split(" ").map((part): [string, number] => [part.slice(0, part.indexOf("^")), Number(part.slice(part.indexOf("^") + 1))]);
    const base = scale === "!" ? "dimension" : scale === "=" ? "number" : undefined;
    units.set(name, { name, base, scale: base === undefined ? Number(scale) : 1, of: new Map(powers), offset: Number(offset) });
  }
  const prefixes = prefixTable.split("\n").map((line): [string, string, number] => {
    const [spelling = "", name = "", scale = ""] = line.split(" ");
    return [spelling, name, Number(scale)];
  });
  return { units, names, prefixes };
}

/** The full name of a unit, prefixed ones included. @returns undefined for what is none; "" for "dimensionless" */
function fullName(label: string): string | undefined {
  registry ??= load();
  if (label === "dimensionless") return "";
  const known = registry.names.get(label);
  if (known !== undefined) return known;
  for (const plural of ["", "s"]) {
    for (const [spelling, prefix, scale] of [["", "", 1] as const, ...registry.prefixes]) {
      if (!label.startsWith(spelling) || !label.endsWith(plural)) continue;
      const rest = label.slice(spelling.length, label.length - plural.length);
      const name = registry.names.get(rest);
      if (name === undefined || (plural !== "" && rest.length === 1)) continue;
      if (prefix === "") return name;
      // Degrees that count from a zero of their own have no multiples.
      if ((registry.units.get(name) as Unit).offset !== 0) return undefined;
      registry.units.set(prefix + name, { name: prefix + name, base: undefined, scale, of: new Map([[name, 1]]), offset: 0 });
      return prefix + name;
    }
  }
  return undefined;
}

/** A unit by any of its names. */
export function unitOf(label: string): Unit | undefined {
  const name = fullName(label);
  return name === undefined ? undefined : registry?.units.get(name);
}

const parsed = new Map<string, Powers | undefined>();

/** The units in an expression, under their full names. @returns undefined for what is no unit */
export function parseUnits(text: string): Powers | undefined {
  if (parsed.has(text)) return parsed.get(text);
  const found = parseExpression(text);
  const powers = found === undefined ? undefined : named(found);
  // What users write is not endless; a service that runs for months must not grow all the same.
  if (parsed.size > 1000) parsed.clear();
  parsed.set(text, powers);
  return powers;
}

function named(found: Powers): Powers | undefined {
  const powers: Powers = new Map();
  for (const [label, power] of found) {
    let name = fullName(label);
    if (name === undefined) return undefined;
    if (name === "") continue;
    // With other units, a degree is a difference of temperatures.
    if ((found.size > 1 || power !== 1) && unitOf(name)?.offset !== 0) name = `delta_${name}`;
    powers.set(name, (powers.get(name) ?? 0) + power);
  }
  return powers;
}
