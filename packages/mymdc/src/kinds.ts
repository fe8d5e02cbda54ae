import { SciError, shown, unknownName, type Schema, type SchemaResult } from "@sci/http-core";

/**
 * What a field holds, in what is sent and in what arrives:
 * `id` and `integer` a whole number (also as a numeral in text), `flag` a boolean (also as the text "true" or "false"),
 * `train` an integer beyond 2^53, `text` and `time` text, `any` whatever the server says.
 */
export type Kind = "id" | "integer" | "flag" | "train" | "text" | "time" | "any";

/** The kind of every field of a record. */
export type Kinds<Row> = { readonly [Name in keyof Row]-?: Kind };

/** A flag as it may be given: the texts are those that the Python original sends. */
export type Flag = boolean | "true" | "false" | 0 | 1;
/** An id, as a number or as a numeral in text; null for none. */
export type Id = number | string;
/** A train id: numbers beyond 2^53 only as bigint or text, so that none is rounded. */
export type TrainId = bigint | number | string;

/** The form in which a value of a record may be given. */
export type Given<Value> = Value extends boolean ? Flag : Value extends bigint ? TrainId : Value extends number ? Id : Value;

/** The fields of a record that can be written; null for no value. `undefined` leaves a field out. */
export type Writable<Row, SetByServer extends keyof Row> = {
  readonly [Name in Exclude<keyof Row, SetByServer>]?: Given<Row[Name]> | null | undefined;
};

const numeral = /^[+-]?\d+$/;
const flags: Readonly<Record<string, boolean>> = { true: true, false: false, "1": true, "0": false };

/** How a value that is given has to be, for messages; undefined where it is right. */
function complaint(value: unknown, kind: Kind): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (kind) {
    case "id":
    case "integer":
      if (Number.isSafeInteger(value) || typeof value === "bigint") return undefined;
      // The empty text is how the original says "none".
      return typeof value === "string" && (value === "" || numeral.test(value)) ? undefined : "a whole number";
    case "flag":
      return Object.hasOwn(flags, String(value)) ? undefined : "true or false";
    case "train":
      if (typeof value === "bigint" || Number.isSafeInteger(value)) return undefined;
      if (typeof value === "string" && (value === "" || numeral.test(value))) return undefined;
      return Number.isInteger(value) ? "a bigint or text, because it is beyond 2^53 and a number would be rounded," : "a whole number";
    case "time":
      return typeof value === "string" ? undefined : "text (formatTime() makes it of a Date)";
    case "text":
      return typeof value === "object" || typeof value === "function" || typeof value === "symbol" ? "text" : undefined;
    default:
      return undefined;
  }
}

/** @throws INVALID_ARGUMENT for a value that does not fit its field */
export function checkValue(value: unknown, kind: Kind, what: string): void {
  const due = complaint(value, kind);
  if (due !== undefined)
    throw new SciError("INVALID_ARGUMENT", `${what} must be ${due} and not ${shown(value)}.`, { details: { field: what } });
}

/** An id, number of a proposal or the like, which must be there. @throws INVALID_ARGUMENT */
export function checkNumber(value: unknown, what: string): number | string {
  // Beyond 2^53 it would become the number of something else where it is sent as a number.
  const right = typeof value === "string" ? numeral.test(value) && Number.isSafeInteger(Number(value)) : Number.isSafeInteger(value);
  if (!right) throw new SciError("INVALID_ARGUMENT", `${what} must be a whole number, not ${shown(value)}.`);
  return value as number | string;
}

export interface WriteRules {
  readonly kinds: Readonly<Record<string, Kind>>;
  /** Fields that only the server sets. */
  readonly server: readonly string[];
  /** Accepted besides, for a composition that adds or renames fields. */
  readonly further?: Readonly<Record<string, Kind>>;
}

/**
 * The fields as they are sent: names and values checked, `undefined` left out.
 * @throws INVALID_ARGUMENT for a name that is none (unless `unchecked`), a value that does not fit, and for no fields at all
 */
