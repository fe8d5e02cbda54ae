import { jsonbKeys } from "../jsonb.ts";

const onlineColumns: Readonly<Record<string, readonly string[]>> = {
  castor: ["castor"],
  cms: ["cms"],
  csc: ["csc"],
  ctpps: ["ctpps"],
  dt: ["dt"],
  ecal: ["ecal", "es"],
  hcal: ["hcal"],
  hlt: ["hlt"],
  l1t: ["l1t", "l1tcalo", "l1tmu"],
  lumi: ["lumi"],
  rpc: ["rpc"],
  tracker: ["pixel", "strip"],
};

const offlineColumns: Readonly<Record<string, readonly string[]>> = {
  ...onlineColumns,
  btag: ["btag"],
  dc: ["lowlumi"],
  egamma: ["egamma"],
  jetmet: ["jetmet"],
  muon: ["muon"],
  tau: ["tau"],
  tracker: ["pixel", "strip", "track"],
};

/** Columns of single workspaces, which only their experts look at. */
const workspaceColumns: Readonly<Record<string, readonly string[]>> = {
  cms: ["infrastructure"],
  csc: ["tf", "strips", "timing", "gasgains", "segments", "integrity", "occupancy", "pedestals", "efficiency", "resolution", "triggergpe"],
  ctpps: ["rp45_220", "rp45_cyl", "rp56_210", "rp56_220", "rp56_cyl"],
  ecal: ["ebm", "ebp", "eem", "eep", "esm", "esp", "tpg", "laser", "noise", "timing", "analysis", "preshower", "collisions"],
  hcal: ["hb", "he", "hf", "ho0", "ho12", "hb_ls", "he_ls", "hf_ls", "hoO_ls", "ho12_ls"],
  hlt: ["tau", "bjets", "muons", "jetmet", "photons", "electrons", "technical", "hlt_global"],
  l1t: [
    "e_gamma",
    "hf_tech",
    "muon_dt",
    "bcs_tech",
    "hg_rings",
    "muon_csc",
    "muon_rpc",
    "rpc_tech",
    "software",
    "bptx_tech",
    "energy_sums",
  ],
  rpc: ["hv", "lv", "feb", "elog", "noise"],
};

function names(columns: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(columns).flatMap(([workspace, list]) => list.map((column) => `${workspace}-${column}`));
}

/** Components of the online dataset: all of them must have a value before a run can be signed off. */
export const onlineComponents: readonly string[] = jsonbKeys(names(onlineColumns));
/** Components of an offline dataset in the global workspace. */
export const offlineComponents: readonly string[] = jsonbKeys(names(offlineColumns));
/** Every component of an offline dataset. */
export const datasetComponents: readonly string[] = jsonbKeys(new Set([...names(offlineColumns), ...names(workspaceColumns)]));
/** Workspaces with a state in an offline dataset, beside `global`. */
export const workspaces: readonly string[] = Object.keys(offlineColumns)
  .filter((workspace) => workspace !== "dc")
  .sort();

/** Attributes of a lumisection that come from OMS; ranges compare only these. */
export const omsBits: readonly string[] = jsonbKeys([
  "beam1_present", "beam1_stable", "beam2_present", "beam2_stable", "bpix_ready", "castor_ready", "cms_active", "cscm_ready", "cscp_ready",
  "dt0_ready", "dtm_ready", "dtp_ready", "ebm_ready", "ebp_ready", "eem_ready", "eep_ready", "esm_ready", "esp_ready", "fpix_ready",
  "gemm_ready", "gemp_ready", "hbhea_ready", "hbheb_ready", "hbhec_ready", "hf_ready", "ho_ready", "physics_flag", "prescale_index",
  "prescale_name", "rp_sect_45_ready", "rp_sect_56_ready", "rp_time_ready", "rpc_ready", "tecm_ready", "tecp_ready", "tibtid_ready", "tob_ready", "zdc_ready",
]); // prettier-ignore
