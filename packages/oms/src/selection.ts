import { SciError, shown } from "@sci/http-core";

/** Lumisections of runs, as golden JSON has them: `{ "315257": [[1, 88], [91, 92]] }`, both ends included. */
export type GoldenJson = Readonly<Record<string, readonly (readonly [first: number, last: number])[]>>;

/** Golden JSON, or anything that becomes one by `toJSON()`, such as a `LumiMask` of `@sci/runregistry`. */
export type LumiSelection = GoldenJson | { toJSON(): GoldenJson };

export type Ranges = readonly (readonly [first: number, last: number])[];

/**
 * Runs in ascending order with their ranges, sorted and joined where they touch.
 * @throws INVALID_ARGUMENT for what is no golden JSON, saying where
 */
export function rangesOf(selection: LumiSelection): ReadonlyMap<number, Ranges> {
  const given: unknown =
    typeof (selection as { toJSON?: unknown } | null)?.toJSON === "function" ? (selection as { toJSON(): unknown }).toJSON() : selection;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new SciError("INVALID_ARGUMENT", `A selection is golden JSON such as { "315257": [[1, 88]] }, not ${shown(given)}.`);
  const runs = Object.entries(given).map(([run, ranges]) => {
    if (!/^[1-9]\d*$/.test(run)) throw new SciError("INVALID_ARGUMENT", `A selection has run numbers as its keys, not ${shown(run)}.`);
    if (!Array.isArray(ranges))
      throw new SciError(
        "INVALID_ARGUMENT",
        `The selection of run ${run} must be a list of ranges such as [[1, 88]], not ${shown(ranges)}.`,
      );
    return [Number(run), joined(ranges.map((range) => checkRange(range, run)))] as const;
  });
  return new Map(runs.sort(([a], [b]) => a - b));
}

function checkRange(range: unknown, run: string): readonly [number, number] {
  const [first, last] = Array.isArray(range) ? (range as unknown[]) : [];
  const valid =
    Array.isArray(range) && range.length === 2 && [first, last].every((end) => Number.isSafeInteger(end) && (end as number) >= 1);
  if (!valid || (first as number) > (last as number))
    throw new SciError(
      "INVALID_ARGUMENT",
      `A range of run ${run} must be [first, last], whole numbers from 1 in this order, not ${shown(range)}.`,
    );
  return [first as number, last as number];
}

function joined(ranges: (readonly [number, number])[]): Ranges {
  const result: [number, number][] = [];
  for (const [first, last] of ranges.sort((a, b) => a[0] - b[0])) {
    const open = result.at(-1);
    if (open !== undefined && first <= open[1] + 1) open[1] = Math.max(open[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** How much of the lumisections `first` to `last` is selected. */
export function coverage(ranges: Ranges | undefined, first: number, last: number): "all" | "some" | "none" {
  let some = false;
  for (const [from, to] of ranges ?? []) {
    if (from <= first && last <= to) return "all";
    some ||= from <= last && first <= to;
  }
  return some ? "some" : "none";
}

/** What is selected and not among `seen`: lumisections that OMS does not have. */
export function unseen(ranges: Ranges, seen: Ranges): Ranges {
  const rest: [number, number][] = [];
  for (const [from, to] of ranges) {
    let next = from;
    for (const [first, last] of seen) {
      if (last < next || first > to) continue;
      if (first > next) rest.push([next, first - 1]);
      next = Math.max(next, last + 1);
    }
    if (next <= to) rest.push([next, to]);
  }
  return rest;
}

/** Adds a stretch to an ascending list of seen ones. */
export function see(seen: [number, number][], first: number, last: number): void {
  const open = seen.at(-1);
  if (open !== undefined && first === open[1] + 1) open[1] = last;
  else seen.push([first, last]);
}
