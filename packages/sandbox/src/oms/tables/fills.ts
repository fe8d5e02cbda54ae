import { between, unit } from "../../random.ts";
import type { Condition } from "../query/conditions.ts";
import type { Column, ColumnType, Rows, Segment, Table } from "../table.ts";
import { type Era, eraOf, eras } from "../world/eras.ts";
import { statedFill } from "../world/extra-runs.ts";
import { isoTime, type Run, type Runs } from "../world/runs.ts";

interface FillRow {
  readonly fill: number;
  readonly runs: readonly Run[];
  readonly beams: boolean;
  readonly main: Run | undefined;
  readonly stated: Readonly<Record<string, unknown>>;
}

interface BunchRow {
  readonly fill: number;
  readonly bunch: number;
}

/** Bunches that the table lists of each fill. */
const bunchesPerFill = 40;

/** Rows with a key that grows with the position; conditions on the key are answered without a look at the rows. */
function keyed<Row>(
  keys: readonly number[],
  attribute: string,
  each: number,
  at: (position: number) => Row,
  id: (row: Row) => string,
): Rows<Row> {
  return {
    count: keys.length * each,
    at,
    id,
    narrow(conditions: readonly Condition[]) {
      const ofKey = conditions.filter((condition) => condition.attribute === attribute);
      const segments: [number, number][] = [];
      keys.forEach((key, index) => {
        if (!ofKey.every(({ test }) => test(key))) return;
        const open = segments[segments.length - 1];
        if (open !== undefined && open[1] === index * each) open[1] = (index + 1) * each;
        else segments.push([index * each, (index + 1) * each]);
      });
      return { segments: segments satisfies Segment[], rest: conditions.filter((condition) => !ofKey.includes(condition)) };
    },
    find(text) {
      const start = keys.indexOf(Number(/^\d+/.exec(text)?.[0] ?? NaN)) * each;
      for (let position = Math.max(0, start); start >= 0 && position < start + each; position++)
        if (id(at(position)) === text) return position;
      return undefined;
    },
  };
}

const sum = ({ runs, beams }: FillRow, name: string): number | null =>
  beams ? Number(runs.reduce((total, run) => total + Number(run.attributes[name] ?? 0), 0).toFixed(6)) : null;
const ends = ({ runs }: FillRow, last: boolean): number | null => {
  const run = runs[last ? runs.length - 1 : 0];
  if (run === undefined) return null;
  return last ? Date.parse(String(run.attributes["end_time"])) : run.facts.start;
};
const time = (milliseconds: number | null, shift = 0): string | null =>
  milliseconds === null ? null : isoTime(milliseconds + shift * 1000);

function column(name: string, type: ColumnType, description: string, get: (row: FillRow) => unknown, units?: string): Column<FillRow> {
  const luminous = units === "pb^{-1}";
  const instantaneous = units?.startsWith("10^{34}") === true;
  return {
    type,
    description,
    ...(units === undefined ? {} : { units }),
    ...(luminous ? { rowUnits: ({ main }) => main?.luminosityUnits ?? units } : {}),
    ...(instantaneous ? { rowUnits: ({ main }) => main?.instantaneousUnits ?? units } : {}),
    get: (row) => row.stated[name] ?? get(row),
  };
}

/** Bunches of a fill: after the scheme by which it was filled, where that says how many. */
const colliding = ({ main }: FillRow): number | null => {
  const scheme = /_(\d+)b_(\d+)_/.exec(String(main?.attributes["injection_scheme"] ?? ""));
  return scheme === null ? null : Number(scheme[2]);
};
const bunches = ({ main }: FillRow): number | null => {
  const scheme = /_(\d+)b_/.exec(String(main?.attributes["injection_scheme"] ?? ""));
  return scheme === null ? null : Number(scheme[1]);
};
const of =
  (name: string) =>
  ({ main }: FillRow): unknown =>
    main?.attributes[name] ?? null;

