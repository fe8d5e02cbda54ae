import { checkNames, shown } from "@sci/http-core";
import { BoundaryBuilder, combine, holds, sameBoundaries, size, toInclusive, type Boundaries } from "./lumi-mask-intervals.ts";
import { checkRange, checkRun, invalid, readGoldenJson, readMaskText, type GoldenJson, type ParseOptions } from "./lumi-mask-parse.ts";

export type { GoldenJson, ParseOptions } from "./lumi-mask-parse.ts";

/** Anything that stands for a mask: one, a golden JSON, or a text that {@link LumiMask.parse} reads. */
export type MaskSource = LumiMask | GoldenJson | string;

/** One inclusive range of lumisections of a run; lumisections count from 1. */
export type MaskRange = readonly [run: number, start: number, end: number];

/**
 * A set of lumisections: run number → inclusive ranges, as in CMS's certification files ("golden JSON"). Immutable and normalised:
 * ranges that touch or overlap are one range, runs rise, runs without lumisections are absent; so equal sets have equal text.
 * Operations take time in proportion to the number of ranges.
 */
export class LumiMask implements Iterable<MaskRange> {
  readonly #runs: ReadonlyMap<number, Boundaries>;

  /** Use {@link LumiMask.parse}, {@link LumiMask.of} or one of the other makers. */
  private constructor(runs: ReadonlyMap<number, Boundaries>) {
    this.#runs = runs;
  }

  /** The mask without lumisections. */
  static readonly empty: LumiMask = new LumiMask(new Map());

  /**
   * Reads a golden JSON (object or text) or one of the other texts masks come in: `{315257:[[1,88]]}` as brilcalc takes it, or ranges as
   * CMSSW and CRAB write them, `315257:1-315257:88,315257:91-315257:92`.
   * @throws INVALID_ARGUMENT naming run and range: not whole numbers, below 1, reversed, a run named twice, and what `strict` refuses
   */
  static parse(source: MaskSource, options: ParseOptions = {}): LumiMask {
    checkNames(options, ["strict"], "option of LumiMask.parse()");
    if (source instanceof LumiMask) return source;
    if (typeof source === "string") return new LumiMask(readMaskText(source, options));
    if (typeof source !== "object" || source === null)
      throw invalid(`A mask is a golden JSON, as object or as text, not ${shown(source)}.`);
    // A mask of another installed copy of this package.
    const { toJSON } = source as { toJSON?: unknown };
    return new LumiMask(readGoldenJson(typeof toJSON === "function" ? (toJSON.call(source) as object) : source, options));
  }

  /** From ranges in any order, overlapping or not. @throws INVALID_ARGUMENT naming run and range */
  static of(ranges: Iterable<MaskRange>): LumiMask {
    const builder = new BoundaryBuilder();
    for (const [run, start, end] of ranges) {
      checkRange(checkRun(run), [start, end]);
      builder.add(run, start, end);
    }
    return new LumiMask(builder.build());
  }

  /** From single lumisections in any order, repeated or not: `[[315257, 1], [315257, 2]]`. */
  static fromLumisections(lumisections: Iterable<readonly [run: number, lumisection: number]>): LumiMask {
    const builder = new BoundaryBuilder();
    for (const [run, lumisection] of lumisections) {
      if (!(Number.isSafeInteger(run) && run >= 1 && Number.isSafeInteger(lumisection) && lumisection >= 1)) {
        checkRange(checkRun(run), [lumisection, lumisection]);
      }
      builder.add(run, lumisection, lumisection);
    }
    return new LumiMask(builder.build());
  }

  /**
   * From lumisection ranges of one run as Run Registry answers them (`{ start, end, … }`), keeping those that `keep` accepts.
   * @example LumiMask.fromRanges(327743, ranges, (range) => range["dt-dt"]?.status === "GOOD")
   */
  static fromRanges<Range extends { readonly start: number; readonly end: number }>(
    run: number,
    ranges: Iterable<Range>,
    keep: (range: Range) => boolean = () => true,
  ): LumiMask {
    checkRun(run);
    const builder = new BoundaryBuilder();
    for (const range of ranges) {
      if (!keep(range)) continue;
      const [start, end] = checkRange(run, [range.start, range.end]);
      builder.add(run, start, end);
    }
    return new LumiMask(builder.build());
  }

  /** The union of any number of masks, e.g. of one mask per run. */
  static union(masks: Iterable<MaskSource>): LumiMask {
    const builder = new BoundaryBuilder();
    for (const mask of masks) for (const [run, start, end] of LumiMask.parse(mask)) builder.add(run, start, end);
    return new LumiMask(builder.build());
  }

  /** Lumisections in this mask or the other. */
  union(other: MaskSource): LumiMask {
    return this.#combine(other, (here, there) => here || there);
  }

  /** Lumisections in both masks. */
  intersect(other: MaskSource): LumiMask {
    return this.#combine(other, (here, there) => here && there);
  }

  /** Lumisections of this mask that the other lacks. */
  subtract(other: MaskSource): LumiMask {
    return this.#combine(other, (here, there) => here && !there);
  }

  /** Lumisections in exactly one of the two masks. */
  symmetricDifference(other: MaskSource): LumiMask {
    return this.#combine(other, (here, there) => here !== there);
  }

