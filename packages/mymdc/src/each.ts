import { SciError, shown } from "@sci/http-core";
import { checkFields, type WriteRules } from "./kinds.ts";

/**
 * The fields of several records that go in one request.
 * @throws INVALID_ARGUMENT for an empty list, and for a field, naming the record by its place
 */
export function checkEach(given: unknown, rules: WriteRules, of: string, unchecked: boolean): Record<string, unknown>[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new SciError("INVALID_ARGUMENT", `${of}() needs a list of at least one record, not ${shown(given)}.`);
  return given.map((one: unknown, index) => checkFields(one, rules, `${of}()[${index}]`, unchecked));
}
