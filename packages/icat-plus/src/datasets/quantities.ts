import { conversion } from "../units/convert.ts";
import { floatRepr, isInt, parseFloatText } from "./python.ts";
import { Invalid, Unwritable } from "./invalid.ts";
import { numberOf } from "./values.ts";

/** A number and whether it is a whole one by kind: 12 stays 12, 12.0 stays 12.0. */
interface Magnitude {
  readonly value: number;
  readonly int: boolean;
}

const noNumber = (): Invalid => new Invalid("value_error", "is no number");

function magnitudeOf(value: unknown): Magnitude | Invalid {
  if (typeof value === "string") {
    const number = parseFloatText(value);
    if (number === undefined || !Number.isFinite(number)) return noNumber();
    return { value: number, int: Number.isInteger(number) };
  }
  const number = numberOf(value);
  if (number === undefined) return noNumber();
  return { value: number, int: typeof value === "number" ? isInt(value) : typeof value === "bigint" || typeof value === "boolean" };
}

const isUnit = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === "string" && parseFloatText(value) === undefined);

/** Number, or numbers, and the unit they are given in. */
function split(given: unknown): { readonly magnitude: unknown; readonly unit: string | undefined } {
  let value = given;
  if (typeof value === "string") {
    const words = value.trim().split(/\s+/);
    value = words.length === 1 ? words[0] : words;
  }
  if (!Array.isArray(value)) return { magnitude: value, unit: undefined };
  let list = value as readonly unknown[];
  if (list.length === 1 && Array.isArray(list[0])) list = list[0] as readonly unknown[];
  if (list.length !== 2 || !isUnit(list[1])) return { magnitude: list, unit: undefined };
  const unit = list[1] as string | null | undefined;
  return { magnitude: list[0], unit: unit === "" ? undefined : (unit ?? undefined) };
}

function converter(source: string | undefined, unit: string): ((value: number) => number) | Invalid | undefined {
  if (source === undefined || source === unit) return undefined;
  const convert = conversion(source, unit);
  return convert ?? new Invalid("value_error", `cannot be converted from "${source}" to ${unit}`);
}

/** A converted number as text: a whole one stays whole where it can. */
function converted({ value, int }: Magnitude, convert: ((value: number) => number) | undefined): string {
  const result = convert === undefined ? value : convert(value);
  if (!int) return floatRepr(result);
  return Number.isInteger(result) ? BigInt(result).toString() : floatRepr(result);
}

/** One quantity in the unit of the field. `kept`: number type kept where possible, else always with a point. */
export function quantityText(value: unknown, unit: string, kept: boolean): string | Invalid {
  if (value instanceof Uint8Array) return kept ? new Unwritable("value_error", "is no number") : noNumber();
  const { magnitude, unit: source } = split(value);
  // A list of one number is a number where it becomes one with a point anyway.
  const unpacked = Array.isArray(magnitude) && magnitude.length === 1 && !kept;
  const alone: unknown = unpacked ? magnitude[0] : magnitude;
  if (Array.isArray(alone)) return new Invalid("value_error", "holds several numbers");
  if (typeof alone === "boolean" && !unpacked) return noNumber();
  const number = magnitudeOf(alone);
  if (number instanceof Invalid) return number;
  const convert = converter(source, unit);
  if (convert instanceof Invalid) return convert;
  if (unpacked && Number.isNaN(number.value)) return noNumber();
  if (!kept) return floatRepr(convert === undefined ? number.value : convert(number.value));
  return typeof alone === "bigint" && convert === undefined ? String(alone) : converted(number, convert);
}

/** Quantities in the unit of the field, joined by blanks. */
export function quantitiesText(value: unknown, unit: string): string | Invalid {
  const { magnitude, unit: source } = split(value);
  if (typeof magnitude === "boolean") return noNumber();
  const list = Array.isArray(magnitude)
    ? (magnitude as readonly unknown[]).filter((one) => one !== null && one !== undefined)
    : [magnitude];
  const convert = converter(source, unit);
  if (convert instanceof Invalid) return convert;
  const texts: string[] = [];
  for (const one of list) {
    const number = magnitudeOf(one);
    if (number instanceof Invalid) return number;
    if (Number.isNaN(number.value)) return noNumber();
    texts.push(floatRepr(convert === undefined ? number.value : convert(number.value)));
  }
  return texts.join(" ");
}

/** A quantity that was written in one unit, in another. */
export function movedQuantity(text: string, from: string, to: string): string | Invalid {
  if (from === to) return text;
  const convert = conversion(from, to);
  return convert === undefined
    ? new Invalid("value_error", `cannot be converted from ${from} to ${to}`)
    : floatRepr(convert(parseFloatText(text) as number));
}
