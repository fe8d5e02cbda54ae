import { isSciError, SciError } from "@sci/http-core";

/** The same error with more said: text behind its message and further details. Errors of others are left alone. */
export function withMore(error: unknown, text: string, details: Readonly<Record<string, unknown>>): unknown {
  if (!isSciError<string>(error)) return error;
  const { name: _name, code, ...context } = { ...error };
  return new SciError(code, `${error.message} ${text}`, {
    ...context,
    details: { ...error.details, ...details },
    cause: error.cause ?? error,
  });
}
