import type { Field } from "../definitions/fields.ts";
import { Invalid } from "./invalid.ts";
import { choicesText, floatsText, motorsText, pairsText, recordsText, wordsText } from "./lists.ts";
import { floatRepr, parseFloatText } from "./python.ts";
import { quantitiesText, quantityText } from "./quantities.ts";
import { localTime, parameterTime, parseTime, timeOfSeconds } from "./times.ts";
import { bytesText, numberOf } from "./values.ts";

/** Text as it is; bytes are UTF-8. Undefined for everything else. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : value instanceof Uint8Array ? bytesText(value) : undefined;
}

function text(value: unknown, field: Field): string | Invalid {
  const given = textOf(value);
  if (given === undefined) return new Invalid("string_type", "must be text");
  if (field.minLength > 0 && given.length < 2 * field.minLength && [...given].length < field.minLength)
    return new Invalid("string_too_short", `must have at least ${field.minLength} characters`);
  if (field.pattern !== undefined && !field.pattern.test(given))
    return new Invalid("string_pattern_mismatch", `must fit ${field.pattern.source}`);
  return given;
}

const wholeText = /^\s*[+-]?[0-9]+(?:_[0-9]+)*(?:\.0+)?\s*$/;

function integer(value: unknown): string | Invalid {
  const given = textOf(value);
  if (given !== undefined) {
    if (!wholeText.test(given)) return new Invalid("int_parsing", "must be a whole number");
    return String(BigInt(given.trim().replaceAll("_", "").replace(/^\+/, "").replace(/\..*$/, "")));
  }
  if (typeof value === "bigint") return String(value);
  const number = numberOf(value);
  if (number === undefined) return new Invalid("int_type", "must be a whole number");
  if (!Number.isInteger(number) || Math.abs(number) >= 2 ** 63) return new Invalid("int_from_float", "must be a whole number");
  return String(BigInt(number));
}

function float(value: unknown, field: Field): string | Invalid {
  const given = textOf(value);
  const number = given === undefined ? numberOf(value) : parseFloatText(given);
  if (number === undefined) return new Invalid(given === undefined ? "float_type" : "float_parsing", "must be a number");
  if (typeof value === "bigint" && !Number.isFinite(number)) return new Invalid("float_type", "is too large for a number");
  if (field.above !== undefined && !(number > field.above)) return new Invalid("greater_than", `must be above ${field.above}`);
  return floatRepr(number);
}

const words = { true: ["true", "t", "yes", "y", "on", "1"], false: ["false", "f", "no", "n", "off", "0"] };

function boolean(value: unknown): string | Invalid {
  if (typeof value === "boolean") return String(value);
  const given = textOf(value)?.toLowerCase() ?? numberOf(value);
  if (given === 1 || (typeof given === "string" && words.true.includes(given))) return "true";
  if (given === 0 || (typeof given === "string" && words.false.includes(given))) return "false";
  return new Invalid("bool_parsing", "must be true or false");
}

function time(value: unknown): string | Invalid {
  const given = textOf(value);
  const refusal = new Invalid("datetime_parsing", "must be a time: a Date, or text such as 2024-03-01T10:00:00+01:00");
  if (typeof value === "boolean") return refusal;
  const number = numberOf(value);
  const found =
    given !== undefined
      ? parseTime(given)
      : value instanceof Date
        ? localTime(value)
        : number !== undefined && Number.isFinite(number)
          ? timeOfSeconds(number)
          : undefined;
  return found === undefined ? refusal : parameterTime(found);
}

/** The text of a value that is not null in its field, or why there is none. */
export function fieldText(value: unknown, field: Field): string | Invalid {
  switch (field.code) {
    case "t":
      return text(value, field);
    case "i":
      return integer(value);
    case "f":
      return float(value, field);
    case "b":
      return boolean(value);
    case "d":
      return time(value);
    case "q":
      return quantityText(value, field.unit as string, true);
    case "r":
      return quantityText(value, field.unit as string, false);
    case "Q":
      return quantitiesText(value, field.unit as string);
    case "n":
      return typeof value === "string" && field.choices.includes(value)
        ? value
        : new Invalid("literal_error", `must be one of ${field.choices.join(", ")}`);
    case "l":
      return wordsText(value, field);
    case "c":
      return choicesText(value, field);
    case "w":
      return floatsText(value, field);
    case "m":
      return motorsText(value, field);
    case "o":
      return pairsText(value);
    case "u":
      return recordsText(value);
  }
}
