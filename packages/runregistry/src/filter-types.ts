import type { components, datasetAttributes, omsAttributes, rrAttributes } from "./attributes.generated.ts";
import type { Status, summaryLists } from "./attributes.ts";

type ValueOf<Type> = Type extends "number" ? number : Type extends "boolean" ? boolean : Type extends "date" ? string | Date : string;

/** Comparisons in the service's own words; several in one object are joined by AND. */
export interface Comparisons<Value> {
  readonly "="?: Value | null | readonly (Value | null)[];
  readonly "<>"?: Value | null;
  readonly "<"?: Value;
  readonly "<="?: Value;
  readonly ">"?: Value;
  readonly ">="?: Value;
  /** `%` any text, `_` one character, upper and lower case alike; without `%` it is an equality. */
  readonly like?: string;
  readonly notlike?: string;
  readonly LIKE?: string;
  /** As `notlike`, but upper and lower case differ. */
  readonly NOTLIKE?: string;
  readonly and?: readonly Condition<Value>[];
  readonly or?: readonly Condition<Value>[];
  readonly AND?: readonly Condition<Value>[];
  readonly OR?: readonly Condition<Value>[];
}

/** A value (equality), `null` (missing), a list (one of them), or comparisons. */
export type Condition<Value> = Value | null | readonly (Value | null)[] | Comparisons<Value>;
type AnyCondition = Condition<string | number | boolean | Date>;

type StatusText = Status | Lowercase<Status>;
/** A status that at least one lumisection has; `<>` asks for none that has it. */
export type StatusCondition = StatusText | readonly StatusText[] | Omit<Comparisons<StatusText>, "<" | "<=" | ">" | ">=">;

type Component = (typeof components)[number];
type OmsName = Exclude<keyof typeof omsAttributes, "run_number">;
type RrName = keyof typeof rrAttributes;
type DatasetName = keyof typeof datasetAttributes;

type OfRun = { readonly [Name in OmsName]?: Condition<ValueOf<(typeof omsAttributes)[Name]>> } & {
  readonly [Name in RrName]?: Condition<ValueOf<(typeof rrAttributes)[Name]>>;
} & { readonly [Name in Component]?: StatusCondition } & { readonly [Name in `${Component}.${Status}`]?: Condition<number> } & {
  readonly [Name in `${Component}.${(typeof summaryLists)[number]}`]?: Condition<string>;
} & {
  /** Dotted names, as the service has them. */
  readonly [Name in `${"rr_attributes" | "oms_attributes" | "triplet_summary"}.${string}`]?: AnyCondition;
} & { readonly run_number?: Condition<number>; readonly version?: Condition<number>; readonly deleted?: false };

/**
 * What selects runs. Names are short (`class`, `energy`, `dt-dt`) or dotted (`rr_attributes.class`); all are joined by AND.
 * `and` and `or` take lists of filters; an `or` must stay within one table of the service (run, triplet), or be the product of such.
 * Rows where an attribute is missing fit neither `=` nor `<>`, `notlike` or `<> true`: ask for `null` to get them.
 */
export type RunFilter = OfRun & {
  readonly and?: readonly RunFilter[];
  readonly or?: readonly RunFilter[];
  readonly AND?: readonly RunFilter[];
  readonly OR?: readonly RunFilter[];
};

/** What selects datasets: as {@link RunFilter}, and the dataset's own attributes. Tables for an `or`: dataset (with run_number), run, triplet. */
export type DatasetFilter = OfRun & { readonly [Name in DatasetName]?: Condition<string> } & {
  readonly [Name in `dataset_attributes.${string}`]?: AnyCondition;
} & {
  readonly name?: Condition<string>;
  /** Another word for `name`. */
  readonly dataset_name?: Condition<string>;
  /** Datasets of the DQM GUI; the service answers "contains this text", whatever the comparison. */
  readonly datasets_in_gui?: string | { readonly "=": string } | { readonly contains: string };
  readonly and?: readonly DatasetFilter[];
  readonly or?: readonly DatasetFilter[];
  readonly AND?: readonly DatasetFilter[];
  readonly OR?: readonly DatasetFilter[];
};

/** A filter that is sent without checks; known short names still get their prefix. */
export type UncheckedFilter = Readonly<Record<string, unknown>>;

/** A filter of known names; with `unchecked: true` any. */
export interface FilterOption<Filter, Unchecked extends boolean> {
  readonly filter?: Unchecked extends true ? UncheckedFilter : Filter;
  /** Sends names, operators and operands that our checks would refuse. @default false */
  readonly unchecked?: Unchecked;
}
