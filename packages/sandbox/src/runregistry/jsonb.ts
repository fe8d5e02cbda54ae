/** JSON values as PostgreSQL's jsonb keeps and shows them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** Length in bytes; names are nearly always ASCII, for which no encoder is needed. */
function bytes(text: string): number {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return Buffer.byteLength(text);
  return text.length;
}

function order(a: string, b: string): number {
  return bytes(a) - bytes(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** jsonb's order of keys: by length in bytes, then by bytes. */
export function jsonbKeys(keys: Iterable<string>): string[] {
  return [...keys].sort(order);
}

/** The value with the keys of every object in jsonb's order. */
export function jsonb<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => jsonb(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const source = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const key of jsonbKeys(Object.keys(source))) result[key] = jsonb(source[key]);
  return result as T;
}

/** `a || b || …`: later keys win, the order is jsonb's. */
export function mergeJsonb(parts: readonly JsonObject[]): JsonObject {
  if (parts.length === 1) return parts[0] as JsonObject;
  return jsonb(Object.assign({}, ...parts) as JsonObject);
}

/** The text that `#>>` gives: strings bare, objects and lists as jsonb writes them, null for a JSON null and for nothing. */
export function jsonbText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : written(value);
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${written(item)}`);
  return `{${fields.join(", ")}}`;
}

/** The value at a path (`#>`): keys of objects, numbers of lists (negative from the end). */
export function atPath(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current)) {
      if (!/^-?\d+$/.test(step)) return undefined;
      current = current.at(Number(step)) as unknown;
    } else if (typeof current === "object" && current !== null) {
      current = Object.hasOwn(current, step) ? (current as Record<string, unknown>)[step] : undefined;
    } else return undefined;
  }
  return current;
}

/** Equal in value; the order of keys does not matter. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
