import { checkNames, SciError, shown } from "@sci/http-core";
import type { LumisectionLuminosity, MissingReason } from "./luminosity.ts";
import { coverage, type LumiSelection, type Ranges, rangesOf, see, unseen } from "./selection.ts";
import { picobarn } from "./units.ts";

/** Share of a run or a fill. */
export interface LuminosityPart {
  readonly run_number?: number;
  readonly fill_number?: number;
  /** pb^{-1}; null where OMS tells none. */
  readonly delivered: number | null;
  readonly recorded: number | null;
  /** Number of lumisections counted; null where whole runs or fills were. */
  readonly lumisections: number | null;
}

/** Lumisections whose luminosity is not in the sums. */
export interface MissingLuminosity {
  readonly run_number?: number;
  readonly fill_number?: number;
  readonly lumisection_number?: number;
  readonly last_lumisection_number?: number;
  readonly reason: MissingReason;
}

/** Luminosity over lumisections, runs or fills. */
export interface IntegratedLuminosity {
  /** pb^{-1}, of all that is not in `missing`. */
  readonly delivered: number;
  readonly recorded: number;
  readonly units: typeof picobarn;
  readonly lumisections: number | null;
  readonly parts: readonly LuminosityPart[];
  /** Empty where the sums are complete. */
  readonly missing: readonly MissingLuminosity[];
}

export interface IntegrateOptions {
  /** @default all lumisections */
  readonly selection?: LumiSelection;
}

export interface PileupOptions extends IntegrateOptions {
  /** What lumisections weigh by. @default "delivered" */
  readonly weight?: "delivered" | "recorded";
}

/** Mean number of interactions per crossing. */
export interface AveragePileup {
  /** Null where no lumisection with luminosity counts. */
  readonly pileup: number | null;
  /** The luminosity that it is the mean over, pb^{-1}. */
  readonly luminosity: number;
  readonly lumisections: number;
  /** Selected lumisections without pileup or luminosity. */
  readonly missing: number;
}

interface Run {
  delivered: number;
  recorded: number;
  lumisections: number;
  readonly seen: [number, number][];
}

/** Adds up lumisections as they come. */
export class Integration {
  readonly #wanted: ReadonlyMap<number, Ranges> | undefined;
  readonly #runs = new Map<number, Run>();
  readonly #missing: MissingLuminosity[] = [];

  constructor(wanted: ReadonlyMap<number, Ranges> | undefined) {
    this.#wanted = wanted;
  }

  add(one: LumisectionLuminosity): void {
    const { run_number, lumisection_number, last_lumisection_number, delivered, recorded, reason } = one;
    const part = coverage(this.#wanted?.get(run_number), lumisection_number, last_lumisection_number);
    const run = this.#runs.get(run_number) ?? { delivered: 0, recorded: 0, lumisections: 0, seen: [] };
    this.#runs.set(run_number, run);
    see(run.seen, lumisection_number, last_lumisection_number);
    if (this.#wanted !== undefined && part === "none") return;
    const stretch = { run_number, lumisection_number, last_lumisection_number };
    if (this.#wanted !== undefined && part === "some") {
      this.#missing.push({ ...stretch, reason: "partly selected" });
      return;
    }
    if (delivered === null || recorded === null) this.#missing.push({ ...stretch, reason: reason ?? "no value" });
    run.delivered += delivered ?? 0;
    run.recorded += recorded ?? 0;
    run.lumisections += last_lumisection_number - lumisection_number + 1;
  }

  result(): IntegratedLuminosity {
    const missing = [...this.#missing];
    for (const [run, ranges] of this.#wanted ?? []) {
      for (const [first, last] of unseen(ranges, this.#runs.get(run)?.seen ?? []))
        missing.push({ run_number: run, lumisection_number: first, last_lumisection_number: last, reason: "not in OMS" });
    }
    const parts = [...this.#runs]
      .filter(([run]) => this.#wanted === undefined || this.#wanted.has(run))
      .map(([run_number, { delivered, recorded, lumisections }]) => ({ run_number, delivered, recorded, lumisections }));
    return {
      delivered: parts.reduce((sum, part) => sum + part.delivered, 0),
      recorded: parts.reduce((sum, part) => sum + part.recorded, 0),
      units: picobarn,
      lumisections: parts.reduce((sum, part) => sum + part.lumisections, 0),
      parts,
      missing,
    };
  }
}

/**
 * Luminosity of lumisections, or of those selected. What is not known is listed in `missing`, not counted as nothing without a word.
 * @example integrateLuminosity(values, { selection: { "327564": [[1, 88]] } })
 * @throws INVALID_ARGUMENT for a selection that is no golden JSON
 */
export function integrateLuminosity(values: Iterable<LumisectionLuminosity>, options: IntegrateOptions = {}): IntegratedLuminosity {
  checkNames(options, ["selection"], "option of integrateLuminosity()");
  const integration = new Integration(options.selection === undefined ? undefined : rangesOf(options.selection));
  for (const value of values) integration.add(value);
  return integration.result();
}

/**
 * Mean pileup, weighted by luminosity.
 * @throws INVALID_ARGUMENT for a selection that is no golden JSON
 */
export function averagePileup(values: Iterable<LumisectionLuminosity>, options: PileupOptions = {}): AveragePileup {
  checkNames(options, ["selection", "weight"], "option of averagePileup()");
  const { selection, weight = "delivered" } = options;
  if (weight !== "delivered" && weight !== "recorded")
    throw new SciError("INVALID_ARGUMENT", `averagePileup(): weight must be "delivered" or "recorded", not ${shown(weight)}.`);
  const wanted = selection === undefined ? undefined : rangesOf(selection);
  let [sum, luminosity, lumisections, missing] = [0, 0, 0, 0];
  for (const value of values) {
    const { run_number, lumisection_number: first, last_lumisection_number: last, pileup } = value;
    const part = wanted === undefined ? "all" : coverage(wanted.get(run_number), first, last);
    if (part === "none") continue;
    const by = value[weight];
    // Where nothing was delivered, the pileup weighs nothing, and OMS often tells none.
    if (part === "some" || by === null || (pileup === null && by > 0)) missing += last - first + 1;
    else {
      sum += (pileup ?? 0) * by;
      luminosity += by;
      lumisections += last - first + 1;
    }
  }
  return { pileup: luminosity > 0 ? sum / luminosity : null, luminosity, lumisections, missing };
}
