import type { Field } from "../definitions/fields.ts";
import { Invalid, Unwritable } from "./invalid.ts";
import { floatRepr, parseFloatText, parseIntText } from "./python.ts";
import { localTime, parameterTime } from "./times.ts";
import { kindOf, numberOf, numberText } from "./values.ts";

/** Without blanks, and without separators, at both ends. */
function strip(text: string, separator = ""): string {
  let before: string;
  let now = text;
  do {
    before = now;
    now = now.trim();
    while (separator !== "" && now.startsWith(separator)) now = now.slice(separator.length);
    while (separator !== "" && now.endsWith(separator)) now = now.slice(0, -separator.length);
  } while (now !== before);
  return now;
}

const wordsIn = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** The elements of a list: text is split, a number stands alone. */
function elements(value: unknown, field: Field): readonly unknown[] | Invalid {
  const { separator } = field;
  if (typeof value === "string") return wordsIn(value, separator);
  if (Array.isArray(value)) {
    const found: unknown[] = [];
    for (const one of value as readonly unknown[]) {
      if (typeof one !== "string") {
        found.push(one);
        continue;
      }
      if (one.includes(separator))
        return new Invalid("value_error", `has the element ${JSON.stringify(one)}, which holds the separator of the list`);
      const text = strip(one, separator);
      if (text !== "") found.push(text);
    }
    return found;
  }
  if (numberOf(value) !== undefined) return [value];
  return new Invalid("value_error", "is no list");
}

/** An element of a list of words, as Python's `str` has it. */
function wordText(value: unknown): string | undefined {
  if (value === null || value === undefined) return "None";
  switch (kindOf(value)) {
    case "text":
      return value as string;
    case "boolean":
      return value === true ? "True" : "False";
    case "int":
    case "float":
      return numberText(value);
    case "time": {
      const time = localTime(value as Date);
      return time === undefined ? undefined : parameterTime(time).replace("T", " ").replace("Z", "+00:00");
    }
    default:
      return undefined;
  }
}

function joined(values: readonly unknown[], field: Field, write: (value: unknown) => string | undefined): string | Invalid {
  const texts: string[] = [];
  for (const value of values) {
    const text = write(value);
    if (text === undefined) return new Unwritable("value_error", "has an element that does not belong in the list");
    texts.push(text);
  }
  return texts.join(field.separator);
}

/** A list of words. */
export function wordsText(value: unknown, field: Field): string | Invalid {
  const list = elements(value, field);
  if (list instanceof Invalid) return list;
  if (list.some((one) => wordText(one) === undefined)) return new Invalid("value_error", "has an element that is neither text nor number");
  return joined(list, field, wordText);
}

/** A list of enumerated words: text is checked when it is read, elements of a list when they are written. */
export function choicesText(value: unknown, field: Field): string | Invalid {
  const list = elements(value, field);
  if (list instanceof Invalid) return list;
  const bad = list.some((one) => typeof one !== "string" || !field.choices.includes(one));
  if (bad && !Array.isArray(value)) return new Invalid("value_error", `is none of ${field.choices.join(", ")}`);
  return joined(list, field, (one) => (typeof one === "string" && field.choices.includes(one) ? one : undefined));
}

const floatOf = (value: unknown): number | undefined => (typeof value === "string" ? parseFloatText(value) : numberOf(value));

/** A list of numbers. */
export function floatsText(value: unknown, field: Field): string | Invalid {
  const list = elements(value, field);
  if (list instanceof Invalid) return list;
  const write = (one: unknown): string | undefined => {
    const number = floatOf(one);
    return number === undefined ? undefined : floatRepr(number);
  };
  if (typeof value === "string" && list.some((one) => floatOf(one) === undefined))
    return new Invalid("value_error", "is no list of numbers");
  return joined(list, field, write);
}

/** What motors say instead of a position. */
const noPosition = new Set(["*dis*", "err", "error", "null", "none"]);

/** A list of positions of motors; what stands for "unknown" becomes nan. */
export function motorsText(value: unknown, field: Field): string | Invalid {
  const list = typeof value === "string" ? wordsIn(value, field.separator) : Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const texts: string[] = [];
  for (const one of list) {
    const number = typeof one === "string" && noPosition.has(one.toLowerCase()) ? Number.NaN : floatOf(one);
    if (number === undefined) return new Invalid("value_error", "has an element that is no position of a motor");
    texts.push(floatRepr(number));
  }
  return texts.join(field.separator);
}

/** Pairs of whole numbers: `1,2 3,4`. */
export function pairsText(value: unknown): string | Invalid {
  const refusal = new Invalid("value_error", "is no list of pairs of whole numbers");
  let items: readonly string[];
  if (typeof value === "string") items = wordsIn(value, " ");
  else if (Array.isArray(value)) {
    if (!(value as readonly unknown[]).every((one) => Array.isArray(one) && one.length === 2)) return refusal;
    items = (value as readonly (readonly [unknown, unknown])[]).map(([a, b]) => `${wordText(a) ?? ""},${wordText(b) ?? ""}`);
  } else return refusal;
  const texts: string[] = [];
  for (const item of items) {
    const pair = item
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map(parseIntText);
    if (pair.length !== 2 || pair.includes(undefined)) return refusal;
    texts.push(pair.join(","));
  }
  return texts.join(" ");
}

/** Lists of words in a list: `Ada,Lovelace;Emmy,Noether`. */
export function recordsText(value: unknown): string | Invalid {
  const outer: string[] = [];
  if (typeof value === "string") outer.push(...value.split(";"));
  else if (Array.isArray(value)) {
    for (const one of value as readonly unknown[]) {
      if (typeof one === "string") outer.push(one);
      else if (Array.isArray(one)) {
        const words = (one as readonly unknown[]).map(wordText);
        if (words.includes(undefined)) return new Invalid("value_error", "has an element that is no list of words");
        outer.push(words.map((word) => strip(word as string, ",")).join(","));
      } else return new Invalid("value_error", "has an element that is no list of words");
    }
  } else return new Invalid("value_error", "is no list of lists");
  const records = outer.map((item) => wordsIn(item, ",")).filter((words) => words.length > 0);
  if (records.some((words) => words.some((word) => word.includes(";"))))
    return new Invalid("value_error", "has an element that holds the separator of the list");
  return records.map((words) => words.join(",")).join(";");
}
