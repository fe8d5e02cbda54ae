import { between, mix, oneOf, unit } from "../../random.ts";
import certified from "./collisions18-certified.json" with { type: "json" };

export type Ranges = readonly (readonly [number, number])[];
export type Kind = "collisions" | "rejected" | "cosmics" | "commissioning";

/** The little from which everything else about a run follows. */
export interface RunFacts {
  readonly run: number;
  /** Position among the generated runs, by which versions are numbered. */
  readonly index: number;
  readonly kind: Kind;
  readonly class: string;
  readonly state: "OPEN" | "SIGNOFF" | "COMPLETED";
  readonly significant: boolean;
  /** Lumisections in the run. */
  readonly lumisections: number;
  /** Ranges in which everything is good (collisions only). */
  readonly certified: Ranges;
  /** Start in milliseconds since the Unix epoch. */
  readonly start: number;
}

/** One lumisection in milliseconds: 2^18 orbits of the LHC. */
export const lumisectionTime = 23_310;

const certifiedRuns = new Map(Object.entries(certified as unknown as Record<string, Ranges>).map(([run, ranges]) => [Number(run), ranges]));
const start2018 = Date.UTC(2018, 3, 24);
const start2022 = Date.UTC(2022, 10, 25);
const start2024 = Date.UTC(2024, 4, 1);

type Entry = readonly [kind: Kind, cls: string, state: RunFacts["state"], significant: boolean];

function realRuns(): Map<number, Entry> {
  const runs = new Map<number, Entry>();
  let position = 0;
  for (const run of certifiedRuns.keys()) {
    runs.set(run, ["collisions", "Collisions18", "COMPLETED", true]);
    // Beside every 25th certified run stands one that was taken for a test and is bad throughout.
    if (position++ % 25 === 0 && !certifiedRuns.has(run + 1)) runs.set(run + 1, ["rejected", "Collisions18", "COMPLETED", true]);
  }
  for (let run = 327596; run <= 327604; run++) runs.set(run, ["cosmics", "Cosmics18", "COMPLETED", true]);
  for (const run of [327743, 327744]) runs.set(run, ["cosmics", "Cosmics18", "SIGNOFF", true]);
  for (let step = 0; step < 30; step++)
    runs.set(314_500 + step * 17, ["cosmics", "Cosmics18", step % 6 === 5 ? "SIGNOFF" : "COMPLETED", true]);
  for (let step = 0; step < 30; step++)
    runs.set(308_400 + step * 23, [
      "commissioning",
      step === 7 ? "" : "Commissioning18",
      step % 3 === 0 ? "OPEN" : "COMPLETED",
      step % 2 === 1,
    ]);
  for (let step = 0; step < 8; step++) runs.set(326_500 + step * 11, ["collisions", "HICollisions18", "COMPLETED", true]);
  for (const run of [362_758, 362_759]) runs.set(run, ["collisions", "Collisions22", "SIGNOFF", true]);
  for (const run of [362_761, 362_762, 362_763]) runs.set(run, ["collisions", "Collisions22", "OPEN", true]);
  for (const run of [362_760, 362_764]) runs.set(run, ["commissioning", "Commissioning22", "OPEN", false]);
  return runs;
}

const real = realRuns();
const realNumbers = [...real.keys()].sort((a, b) => a - b);
const firstSynthetic = 400_001;

function startOf(run: number): number {
  // Run numbers grow by about 45 a day of running.
  if (run < 350_000) return start2018 + Math.floor(((run - 315_252) / 45) * 86_400_000);
  if (run < 400_000) return start2022 + (run - 362_758) * 3_600_000;
  return start2024 + (run - firstSynthetic) * 400_000;
}

/** Every run that exists from the start: the real ones, and synthetic ones up to the scale asked for. Rows are made when they are read. */
export class RunFactory {
  readonly count: number;
  readonly #seed: number;

  constructor(scale: number | undefined, seed: number) {
    this.count = scale ?? realNumbers.length;
    this.#seed = seed;
  }

  /** Run number at a position; positions are in the order of run numbers. */
  numberAt(index: number): number {
    if (index < realNumbers.length) return realNumbers[index] as number;
    const position = index - realNumbers.length;
    return firstSynthetic + position * 2 + (mix(this.#seed, position, 1) & 1);
  }

  /** Position of a run number, or -1. */
  indexOf(run: number): number {
    if (run < firstSynthetic) {
      const index = real.has(run) ? realNumbers.indexOf(run) : -1;
      return index < this.count ? index : -1;
    }
    const index = realNumbers.length + Math.floor((run - firstSynthetic) / 2);
    return index < this.count && this.numberAt(index) === run ? index : -1;
  }

  facts(index: number): RunFacts {
    const run = this.numberAt(index);
    const entry = real.get(run);
    return entry === undefined ? this.#synthetic(run, index) : this.#real(run, index, entry);
  }

  #real(run: number, index: number, [kind, cls, state, significant]: Entry): RunFacts {
    const seed = this.#seed;
    const known = certifiedRuns.get(run);
    const length = run === 327_743 ? 78 : between(20, 220, seed, run, 2);
    const good: Ranges = known ?? (kind === "collisions" ? [[between(1, 9, seed, run, 3), length]] : []);
    const last = good.length === 0 ? length : (good[good.length - 1] as readonly [number, number])[1];
    const lumisections = run === 319_579 ? 3259 : kind === "collisions" ? last + between(0, 12, seed, run, 4) : length;
    return { run, index, kind, class: cls, state, significant, lumisections, certified: good, start: startOf(run) };
  }

  #synthetic(run: number, index: number): RunFacts {
    const seed = this.#seed;
    const draw = unit(seed, run, 5);
    const kind: Kind = draw < 0.55 ? "collisions" : draw < 0.6 ? "rejected" : draw < 0.9 ? "cosmics" : "commissioning";
    const cls = kind === "cosmics" ? "Cosmics24" : kind === "commissioning" ? "Commissioning24" : "Collisions24";
    const state = oneOf(["COMPLETED", "COMPLETED", "COMPLETED", "SIGNOFF", "OPEN"] as const, seed, run, 6);
    const lumisections = between(2, 36, seed, run, 7);
    const certifiedFrom = between(1, Math.max(1, Math.min(6, lumisections - 1)), seed, run, 8);
    const good: Ranges =
      kind === "collisions" ? [[certifiedFrom, Math.max(certifiedFrom, lumisections - between(0, 3, seed, run, 9))]] : [];
    return {
      run,
      index,
      kind,
      class: cls,
      state,
      significant: kind !== "commissioning" || (mix(seed, run, 10) & 1) === 1,
      lumisections,
      certified: good,
      start: startOf(run),
    };
  }
}
