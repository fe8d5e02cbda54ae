import type { Schema, SchemaResult } from "@sci/http-core";

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

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function validate(value: unknown): SchemaResult<JsonApiDocument> {
  const wrong = (message: string, ...path: (string | number)[]): SchemaResult<JsonApiDocument> => ({ issues: [{ message, path }] });
  if (!isObject(value)) return wrong("expected an object");
  const { data, meta } = value;
  if (!Array.isArray(data)) return wrong("expected a list of rows", "data");
  const bad = data.findIndex((row: unknown) => !isObject(row) || !isObject(row["attributes"]));
  if (bad >= 0) return wrong("expected a row with attributes", "data", bad);
  const total = isObject(meta) ? meta["totalResourceCount"] : undefined;
  if (total !== undefined && typeof total !== "number") return wrong("expected a number", "meta", "totalResourceCount");
  return { value: value as unknown as JsonApiDocument };
}

/** What the client relies on. By hand: rows are many and pass through uncopied, and a page in a browser need not load a library for it. */
export const documentSchema: Schema<JsonApiDocument> = { "~standard": { validate } };
