import { unit } from "../../random.ts";
import { fillOf, omsAttributes } from "../../runregistry/world/attributes.ts";
import { lumisectionTime, RunFactory, type RunFacts } from "../../runregistry/world/facts.ts";
import { omsSpans, type Span } from "../../runregistry/world/lumisections.ts";
import { emptyFills, type ExtraRun, extraRuns } from "./extra-runs.ts";

/** What every table needs of a run; made when the run is read. */
export interface Run {
  readonly facts: RunFacts;
  readonly run: number;
  readonly fill: number;
  readonly lumisections: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly beams: boolean;
  /** `pb^{-1}` for protons, `{\mu}b^{-1}` for heavy ions. */
  readonly luminosityUnits: string;
  readonly instantaneousUnits: string;
  /** Detector bits by lumisection. */
  readonly spans: readonly Span[];
  readonly seed: number;
  /** Share of the luminosity that was there when each lumisection ended, from 0 before the first; made when it is asked for. */
  shares: Float64Array | undefined;
}

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));
let dayNumber = Number.NaN;
let dayText = "";

/** Whole seconds, as OMS writes times. The text of the day is kept: rows of a page mostly share it. */
export function isoTime(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const day = Math.floor(seconds / 86_400);
  if (day !== dayNumber) {
    dayNumber = day;
    dayText = new Date(day * 86_400_000).toISOString().slice(0, 11);
  }
  const rest = seconds - day * 86_400;
  const minutes = Math.floor(rest / 60);
  return `${dayText}${twoDigits[Math.floor(minutes / 60)] as string}:${twoDigits[minutes % 60] as string}:${twoDigits[rest % 60] as string}Z`;
}

/** Start of a lumisection, in milliseconds; one past the last is the end of the run's last. */
export function startOfLumisection(facts: RunFacts, lumisection: number): number {
  return facts.start + (lumisection - 1) * lumisectionTime;
}

const cacheLimit = 700;

/** Every run of OMS in the order of numbers: Run Registry's and those that only OMS has. Columns that filters need are kept, the rest is made when read. */
export class Runs {
  readonly count: number;
  readonly numbers: Int32Array;
  readonly fills: Int32Array;
  readonly lengths: Int32Array;
  readonly starts: Float64Array;
  /** 1 where there were beams. */
  readonly beams: Uint8Array;
  /** Last lumisection with triggers. */
  readonly lasts: Int32Array;
  readonly #seed: number;
  readonly #factory: RunFactory;
  readonly #extra = new Map<number, ExtraRun>();
  readonly #made = new Map<number, Run>();
  #byFill: Map<number, number[]> | undefined;

