import { between, unit } from "../../random.ts";
import type { Column, Table } from "../table.ts";
import { statedPaths } from "../world/extra-runs.ts";
import type { Runs } from "../world/runs.ts";
import { algorithmNames, pathNames, streamNames } from "../world/trigger-names.ts";
import { byRun, type ByRun, endTime, ofRun, remembered, secondsOf, type SpanRow, startTime } from "./by-run.ts";

const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** Counts up to a lumisection: they fall off with the luminosity, and add up over lumisections as over the run. */
function upTo(rate: number, row: SpanRow, lumisection: number): number {
  return Math.round(rate * 23.31 * lumisection * (1 - (0.3 * lumisection) / (2 * Math.max(1, row.run.lumisections))));
}

/** Count of something with this rate at the start of the run, over the lumisections of the row. */
function count(rate: number, row: SpanRow): number {
  return upTo(rate, row, row.last) - upTo(rate, row, row.first - 1);
}

interface RateAndCounter {
  readonly rate: number;
  readonly counter: number;
}

function rateAndCounter(rate: number, row: SpanRow): RateAndCounter {
  const counter = count(rate, row);
  return { rate: round(counter / secondsOf(row)), counter };
}

const common: Readonly<Record<string, Column<SpanRow>>> = {
  run_number: { type: "LONG", description: "Number of the run", get: ({ run }) => run.run },
  fill_number: { type: "INTEGER", description: "Number of the LHC fill", get: ({ run }) => run.fill },
  first_lumisection_number: { type: "INTEGER", description: "First lumisection of the row", get: ({ first }) => first },
  last_lumisection_number: { type: "INTEGER", description: "Last lumisection of the row", get: ({ last }) => last },
  start_time: { type: "DATE", description: "Start (UTC)", get: startTime },
  end_time: { type: "DATE", description: "End (UTC)", get: endTime },
};

const object = (description: string, get: (row: SpanRow) => unknown): Column<SpanRow> => ({ type: "OBJECT", description, get });
const number = (description: string, units: string | undefined, get: (row: SpanRow) => unknown): Column<SpanRow> => ({
  type: units === undefined ? "LONG" : "DOUBLE",
  description,
  ...(units === undefined ? {} : { units }),
  get,
});
const l1Rate = ({ run }: SpanRow): number => Number(run.attributes["l1_rate"]);

/** A resource with rows for lumisections or whole runs; for the run when not told. */
function table(
  runs: Runs,
  name: string,
  columns: Record<string, Column<SpanRow>>,
  parts: ByRun,
  own: readonly string[] = [],
  cap = 10_000,
): Table<SpanRow> {
  return {
    name,
    columns: { ...common, ...columns },
    order: ["run_number", ...own, "first_lumisection_number"],
    unsorted: own,
    unitsFollow: ofRun,
    cap,
    grouped: { fallback: { size: Infinity }, byRun: true },
    rows: remembered((grouping) => byRun(runs, parts, grouping)),
  };
}

const triggered =
  (runs: Runs) =>
  (index: number): readonly [number, number] => [2, runs.lasts[index] as number];
const whole =
  (runs: Runs) =>
  (index: number): readonly [number, number] => [1, runs.lengths[index] as number];
const numbered = ({ run, first }: SpanRow): string => `${run.run}_${first}`;

export function l1TriggerRatesTable(runs: Runs): Table<SpanRow> {
  const part = (share: number) => (row: SpanRow) => rateAndCounter(l1Rate(row) * share, row);
  return table(
    runs,
    "l1triggerrates",
    {
      l1a_physics: object("Level-1 accepts for physics: rate (Hz) and counter", part(0.97)),
      l1a_random: object("Random level-1 accepts", part(0.02)),
      l1a_calibration: object("Level-1 accepts for calibration", part(0.01)),
      l1a_total: object("All level-1 accepts", (row) => {
        const counter = [0.97, 0.02, 0.01].reduce((sum, share) => sum + part(share)(row).counter, 0);
        return { rate: round(counter / secondsOf(row)), counter };
      }),
      trigger_physics_lost: object("Physics triggers that were lost", part(0.031)),
    },
    { items: () => 1, span: whole(runs), id: numbered },
  );
}

export function deadtimesTable(runs: Runs): Table<SpanRow> {
  const part = (salt: number) => (row: SpanRow) => {
    const percent = round(0.5 + 3 * unit(row.run.seed, row.run.run, salt * 10_007 + row.first));
    return { percent, counter: Math.round(percent * 1000 * secondsOf(row)) };
  };
  return table(
    runs,
    "deadtimes",
    {
      overall_total_deadtime: object("Dead time of the whole row: percent and counter", part(1)),
      beamactive_total_deadtime: object("Dead time with beams: percent and counter", part(2)),
    },
    { items: () => 1, span: whole(runs), id: numbered },
  );
}

const algorithmRate = ({ run, item }: SpanRow): number => Number(run.attributes["l1_rate"]) * (0.002 + 0.08 * unit(run.seed, item, 310));
const prescaleOf = ({ run, item }: SpanRow, index: number): number => (item % 3 === 0 ? 1 : between(1, 40, run.seed, item, 311 + index));
const prescale = (row: SpanRow, final: boolean): object => {
  const initial = Number(row.run.attributes["initial_prescale_index"] ?? 0);
  const index = final ? Math.min(4, initial + 1) : initial;
  return {
    prescale: prescaleOf(row, index),
    prescale_index: index,
    prescale_name: row.run.beams ? `${(2 - index * 0.3).toFixed(1)}e34` : "Cosmics",
  };
};