function fillColumns(seed: number): Record<string, Column<FillRow>> {
  const entries: readonly (readonly [
    name: string,
    type: ColumnType,
    description: string,
    get: (row: FillRow) => unknown,
    units?: string,
  ])[] = [
    ["fill_number", "INTEGER", "Number of the fill", ({ fill }) => fill],
    ["era", "STRING", "Era of data taking", ({ runs }) => (runs[0] === undefined ? null : eraOf(runs[0].run))],
    ["start_time", "DATE", "Start of the first run (UTC)", (row) => time(ends(row, false))],
    ["end_time", "DATE", "End of the last run (UTC)", (row) => time(ends(row, true))],
    ["start_stable_beam", "DATE", "Stable beams from (UTC)", (row) => (row.beams ? time(ends(row, false), 60) : null)],
    ["end_stable_beam", "DATE", "Stable beams until (UTC)", (row) => (row.beams ? time(ends(row, true), -60) : null)],
    ["duration", "INTEGER", "Length", (row) => Math.round((Number(ends(row, true)) - Number(ends(row, false))) / 1000), "s"],
    ["stable_beams", "BOOLEAN", "Whether there were stable beams", ({ beams }) => beams],
    ["energy", "DOUBLE", "Energy of one beam", of("energy"), "GeV"],
    ["injection_scheme", "STRING", "Scheme by which the LHC was filled", of("injection_scheme")],
    ["fill_type_runtime", "STRING", "What collided", of("fill_type_runtime")],
    ["fill_type_party1", "STRING", "Particles of the first beam", of("fill_type_party1")],
    ["fill_type_party2", "STRING", "Particles of the second beam", of("fill_type_party2")],
    ["bunches_beam1", "INTEGER", "Bunches of the first beam", bunches],
    ["bunches_beam2", "INTEGER", "Bunches of the second beam", bunches],
    ["bunches_colliding", "INTEGER", "Pairs of bunches that collide in CMS", colliding],
    ["bunches_target", "INTEGER", "Pairs of bunches that should collide in CMS", colliding],
    [
      "crossing_angle",
      "INTEGER",
      "Half of the crossing angle",
      ({ beams, fill }) => (beams ? between(120, 160, seed, fill, 330) : null),
      "{\\mu}rad",
    ],
    ["beta_star", "DOUBLE", "Beta star", ({ beams }) => (beams ? 30 : null), "cm"],
    ["b_field", "DOUBLE", "Field of the magnet", of("b_field"), "T"],
    ["delivered_lumi", "DOUBLE", "Luminosity delivered", (row) => sum(row, "delivered_lumi"), "pb^{-1}"],
    ["recorded_lumi", "DOUBLE", "Luminosity recorded", (row) => sum(row, "recorded_lumi"), "pb^{-1}"],
    ["efficiency_lumi", "DOUBLE", "Share that was recorded", efficiency, "%"],
    ["peak_lumi", "DOUBLE", "Highest instantaneous luminosity", of("init_lumi"), "10^{34}cm^{-2}s^{-1}"],
    ["peak_pileup", "DOUBLE", "Highest pileup", ({ beams, fill }) => (beams ? Number((32 + 24 * unit(seed, fill, 301)).toFixed(3)) : null)],
    ["first_run_number", "LONG", "First run", ({ runs }) => runs[0]?.run ?? null],
    ["last_run_number", "LONG", "Last run", ({ runs }) => runs[runs.length - 1]?.run ?? null],
    ["last_update", "DATE", "Time of the latest change of this row", (row) => time(ends(row, true), 7200)],
  ];
  return Object.fromEntries(entries.map(([name, ...rest]) => [name, column(name, ...rest)]));
}

function efficiency(row: FillRow): number | null {
  const delivered = sum(row, "delivered_lumi");
  return delivered === null || delivered === 0 ? null : Number(((100 * Number(sum(row, "recorded_lumi"))) / delivered).toFixed(3));
}

