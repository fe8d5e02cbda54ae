// Numbers as Python reads and writes them, which is what the ingesters have always got.

const digits = "[0-9]+(?:_[0-9]+)*";
const floatText = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:e[+-]?${digits})?$`, "i");
const intText = new RegExp(`^[+-]?${digits}$`);
const infinite = /^([+-]?)inf(?:inity)?$/i;

/** Python's `repr(float)`: `1.0`, `1e-07`, `1e+16`, `nan`, `inf`. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e16) {
    // Both languages write the fewest digits that give the number back; only the exponent looks different.
    const [mantissa = "", exponent = ""] = value.toExponential().split("e");
    return `${mantissa}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** Python's `float(text)`; undefined for what is no number. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (floatText.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  if (/^[+-]?nan$/i.test(trimmed)) return Number.NaN;
  const sign = infinite.exec(trimmed)?.[1];
  return sign === undefined ? undefined : sign === "-" ? -Infinity : Infinity;
}

/** Python's `int(text)`, as text; undefined for what is no whole number. */
export function parseIntText(text: string): string | undefined {
  const trimmed = text.trim();
  return intText.test(trimmed) ? String(BigInt(trimmed.replaceAll("_", "").replace(/^\+/, ""))) : undefined;
}

/** A JavaScript number: whole ones are Python's `int`, as far as they are exact; the others, and -0, are its `float`. */
export function isInt(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}
