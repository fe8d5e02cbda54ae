import { SciError, type ErrorContext } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Schema, SchemaResult } from "../operation.ts";
import { shown } from "../check.ts";

type Issues = NonNullable<Exclude<SchemaResult<unknown>, { value: unknown }>["issues"]>;

/** Checks answers against the expected shape: strict, warning once per shape, or not at all. */
export class Validator {
  readonly #seen = new Set<string>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @throws INVALID_RESPONSE in mode "error" */
  async check<Output>(
    data: unknown,
    schema: Schema<Output> | undefined,
    mode: "off" | "warn" | "error",
    context: ErrorContext,
  ): Promise<Output> {
    if (schema === undefined || mode === "off") return data as Output;
    const pending = schema["~standard"].validate(data);
    const result = pending instanceof Promise ? await pending : pending;
    if (result.issues === undefined) return result.value;
    const [where, message] = describeIssues(result.issues, data);
    if (mode === "error")
      throw new SciError(
        "INVALID_RESPONSE",
        `The answer of ${context.service} ${context.operation} has an unexpected shape: ${message}`,
        context,
      );
    const shape = `${context.operation} ${where}`;
    if (!this.#seen.has(shape)) {
      this.#seen.add(shape);
      this.#logger.warn(`The answer of ${context.service} ${context.operation} has an unexpected shape (delivered as it is): ${message}`, {
        service: context.service,
        operation: context.operation,
      });
    }
    // Lenient with servers: what does not fit is still what the service said.
    return data as Output;
  }
}

function describeIssues(issues: Issues, data: unknown): [shape: string, message: string] {
  const described = issues.slice(0, 3).map((issue) => {
    const path = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
    let value: unknown = data;
    for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
    return { path, text: `${path.map(String).join(".") || "(the whole)"}: ${issue.message}, got ${shown(value).slice(0, 200)}` };
  });
  const shape = described
    .map(({ path }) => path.map((part) => (typeof part === "number" || /^\d+$/.test(String(part)) ? "[]" : String(part))).join("."))
    .join("|");
  const more = issues.length > 3 ? ` (and ${issues.length - 3} more)` : "";
  return [shape, described.map(({ text }) => text).join("; ") + more];
}
