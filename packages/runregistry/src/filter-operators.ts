import { SciError, shown } from "@sci/http-core";

type Scalar = string | number | boolean | Date;

/**
 * Both bounds included: `run_number: between(327596, 327744)`.
 * @throws INVALID_ARGUMENT where the lower bound is above the upper one: nothing could fit.
 */
export function between<Value extends Scalar>(from: Value, to: Value): { readonly ">=": Value; readonly "<=": Value } {
  if (from > to) throw new SciError("INVALID_ARGUMENT", `between(${shown(from)}, ${shown(to)}): the lower bound is above the upper one.`);
  return { ">=": from, "<=": to };
}

/** Text with wildcards: `%` any text, `_` one character; upper and lower case are the same. Without `%` it is an equality. */
export function like(pattern: string): { readonly like: string } {
  return { like: pattern };
}

/** The opposite of {@link like}; rows without the attribute fit neither. */
export function notLike(pattern: string): { readonly notlike: string } {
  return { notlike: pattern };
}

/** One of several values: `class: oneOf("Cosmics18", "Collisions18")`. A bare list says the same. */
export function oneOf<Value extends Scalar>(...values: readonly Value[]): { readonly "=": readonly Value[] } {
  return { "=": values };
}

/** Not this value; rows without the attribute do not fit. `ne(null)`: the attribute is there. */
export function ne<Value extends Scalar | null>(value: Value): { readonly "<>": Value } {
  return { "<>": value };
}

/** Greater than. */
export function gt<Value extends Scalar>(value: Value): { readonly ">": Value } {
  return { ">": value };
}

/** Greater than or equal to. */
export function ge<Value extends Scalar>(value: Value): { readonly ">=": Value } {
  return { ">=": value };
}

/** Less than. */
export function lt<Value extends Scalar>(value: Value): { readonly "<": Value } {
  return { "<": value };
}

/** Less than or equal to. */
export function le<Value extends Scalar>(value: Value): { readonly "<=": Value } {
  return { "<=": value };
}
