import type { Schema } from "@sci/http-core";
import * as z from "zod/mini";

/** One row as OMS sends it (JSON:API). */
export interface JsonApiItem<Attributes = Readonly<Record<string, unknown>>> {
  readonly id: string;
  readonly type: string;
  readonly attributes: Attributes;
  readonly links?: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, unknown>>;
  /** `row` tells the units of the attributes that have some. */
  readonly meta?: { readonly row?: Readonly<Record<string, { readonly units?: string | null } | null>>; readonly [name: string]: unknown };
}

/** One page of rows. */
export interface JsonApiDocument {
  readonly data: readonly JsonApiItem[];
  readonly links?: Readonly<Record<string, unknown>>;
  readonly meta?: { readonly totalResourceCount?: number; readonly [name: string]: unknown };
}

/** Any object, as it is: a schema of fields would copy it, and pages hold thousands of rows. */
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const rows = z.array(
  z.custom<JsonApiItem>((value) => isObject(value) && isObject((value as { attributes?: unknown }).attributes), {
    error: "Invalid input: expected a row with attributes",
  }),
  { error: "Invalid input: expected a list of rows" },
);

export const documentSchema = z.looseObject({
  data: rows,
  meta: z.optional(z.looseObject({ totalResourceCount: z.optional(z.number()) })),
}) as Schema<unknown> as Schema<JsonApiDocument>;
