import { type Column, columnsOf, type Condition } from "@sci/cli-core";
import { SciError, unknownName } from "@sci/http-core";

/** Reads the id of a record; fixed records of the service have negative ones. */
export function recordId(what: string): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw new SciError("INVALID_ARGUMENT", `${what} must be a whole number, not "${text}".`);
    return value;
  };
}

/** Reads a train id: a bigint, as it may be beyond 2^53. */
export function trainId(option: string): (text: string) => bigint {
  return (text) => {
    if (!/^\d+$/.test(text)) throw new SciError("INVALID_ARGUMENT", `${option} must be a whole number, not "${text}".`);
    return BigInt(text);
  };
}

/**
 * What `--where` asks for, as the library searches: names and values.
 * @throws INVALID_ARGUMENT for another comparison than `=`, and for a name that stands twice
 */
export function whereOf(conditions: readonly Condition[] = []): Record<string, unknown> {
  const where: Record<string, unknown> = {};
  for (const { name, operator, value, text } of conditions) {
    if (operator !== "=")
      throw new SciError("INVALID_ARGUMENT", `--where "${text}": myMdC searches for equal values only; write ${name} = VALUE.`);
    if (Object.hasOwn(where, name)) throw new SciError("INVALID_ARGUMENT", `--where names ${name} twice; all conditions have to hold.`);
    // Defined, not assigned: a name may be __proto__ and must then be refused like any other.
    Object.defineProperty(where, name, { value, enumerable: true });
  }
  return where;
}

/**
 * The columns for `--fields`: names of fields, or of what is inside these (`techniques.0.name`).
 * @throws INVALID_ARGUMENT for a field that is not known, naming the nearest, unless `unchecked`
 */
export function columnsFor(
  fields: readonly string[] | undefined,
  known: readonly string[],
  what: string,
  unchecked = false,
): Column[] | undefined {
  if (fields === undefined) return undefined;
  for (const name of fields) {
    const [first = ""] = name.split(".");
    if (!unchecked && !known.includes(name) && !known.includes(first)) throw unknownName(name, known, `field of ${what}`);
  }
  return columnsOf(fields);
}

/** Fields that a table shows where none are asked for, beside the id. */
const telling = [
  "run_number",
  "number",
  "identifier",
  "name",
  "title",
  "proposal_id",
  "experiment_id",
  "data_group_id",
  "filename",
  "email",
];
const further = ["flg_status", "flg_available", "begin_at", "end_at", "data_group_type_id", "repository_id", "value", "description"];

/** At most eight columns of a resource that tell its records apart. */
export function tableColumnsOf(fields: readonly string[]): Column[] {
  const known = [...telling, ...further].filter((name) => fields.includes(name));
  return columnsOf(["id", ...known].slice(0, 8));
}
