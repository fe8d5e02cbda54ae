import { isSciError, SciError } from "./errors.ts";

/**
 * The same error with a sentence behind its message and, where given, further details: what a composition of calls knows and the
 * call that failed does not. Errors of others are left alone.
 */
export function withMore(error: unknown, text: string, details?: Readonly<Record<string, unknown>>): unknown {
  if (!isSciError<string>(error)) return error;
  const { name: _name, code, ...context } = { ...error };
  return new SciError(code, `${error.message} ${text}`, {
    ...context,
    ...(details === undefined ? {} : { details: { ...error.details, ...details } }),
    cause: error.cause ?? error,
  });
}
