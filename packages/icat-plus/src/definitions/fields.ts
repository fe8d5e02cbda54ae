// The facility's field definitions, unpacked. Loaded only where a dataset is validated.
import { fieldTable, unitNames } from "./fields.generated.ts";

/** How a field is read; see the comment of the table for what each means. */
export type FieldCode = "t" | "i" | "f" | "b" | "d" | "q" | "Q" | "r" | "n" | "l" | "c" | "w" | "m" | "o" | "u";

/** One field. */
export interface Field {
  readonly name: string;
  /** Place among the parameters. */
  readonly order: number;
  readonly code: FieldCode;
  readonly required: boolean;
  readonly deprecated: boolean;
  /** The field that it became. */
  readonly replacedBy: string | undefined;
  /** Quantities. */
  readonly unit: string | undefined;
  /** Lists. */
  readonly separator: string;
  /** Enumerated text. */
  readonly choices: readonly string[];
  readonly minLength: number;
  readonly pattern: RegExp | undefined;
  /** Numbers: the value must be above this. */
  readonly above: number | undefined;
}

export interface Definitions {
  readonly fields: ReadonlyMap<string, Field>;
  readonly names: readonly string[];
}

const separators: Readonly<Record<string, string>> = { s: " ", c: ",", e: ";" };

function fieldOf(line: string, order: number): Field {
  const [name = "", word = "t", marks = ""] = line.split("\t");
  const code = word.charAt(0) as FieldCode;
  const rest = word.slice(1);
  const isList = "lcwm".includes(code);
  const choices = code === "n" ? rest : code === "c" ? rest.slice(1) : "";
  const [, length = "", pattern] = code === "t" ? (/^(\d*)(?:~(.*))?$/.exec(rest) ?? []) : [];
  const dash = marks.indexOf("-");
  return {
    name,
    order,
    code,
    required: marks.startsWith("!"),
    deprecated: dash >= 0,
    replacedBy: dash >= 0 && marks.length > dash + 1 ? marks.slice(dash + 1) : undefined,
    unit: "qQr".includes(code) ? unitNames[Number(rest)] : undefined,
    separator: isList ? (separators[rest.charAt(0)] ?? " ") : "",
    choices: choices === "" ? [] : choices.split(","),
    minLength: Number(length),
    // Letters and digits of all scripts, as Python's \w and \d.
    pattern:
      pattern === undefined
        ? undefined
        : new RegExp(pattern.replaceAll("\\d", "\\p{Nd}").replace("[\\w", "[\\p{L}\\p{M}\\p{N}_").replaceAll("\\-", "\\-"), "u"),
    above: code === "f" && rest !== "" ? Number(rest) : undefined,
  };
}

let loaded: Definitions | undefined;

/** All fields; unpacked once. */
export function definitions(): Definitions {
  if (loaded !== undefined) return loaded;
  const fields = fieldTable.split("\n").map(fieldOf);
  return (loaded = { fields: new Map(fields.map((field) => [field.name, field])), names: fields.map(({ name }) => name) });
}
