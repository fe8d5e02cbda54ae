import { SciError, shown } from "@sci/http-core";
import { floatRepr, isInt } from "./python.ts";
import { elementTime, localTime, type Time } from "./times.ts";

/** Kinds of values, as the original tells them apart: those of a list must be of one kind. */
export type Kind = "text" | "bytes" | "boolean" | "int" | "float" | "time" | "list";

/** Numbers marked by `float()` are objects whose value is a number. */
function markedFloat(value: object): number | undefined {
  const inner: unknown = (value as { valueOf(): unknown }).valueOf();
  return typeof inner === "number" ? inner : undefined;
}

/** The kind of a value; undefined for what no field can hold. null is none. */
export function kindOf(value: unknown): Kind | undefined {
  switch (typeof value) {
    case "string":
      return "text";
    case "boolean":
      return "boolean";
    case "bigint":
      return "int";
    case "number":
      return isInt(value) ? "int" : "float";
    case "object":
      if (value === null) return undefined;
      if (Array.isArray(value)) return "list";
      if (value instanceof Date) return "time";
      if (value instanceof Uint8Array) return "bytes";
      return markedFloat(value) === undefined ? undefined : "float";
    default:
      return undefined;
  }
}

/** A number's value, marked or not; undefined for what is no number. Booleans count, as in Python. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  return typeof value === "object" && value !== null && !(value instanceof Date) && !Array.isArray(value) ? markedFloat(value) : undefined;
}

/** A number as Python writes it: whole ones without a point unless they are marked. */
export function numberText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && isInt(value)) return String(value);
  return floatRepr(numberOf(value) as number);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 text; undefined where the bytes are none. */
export function bytesText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const refusal = (field: string, why: string): SciError<"INVALID_ARGUMENT"> =>
  new SciError("INVALID_ARGUMENT", `Field ${field} cannot be written: ${why}`, { details: { field } });

/** The time a `Date` stands for, in the local zone. @throws INVALID_ARGUMENT for an invalid date */
export function timeOf(field: string, date: Date): Time {
  const time = localTime(date);
  if (time === undefined) throw refusal(field, "the date is invalid.");
  return time;
}

function scalarText(field: string, value: unknown, kind: Kind | undefined): string {
  switch (kind) {
    case "text":
      return value as string;
    case "boolean":
      return value === true ? "true" : "false";
    case "int":
    case "float":
      return numberText(value);
    case "time":
      return elementTime(timeOf(field, value as Date));
    case "bytes": {
      const text = bytesText(value as Uint8Array);
      if (text === undefined) throw refusal(field, "the bytes are no UTF-8 text.");
      return text;
    }
    case "list":
    case undefined:
      throw refusal(field, `${shown(value)} is neither text, number, boolean, Date, bytes nor a list of those.`);
  }
}

const isPresent = (value: unknown): boolean => value !== null && value !== undefined;

function kindOfAll(field: string, values: readonly unknown[]): Kind | undefined {
  const kinds = new Set(values.map(kindOf));
  if (kinds.size > 1) {
    const whole = kinds.size === 2 && kinds.has("int") && kinds.has("float") ? " Mark whole numbers as such: float(1)." : "";
    throw refusal(field, `the list ${shown(values)} has elements of several kinds.${whole}`);
  }
  return kinds.values().next().value;
}

/**
 * A value as plain text, as it is sent when no definition says how: lists are joined by commas, but times and lists in a list by blanks.
 * @throws INVALID_ARGUMENT for other values, for lists whose elements are of several kinds or nested deeper than two levels
 */
export function plainText(field: string, value: unknown): string {
  if (!Array.isArray(value)) return scalarText(field, value, kindOf(value));
  const outer = (value as readonly unknown[]).filter(isPresent);
  const kind = kindOfAll(field, outer);
  if (kind !== "list") return outer.map((one) => scalarText(field, one, kind)).join(kind === "time" ? " " : ",");
  return (outer as readonly (readonly unknown[])[])
    .map((list) => {
      const inner = list.filter(isPresent);
      const innerKind = kindOfAll(field, inner);
      if (innerKind === "list") throw refusal(field, `${shown(value)} is nested deeper than two levels.`);
      return inner.map((one) => scalarText(field, one, innerKind)).join(",");
    })
    .join(" ");
}
