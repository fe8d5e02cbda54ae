import type { Column, ColumnType, Table } from "../table.ts";
import { eraOf } from "../world/eras.ts";
import type { Runs } from "../world/runs.ts";
import { byRun, remembered, type SpanRow } from "./by-run.ts";

type Entry = readonly [type: ColumnType, description: string, units?: string];

/** Attributes that Run Registry's world holds of a run: it copies them from here. */
const entries: Readonly<Record<string, Entry>> = {
  run_number: ["LONG", "Number of the run"],
  fill_number: ["INTEGER", "Number of the LHC fill"],
  sequence: ["STRING", "Kind of run"],
  start_time: ["DATE", "Start of the run (UTC)"],
  end_time: ["DATE", "End of the run (UTC)"],
  last_update: ["DATE", "Time of the latest change of this row"],
  duration: ["INTEGER", "Length of the run", "s"],
  stable_beam: ["BOOLEAN", "Stable beams at some time of the run"],
  fill_type_runtime: ["STRING", "What collided"],
  fill_type_party1: ["STRING", "Particles of the first beam"],
  fill_type_party2: ["STRING", "Particles of the second beam"],
  injection_scheme: ["STRING", "Scheme by which the LHC was filled"],
  delivered_lumi: ["DOUBLE", "Luminosity delivered", "pb^{-1}"],
  recorded_lumi: ["DOUBLE", "Luminosity recorded", "pb^{-1}"],
  init_lumi: ["DOUBLE", "Instantaneous luminosity at the start", "10^{34}cm^{-2}s^{-1}"],
  end_lumi: ["DOUBLE", "Instantaneous luminosity at the end", "10^{34}cm^{-2}s^{-1}"],
  b_field: ["DOUBLE", "Field of the magnet", "T"],
  energy: ["DOUBLE", "Energy of one beam", "GeV"],
  clock_type: ["STRING", "Source of the clock"],
  l1_hlt_mode: ["STRING", "Trigger mode"],
  l1_hlt_mode_stripped: ["STRING", "Trigger mode, short"],
  trigger_mode: ["STRING", "Trigger mode with its version"],
  cmssw_version: ["STRING", "Software release"],
  initial_prescale_index: ["INTEGER", "Prescale column at the start"],
  tier0_transfer: ["BOOLEAN", "Whether data went to Tier 0"],
  l1_key: ["STRING", "Key of the level-1 trigger"],
  l1_key_stripped: ["STRING", "Key of the level-1 trigger, short"],
  l1_menu: ["STRING", "Menu of the level-1 trigger"],
  l1_triggers_counter: ["LONG", "Level-1 triggers"],
  l1_rate: ["DOUBLE", "Rate of level-1 triggers", "Hz"],
  hlt_key: ["STRING", "Configuration of the high-level trigger"],
  hlt_physics_size: ["DOUBLE", "Size of the physics stream", "GB"],
  hlt_physics_rate: ["DOUBLE", "Rate of the physics stream", "Hz"],
  hlt_physics_counter: ["LONG", "Events of the physics stream"],
  hlt_physics_throughput: ["DOUBLE", "Throughput of the physics stream", "GB/s"],
  components: ["LIST", "Subsystems in the run"],
};

const luminous = new Set(["delivered_lumi", "recorded_lumi"]);
const instantaneous = new Set(["init_lumi", "end_lumi"]);

function column(name: string, [type, description, units]: Entry): Column<SpanRow> {
  return {
    type,
    description,
    ...(units === undefined ? {} : { units }),
    ...(luminous.has(name) ? { rowUnits: ({ run }) => run.luminosityUnits } : {}),
    ...(instantaneous.has(name) ? { rowUnits: ({ run }) => run.instantaneousUnits } : {}),
    ...(name === "tier0_transfer" ? { searchable: false } : {}),
    get: ({ run }) => run.attributes[name] ?? null,
  };
}

export function runsTable(runs: Runs): Table<SpanRow> {
  const columns = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, column(name, entry)]));
  const rows = remembered(() =>
    byRun(
      runs,
      { items: () => 1, span: (index) => [1, runs.lengths[index] as number], id: ({ run }) => String(run.run) },
      { size: Infinity },
    ),
  );
  return {
    name: "runs",
    columns: { ...columns, era: { type: "STRING", description: "Era of data taking", get: ({ run }) => eraOf(run.run) } },
    order: ["run_number"],
    cap: 1000,
    rows: () => rows({ size: Infinity }),
    nested: Object.fromEntries(
      ["lumisections", "l1triggerrates", "l1algorithmtriggers", "hltpathinfo", "hltpathrates", "deadtimes", "streams"].map((name) => [
        name,
        "run_number",
      ]),
    ),
  };
}

/** Keys of the level-1 trigger by run. */
export function l1KeysTable(runs: Runs): Table<SpanRow> {
  const text = (description: string, get: (row: SpanRow) => unknown): Column<SpanRow> => ({ type: "STRING", description, get });
  const rows = remembered(() =>
    byRun(
      runs,
      { items: () => 1, span: (index) => [1, runs.lengths[index] as number], id: ({ run }) => String(run.run) },
      { size: Infinity },
    ),
  );
  return {
    name: "l1configurationkeys",
    columns: {
      run_number: { type: "LONG", description: "Number of the run", get: ({ run }) => run.run },
      l1_key: text("Key of the level-1 trigger", ({ run }) => run.attributes["l1_key"]),
      run_settings_key: text("Key of the run settings", ({ run }) => `l1_rs_${String(run.attributes["l1_key_stripped"])}`),
      l1_menu: text("Menu of the level-1 trigger", ({ run }) => run.attributes["l1_menu"]),
    },
    order: ["run_number"],
    cap: 1000,
    rows: () => rows({ size: Infinity }),
  };
}
