import { SciError } from "./errors.ts";
import { shown } from "./check.ts";

/** How {@link parseJson} treats integers that a JavaScript number cannot hold exactly. */
export interface ParseJsonOptions {
  /** Names of fields whose integers (also those in an array) arrive as bigint, whatever their size. */
  readonly bigints?: readonly string[];
  /** Told of any other integer beyond 2^53, which arrives as text; indices stand as `[]`: "rows[].size". Once per place. */
  readonly onUnsafe?: (path: string) => void;
}

/** An integer of 16 digits or more where a value can stand; inside a text it costs time but changes nothing. */
const longInteger = /(?:^|[[,:\s])-?\d{16}/;
/** Texts are matched so that digits in them are passed over, and numbers whole so that no fraction is taken for an integer. */
const textOrLongNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]{15,}/g;
const integer = /^-?[1-9]\d*$/;

/**
 * `JSON.parse`, exact for integers: those beyond 2^53 are never rounded.
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string, options: ParseJsonOptions = {}): unknown {
  const { bigints = [] } = options;
  const long = longInteger.test(text);
  const named = bigints.filter((name) => text.includes(JSON.stringify(name)));
  if (!long && named.length === 0) return JSON.parse(text) as unknown;
  const marker = makeMarker();
  const marked = long ? text.replace(textOrLongNumber, (token) => (isUnsafe(token) ? `"${marker}${token}"` : token)) : text;
  const revived = new Reviver(marker, new Set(named), options.onUnsafe);
  try {
    return revived.value(JSON.parse(marked) as unknown, "", false);
  } catch (error) {
    // A position in the marked text would mislead.
    if (error instanceof SyntaxError) return JSON.parse(text) as unknown;
    throw error;
  }
}

/** Drawn at random: a server cannot send a text that is taken for a marked number. */
function makeMarker(): string {
  return `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}#`;
}

function isUnsafe(token: string): boolean {
  return integer.test(token) && !Number.isSafeInteger(Number(token));
}

/** Puts bigints and texts into a parsed value, in place. */
class Reviver {
  readonly #told = new Set<string>();

  constructor(
    private readonly marker: string,
    private readonly bigints: ReadonlySet<string>,
    private readonly onUnsafe: ((path: string) => void) | undefined,
  ) {}

  value(value: unknown, path: string, asBigint: boolean): unknown {
    if (typeof value === "number") return asBigint && Number.isInteger(value) ? BigInt(value) : value;
    if (typeof value === "string")
      return value.startsWith(this.marker) ? this.#unsafe(value.slice(this.marker.length), path, asBigint) : value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const items = value as unknown[];
      const inner = `${path}[]`;
      for (let index = 0; index < items.length; index++) {
        const item = items[index];
        const revived = this.value(item, inner, asBigint);
        if (revived !== item) items[index] = revived;
      }
      return value;
    }
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      const item = record[key];
      const revived = this.value(item, path === "" ? key : `${path}.${key}`, this.bigints.has(key));
      // defineProperty: an assignment to a field named __proto__ would set the prototype.
      if (revived !== item) Object.defineProperty(record, key, { value: revived, writable: true, enumerable: true, configurable: true });
    }
    return value;
  }

  #unsafe(digits: string, path: string, asBigint: boolean): bigint | string {
    if (asBigint) return BigInt(digits);
    if (!this.#told.has(path)) {
      this.#told.add(path);
      this.onUnsafe?.(path);
    }
    return digits;
  }
}

let floatSeen = false;

/** A number that is written with a decimal point: JavaScript itself cannot tell 1 from 1.0. */
export class Float {
  constructor(readonly value: number) {}

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    const text = Object.is(this.value, -0) ? "-0" : String(this.value);
    return /^-?\d+$/.test(text) ? `${text}.0` : text;
  }

  toJSON(): number {
    floatSeen = true;
    return this.value;
  }
}

/**
 * Marks a number to be written as a float: `float(1)` becomes `1.0`.
 * @throws INVALID_ARGUMENT for NaN and infinities, which JSON does not have
 */
export function float(value: number): Float {
  if (!Number.isFinite(value)) throw new SciError("INVALID_ARGUMENT", `JSON has no number for ${shown(value)} (${String(value)}).`);
  return new Float(value);
}

/**
 * `JSON.stringify` that writes a bigint as a numeral and a {@link float} with its point.
 * @throws INVALID_ARGUMENT for a value that JSON cannot hold: one that contains itself
 */
export function stringifyJson(value: unknown, space?: number): string {
  floatSeen = false;
  try {
    const text = JSON.stringify(value, undefined, space) as string | undefined;
    if (!floatSeen) return text ?? "null";
  } catch {
    // A bigint, or a cycle: the exact way tells which.
  }
  const marker = makeMarker();
  const replacer = function (this: Record<string, unknown>, key: string, given: unknown): unknown {
    if (typeof given === "bigint") return `${marker}${given}`;
    // toJSON has been called already; the holder has the original.
    const original = this[key];
    return original instanceof Float ? `${marker}${original.toString()}` : given;
  };
  let text: string;
  try {
    text = JSON.stringify(value, replacer, space) ?? "null";
  } catch (cause) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `The value cannot be written as JSON: ${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}`,
      { cause },
    );
  }
  return text.replace(new RegExp(`"${marker}([^"]*)"`, "g"), "$1");
}
