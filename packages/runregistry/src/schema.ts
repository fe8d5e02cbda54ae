import type { Schema, SchemaResult } from "@sci/http-core";

/** A schema that looks at what the client relies on, for a type that is written by hand and says more. */
export function shape<Output>(schema: Schema<unknown>): Schema<Output> {
  return schema as Schema<Output>;
}

type Fields = Readonly<Record<string, unknown>>;
type Kind = "number" | "string" | "object";
interface Issue {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

function isOf(value: unknown, kind: Kind): boolean {
  return kind === "object" ? typeof value === "object" && value !== null && !Array.isArray(value) : typeof value === kind;
}

function unexpected(kind: Kind | "array", ...path: readonly PropertyKey[]): Issue {
  return { message: `Invalid input: expected ${kind}`, path };
}

/**
 * The schema of a listing's answer: the list of that name, the number of rows over all pages, and in every row the fields that the client
 * relies on. The answer is given as it is: a schema of fields would copy each row, which costs more than the rest of the check.
 */
export function listingShape(name: string, fields: Readonly<Record<string, Kind>>): Schema<Fields> {
  const known = Object.entries(fields);
  const validate = (body: unknown): SchemaResult<Fields> => {
    if (!isOf(body, "object")) return { issues: [unexpected("object")] };
    const { [name]: rows, count } = body as Fields;
    const issues: Issue[] = typeof count === "number" ? [] : [unexpected("number", "count")];
    if (!Array.isArray(rows)) issues.push(unexpected("array", name));
    else {
      for (const [index, row] of (rows as unknown[]).entries()) {
        if (!isOf(row, "object")) issues.push(unexpected("object", name, index));
        else for (const [field, kind] of known) if (!isOf((row as Fields)[field], kind)) issues.push(unexpected(kind, name, index, field));
      }
    }
    return issues.length === 0 ? { value: body as Fields } : { issues };
  };
  return { "~standard": { validate } };
}
