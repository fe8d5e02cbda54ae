import { type CoreErrorCode, isSciError } from "@sci/http-core";
import type { ValidationDetails } from "./service.ts";

/**
 * Codes of this package besides those of every client: VALIDATION (422: the record is not valid), USER_EMAIL (the e-mail address is not
 * the client's), AMBIGUOUS (several records where one is due), INSTRUMENT_MISMATCH (a proposal of another instrument).
 */
export type MyMdcErrorCode = CoreErrorCode | "VALIDATION" | "USER_EMAIL" | "AMBIGUOUS" | "INSTRUMENT_MISMATCH";

/**
 * What the service said against a record; undefined for any other error.
 * @example catch (error) { console.log(validationOf(error)?.fields["name"]); } // ["has already been taken"]
 */
export function validationOf(error: unknown): ValidationDetails | undefined {
  if (!isSciError(error, "VALIDATION")) return undefined;
  const { fields = {}, messages = [] } = (error.details ?? {}) as Partial<ValidationDetails>;
  return { fields, messages };
}
