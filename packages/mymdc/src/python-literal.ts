import { SciError, shown } from "@sci/http-core";

/** One file of a data file record. */
export interface FileEntry {
  readonly filename: string;
  /** The folder below the prefix_path of the data group: "r0011/". */
  readonly relative_path: string;
  /** Whatever else is kept about the file. */
  readonly [name: string]: unknown;
}

/**
 * The text that myMdC keeps for a list of files: a Python literal, `[{'filename':'a.h5','relative_path':'r0001/'}]`. Blanks in names stay.
 * @throws INVALID_ARGUMENT for what such a text cannot hold
 */
export function formatFileList(files: readonly FileEntry[]): string {
  return formatLiteral(files, "the list of files");
}

function formatLiteral(value: unknown, what: string): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  // Without an exponent a large float would be read as an integer.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  if (typeof value === "string") return formatText(value);
  if (Array.isArray(value)) return `[${value.map((one) => formatLiteral(one, what)).join(",")}]`;
  if (typeof value === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return `{${entries.map(([key, one]) => `${formatText(key)}:${formatLiteral(one, what)}`).join(",")}}`;
  }
  throw new SciError("INVALID_ARGUMENT", `A value in ${what} cannot be written: ${shown(value)}.`);
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** As Python's repr(): in single quotes, unless only they stand in it. */
function formatText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/[\\\n\r\t]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (one) => escapes[one] ?? escaped(one));
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote;
}

function escaped(one: string): string {
  const code = one.codePointAt(0) as number;
  const digits = code.toString(16);
  return code < 0x100
    ? `\\x${digits.padStart(2, "0")}`
    : code < 0x10000
      ? `\\u${digits.padStart(4, "0")}`
      : `\\U${digits.padStart(8, "0")}`;
}

/**
 * The files of a data file record, out of its text (`files`).
 * @throws INVALID_ARGUMENT for a text that is no list
 */
export function parseFileList(text: string): FileEntry[] {
  const found = new LiteralReader(text).whole();
  if (!Array.isArray(found)) throw new SciError("INVALID_ARGUMENT", `The text of a list of files must be a list: ${shown(text)}.`);
  return found as FileEntry[];
}

const words: Readonly<Record<string, unknown>> = { True: true, False: false, None: null, true: true, false: false, null: null };
const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v", "0": "\0", "\n": "" };
const closing: Readonly<Record<string, string>> = { "[": "]", "(": ")", "{": "}" };

/** Reads Python literals: lists, tuples, dictionaries, texts, numbers, True, False, None. Nothing is evaluated. */
class LiteralReader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.#value();
    if (this.#peek() !== undefined) throw this.#wrong();
    return value;
  }

  #value(): unknown {
    const first = this.#peek();
    if (first === "[" || first === "(") return this.#many(first, () => this.#value());
    if (first === "{") {
      const entries = this.#many(first, () => {
        const key = this.#value();
        if (this.#peek() !== ":") throw this.#wrong();
        this.#at++;
        return [String(key), this.#value()] as const;
      });
      return Object.fromEntries(entries);
    }
    if (first === "'" || first === '"') return this.#string(first);
    const word = /[A-Za-z]+|[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined) throw this.#wrong();
    this.#at += found.length;
    if (Object.hasOwn(words, found)) return words[found];
    const number = Number(found);
    if (Number.isNaN(number)) throw this.#wrong();
    return /^[-+]?\d+$/.test(found) && !Number.isSafeInteger(number) ? BigInt(found) : number;
  }

  #many<T>(open: string, one: () => T): T[] {
    const all: T[] = [];
    this.#at++;
    while (this.#peek() !== closing[open]) {
      all.push(one());
      const next = this.#peek();
      if (next === ",") this.#at++;
      else if (next !== closing[open]) throw this.#wrong();
    }
    this.#at++;
    return all;
  }

  #string(quote: string): string {
    let text = "";
    for (this.#at++; this.#at < this.text.length; this.#at++) {
      const one = this.text[this.#at] as string;
      if (one === quote) {
        this.#at++;
        return text;
      }
      text += one === "\\" ? this.#escape() : one;
    }
    throw this.#wrong();
  }

  #escape(): string {
    const one = this.text[++this.#at] ?? "";
    const length = { x: 2, u: 4, U: 8 }[one];
    if (length === undefined) return letters[one] ?? (/["'\\/]/.test(one) ? one : `\\${one}`);
    const digits = this.text.slice(this.#at + 1, this.#at + 1 + length);
    const code = /^[\da-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : Number.NaN;
    if (!(code <= 0x10ffff)) throw this.#wrong();
    this.#at += length;
    return String.fromCodePoint(code);
  }

  /** The next character that is no white space. */
  #peek(): string | undefined {
    while (/\s/.test(this.text[this.#at] ?? "")) this.#at++;
    return this.text[this.#at];
  }

  #wrong(): SciError<"INVALID_ARGUMENT"> {
    return new SciError("INVALID_ARGUMENT", `The text of a list of files cannot be read at character ${this.#at}: ${shown(this.text)}.`);
  }
}
