/**
 * Sets of lumisections of one run as boundaries: `[1, 5, 8, 9]` holds 1 to 4 and 8. Even positions open, odd ones close (exclusive);
 * the numbers rise strictly, so equal sets are equal arrays and every operation is one pass.
 */
export type Boundaries = readonly number[];

/** Merges two sets by a truth table; `keep(false, false)` must be false. */
export function combine(left: Boundaries, right: Boundaries, keep: (inLeft: boolean, inRight: boolean) => boolean): number[] {
  const result: number[] = [];
  let i = 0;
  let j = 0;
  let inside = false;
  while (i < left.length || j < right.length) {
    const a = left[i] ?? Infinity;
    const b = right[j] ?? Infinity;
    const at = Math.min(a, b);
    if (a === at) i += 1;
    if (b === at) j += 1;
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) {
      result.push(at);
      inside = now;
    }
  }
  return result;
}

/** Whether the set holds `value`: by halving. */
export function holds(boundaries: Boundaries, value: number): boolean {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((boundaries[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low % 2 === 1;
}

/** Number of lumisections in the set. */
export function size(boundaries: Boundaries): number {
  let sum = 0;
  for (let i = 0; i < boundaries.length; i += 2) sum += (boundaries[i + 1] as number) - (boundaries[i] as number);
  return sum;
}

export function sameBoundaries(left: Boundaries, right: Boundaries): boolean {
  return left.length === right.length && left.every((value, i) => value === right[i]);
}

/** The inclusive ranges, as a golden JSON has them. */
export function toInclusive(boundaries: Boundaries): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < boundaries.length; i += 2) ranges.push([boundaries[i] as number, (boundaries[i + 1] as number) - 1]);
  return ranges;
}

/** Collects inclusive ranges of many runs in any order; cheap where they come in order, as they nearly always do. */
export class BoundaryBuilder {
  readonly #runs = new Map<number, { flat: number[]; sorted: boolean }>();

  add(run: number, start: number, end: number): void {
    let entry = this.#runs.get(run);
    if (entry === undefined) this.#runs.set(run, (entry = { flat: [], sorted: true }));
    const { flat } = entry;
    const last = flat.length - 1;
    if (last < 0 || start > (flat[last] as number)) flat.push(start, end + 1);
    else if (start >= (flat[last - 1] as number)) flat[last] = Math.max(flat[last] as number, end + 1);
    else {
      flat.push(start, end + 1);
      entry.sorted = false;
    }
  }

  /** Runs in rising order, each with its normalised boundaries. */
  build(): Map<number, Boundaries> {
    const result = new Map<number, Boundaries>();
    for (const [run, { flat, sorted }] of [...this.#runs].sort(([a], [b]) => a - b)) result.set(run, sorted ? flat : normalise(flat));
    return result;
  }
}

function normalise(flat: readonly number[]): Boundaries {
  const pairs: [number, number][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i] as number, flat[i + 1] as number]);
  pairs.sort(([a], [b]) => a - b);
  const result: number[] = [];
  for (const [start, end] of pairs) {
    const last = result.length - 1;
    if (last >= 0 && start <= (result[last] as number)) result[last] = Math.max(result[last] as number, end);
    else result.push(start, end);
  }
  return result;
}
