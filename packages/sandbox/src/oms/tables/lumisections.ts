import { omsBits } from "../../runregistry/world/components.ts";
import type { Column, Table } from "../table.ts";
import { pileupOf, rounded, type Runs, runningSum } from "../world/runs.ts";
import { byRun, endTime, ofRun, remembered, type SpanRow, startTime } from "./by-run.ts";

type Luminosity = "delivered_lumi" | "recorded_lumi";

const luminosity = (description: string, get: (row: SpanRow) => unknown): Column<SpanRow> => ({
  type: "DOUBLE",
  description,
  units: "pb^{-1}",
  rowUnits: ({ run }) => run.luminosityUnits,
  get,
});

const gained =
  (name: Luminosity) =>
  ({ run, first, last }: SpanRow): number | null => {
    const [before, after] = [runningSum(run, name, first - 1), runningSum(run, name, last)];
    return before === null || after === null ? null : rounded(after - before);
  };

/** Interactions in one crossing, over the lumisections of the row. */
function meanPileup({ run, first, last }: SpanRow): number | null {
  const values: number[] = [];
  for (let lumisection = first; lumisection <= last; lumisection++) {
    const value = pileupOf(run, lumisection);
    if (value !== null) values.push(value);
  }
  return values.length === 0 ? null : Number((values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3));
}

const ofBits = ({ bits }: SpanRow): unknown => bits;

function bit(name: string): Column<SpanRow> {
  const column = bitColumn(name);
  return { ...column, follows: ofBits };
}

function bitColumn(name: string): Column<SpanRow> {
  const get = ({ bits }: SpanRow): unknown => bits?.[name] ?? null;
  if (name === "prescale_index") return { type: "INTEGER", description: "Prescale column", get };
  if (name === "prescale_name") return { type: "STRING", description: "Name of the prescale column", get };
  return { type: "BOOLEAN", description: name.endsWith("_ready") ? `${name.slice(0, -6)} is ready` : name.replace(/_/g, " "), get };
}

/**
 * Lumisections; in groups, a row has the bits of its last one. Running sums are those at the beginning of a row: the luminosity of a
 * lumisection is the difference to the next one's, as Run Registry computes it.
 */
export function lumisectionsTable(runs: Runs): Table<SpanRow> {
  return {
    name: "lumisections",
    columns: {
      run_number: { type: "LONG", description: "Number of the run", follows: ofRun, get: ({ run }) => run.run },
      fill_number: { type: "INTEGER", description: "Number of the LHC fill", follows: ofRun, get: ({ run }) => run.fill },
      lumisection_number: { type: "INTEGER", description: "Number of the lumisection in the run, from 1", get: ({ first }) => first },
      start_time: { type: "DATE", description: "Start (UTC)", get: startTime },
      end_time: { type: "DATE", description: "End (UTC)", get: endTime },
      delivered_lumi: luminosity("Luminosity delivered in the run before", ({ run, first }) =>
        runningSum(run, "delivered_lumi", first - 1),
      ),
      recorded_lumi: luminosity("Luminosity recorded in the run before", ({ run, first }) => runningSum(run, "recorded_lumi", first - 1)),
      delivered_lumi_per_lumisection: luminosity("Luminosity delivered", gained("delivered_lumi")),
      recorded_lumi_per_lumisection: luminosity("Luminosity recorded", gained("recorded_lumi")),
      init_lumi: {
        type: "DOUBLE",
        description: "Instantaneous luminosity",
        units: "10^{34}cm^{-2}s^{-1}",
        rowUnits: ({ run }) => run.instantaneousUnits,
        get: (row) => {
          const value = gained("delivered_lumi")(row);
          // pb^{-1} is 10^{36} cm^{-2}, {\mu}b^{-1} is 10^{30}: a hundred, and a thousand, of the unit's own power.
          const factor = row.run.luminosityUnits.startsWith("pb") ? 100 : 1000;
          return value === null ? null : rounded((value * factor) / ((row.last - row.first + 1) * 23.31));
        },
      },
      pileup: { type: "DOUBLE", description: "Mean number of interactions in one crossing", get: meanPileup },
      beams_stable: {
        type: "BOOLEAN",
        description: "Both beams are stable",
        follows: ofBits,
        get: ({ bits }) => (bits === undefined ? null : bits["beam1_stable"] === true && bits["beam2_stable"] === true),
      },
      ...Object.fromEntries(omsBits.map((name) => [name, bit(name)])),
    },
    unitsFollow: ofRun,
    order: ["run_number", "lumisection_number"],
    cap: 5000,
    grouped: { fallback: { size: 1 }, byRun: false },
    rows: remembered((grouping) =>
      byRun(
        runs,
        { items: () => 1, span: (index) => [1, runs.lengths[index] as number], id: ({ run, first }) => `${run.run}_${first}` },
        grouping,
      ),
    ),
  };
}