  constructor(scale: number | undefined, seed: number) {
    this.#seed = seed;
    this.#factory = new RunFactory(scale, seed);
    const known: RunFacts[] = Array.from({ length: this.#factory.count }, (_, index) => this.#factory.facts(index));
    const inFill = (fill: number): number =>
      known.filter(({ run }) => fillOf(run, seed) === fill).reduce((sum, { lumisections }) => sum + lumisections, 0);
    for (const extra of extraRuns(seed, (fill, wanted) => wanted - inFill(fill))) this.#extra.set(extra.facts.run, extra);
    const all = known.filter(({ run }) => !this.#extra.has(run));
    for (const { facts } of this.#extra.values()) all.push(facts);
    all.sort((a, b) => a.run - b.run);
    this.count = all.length;
    this.numbers = Int32Array.from(all, ({ run }) => run);
    this.fills = Int32Array.from(all, ({ run }) => this.#extra.get(run)?.fill ?? fillOf(run, seed));
    this.lengths = Int32Array.from(all, ({ lumisections }) => lumisections);
    this.starts = Float64Array.from(all, ({ start }) => start);
    this.beams = Uint8Array.from(all, ({ kind }) => (kind === "collisions" || kind === "rejected" ? 1 : 0));
    this.lasts = Int32Array.from(all, ({ certified, lumisections }) => certified[certified.length - 1]?.[1] ?? lumisections);
  }

  /** Position of the first run whose number is at least this. */
  position(run: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.numbers[middle] as number) < run) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(index: number): Run {
    const number = this.numbers[index] as number;
    const found = this.#made.get(number);
    if (found !== undefined) return found;
    if (this.#made.size >= cacheLimit) this.#made.clear();
    const made = this.#make(number, index);
    this.#made.set(number, made);
    return made;
  }

  #make(number: number, index: number): Run {
    const extra = this.#extra.get(number);
    const facts = extra?.facts ?? this.#factory.facts(this.#factory.indexOf(number));
    const fill = this.fills[index] as number;
    const beams = facts.kind === "collisions" || facts.kind === "rejected";
    const ions = /^(HI|PA)/.test(facts.class);
    return {
      facts,
      run: number,
      fill,
      lumisections: facts.lumisections,
      attributes: { ...omsAttributes(facts, this.#seed), fill_number: fill, ...extra?.attributes },
      beams,
      luminosityUnits: ions ? "{\\mu}b^{-1}" : "pb^{-1}",
      instantaneousUnits: ions ? "10^{27}cm^{-2}s^{-1}" : "10^{34}cm^{-2}s^{-1}",
      spans: omsSpans(facts, this.#seed),
      seed: this.#seed,
      shares: undefined,
    };
  }

  /** Positions of the runs of each fill; fills without a run have none. In the order of numbers. */
  get byFill(): ReadonlyMap<number, readonly number[]> {
    if (this.#byFill === undefined) {
      const runs = new Map<number, number[]>(emptyFills().map((fill) => [fill, []]));
      this.fills.forEach((fill, index) => {
        const list = runs.get(fill);
        if (list === undefined) runs.set(fill, [index]);
        else list.push(index);
      });
      this.#byFill = new Map([...runs].sort(([a], [b]) => a - b));
    }
    return this.#byFill;
  }
}

/** Sums of the numbers before each position, and of all at the end. */
export function prefix(count: number, length: (index: number) => number): Float64Array {
  const sums = new Float64Array(count + 1);
  for (let index = 0; index < count; index++) sums[index + 1] = (sums[index] as number) + length(index);
  return sums;
}

/** Position of the last sum that is not above the value. */
export function positionIn(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high - 1) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** Share of a run's luminosity that was there when a lumisection ended: rises steadily from stable beams on, ever more slowly. */
function share(run: Run, lumisection: number): number {
  if (run.shares === undefined) {
    const first = run.facts.certified[0]?.[0] ?? 1;
    const length = run.lumisections - first + 1;
    const decay = 1500;
    const whole = 1 - Math.exp(-length / decay);
    run.shares = Float64Array.from({ length: run.lumisections + 1 }, (_, index) => {
      const passed = Math.max(0, index - first + 1);
      return index >= run.lumisections ? 1 : (1 - Math.exp(-passed / decay)) / whole;
    });
  }
  return run.shares[Math.min(lumisection, run.lumisections)] as number;
}

/** Six decimals. */
export const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Running sums of a run's luminosity at the end of a lumisection (0: before the first); the last is the run's own value. Null without beams. */
export function runningSum(run: Run, name: "delivered_lumi" | "recorded_lumi", lumisection: number): number | null {
  const total = run.attributes[name];
  if (typeof total !== "number") return null;
  return lumisection >= run.lumisections ? total : rounded(total * share(run, lumisection));
}

/** Interactions in one crossing. */
export function pileupOf(run: Run, lumisection: number): number | null {
  const before = share(run, lumisection - 1);
  const gained = share(run, lumisection) - before;
  if (!run.beams) return null;
  if (gained <= 0) return 0;
  const peak = run.luminosityUnits.startsWith("pb") ? 32 + 24 * unit(run.seed, run.fill, 301) : 0.004;
  return rounded(peak * (1 - before * 0.6) * (0.99 + 0.02 * unit(run.seed, run.run, lumisection)));
}

/** The span of a lumisection; none where nothing is known about it. */
export function spanOf(run: Run, lumisection: number): Span | undefined {
  return run.spans.find(({ start, end }) => lumisection >= start && lumisection <= end);
}
