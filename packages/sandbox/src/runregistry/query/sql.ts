/** An error of the service's data base or of its code: answered as 500 with this text. */
export class SqlError extends Error {
  override name = "SqlError";
}

export type SqlType = "integer" | "text" | "boolean" | "double precision" | "jsonb";

/** Three-valued logic: null is "unknown". */
export type Truth = boolean | null;

/** A literal in a query: its type as PostgreSQL sees it. A text in quotes has no type yet (`unknown`). */
export interface Literal {
  readonly type: "integer" | "bigint" | "numeric" | "boolean" | "unknown" | "null" | `${string}[]`;
  readonly value: number | boolean | string | null;
}

export function numberLiteral(value: number): Literal {
  const whole = Number.isInteger(value) && Math.abs(value) < 1e21;
  const type = !whole ? "numeric" : Math.abs(value) <= 2147483647 ? "integer" : Math.abs(value) < 2 ** 63 ? "bigint" : "numeric";
  return { type, value };
}

const doubles = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/;
const named: Readonly<Record<string, number>> = {
  nan: NaN,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
  inf: Infinity,
  "-inf": -Infinity,
};

/** Text to double precision. */
export function toDouble(text: string): number {
  if (doubles.test(text)) return Number(text);
  const special = named[text.trim().toLowerCase()];
  if (special === undefined) throw new SqlError(`invalid input syntax for type double precision: "${text}"`);
  return special;
}

/** Text to integer. */
export function toInteger(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new SqlError(`invalid input syntax for type integer: "${text}"`);
  const value = Number(text);
  if (Math.abs(value) > 2147483647) throw new SqlError(`value "${text}" is out of range for type integer`);
  return value;
}

/** Text to boolean: any beginning of the words that cannot be mistaken. */
export function toBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (word === "1" || word === "on" || (word !== "" && ("true".startsWith(word) || "yes".startsWith(word)))) return true;
  if (word === "0" || word === "of" || word === "off" || (word !== "" && ("false".startsWith(word) || "no".startsWith(word)))) return false;
  throw new SqlError(`invalid input syntax for type boolean: "${text}"`);
}

/** A pattern of LIKE: `%` any text, `_` one character, a backslash takes the next one as it is. */
export function likePattern(pattern: string, ignoreCase: boolean): RegExp {
  let source = "";
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (character === "%") source += "[\\s\\S]*";
    else if (character === "_") source += "[\\s\\S]";
    else {
      if (character === "\\") index++;
      if (index >= pattern.length) throw new SqlError("LIKE pattern must not end with escape character");
      source += (pattern[index] as string).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    }
  }
  return new RegExp(`^${source}$`, ignoreCase ? "iu" : "u");
}

const collator = new Intl.Collator("en-US");

/** Order of texts in the service's data base: by language first, by code point where that finds no difference. */
export function compareText(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b) || (a < b ? -1 : 1);
}

/** Whether jsonb `a` contains `b` (`@>`). A list contains a value that is one of its members. */
export function contains(a: unknown, b: unknown, top = true): boolean {
  if (Array.isArray(b)) return Array.isArray(a) && b.every((item) => a.some((member) => contains(member, item, false)));
  if (Array.isArray(a)) return top && (typeof b !== "object" || b === null) && a.includes(b);
  if (typeof b === "object" && b !== null) {
    if (typeof a !== "object" || a === null) return false;
    return Object.entries(b).every(([key, value]) => Object.hasOwn(a, key) && contains((a as Record<string, unknown>)[key], value, false));
  }
  return a === b;
}
