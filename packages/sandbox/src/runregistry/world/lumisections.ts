import { between, mix, oneOf, unit } from "../../random.ts";
import type { Json, JsonObject } from "../jsonb.ts";
import { datasetComponents, offlineComponents, omsBits, onlineComponents } from "./components.ts";
import type { Ranges, RunFacts } from "./facts.ts";

/** Values that hold for a range of lumisections, both ends included. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly values: JsonObject;
  /** Luminosity of single lumisections, laid over the values. */
  readonly luminosity?: (lumisection: number) => { readonly recorded: number; readonly delivered: number };
}

interface Trouble {
  readonly bits: readonly string[];
  readonly components: readonly string[];
  readonly status: string;
  readonly comment: string;
  readonly cause: string;
}

const troubles: readonly Trouble[] = [
  { bits: ["tibtid_ready"], components: ["tracker-strip"], status: "BAD", comment: "TIB/TID power supply tripped", cause: "HV" },
  { bits: ["bpix_ready"], components: ["tracker-pixel"], status: "BAD", comment: "BPIX sectors off", cause: "DCS" },
  { bits: ["ebp_ready"], components: ["ecal-ecal"], status: "BAD", comment: "EB+ low voltage", cause: "LV" },
  { bits: ["dtp_ready"], components: ["dt-dt"], status: "BAD", comment: "YB+2 HV at standby", cause: "HV" },
  { bits: ["cscm_ready"], components: ["csc-csc"], status: "BAD", comment: "ME- HV trip", cause: "HV" },
  { bits: [], components: ["hcal-hcal"], status: "BAD", comment: "HBHE data corrupted", cause: "DAQ" },
  { bits: [], components: ["l1t-l1t", "l1t-l1tmu"], status: "BAD", comment: "wrong prescale column", cause: "TRIGGER" },
  { bits: ["hf_ready"], components: ["lumi-lumi", "hcal-hcal"], status: "BAD", comment: "HF off", cause: "LV" },
];
const noBeam: Trouble = {
  bits: ["beam1_stable", "beam2_stable", "physics_flag"],
  components: ["tracker-pixel", "tracker-strip"],
  status: "STANDBY",
  comment: "",
  cause: "",
};
const rejection: Trouble = { bits: [], components: ["cms-cms"], status: "BAD", comment: "test run, not for physics", cause: "TEST" };

interface Section {
  readonly start: number;
  readonly end: number;
  readonly trouble: Trouble | undefined;
}

function complement(good: Ranges, length: number): [number, number][] {
  const gaps: [number, number][] = [];
  let next = 1;
  for (const [from, to] of good) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= length) gaps.push([next, length]);
  return gaps;
}

/** Sections of a run, each good throughout or in one trouble; holes are left out (no data). */
function sectionsOf(facts: RunFacts, seed: number): Section[] {
  const { run, lumisections: length } = facts;
  if (facts.kind === "rejected") return [{ start: 1, end: length, trouble: rejection }];
  if (facts.kind === "collisions") {
    const good = facts.certified.map(([start, end]): Section => ({ start, end, trouble: undefined }));
    const bad = complement(facts.certified, length).map(([start, end], index): Section => ({
      start,
      end,
      trouble: start === 1 ? noBeam : oneOf(troubles, seed, run, 200 + index),
    }));
    return [...good, ...bad].sort((a, b) => a.start - b.start);
  }
  const sections: Section[] = [];
  const first = Math.min(length, between(1, 4, seed, run, 50));
  const late = Math.max(first, length - between(0, 8, seed, run, 51));
  sections.push({ start: 1, end: first, trouble: { ...noBeam, bits: [], status: "NOTSET" } });
  // Every seventh run of this kind lost lumisections on the way: nothing is known about them.
  const hole = mix(seed, run, 52) % 7 === 0 && late - first > 4 ? 2 : 0;
  if (late > first) sections.push({ start: first + 1 + hole, end: late, trouble: undefined });
  if (length > late) sections.push({ start: late + 1, end: length, trouble: oneOf(troubles.slice(0, 6), seed, run, 53) });
  return sections;
}

function triplet(status: string, comment = "", cause = ""): JsonObject {
  return { cause, status, comment };
}
const good = triplet("GOOD");
const excluded = triplet("EXCLUDED");
const notSet = triplet("NOTSET");
const certifiable = new Set(offlineComponents);

