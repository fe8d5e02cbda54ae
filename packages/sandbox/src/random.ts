/** A well-mixed 32-bit number from up to three integers: the same input gives the same output on every machine. */
export function mix(a: number, b = 0, c = 0): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35) ^ Math.imul(c + 0x165667b1, 0x27d4eb2f);
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A number in [0, 1) from up to three integers. */
export function unit(a: number, b = 0, c = 0): number {
  return mix(a, b, c) / 4294967296;
}

/** An integer of `from` to `to`, both included. */
export function between(from: number, to: number, a: number, b = 0, c = 0): number {
  return from + Math.floor(unit(a, b, c) * (to - from + 1));
}

/** One of the values. */
export function oneOf<T>(values: readonly T[], a: number, b = 0, c = 0): T {
  return values[mix(a, b, c) % values.length] as T;
}

/** A stream of numbers in [0, 1), repeatable from its seed. */
export function stream(seed: number): () => number {
  let step = 0;
  return () => unit(seed, ++step, 0x5eed);
}
