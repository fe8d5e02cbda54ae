import { checkNames, SciError, shown } from "@sci/http-core";
import { bare, type Given } from "./units.ts";

/** What is read of a row of rates besides the rate itself. */
export interface RateRow {
  readonly run_number?: Given<number>;
  readonly first_lumisection_number?: Given<number>;
  readonly last_lumisection_number?: Given<number>;
  readonly [name: string]: unknown;
}

/** What is read of a row of lumisections. */
export interface TimedRow {
  readonly run_number?: Given<number>;
  readonly lumisection_number?: Given<number>;
  readonly start_time?: Given<string>;
  readonly end_time?: Given<string>;
}

/** A rate with the time in which it was counted. */
export interface RateOverTime {
  readonly run_number: number | null;
  readonly first_lumisection_number: number;
  readonly last_lumisection_number: number;
  /** The service's own text, UTC; null where no row tells it. */
  readonly start_time: string | null;
  readonly end_time: string | null;
  /** Hertz. */
  readonly rate: number | null;
}

export interface RatesOverTimeOptions {
  /** Where the rate stands: "rate" (HLT paths), "l1a_physics.rate", "pre_dt_rate". @default "rate" */
  readonly rate?: string;
}

/**
 * Trigger rates against time: rows of rates know lumisections, rows of lumisections know when these were.
 * @example ratesOverTime(rates, lumisections, { rate: "l1a_physics.rate" })
 * @throws INVALID_ARGUMENT for rows without lumisection numbers, and for a rate that no row has
 */
export function ratesOverTime(
  rates: Iterable<RateRow>,
  lumisections: Iterable<TimedRow>,
  options: RatesOverTimeOptions = {},
): RateOverTime[] {
  checkNames(options, ["rate"], "option of ratesOverTime()");
  const { rate = "rate" } = options;
  if (typeof rate !== "string" || rate === "")
    throw new SciError("INVALID_ARGUMENT", `ratesOverTime(): rate must be a name such as "l1a_physics.rate", not ${shown(rate)}.`);
  const path = rate.split(".");
  const times = new Map<string, TimedRow>();
  for (const row of lumisections) times.set(`${bare(row.run_number) ?? ""} ${bare(row.lumisection_number) ?? ""}`, row);
  let [rows, found] = [0, false];
  const result: RateOverTime[] = [];
  for (const row of rates) {
    rows += 1;
    const run = bare(row.run_number);
    const first = bare(row.first_lumisection_number);
    const last = bare(row.last_lumisection_number);
    if (typeof first !== "number" || typeof last !== "number")
      throw new SciError(
        "INVALID_ARGUMENT",
        "Rows of rates need first_lumisection_number and last_lumisection_number; ask for them in fields, grouped by lumisection.",
      );
    const value = inside(row, path);
    found ||= value !== undefined;
    // Lumisections asked for without their run belong to the one run of the rates.
    const timeOf = (lumisection: number): TimedRow | undefined => times.get(`${run ?? ""} ${lumisection}`) ?? times.get(` ${lumisection}`);
    result.push({
      run_number: run,
      first_lumisection_number: first,
      last_lumisection_number: last,
      start_time: bare(timeOf(first)?.start_time),
      end_time: bare(timeOf(last)?.end_time),
      rate: typeof value === "number" ? value : null,
    });
  }
  if (rows > 0 && !found)
    throw new SciError("INVALID_ARGUMENT", `None of the ${rows} rows has a rate "${rate}".`, { details: { name: rate } });
  return result.sort((a, b) => (a.run_number ?? 0) - (b.run_number ?? 0) || a.first_lumisection_number - b.first_lumisection_number);
}

function inside(row: unknown, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const name of path) {
    const given = bare(value as Given<unknown>);
    value =
      typeof given === "object" && given !== null && Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
  }
  return value === undefined ? undefined : bare(value as Given<unknown>);
}