function statusOf(component: string, section: Section, facts: RunFacts, absent: boolean): JsonObject {
  const { trouble } = section;
  if (absent) return excluded;
  if (trouble?.components.includes(component) === true) return triplet(trouble.status, trouble.comment, trouble.cause);
  if (!certifiable.has(component)) return facts.run % 5 === 0 ? notSet : good;
  return good;
}

/** Spans of component values. Online and offline datasets differ in their components; a run that is not significant has none. */
export function rrSpans(facts: RunFacts, seed: number, dataset: string): Span[] {
  if (!facts.significant) return [];
  const online = dataset === "online";
  const names = online ? onlineComponents : datasetComponents;
  const beams = facts.kind === "collisions" || facts.kind === "rejected";
  return sectionsOf(facts, seed).map((section) => {
    const values: JsonObject = {};
    for (const name of names) {
      const absent =
        name === "castor-castor" ||
        (!beams && (name === "lumi-lumi" || name.startsWith("ctpps-") || name === "dc-lowlumi")) ||
        (facts.kind === "commissioning" && name === "tracker-pixel" && unit(seed, facts.run, 54) < 0.5);
      values[name] = statusOf(name, section, facts, absent);
    }
    return { start: section.start, end: section.end, values };
  });
}

function bitsOf(section: Section, facts: RunFacts, seed: number): JsonObject {
  const beams = facts.kind === "collisions" || facts.kind === "rejected";
  const values: JsonObject = {};
  const index = beams ? between(0, 4, seed, facts.run, 55) : 0;
  for (const name of beams ? lumiNames : omsBits) {
    let value: Json = true;
    if (name === "prescale_index") value = index;
    else if (name === "prescale_name") value = beams ? (["2.0e34", "1.7e34", "1.5e34", "1.2e34", "9.0e33"][index] as string) : "Cosmics";
    else if (name === "recorded" || name === "delivered") value = 0;
    else if (name.startsWith("rp_")) value = beams ? true : null;
    else if (name.startsWith("gem") && facts.run < 350_000) value = null;
    else if (name === "castor_ready" || name === "zdc_ready") value = false;
    else if (name.startsWith("beam") || name === "physics_flag") value = beams;
    if (section.trouble?.bits.includes(name) === true) value = false;
    values[name] = value;
  }
  return values;
}

const lumiNames = [...omsBits, "recorded", "delivered"].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));

/** Spans of the detector bits of OMS, with luminosity per lumisection where beams collide. They belong to the online dataset. */
export function omsSpans(facts: RunFacts, seed: number): Span[] {
  const beams = facts.kind === "collisions" || facts.kind === "rejected";
  return sectionsOf(facts, seed).map((section) => {
    const span = { start: section.start, end: section.end, values: bitsOf(section, facts, seed) };
    if (!beams) return span;
    const stable = section.trouble !== noBeam;
    return {
      ...span,
      luminosity(lumisection: number) {
        const delivered = stable
          ? Math.round(450_000 * Math.exp(-lumisection / 2500) * (0.98 + unit(seed, facts.run, lumisection) * 0.04)) / 1000
          : 0;
        return { recorded: Math.round(delivered * 960) / 1000, delivered };
      },
    };
  });
}

/** Rules (json-logic) that give exactly the certified ranges for the datasets `/PromptReco/Collisions2018_/DQM`. */
export const certificationLogic: Json = {
  and: [
    { ">=": [{ var: "run.oms.energy" }, 6000] },
    { "==": [{ var: "run.rr.class" }, "Collisions18"] },
    ...[
      "beam1_stable",
      "beam2_stable",
      "cms_active",
      "tibtid_ready",
      "tob_ready",
      "tecm_ready",
      "tecp_ready",
      "bpix_ready",
      "fpix_ready",
      "ebp_ready",
      "ebm_ready",
      "dtp_ready",
      "cscm_ready",
      "hf_ready",
    ].map((bit) => ({ "==": [{ var: `lumisection.oms.${bit}` }, true] })),
    ...["cms-cms", "tracker-pixel", "tracker-strip", "ecal-ecal", "hcal-hcal", "dt-dt", "csc-csc", "l1t-l1t", "lumi-lumi"].map(
      (component) => ({ "==": [{ var: `lumisection.rr.${component}` }, "GOOD"] }),
    ),
  ],
};
