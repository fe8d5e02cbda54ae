import { closestMatch } from "leven";
import { SciError } from "./errors.ts";

/** The nearest of `known` to `name`, if it is near enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const folded = name.toLowerCase().replace(/[-_\s]/g, "");
  const same = known.find((one) => one.toLowerCase().replace(/[-_\s]/g, "") === folded);
  return same ?? closestMatch(name, [...known], { maxDistance: Math.max(2, Math.floor(name.length / 3)) });
}

/**
 * Refuses what is not known: `checkNames(options, ["pageSize"], "option of runs()")`.
 * @throws INVALID_ARGUMENT `unknown option of runs() "pagesize". Did you mean "pageSize"?`
 */
export function checkNames(given: object | undefined, known: readonly string[], what: string): void {
  for (const name of Object.keys(given ?? {})) if (!known.includes(name)) throw unknownName(name, known, what);
}

/** The error for one unknown name; `what` completes "unknown …". */
export function unknownName(name: string, known: readonly string[], what: string): SciError<"INVALID_ARGUMENT"> {
  const near = nearest(name, known);
  const help = near !== undefined ? ` Did you mean "${near}"?` : known.length <= 20 ? ` Known: ${known.join(", ")}.` : "";
  return new SciError("INVALID_ARGUMENT", `Unknown ${what} "${name}".${help}`, {
    details: { name, ...(near === undefined ? {} : { nearest: near }) },
  });
}

/** @throws INVALID_ARGUMENT unless `value` is a whole number within the bounds. */
export function checkInteger(value: unknown, what: string, bounds: { readonly min?: number; readonly max?: number } = {}): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new SciError("INVALID_ARGUMENT", `${what} must be a whole number from ${min} to ${max}, not ${shown(value)}.`);
  }
  return value;
}

/** A value as it stands in a message: short, and with its type visible. */
export function shown(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = String(value);
  }
  text ??= String(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
