import type { Condition } from "../query/conditions.ts";
import { equalTo, type Grouping, type Rows, type Segment } from "../table.ts";
import { isoTime, positionIn, prefix, type Run, type Runs, spanOf, startOfLumisection } from "../world/runs.ts";

/** A row of a resource by lumisections: a run, the lumisections that the row stands for, and which of several things of the run. */
export interface SpanRow {
  readonly run: Run;
  readonly first: number;
  readonly last: number;
  /** Position of the path, algorithm or stream among those of the run; 0 where there is one. */
  readonly item: number;
  /** Detector bits of its last lumisection; none where nothing is known about it. */
  readonly bits: Readonly<Record<string, unknown>> | undefined;
}

/** What a resource has of each run. */
export interface ByRun {
  /** Things of the run at this position: paths, algorithms, streams; 1 where there is one row for each lumisection. */
  readonly items: (index: number) => number;
  /** First and last lumisection with rows. */
  readonly span: (index: number) => readonly [first: number, last: number];
  readonly id: (row: SpanRow) => string;
  /** Attribute that tells things apart, and the position of one by its name. */
  readonly item?: { readonly attribute: string; readonly find: (run: Run, value: unknown) => number };
}

/** The times that conditions ask for, against the time of a run: whether any of its rows can fulfil them. */
function timely(conditions: readonly Condition[], start: number, end: number): boolean {
  return conditions.every(({ attribute, operator, value }) => {
    if ((attribute !== "start_time" && attribute !== "end_time") || typeof value !== "string") return true;
    const time = Date.parse(value);
    if (operator === "GE" || operator === "GT") return end >= time;
    if (operator === "LE" || operator === "LT") return start <= time + 999;
    return operator !== "EQ" || (start <= time + 999 && end >= time);
  });
}

/** Positions of the runs that fulfil what is asked of runs, as ranges; `rest` has still to be looked at. */
export function runRanges(runs: Runs, conditions: readonly Condition[]): { ranges: Segment[]; rest: readonly Condition[] } {
  const ofRuns = conditions.filter(({ attribute }) => attribute === "run_number" || attribute === "fill_number");
  const rest = conditions.filter((condition) => !ofRuns.includes(condition));
  let from = 0;
  let to = runs.count;
  for (const { attribute, operator, value } of ofRuns) {
    if (attribute !== "run_number" || typeof value !== "number") continue;
    if (operator === "EQ" || operator === "GE" || operator === "GT") from = Math.max(from, runs.position(value));
    if (operator === "EQ" || operator === "LE") to = Math.min(to, runs.position(value + 1));
    if (operator === "LT") to = Math.min(to, runs.position(value));
  }
  const ranges: [number, number][] = [];
  for (let index = from; index < to; index++) {
    const fits = ofRuns.every(({ attribute, test }) => test(attribute === "run_number" ? runs.numbers[index] : runs.fills[index]));
    const start = runs.starts[index] as number;
    if (!fits || !timely(rest, start, start + (runs.lengths[index] as number) * 23_310 + 60_000)) continue;
    const open = ranges[ranges.length - 1];
    if (open !== undefined && open[1] === index) open[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return { ranges, rest };
}

/** Rows of a resource that has some for each run. */
export function byRun(runs: Runs, { items, span, id, item }: ByRun, { size }: Grouping): Rows<SpanRow> {
  const groups = (index: number): number => {
    const [first, last] = span(index);
    return last < first ? 0 : size === Infinity ? 1 : Math.ceil((last - first + 1) / size);
  };
  const sums = prefix(runs.count, (index) => items(index) * groups(index));
  const count = sums[runs.count] as number;
  const at = (position: number): SpanRow => {
    const index = positionIn(sums, position);
    const inside = position - (sums[index] as number);
    const each = groups(index);
    const [begin, end] = span(index);
    const group = inside % each;
    const first = begin + (size === Infinity ? 0 : group * size);
    const last = size === Infinity ? end : Math.min(end, first + size - 1);
    const run = runs.at(index);
    return { run, item: Math.floor(inside / each), first, last, bits: spanOf(run, last)?.values };
  };
  return {
    count,
    at,
    id,
    narrow(conditions) {
      const { ranges, rest } = runRanges(runs, conditions);
      const wanted = item === undefined ? undefined : equalTo(rest, item.attribute);
      if (item === undefined || wanted === undefined) {
        return { segments: ranges.map(([from, to]): Segment => [sums[from] as number, sums[to] as number]), rest };
      }
      const segments: Segment[] = [];
      for (const [from, to] of ranges) {
        for (let index = from; index < to; index++) {
          const found = item.find(runs.at(index), wanted);
          if (found < 0 || groups(index) === 0) continue;
          const start = (sums[index] as number) + found * groups(index);
          segments.push([start, start + groups(index)]);
        }
      }
      return { segments, rest: rest.filter(({ attribute, operator }) => attribute !== item.attribute || operator !== "EQ") };
    },
    find(text) {
      const run = Number(/^\d+/.exec(text)?.[0] ?? NaN);
      const index = Number.isNaN(run) ? runs.count : runs.position(run);
      if (index >= runs.count || runs.numbers[index] !== run) return undefined;
      for (let position = sums[index] as number; position < (sums[index + 1] as number); position++)
        if (id(at(position)) === text) return position;
      return undefined;
    },
  };
}

/** Keeps the rows of a resource for the groupings that were asked for last. */
export function remembered(make: (grouping: Grouping) => Rows<SpanRow>): (grouping: Grouping) => Rows<SpanRow> {
  const made = new Map<number, Rows<SpanRow>>();
  return (grouping) => {
    const known = made.get(grouping.size) ?? make(grouping);
    made.delete(grouping.size);
    made.set(grouping.size, known);
    for (const old of made.keys()) if (made.size > 4) made.delete(old);
    return known;
  };
}

/** Start and end of the lumisections of a row. */
export const startTime = ({ run, first }: SpanRow): string => isoTime(startOfLumisection(run.facts, first));
export const endTime = ({ run, last }: SpanRow): string => isoTime(startOfLumisection(run.facts, last + 1));
/** Seconds of the lumisections of a row. */
export const secondsOf = ({ first, last }: SpanRow): number => (last - first + 1) * 23.31;

/** The run of a row: what many of its values follow from alone. */
export const ofRun = ({ run }: SpanRow): unknown => run;