  /** This mask cut to runs from `from` to `to` (inclusive), or to the runs listed. */
  restrict(options: { readonly from?: number; readonly to?: number; readonly runs?: Iterable<number> }): LumiMask {
    checkNames(options, ["from", "to", "runs"], "option of restrict()");
    const { from, to, runs } = options;
    for (const bound of [from, to]) if (bound !== undefined) checkRun(bound);
    if (from !== undefined && to !== undefined && to < from) throw invalid(`restrict(): run ${to} lies before run ${from}.`);
    const listed = runs === undefined ? undefined : new Set([...runs].map(checkRun));
    const kept = [...this.#runs].filter(([run]) => run >= (from ?? 1) && run <= (to ?? Infinity) && (listed?.has(run) ?? true));
    return new LumiMask(new Map(kept));
  }

  /** Whether the mask holds this lumisection. */
  contains(run: number, lumisection: number): boolean {
    return Number.isInteger(lumisection) && holds(this.#runs.get(run) ?? [], lumisection);
  }

  /** Whether the mask holds every lumisection of the other. */
  covers(other: MaskSource): boolean {
    return LumiMask.parse(other).subtract(this).isEmpty;
  }

  /** Whether both hold the same lumisections. */
  equals(other: MaskSource): boolean {
    const there = LumiMask.parse(other);
    if (this.runCount !== there.runCount) return false;
    for (const [run, boundaries] of this.#runs) if (!sameBoundaries(boundaries, there.#runs.get(run) ?? [])) return false;
    return true;
  }

  get isEmpty(): boolean {
    return this.#runs.size === 0;
  }

  /** Number of runs with at least one lumisection. */
  get runCount(): number {
    return this.#runs.size;
  }

  /** Number of lumisections over all runs. */
  get lumisectionCount(): number {
    let sum = 0;
    for (const boundaries of this.#runs.values()) sum += size(boundaries);
    return sum;
  }

  /** Run numbers, rising. */
  runs(): number[] {
    return [...this.#runs.keys()];
  }

  /** Inclusive ranges of a run, rising; none for a run that is not in the mask. */
  ranges(run: number): [start: number, end: number][] {
    return toInclusive(this.#runs.get(run) ?? []);
  }

  /** Number of lumisections of a run; 0 for a run that is not in the mask. */
  count(run: number): number {
    return size(this.#runs.get(run) ?? []);
  }

  /** All ranges as `[run, start, end]`, rising. */
  *[Symbol.iterator](): IterableIterator<MaskRange> {
    for (const [run, boundaries] of this.#runs) {
      for (let i = 0; i < boundaries.length; i += 2) yield [run, boundaries[i] as number, (boundaries[i + 1] as number) - 1];
    }
  }

  /** All lumisections as `[run, lumisection]`, rising. */
  *lumisections(): IterableIterator<[run: number, lumisection: number]> {
    for (const [run, start, end] of this) for (let lumisection = start; lumisection <= end; lumisection++) yield [run, lumisection];
  }

  /** The golden JSON object, runs in numeric order; what `JSON.stringify` writes. */
  toJSON(): Record<string, [start: number, end: number][]> {
    const result: Record<string, [number, number][]> = {};
    for (const [run, boundaries] of this.#runs) result[String(run)] = toInclusive(boundaries);
    return result;
  }

  /** The golden JSON as CMS's certification files have it: one line, `{"315257": [[1, 88], [91, 92]], "315259": [[1, 172]]}`. */
  toText(): string {
    const runs = [...this.#runs].map(([run, boundaries]) => {
      const ranges = toInclusive(boundaries).map(([start, end]) => `[${start}, ${end}]`);
      return `"${run}": [${ranges.join(", ")}]`;
    });
    return `{${runs.join(", ")}}`;
  }

  /**
   * One argument for `brilcalc lumi -i '…'`: `{315257:[[1,88],[91,92]]}`. For `-i FILE`, write {@link toText}.
   * brilcalc (cms-bril/brilws, `parsecmsselectJSON`) reads a file as JSON and an argument as a Python literal.
   */
  toBrilcalc(): string {
    return JSON.stringify(this.toJSON()).replaceAll('"', "");
  }

  /** Ranges as CMSSW (`VLuminosityBlockRange`) and CRAB write them: `["315257:1-315257:88", "315257:91"]`. */
  toRanges(): string[] {
    return Array.from(this, ([run, start, end]) => (start === end ? `${run}:${start}` : `${run}:${start}-${run}:${end}`));
  }

  /** {@link toText}. */
  toString(): string {
    return this.toText();
  }

  /** One line for `console.log`. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `LumiMask { runs: ${this.runCount}, lumisections: ${this.lumisectionCount} }`;
  }

  #combine(source: MaskSource, keep: (here: boolean, there: boolean) => boolean): LumiMask {
    const other = LumiMask.parse(source);
    const result = new Map<number, Boundaries>();
    const runs = [...new Set([...this.#runs.keys(), ...other.#runs.keys()])].sort((a, b) => a - b);
    for (const run of runs) {
      const boundaries = combine(this.#runs.get(run) ?? [], other.#runs.get(run) ?? [], keep);
      if (boundaries.length > 0) result.set(run, boundaries);
    }
    return new LumiMask(result);
  }
}
