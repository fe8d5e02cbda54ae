import type { datasetAttributes, omsAttributes, rrAttributes } from "./attributes.generated.ts";
import type { Status } from "./attributes.ts";

type Value<Type> = Type extends "number" ? number : Type extends "boolean" ? boolean : Type extends "list" ? readonly string[] : string;

/** What Run Registry copied from OMS. Times are the service's own text (UTC); `*_included` is true or absent. */
export type OmsAttributes = { readonly [Name in keyof typeof omsAttributes]?: Value<(typeof omsAttributes)[Name]> | null } & {
  readonly [name: string]: unknown;
};

/** What shifters and experts maintain about a run. */
export type RrAttributes = { readonly [Name in keyof typeof rrAttributes]?: Value<(typeof rrAttributes)[Name]> | null } & {
  readonly [name: string]: unknown;
};

/** States of the workspaces (OPEN, SIGNOFF, COMPLETED, "waiting dqm gui", "not significant for workspace"); empty for `online`. */
export type DatasetAttributes = { readonly [Name in keyof typeof datasetAttributes]?: Value<(typeof datasetAttributes)[Name]> | null } & {
  readonly [name: string]: unknown;
};

/** Lumisections per status of one component. A status that does not occur has no entry; EMPTY always has. */
export type ComponentSummary = { readonly [Name in Status]?: number } & {
  readonly causes?: readonly string[];
  readonly comments?: readonly string[];
};

/** Components (`dt-dt`, `tracker-strip`, …) and their summaries. */
export type TripletSummary = Readonly<Record<string, ComponentSummary>>;

/** DCS bits, and the lumisections for which each was TRUE, FALSE, NULL or EMPTY. */
export type DcsSummary = Readonly<Record<string, Readonly<Partial<Record<"TRUE" | "FALSE" | "NULL" | "EMPTY", number>>>>>;
