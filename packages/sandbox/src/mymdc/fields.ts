/** A value of a record; integers beyond 2^53 are bigints. */
export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** A record as it is kept. Names that begin with `_` are links kept beside it and never shown. */
export type Row = Record<string, Value>;

/** A row that has its number. */
export type Stored = Row & { readonly id: number };

/**
 * How a field takes what is sent: `id` and `number` read numerals, `flag` reads true and false in several spellings, `text` is never
 * null, `words` is text or null, `time` keeps the text, `any` keeps everything.
 */
export type Kind = "id" | "number" | "flag" | "text" | "words" | "time" | "any";

const marks: Readonly<Record<string, Kind>> = { "#": "number", "?": "flag", "~": "words", "*": "any", "!": "text" };

/**
 * Kinds of fields from their names in order. A name that ends in `_id` or `_at` is an id or a time, any other a text, unless a mark
 * behind it says otherwise: `#` number, `?` flag, `~` words, `*` any, `!` text.
 */
export function fieldsOf(...names: readonly string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(
    names
      .join(" ")
      .split(" ")
      .map((word): [string, Kind] => {
        const name = word.replace(/[#?~*!]$/, "");
        return [name, marks[word.slice(name.length)] ?? (name.endsWith("_id") ? "id" : name.endsWith("_at") ? "time" : "text")];
      }),
  );
}

const flags: Readonly<Record<string, boolean>> = { true: true, t: true, "1": true, false: false, f: false, "0": false };

function numeral(value: Value): Value {
  if (typeof value !== "string") return value;
  const text = value.trim();
  if (text === "") return null;
  if (/^[+-]?\d+$/.test(text)) {
    const exact = BigInt(text.replace(/^\+/, ""));
    return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
  }
  // What is no number stays as it is: the validation says so.
  return /^[+-]?\d+\.\d+$/.test(text) ? Number(text) : value;
}

function words(value: Value): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value that a field keeps of what was sent. */
export function cast(kind: Kind, value: Value | undefined): Value {
  if (value === undefined || value === null) return kind === "text" ? "" : null;
  switch (kind) {
    case "id":
    case "number":
      return numeral(value);
    case "flag":
      return typeof value === "boolean" ? value : (flags[String(value as string).toLowerCase()] ?? null);
    case "text":
    case "words":
      return words(value);
    case "time":
      return value === "" ? null : value;
    case "any":
      return value === "" ? null : value;
  }
}

export function isInteger(value: Value): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

export function isBlank(value: Value | undefined): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Whether two values are the same for the service, which reads numerals in texts. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (isBlank(a) && isBlank(b)) return true;
  if (typeof a === "object" || typeof b === "object") return JSON.stringify(a) === JSON.stringify(b);
  return String(a) === String(b);
}
