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
type Types<Resource extends string> = Resource extends ResourceName ? Table[Resource] : object;

/** Names of the attributes of a resource that are known here. */
export type AttributeName<Resource extends string> = Resource extends ResourceName ? keyof Table[Resource] & string : never;

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
export type AttributeValue<Resource extends string, Name extends string> = Name extends keyof Types<Resource>
  ? ValueOfType<Types<Resource>[Name]>
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

export const resourceNames = Object.keys(attributeTable) as readonly ResourceName[];

function isResource(name: string): name is ResourceName {
  return Object.hasOwn(attributeTable, name);
}

/** Type of an attribute, undefined where it is not known here. */
export function typeOf(resource: string, name: string): AttributeType | undefined {
  if (!isResource(resource) || !Object.hasOwn(attributeTable[resource], name)) return undefined;
  const text = (attributeTable[resource] as Readonly<Record<string, string>>)[name] ?? "";
  return text.split(" ")[0] as AttributeType;
}

/** Names known here; empty for a resource that is not. */
export function knownNames(resource: string): readonly string[] {
  return isResource(resource) ? Object.keys(attributeTable[resource]) : [];
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
  if (typeof resource !== "string" || !isResource(resource)) throw unknownName(String(resource), resourceNames, "resource");
  return Object.entries(attributeTable[resource])
    .filter(([name]) => name.includes(word.toLowerCase()))
    .map(([name, text]) => {
      const [type = "", ...rest] = text.split(" ");
      const units = rest.join(" ");
      return { name, type: type as AttributeType, ...(units === "" ? {} : { units: unitsPerRow[units] ?? units }) };
    });
}