export function l1AlgorithmTriggersTable(runs: Runs): Table<SpanRow> {
  const at = (share: number) => (row: SpanRow) =>
    rateAndCounter((algorithmRate(row) * share) / (share === 1 ? 1 : prescaleOf(row, 0)), row);
  const stages = { pre_dt_before_prescale: 1, pre_dt: 0.999, post_dt: 0.97, post_dt_hlt: 0.95 };
  const columns = Object.entries(stages).flatMap(([name, share]) => [
    [`${name}_rate`, number("Rate", "Hz", (row) => at(share)(row).rate)] as const,
    [`${name}_counter`, number("Counter", undefined, (row) => at(share)(row).counter)] as const,
  ]);
  const nameOf = ({ item }: SpanRow): string => algorithmNames[item] as string;
  return table(
    runs,
    "l1algorithmtriggers",
    {
      name: { type: "STRING", description: "Name of the algorithm", get: nameOf },
      bit: { type: "INTEGER", description: "Bit of the algorithm", get: ({ item }) => item * 7 },
      mask: { type: "BOOLEAN", description: "Whether the algorithm is switched on", get: () => true },
      ...Object.fromEntries(columns),
      initial_prescale: object("Prescale at the start of the row", (row) => prescale(row, false)),
      final_prescale: object("Prescale at the end of the row", (row) => prescale(row, true)),
    },
    {
      items: () => algorithmNames.length,
      span: triggered(runs),
      id: (row) => `${row.run.run}_${nameOf(row)}_${row.first}`,
      item: { attribute: "name", find: (_run, value) => algorithmNames.indexOf(String(value)) },
    },
    ["name"],
  );
}

/** Paths of the high-level trigger in a run, by its position. */
function pathsOf(runs: Runs, index: number): number {
  const run = runs.numbers[index] as number;
  return statedPaths(run).paths ?? (runs.beams[index] === 1 ? between(600, pathNames.length, run, 320) : 60);
}

const pathRate = ({ run, item }: SpanRow): number => {
  const physics = Number(run.attributes["hlt_physics_rate"]);
  return item === 0 ? physics * 0.04 : (physics * unit(run.seed, item, 321)) / (1 + item / 4);
};
const pathOf = ({ item }: SpanRow): string => pathNames[item] as string;

function pathParts(runs: Runs, id: (row: SpanRow) => string): ByRun {
  return {
    items: (index) => pathsOf(runs, index),
    span: triggered(runs),
    id,
    item: {
      attribute: "path_name",
      find(run, value) {
        const found = pathNames.indexOf(String(value));
        return found < pathsOf(runs, runs.position(run.run)) ? found : -1;
      },
    },
  };
}

const pathColumns: Readonly<Record<string, Column<SpanRow>>> = {
  path_name: { type: "STRING", description: "Name of the path", get: pathOf },
  rate: number("Rate", "Hz", (row) => rateAndCounter(pathRate(row), row).rate),
  counter: number("Events accepted", undefined, (row) => rateAndCounter(pathRate(row), row).counter),
};

export function hltPathRatesTable(runs: Runs): Table<SpanRow> {
  return table(
    runs,
    "hltpathrates",
    { ...pathColumns },
    pathParts(runs, (row) => `${row.run.run}_${pathOf(row)}_${row.first}`),
    ["path_name"],
  );
}

export function hltPathInfoTable(runs: Runs): Table<SpanRow> {
  const rows = remembered((grouping) =>
    byRun(
      runs,
      pathParts(runs, (row) => `${row.run.run}_${pathOf(row)}`),
      grouping,
    ),
  );
  const { run_number } = common as { run_number: Column<SpanRow> };
  return {
    name: "hltpathinfo",
    columns: {
      run_number,
      ...pathColumns,
      l1_prerequisite: {
        type: "STRING",
        description: "Level-1 seed of the path",
        get: ({ item }) => algorithmNames[item % algorithmNames.length] as string,
      },
    },
    order: ["run_number", "path_name"],
    unsorted: ["path_name"],
    cap: 1000,
    rows: () => rows({ size: Infinity }),
  };
}

export function streamsTable(runs: Runs): Table<SpanRow> {
  const events = (row: SpanRow): RateAndCounter =>
    rateAndCounter(Number(row.run.attributes["hlt_physics_rate"]) * [1, 0.3, 2.1, 0.05, 0.01, 0.5][row.item % 6]!, row);
  const size = (row: SpanRow): number => round((events(row).counter * 0.9) / 1000);
  const nameOf = ({ item }: SpanRow): string => streamNames[item] as string;
  return table(
    runs,
    "streams",
    {
      lumisection_number: { type: "INTEGER", description: "First lumisection of the row", get: ({ first }) => first },
      stream_name: { type: "STRING", description: "Name of the stream", get: nameOf },
      rate: number("Rate", "Hz", (row) => events(row).rate),
      n_events: number("Events", undefined, (row) => events(row).counter),
      file_size: number("Size", "GB", size),
      bandwidth: number("Bandwidth", "GB/s", (row) => round(size(row) / secondsOf(row), 6)),
    },
    {
      items: () => streamNames.length,
      span: triggered(runs),
      id: (row) => `${row.run.run}_${nameOf(row)}_${row.first}`,
      item: { attribute: "stream_name", find: (_run, value) => streamNames.indexOf(String(value)) },
    },
    ["stream_name"],
  );
}
