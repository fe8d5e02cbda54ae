import { checkNames, SciError, shown, unknownName } from "@sci/http-core";
import { attributeTable } from "./attributes.data.ts";

/** Resources whose attributes are known here. Others work too: their names are looked up in the service's own list. */
export type ResourceName = keyof typeof attributeTable;

/** `runs`, or what belongs to one row: `runs/327564/lumisections`. */
export type ResourcePath = ResourceName | `${string}/${string | number}/${ResourceName}`;

/** The resource that a path ends in. */
export type ResourceOf<Path extends string> = Path extends ResourceName
  ? Path
  : Path extends `${string}/${infer Last}`
    ? ResourceOf<Last>
    : string;

type Table = typeof attributeTable;
type Names<Resource extends ResourceName> = {
  [Type in keyof Table[Resource]]: (Table[Resource][Type] & readonly string[])[number];
}[keyof Table[Resource]];

/** Names of the attributes of a resource that are known here. */
export type AttributeName<Resource extends string> = Resource extends ResourceName ? Names<Resource> & string : never;

/** Type of a known attribute, as the table has it. */
type TypeOf<Resource extends ResourceName, Name> = {
  [Type in keyof Table[Resource]]: Name extends (Table[Resource][Type] & readonly string[])[number] ? Type : never;
}[keyof Table[Resource]];

/** `{ rate, counter }` of a trigger: hertz and number of events. */
export interface Rate {
  readonly rate: number | null;
  readonly counter: number | null;
}

/** A share of time in percent, and the bunch crossings behind it. */
export interface Deadtime {
  readonly percent: number | null;
  readonly counter: number | null;
}

export interface Prescale {
  readonly prescale: number | null;
  readonly prescale_index: number | null;
  readonly prescale_name: string | null;
}

type ValueOfType<Type> = Type extends "integer" | `number${string}`
  ? number
  : Type extends "text" | "time"
    ? string
    : Type extends "boolean"
      ? boolean
      : Type extends "list"
        ? readonly string[]
        : Type extends "rate"
          ? Rate
          : Type extends "deadtime"
            ? Deadtime
            : Type extends "prescale"
              ? Prescale
              : unknown;

/** Type of an attribute's value; `unknown` for one that is not known here. */
export type AttributeValue<Resource extends string, Name extends string> = Resource extends ResourceName
  ? Name extends Names<Resource>
    ? ValueOfType<TypeOf<Resource, Name>>
    : unknown
  : unknown;

/** A row of a resource: its attributes under the service's own names. Times are the service's own text (UTC). */
export type Row<Resource extends string = string> = {
  readonly [Name in AttributeName<Resource>]?: AttributeValue<Resource, Name> | null;
} & { readonly [name: string]: unknown };

export type AttributeType = "integer" | "number" | "text" | "time" | "boolean" | "list" | "rate" | "deadtime" | "prescale";

/** One attribute of a resource. */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  /** Undefined where there is none or it is not known. Rows tell their own units (`withUnits`): luminosities differ from row to row. */
  readonly units?: string;
}

const unitsPerRow: Readonly<Record<string, string>> = {
  luminosity: "pb^{-1} or {\\mu}b^{-1}, per row",
  instantaneous: "10^{34}cm^{-2}s^{-1} or 10^{27}cm^{-2}s^{-1}, per row",
};

export const resourceNames = /* @__PURE__ */ Object.keys(attributeTable) as readonly ResourceName[];

/** Types, with units, and names of a resource; nothing for one that is not known here. */
function table(resource: string): [type: string, names: readonly string[]][] {
  return Object.hasOwn(attributeTable, resource) ? Object.entries(attributeTable[resource as ResourceName]) : [];
}

/** Type of an attribute, undefined where it is not known here. */
export function typeOf(resource: string, name: string): AttributeType | undefined {
  return table(resource)
    .find(([, names]) => names.includes(name))?.[0]
    .split(" ")[0] as AttributeType | undefined;
}

/** Names known here; empty for a resource that is not. */
export function knownNames(resource: string): readonly string[] {
  return table(resource).flatMap(([, names]) => names);
}

export interface AttributesOptions {
  /** Only names that hold this text, whatever its case. */
  readonly word?: string;
}

/**
 * What is known here of the attributes of a resource, without asking the service; `oms.meta(resource)` asks it.
 * @example attributes("lumisections", { word: "lumi" })
 * @throws INVALID_ARGUMENT for a resource that is not known here, naming the nearest
 */
export function attributes(resource: ResourceName, options: AttributesOptions = {}): Attribute[] {
  checkNames(options, ["word"], "option of attributes()");
  const { word = "" } = options;
  if (typeof word !== "string") throw new SciError("INVALID_ARGUMENT", `attributes(): word must be text, not ${shown(word)}.`);
  const rows = table(String(resource));
  if (rows.length === 0) throw unknownName(String(resource), resourceNames, "resource");
  return rows.flatMap(([text, names]) => {
    const [type = "", ...rest] = text.split(" ");
    const units = rest.join(" ");
    return names
      .filter((name) => name.includes(word.toLowerCase()))
      .map((name) => ({ name, type: type as AttributeType, ...(units === "" ? {} : { units: unitsPerRow[units] ?? units }) }));
  });
}
