import { stringifyJson } from "@sci/http-core";
import { escapeJsonText } from "../escape.ts";

/** A row of output: an object with the facility's own names, nested or not. */
export type Row = Readonly<Record<string, unknown>>;

/** One column: how it is called and how its value is found in a row. */
export interface Column {
  readonly name: string;
  readonly get: (row: Row) => unknown;
}

/** A plain object, to be taken apart into columns. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return typeof (value as { toJSON?: unknown }).toJSON !== "function";
}

/** The value below a dotted path; undefined where there is none. A field whose own name holds the dots comes first. */
export function valueAt(row: unknown, path: string): unknown {
  if (typeof row !== "object" || row === null) return undefined;
  if (Object.hasOwn(row, path)) return (row as Record<string, unknown>)[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(row, head)) continue;
    const found = valueAt((row as Record<string, unknown>)[head], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Columns for dotted paths; a pair gives the path another name: `[["class", "rr_attributes.class"], "run_number"]`. */
export function columnsOf(paths: readonly (string | readonly [name: string, path: string])[]): Column[] {
  return paths.map((one) => {
    const [name, path] = typeof one === "string" ? [one, one] : one;
    return { name, get: (row) => valueAt(row, path) };
  });
}

/**
 * Nested objects as one level with dotted names (`oms_attributes.energy`); a dot within a name is written `\.`. Lists and
 * empty objects stay as they are, and become JSON text in a cell.
 */
export function flatten(row: Row): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  const walk = (value: Row, prefix: string): void => {
    for (const [key, inner] of Object.entries(value)) {
      const name = prefix + key.replaceAll("\\", "\\\\").replaceAll(".", "\\.");
      if (isRecord(inner) && Object.keys(inner).length > 0) walk(inner, `${name}.`);
      else flat.set(name, inner);
    }
  };
  walk(row, "");
  return flat;
}

/** JSON text of a value, on one line or indented. A bigint is a numeral, and nothing in it acts on a terminal. */
export function jsonText(value: unknown, indent?: number): string {
  return escapeJsonText(stringifyJson(value, indent));
}

/** A value as the text of a cell: empty for null and undefined, JSON text for lists and objects. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  return jsonText(value);
}
