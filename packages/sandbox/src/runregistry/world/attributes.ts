import { between, mix, oneOf, unit } from "../../random.ts";
import { type Json, type JsonObject, jsonbKeys } from "../jsonb.ts";
import { lumisectionTime, type RunFacts } from "./facts.ts";

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");

interface Draft {
  readonly facts: RunFacts;
  readonly seed: number;
  readonly year: string;
  readonly beams: boolean;
  readonly seconds: number;
  readonly fill: number;
  readonly rate: number;
  readonly components: readonly string[];
}

const all = [
  "CSC",
  "DAQ",
  "DCS",
  "DQM",
  "DT",
  "ECAL",
  "ES",
  "HCAL",
  "HF",
  "LUMI",
  "PIXEL",
  "PIXEL_UP",
  "RPC",
  "SCAL",
  "TCDS",
  "TRACKER",
  "TRG",
  "CTPPS",
  "CTPPS_TOT",
  "GEM",
];
const parts = ["CASTOR", "CSC_EFED", "CTPPS", "CTPPS_TOT", "ECAL_EFED", "HF", "TRACKER", "PIXEL", "GEM", "LUMI"];

function componentsOf(facts: RunFacts, seed: number): string[] {
  const absent =
    facts.kind === "collisions"
      ? []
      : parts.filter((_, index) => unit(seed, facts.run, 100 + index) < (facts.kind === "cosmics" ? 0.25 : 0.6));
  return all.filter((name) => !absent.includes(name)).sort();
}

/** Number of the LHC fill that a run belongs to. */
export function fillOf(run: number, seed: number): number {
  return 6600 + Math.floor((run - 314_000) / 15) + between(0, 1, seed, Math.floor(run / 7), 21);
}

function draftOf(facts: RunFacts, seed: number): Draft {
  const { run } = facts;
  const beams = facts.kind === "collisions" || facts.kind === "rejected";
  const year = facts.class.slice(-2) === "" ? "18" : facts.class.slice(-2);
  return {
    facts,
    seed,
    year,
    beams,
    seconds: Math.round((facts.lumisections * lumisectionTime) / 1000) + between(0, 20, seed, run, 20),
    fill: fillOf(run, seed),
    rate: beams ? between(60_000, 95_000, seed, run, 22) : between(200, 900, seed, run, 22),
    components: componentsOf(facts, seed),
  };
}

type Maker = (draft: Draft) => Json | undefined;
const included =
  (component: string): Maker =>
  ({ components }) =>
    components.includes(component) ? true : undefined;
const key = ({ beams, year, facts, seed }: Draft): string =>
  `${beams ? "collisions" : "cosmics"}20${year}/v${between(20, 96, seed, Math.floor(facts.run / 9), 23)}`;
const luminosity =
  (scale: number): Maker =>
  ({ beams, facts, seed }) =>
    beams ? round(facts.lumisections * scale * (0.4 + unit(seed, facts.run, 24) * 0.5), 3) : null;

