import type { AttributeName, AttributeValue, Row } from "./attributes.ts";
import type { JsonApiItem } from "./schema.ts";

/** A value with its unit, which OMS tells per row: the same attribute may come in pb^{-1} here and in {\mu}b^{-1} there. */
export interface Measured<Value = unknown> {
  readonly value: Value;
  /** The service's own text, null where the row tells none. */
  readonly units: string | null;
}

/** How rows are delivered: their attributes, these with units, or the service's whole item. */
export type Shape = "plain" | "units" | "raw";

/** Attributes in one of the shapes. */
export type Shaped<Attributes, Chosen extends Shape> = Chosen extends "raw"
  ? JsonApiItem<Attributes>
  : Chosen extends "units"
    ? { readonly [Name in keyof Attributes]: Measured<Attributes[Name]> }
    : Attributes;

/** The attributes named, and no others. */
export type Projected<Resource extends string, Names extends string> = {
  readonly [Name in Names]: Name extends AttributeName<Resource> ? AttributeValue<Resource, Name> | null : unknown;
};

/** Options that decide what rows look like. */
export interface RowShape<Resource extends string = string> {
  /** Only these attributes. @default all */
  readonly fields?: readonly (AttributeName<Resource> | (string & {}))[];
  /** Each value as `{ value, units }`. @default false */
  readonly withUnits?: boolean;
  /** The service's whole item: `id`, `type`, `attributes`, `links`, `relationships`, `meta`. @default false */
  readonly raw?: boolean;
  /** Sends names of attributes that neither this package nor the service's own list knows. @default false */
  readonly unchecked?: boolean;
}

type ShapeOf<Options> = Options extends { readonly raw: true } ? "raw" : Options extends { readonly withUnits: true } ? "units" : "plain";

/** The rows of a resource as the options ask for them. */
export type RowOf<Resource extends string, Options> = Shaped<
  Options extends { readonly fields: readonly (infer Names extends string)[] } ? Projected<Resource, Names> : Row<Resource>,
  ShapeOf<Options>
>;

/** Attributes of an item with their units. */
export function measured({ attributes, meta }: JsonApiItem): Readonly<Record<string, Measured>> {
  const row = meta?.row;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      { value, units: (row !== undefined && Object.hasOwn(row, name) ? row[name]?.units : undefined) ?? null },
    ]),
  );
}

/** An item in the shape asked for. Plain rows are the service's own objects: nothing is copied. */
export function shaper(shape: Shape): (item: JsonApiItem) => unknown {
  return shape === "raw" ? (item) => item : shape === "units" ? measured : (item) => item.attributes;
}
