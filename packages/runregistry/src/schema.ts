import type { Schema } from "@sci/http-core";
import * as z from "zod/mini";

/** A schema that looks at what the client relies on, for a type that is written by hand and says more. */
export function shape<Output>(schema: Schema<unknown>): Schema<Output> {
  return schema as Schema<Output>;
}

/** Any object, as it is: a schema of fields would copy it, and rows have a hundred of them. */
export const anyObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  {
    error: "Invalid input: expected object",
  },
);
