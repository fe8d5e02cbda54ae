// The demo's application: certified runs of 2018, joined with the lumisections that are good for physics.
import { ge, like, LumiMask } from "@sci/runregistry";

/** What must be GOOD and what must be on for a lumisection to count; the golden JSON of the service is made by the same rules. */
export const rules = {
  runClass: "Collisions18",
  energy: 6000,
  datasets: "/PromptReco/Collisions2018_/DQM",
  components: ["cms-cms", "tracker-pixel", "tracker-strip", "ecal-ecal", "hcal-hcal", "dt-dt", "csc-csc", "l1t-l1t", "lumi-lumi"],
  bits: ["beam1_stable", "beam2_stable", "cms_active", "tibtid_ready", "tob_ready", "tecm_ready", "tecp_ready"].concat([
    "bpix_ready",
    "fpix_ready",
    "ebp_ready",
    "ebm_ready",
    "dtp_ready",
    "cscm_ready",
    "hf_ready",
  ]),
};

/** The runs that may be certified, by number: pages are fetched in parallel and come in order. */
export async function selectRuns(rr) {
  const runs = new Map();
  const filter = { class: rules.runClass, significant: true, energy: ge(rules.energy) };
  for await (const run of rr.runs({ filter, pageSize: 50 })) runs.set(run.run_number, run);
  return runs;
}

/** A row per run with certified lumisections, and all of them as one mask: what the components say, joined with what OMS says. */
export async function certify(rr, runs) {
  const { components, bits, datasets, runClass, energy } = rules;
  const filter = { name: like(datasets), class: runClass, energy: ge(energy) };
  const certified = [];
  for await (const { row, mask } of rr.lumisections.certifiedOf(rr.datasets({ filter, pageSize: 50 }), { components, bits }))
    if (runs.has(row.run_number) && !mask.isEmpty) certified.push([row, mask]);
  certified.sort(([a], [b]) => a.run_number - b.run_number);
  return {
    rows: certified.map(([{ run_number, name }, mask]) => toRow(runs.get(run_number), name, mask)),
    golden: LumiMask.union(certified.map(([, mask]) => mask)),
  };
}

function toRow({ run_number, oms_attributes: oms, rr_attributes: rr }, dataset, mask) {
  return {
    run_number,
    class: rr.class,
    dataset,
    start_time: oms.start_time,
    fill_number: oms.fill_number,
    recorded_lumi: oms.recorded_lumi,
    lumisections: oms.ls_duration,
    certified_lumisections: mask.lumisectionCount,
    certified: mask.ranges(run_number),
  };
}

/** The service's own golden JSON by the same rules, for comparison. */
export async function generateGolden(rr) {
  const logic = {
    and: [
      { ">=": [{ var: "run.oms.energy" }, rules.energy] },
      { "==": [{ var: "run.rr.class" }, rules.runClass] },
      ...rules.bits.map((bit) => ({ "==": [{ var: `lumisection.oms.${bit}` }, true] })),
      ...rules.components.map((component) => ({ "==": [{ var: `lumisection.rr.${component}` }, "GOOD"] })),
    ],
  };
  const { mask } = await rr.goldenJson.create({ logic, datasets: rules.datasets }, { pollInterval: 100, deadline: 120_000 });
  return mask;
}