export function checkFields(given: unknown, rules: WriteRules, what: string, unchecked = false): Record<string, unknown> {
  if (!isRecord(given)) throw new SciError("INVALID_ARGUMENT", `The fields of ${what} must be an object, not ${shown(given)}.`);
  const kinds = { ...rules.kinds, ...rules.further };
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!unchecked) {
      if (rules.server.includes(name))
        throw new SciError("INVALID_ARGUMENT", `"${name}" of ${what} is set by myMdC and cannot be written.`, { details: { name } });
      if (!Object.hasOwn(kinds, name)) {
        const known = Object.keys(kinds).filter((one) => !rules.server.includes(one));
        throw unknownName(name, known, `field of ${what}`);
      }
    }
    if (value === undefined) continue;
    checkValue(value, kinds[name] ?? "any", `${name} of ${what}`);
    fields[name] = value;
  }
  return fields;
}

/** A value as the user gets it. What does not fit its kind stays as the server sent it. */
function decodeValue(value: unknown, kind: Kind | undefined): unknown {
  if (value === null || kind === undefined) return value;
  if (kind === "id" || kind === "integer") {
    if (typeof value !== "string" || !numeral.test(value)) return value;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (kind === "flag") return Object.hasOwn(flags, String(value)) ? flags[String(value)] : value;
  if (kind === "train" && (typeof value === "string" ? numeral.test(value) : Number.isInteger(value)))
    return BigInt(value as string | number);
  return value;
}

/**
 * A record as the user gets it: ids numbers, flags booleans, train ids bigint; everything else, and what is not known here, as sent.
 * Made in place: an answer is read once, and a page has many records.
 */
export function decodeRecord<Row>(data: unknown, kinds: Kinds<Row>): Row {
  if (!isRecord(data)) return data as Row;
  const table = kinds as Readonly<Record<string, Kind>>;
  for (const name of Object.keys(data)) {
    if (!Object.hasOwn(table, name)) continue;
    const value = data[name];
    const decoded = decodeValue(value, table[name]);
    if (decoded !== value) data[name] = decoded;
  }
  return data as Row;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Issue = { readonly message: string; readonly path: readonly PropertyKey[] };

/** Whether what arrives is what its kind says. */
function misfit(value: unknown, kind: Kind): string | undefined {
  if (value === null || value === "") return undefined;
  if (kind === "text" || kind === "time") return typeof value === "string" ? undefined : "expected text";
  return complaint(value, kind) === undefined ? undefined : `expected ${kind === "flag" ? "true or false" : "a whole number"}`;
}

function recordIssues(data: unknown, kinds: Readonly<Record<string, Kind>>, path: readonly PropertyKey[]): Issue[] {
  if (!isRecord(data)) return [{ message: "expected a record", path }];
  const issues: Issue[] = [];
  for (const name of Object.keys(data)) {
    const message = Object.hasOwn(kinds, name) ? misfit(data[name], kinds[name] as Kind) : undefined;
    if (message !== undefined) issues.push({ message, path: [...path, name] });
  }
  if (Object.hasOwn(kinds, "id") && !Object.hasOwn(data, "id")) issues.push({ message: "expected an id", path: [...path, "id"] });
  return issues;
}

/** What the client relies on in one record. By hand: pages are long, and nothing has to be loaded for it. */
export function recordSchema<Row>(kinds: Kinds<Row>, mayBeEmpty = false): Schema<Row> {
  return schemaOf((data) => (data === undefined && mayBeEmpty ? [] : recordIssues(data, kinds, [])));
}

/** The same for a list of records. */
export function listSchema<Row>(kinds: Kinds<Row>): Schema<readonly Row[]> {
  return schemaOf((data) =>
    Array.isArray(data)
      ? data.flatMap((one: unknown, index) => recordIssues(one, kinds, [index]))
      : [{ message: "expected a list of records", path: [] }],
  );
}

function schemaOf<Output>(issuesOf: (data: unknown) => Issue[]): Schema<Output> {
  const validate = (data: unknown): SchemaResult<Output> => {
    const issues = issuesOf(data);
    return issues.length === 0 ? { value: data as Output } : { issues };
  };
  return { "~standard": { validate } };
}
