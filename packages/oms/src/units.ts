import { SciError, shown } from "@sci/http-core";
import type { Measured } from "./rows.ts";

/** Units that values derived here are given in. */
export const picobarn = "pb^{-1}";

const prefixes: Readonly<Record<string, number>> = { f: 1e3, p: 1, n: 1e-3, u: 1e-6, m: 1e-9, "": 1e-12 };

/** Inverse picobarns in one unit: of `pb^{-1}`, `{\mu}b^{-1}`, `nb-1`, `/fb`, `µb^-1`. Undefined for what is no luminosity. */
function factorOf(units: string): number | undefined {
  const text = units.replace(/\{\s*\\mu\s*\}|\\mu|[µμ]/g, "u").replace(/[\s{}^]/g, "");
  const prefix = (/^([fpnum]?)b-1$/.exec(text) ?? /^1?\/([fpnum]?)b$/.exec(text))?.[1];
  return prefix === undefined ? undefined : prefixes[prefix];
}

/**
 * An integrated luminosity in another unit.
 * @example convertLuminosity(8_117_866, "{\\mu}b^{-1}") // 8.117866, in pb^{-1}
 * @throws INVALID_ARGUMENT for a text that is no unit of integrated luminosity
 */
export function convertLuminosity(value: number, from: string, to: string = picobarn): number {
  const [a, b] = [from, to].map((units) => {
    const factor = typeof units === "string" ? factorOf(units) : undefined;
    if (factor === undefined)
      throw new SciError("INVALID_ARGUMENT", `${shown(units)} is no unit of integrated luminosity, such as "pb^{-1}" or "{\\mu}b^{-1}".`);
    return factor;
  }) as [number, number];
  // Factors below one are divided by their inverse, which is exact: 8117866 µb become 8.117866 pb, not 8.117865999999999.
  return a >= b ? value * Math.round(a / b) : value / Math.round(b / a);
}

/** A value as rows hold it: bare, or with its unit (`withUnits`). */
export type Given<Value> = Value | null | undefined | Measured<Value | null | undefined>;

function isMeasured(value: unknown): value is Measured {
  return typeof value === "object" && value !== null && "value" in value && "units" in value;
}

export function bare<Value>(given: Given<Value>): Value | null {
  const value = isMeasured(given) ? (given.value as Value | null | undefined) : given;
  return value ?? null;
}

/** A luminosity of a row in pb^{-1}; null where the row has none. @throws INVALID_ARGUMENT where nothing tells the unit */
export function luminosityOf(given: Given<number>, name: string, otherwise: string | undefined): number | null {
  const value = bare(given);
  if (value === null) return null;
  if (typeof value !== "number" || Number.isNaN(value))
    throw new SciError("INVALID_ARGUMENT", `${name} must be a number or null, not ${shown(value)}.`);
  const units = (isMeasured(given) ? given.units : undefined) ?? otherwise;
  if (units === undefined) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `${name} has no unit, and OMS gives luminosities in different ones: fetch the rows with withUnits: true, or state units, e.g. "pb^{-1}".`,
      { details: { name } },
    );
  }
  return convertLuminosity(value, units);
}