const makers: Readonly<Record<string, Maker>> = {
  run_number: ({ facts }) => facts.run,
  energy: ({ beams, year, facts }) => (facts.class.startsWith("HI") ? 6370 : beams ? (Number(year) >= 22 ? 6800 : 6500) : 0),
  b_field: ({ facts, seed }) => (facts.kind === "collisions" || unit(seed, facts.run, 25) < 0.8 ? 3.8 : 0.019),
  fill_number: ({ fill }) => fill,
  sequence: () => "GLOBAL-RUN",
  duration: ({ seconds }) => seconds,
  ls_duration: ({ facts }) => facts.lumisections,
  start_time: ({ facts }) => iso(facts.start),
  end_time: ({ facts, seconds }) => iso(facts.start + seconds * 1000),
  last_update: ({ facts, seconds }) => iso(facts.start + seconds * 1000 + 7_200_000),
  hlt_key: ({ beams, year, facts, seed }) =>
    beams
      ? `/cdaq/physics/Run20${year}/2e34/v${between(1, 3, seed, facts.run, 26)}.${between(0, 5, seed, facts.run, 27)}.0/HLT/V${between(1, 9, seed, facts.run, 28)}`
      : `/cdaq/cosmic/commissioning20${year}/CruzetForCollisions/Cosmics/V${between(1, 36, seed, facts.run, 28)}`,
  l1_key: (draft) => `l1_trg_${key(draft)}`,
  l1_key_stripped: key,
  l1_menu: ({ year, facts, seed }) =>
    `L1Menu_Collisions20${year}_v${between(0, 2, seed, Math.floor(facts.run / 900), 29)}_${between(0, 1, seed, Math.floor(facts.run / 300), 30)}_0`,
  l1_hlt_mode: ({ beams, year }) => `${beams ? "collisions" : "cosmics"}20${year}`,
  l1_hlt_mode_stripped: (draft) => key(draft),
  trigger_mode: (draft) => `l1_hlt_${key(draft)}`,
  cmssw_version: ({ year }) =>
    Number(year) >= 24 ? "CMSSW_14_0_6_MULTIARCHS" : Number(year) >= 22 ? "CMSSW_12_4_10_patch3" : "CMSSW_10_1_5",
  clock_type: ({ beams }) => (beams ? "LHC" : "LOCAL"),
  components: ({ components }) => components,
  stable_beam: ({ beams }) => beams,
  beams_present_and_stable: ({ beams }) => (beams ? null : false),
  tier0_transfer: ({ facts, seed }) => facts.kind !== "commissioning" || unit(seed, facts.run, 31) < 0.5,
  l1_rate: ({ rate }) => round(rate + 0.516, 3),
  hlt_physics_rate: ({ rate }) => round(rate / 62.1, 3),
  hlt_physics_size: ({ beams, facts, seed }) => round((beams ? 900 : 3) * (0.7 + unit(seed, facts.run, 32)), 3),
  hlt_physics_counter: ({ rate, seconds }) => Math.round((rate / 62.1) * seconds),
  l1_triggers_counter: ({ rate, seconds }) => rate * seconds,
  hlt_physics_throughput: ({ beams, facts, seed }) => round((beams ? 1.3 : 0.0016) * (0.7 + unit(seed, facts.run, 33)), 6),
  initial_prescale_index: ({ beams, facts, seed }) => (beams ? between(0, 4, seed, facts.run, 34) : 0),
  fill_type_runtime: ({ beams, facts }) => (facts.class.startsWith("HI") ? "PB" : beams ? "PROTONS" : "COSMICS"),
  fill_type_party1: ({ beams, facts }) => (facts.class.startsWith("HI") ? "PB82" : beams ? "PROTON" : null),
  fill_type_party2: ({ beams, facts }) => (facts.class.startsWith("HI") ? "PB82" : beams ? "PROTON" : null),
  injection_scheme: ({ beams, fill, seed }) =>
    beams
      ? oneOf(["25ns_2556b_2544_2215_2332_144bpi_20injV3", "25ns_987b_974_878_917_144bpi_13inj", "Single_3b_2_2_2"], seed, fill, 35)
      : null,
  init_lumi: luminosity(0.02),
  end_lumi: luminosity(0.012),
  delivered_lumi: luminosity(0.45),
  recorded_lumi: luminosity(0.42),
};

for (const component of [
  "HF",
  "DT",
  "ES",
  "CSC",
  "COW",
  "DAQ",
  "DCS",
  "DQM",
  "GEM",
  "LTC",
  "RPC",
  "TRG",
  "HCAL",
  "SCAL",
  "EFED",
  "ECAL",
  "LUMI",
  "TCDS",
  "TOTEM",
  "PIXEL",
  "CTPPS",
  "HFLUMI",
  "CASTOR",
  "TRACKER",
  "DT_EFED",
  "RPC_EFED",
  "TRG_EFED",
  "PIXEL_UP",
  "CSC_EFED",
  "CTPPS_TOT",
  "ECAL_EFED",
  "HCAL_EFED",
  "TRACKER_EFED",
]) {
  (makers as Record<string, Maker>)[`${component.toLowerCase()}_included`] = included(component);
}

const ordered = jsonbKeys(Object.keys(makers)).map((name) => [name, makers[name] as Maker] as const);

/** Attributes of a run that come from OMS, in jsonb's order. `*_included` is true or absent. */
export function omsAttributes(facts: RunFacts, seed: number): JsonObject {
  const draft = draftOf(facts, seed);
  const attributes: JsonObject = {};
  for (const [name, make] of ordered) {
    const value = make(draft);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Attributes of a run that Run Registry itself gives, as they were when the run was made. */
export function rrAttributes(facts: RunFacts, seed: number): JsonObject {
  const stop = facts.state === "OPEN" ? "" : oneOf(["Programmed Dump", "Beam dump", "Resync", "DAQ problem", "Other"], seed, facts.run, 40);
  return {
    class: facts.class,
    state: "OPEN",
    short_run: facts.lumisections < 10,
    significant: facts.significant,
    stop_reason: facts.kind === "commissioning" || mix(seed, facts.run, 41) % 3 === 0 ? "" : stop,
  };
}