export function fillsTable(runs: Runs, seed: number): Table<FillRow> {
  const columns = fillColumns(seed);
  const rows = (): Rows<FillRow> => {
    const numbers = [...runs.byFill.keys()];
    return keyed<FillRow>(
      numbers,
      "fill_number",
      1,
      (position) => {
        const fill = numbers[position] as number;
        const list = (runs.byFill.get(fill) as readonly number[]).map((index) => runs.at(index));
        const main = list.find(({ beams }) => beams) ?? list[0];
        return { fill, runs: list, main, beams: main?.beams === true, stated: statedFill(fill) };
      },
      (row) => String(row.fill),
    );
  };
  let made: Rows<FillRow> | undefined;
  return {
    name: "fills",
    columns,
    order: ["fill_number"],
    cap: 1000,
    rows: () => (made ??= rows()),
    nested: { runs: "fill_number", lumisections: "fill_number", bunches: "fill_number" },
  };
}

/** The first bunches of each fill. */
export function bunchesTable(runs: Runs, seed: number): Table<BunchRow> {
  const rows = (): Rows<BunchRow> => {
    const numbers = [...runs.byFill.keys()];
    const at = (position: number): BunchRow => ({
      fill: numbers[Math.floor(position / bunchesPerFill)] as number,
      bunch: (position % bunchesPerFill) + 1,
    });
    return keyed(numbers, "fill_number", bunchesPerFill, at, ({ fill, bunch }) => `${fill}_${bunch}`);
  };
  let made: Rows<BunchRow> | undefined;
  return {
    name: "bunches",
    columns: {
      fill_number: { type: "INTEGER", description: "Number of the fill", get: ({ fill }) => fill },
      bunch_number: { type: "INTEGER", description: "Number of the bunch", get: ({ bunch }) => bunch },
      beam1: { type: "BOOLEAN", description: "Filled in the first beam", get: ({ fill, bunch }) => unit(seed, fill, 1000 + bunch) < 0.7 },
      beam2: { type: "BOOLEAN", description: "Filled in the second beam", get: ({ fill, bunch }) => unit(seed, fill, 2000 + bunch) < 0.7 },
    },
    order: ["fill_number", "bunch_number"],
    cap: 5000,
    rows: () => (made ??= rows()),
  };
}

export function erasTable(runs: Runs): Table<Era> {
  const first = ({ startRun }: Era): number => runs.position(startRun);
  const last = ({ endRun }: Era): number => runs.position(endRun + 1) - 1;
  const text = (type: ColumnType, description: string, get: (era: Era) => unknown): Column<Era> => ({ type, description, get });
  const within = (era: Era, index: number): boolean => index >= first(era) && index <= last(era);
  const at = (values: ArrayLike<number>, index: (era: Era) => number) => (era: Era) =>
    within(era, index(era)) ? (values[index(era)] ?? null) : null;
  return {
    name: "eras",
    columns: {
      name: text("STRING", "Name of the era", ({ name }) => name),
      start_run: text("LONG", "First run", ({ startRun }) => startRun),
      end_run: text("LONG", "Last run", ({ endRun }) => endRun),
      start_fill: text("INTEGER", "Fill of its first run", at(runs.fills, first)),
      end_fill: text("INTEGER", "Fill of its last run", at(runs.fills, last)),
      start_time: text("DATE", "Start of its first run (UTC)", (era) => time(at(runs.starts, first)(era))),
      end_time: text("DATE", "Start of its last run (UTC)", (era) => time(at(runs.starts, last)(era))),
    },
    order: ["start_run"],
    cap: 1000,
    rows: () => ({
      count: eras.length,
      at: (position) => eras[position] as Era,
      id: ({ name }) => name,
      narrow: (conditions) => ({ segments: [[0, eras.length]], rest: conditions }),
      find: (id) => {
        const found = eras.findIndex(({ name }) => name === id);
        return found < 0 ? undefined : found;
      },
    }),
  };
}
