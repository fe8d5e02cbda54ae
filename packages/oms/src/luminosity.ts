import { checkNames, SciError, shown } from "@sci/http-core";
import { bare, type Given, luminosityOf, picobarn } from "./units.ts";

/** What is read of a row of lumisections, with units (`withUnits: true`) or without. */
export interface LumisectionRow {
  readonly run_number?: Given<number>;
  readonly lumisection_number?: Given<number>;
  /** Sum up to the beginning of the lumisection. */
  readonly delivered_lumi?: Given<number>;
  readonly recorded_lumi?: Given<number>;
  /** The value itself, which goes before the difference of sums where a row has it. */
  readonly delivered_lumi_per_lumisection?: Given<number>;
  readonly recorded_lumi_per_lumisection?: Given<number>;
  readonly pileup?: Given<number>;
}

/** What is read of a row of runs: the sums at the end. */
export interface RunTotals {
  readonly run_number?: Given<number>;
  readonly delivered_lumi?: Given<number>;
  readonly recorded_lumi?: Given<number>;
}

/**
 * Why a luminosity is not known: the last lumisection of a run whose total is not known, a sum that fell back, a row without value,
 * lumisections that share one value and are selected in part, lumisections that OMS does not have.
 */
export type MissingReason = "end of run" | "reset" | "no value" | "partly selected" | "not in OMS";

/** Luminosity of one lumisection, or of several whose rows between are missing. */
export interface LumisectionLuminosity {
  readonly run_number: number;
  readonly lumisection_number: number;
  /** The same, or the last of those that the value stands for. */
  readonly last_lumisection_number: number;
  /** pb^{-1}; null where it is not known. */
  readonly delivered: number | null;
  readonly recorded: number | null;
  readonly units: typeof picobarn;
  readonly pileup: number | null;
  /** Why `delivered` or `recorded` is null. */
  readonly reason?: MissingReason;
}

export interface PerLumisectionOptions {
  /** Rows of runs, for their last lumisections. */
  readonly totals?: Iterable<RunTotals>;
  /** Unit of values that tell none. @default none: such values are an error */
  readonly units?: string;
}

const quantities = ["delivered", "recorded"] as const;

/** Sums are rounded to six digits: what falls by less has not fallen. */
const rounding = 2e-6;

interface Sums {
  readonly run: number;
  readonly lumisection: number;
  readonly sum: Readonly<Record<(typeof quantities)[number], number | null>>;
  readonly own: Readonly<Record<(typeof quantities)[number], number | null>>;
  readonly pileup: number | null;
}

/**
 * Luminosity of each lumisection from the sums of OMS: the difference to the next row, and to the run's total for the last one.
 * Units may change between rows; a sum that falls back (a reset) and a missing value give null with a reason, never a guess.
 * @example
 * const rows = await oms.lumisections(327564, { withUnits: true }).collect({ limit: 5000 });
 * luminosityPerLumisection(rows, { totals: [await oms.run(327564, { withUnits: true })] });
 * @throws INVALID_ARGUMENT for rows that are not in their order, and for luminosities without unit
 */
export function luminosityPerLumisection(rows: Iterable<LumisectionRow>, options: PerLumisectionOptions = {}): LumisectionLuminosity[] {
  checkNames(options, ["totals", "units"], "option of luminosityPerLumisection()");
  const { totals = [], units } = options;
  const ends = new Map<number, RunTotals>();
  for (const total of totals) ends.set(numberOf(total.run_number, "run_number of totals"), total);
  const result: LumisectionLuminosity[] = [];
  let open: Sums | undefined;
  for (const row of rows) {
    const next = sumsOf(row, units);
    if (open !== undefined) {
      if (open.run === next.run && next.lumisection <= open.lumisection)
        throw new SciError(
          "INVALID_ARGUMENT",
          `Lumisection ${next.lumisection} of run ${next.run} comes behind ${open.lumisection}: rows must be sorted by lumisection_number, each once.`,
        );
      result.push(open.run === next.run ? between(open, next) : atEnd(open, ends.get(open.run), units));
    }
    open = next;
  }
  if (open !== undefined) result.push(atEnd(open, ends.get(open.run), units));
  return result;
}

function sumsOf(row: LumisectionRow, units: string | undefined): Sums {
  return {
    run: numberOf(row.run_number, "run_number"),
    lumisection: numberOf(row.lumisection_number, "lumisection_number"),
    sum: pair((name) => luminosityOf(row[`${name}_lumi`], `${name}_lumi`, units)),
    own: pair((name) => luminosityOf(row[`${name}_lumi_per_lumisection`], `${name}_lumi_per_lumisection`, units)),
    pileup: bare(row.pileup),
  };
}

function pair<Value>(of: (name: (typeof quantities)[number]) => Value): Record<(typeof quantities)[number], Value> {
  return { delivered: of("delivered"), recorded: of("recorded") };
}

function numberOf(given: Given<number>, name: string): number {
  const value: unknown = bare(given);
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw new SciError("INVALID_ARGUMENT", `Rows need ${name}, a whole number, not ${shown(value)}; ask for it in fields.`, {
      details: { name },
    });
  return value;
}

function between(row: Sums, next: Sums): LumisectionLuminosity {
  return valueOf(row, next.lumisection - 1, next.sum, "reset");
}

function atEnd(row: Sums, total: RunTotals | undefined, units: string | undefined): LumisectionLuminosity {
  const end = pair((name) => (total === undefined ? null : luminosityOf(total[`${name}_lumi`], `${name}_lumi of the run`, units)));
  return valueOf(row, row.lumisection, end, "end of run");
}

/** The difference to `end`; `otherwise` is why there is none: the sum fell back, or nothing follows. */
function valueOf(row: Sums, last: number, end: Sums["sum"], otherwise: "reset" | "end of run"): LumisectionLuminosity {
  let reason: MissingReason | undefined;
  const values = pair((name) => {
    const [own, from, to] = [row.own[name], row.sum[name], end[name]];
    if (own !== null && last === row.lumisection) return own;
    if (from !== null && to !== null) {
      const difference = to - from;
      if (difference >= 0) return difference;
      if (-difference <= rounding) return 0;
    }
    reason ??= from === null || (to === null && otherwise === "reset") ? "no value" : otherwise;
    return null;
  });
  return {
    run_number: row.run,
    lumisection_number: row.lumisection,
    last_lumisection_number: last,
    ...values,
    units: picobarn,
    pileup: row.pileup,
    ...(reason === undefined ? {} : { reason }),
  };
}
