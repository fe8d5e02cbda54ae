import { isSciError, SciError } from "@sci/http-core";

/** The same error with a sentence behind its message. Errors of others are left alone. */
export function withMore(error: unknown, text: string): unknown {
  if (!isSciError<string>(error)) return error;
  const { name: _name, code, ...context } = { ...error };
  return new SciError(code, `${error.message} ${text}`, { ...context, cause: error.cause ?? error });
}
