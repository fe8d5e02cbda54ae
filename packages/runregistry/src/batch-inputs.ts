import { checkNames, SciError, shown, unknownName } from "@sci/http-core";

/** @throws INVALID_ARGUMENT unless text that is not blank */
export function checkText(value: unknown, what: string): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new SciError("INVALID_ARGUMENT", `${what} must be text that is not empty, not ${shown(value)}.`);
}

/** @throws INVALID_ARGUMENT naming the nearest of `known`; upper and lower case matter to the service */
export function checkOneOf<Known extends string>(value: unknown, known: readonly Known[], what: string): Known {
  if (typeof value !== "string") throw new SciError("INVALID_ARGUMENT", `${what} must be one of ${known.join(", ")}, not ${shown(value)}.`);
  if (!known.includes(value as Known)) throw unknownName(value, known, what);
  return value as Known;
}

/** @throws INVALID_ARGUMENT unless an object with no other fields than `names` */
export function checkFields(value: unknown, names: readonly string[], what: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SciError("INVALID_ARGUMENT", `${what} must be an object with ${names.join(", ")}, not ${shown(value)}.`);
  }
  checkNames(value, names, `field of ${what}`);
}

/** @throws INVALID_ARGUMENT for states that are none, or the same twice */
export function checkMove<State extends string>(
  move: { readonly from: State; readonly to: State },
  states: readonly State[],
  where: string,
): void {
  for (const side of ["from", "to"] as const) checkOneOf(move[side], states, `state ("${side}" of ${where})`);
  if (move.from === move.to) throw new SciError("INVALID_ARGUMENT", `${where}: from and to are both ${move.from}; nothing would move.`);
}
