import type { Schema } from "@sci/http-core";

/** A schema that looks at what the client relies on, for a type that is written by hand and says more. */
export function shape<Output>(schema: Schema<unknown>): Schema<Output> {
  return schema as Schema<Output>;
}
