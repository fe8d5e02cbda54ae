/** A number; `float(1)` is written with its point. Text is read as a number. */
type Numeric = number | bigint | string | { valueOf(): number };

/** Text; bytes are UTF-8. */
export type TextValue = string | Uint8Array;
/** A whole number. */
export type IntegerValue = Numeric | boolean;
/** A number that is always written with a point or an exponent. */
export type FloatValue = Numeric | boolean;
/** true or false; "yes", "no", "on", "off", 1 and 0 are read too. */
export type BooleanValue = boolean | string | number;
/** A `Date` (written with the offset of this machine), ISO 8601 text (kept, with its microseconds), or seconds since 1970. */
export type TimeValue = Date | string | number;
/** A number in the unit of the field, text with a unit ("12.5 keV"), or value and unit ([12500, "eV"]). */
export type QuantityValue = Numeric | readonly [value: Numeric, unit: string];
/** One or several numbers in the unit of the field, or those and a unit ([[1, 2], "nm"]). */
export type QuantitiesValue = QuantityValue | readonly Numeric[] | readonly [values: readonly Numeric[], unit: string];
/** A list of words, or text that is split at the separator of the field. */
export type WordsValue = string | number | readonly (string | number | boolean | null)[];
/** A list of numbers, or text that is split at the separator of the field. */
export type NumbersValue = Numeric | readonly (Numeric | null)[];
/** Pairs of whole numbers ([[1, 2], [3, 4]]), or text ("1,2 3,4"). */
export type PairsValue = string | readonly (readonly [Numeric, Numeric])[];
/** Lists of words ([["Ada", "Lovelace"]]), or text ("Ada,Lovelace;Emmy,Noether"). */
export type RecordsValue = string | readonly (string | readonly (string | number)[])[];
