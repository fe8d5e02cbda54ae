import { namedPaths } from "./extra-runs.ts";

const thresholds = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Families of paths and the thresholds that each comes with. */
const families: readonly (readonly [before: string, after: string, values: readonly number[]])[] = [
  ["IsoMu", "", thresholds(20, 30, 1)],
  ["Mu", "", thresholds(3, 60, 1)],
  ["Ele", "_WPTight_Gsf", thresholds(20, 60, 1)],
  ["PFJet", "", thresholds(25, 600, 5)],
  ["AK8PFJet", "", thresholds(40, 600, 10)],
  ["DiPFJetAve", "", thresholds(40, 500, 10)],
  ["Photon", "_HoverELoose", thresholds(20, 300, 5)],
  ["PFMET", "_PFMHT120_IDTight", thresholds(100, 300, 5)],
  ["PFHT", "", thresholds(180, 1100, 10)],
  ["DoubleMu", "_Mass3p8", thresholds(3, 40, 1)],
  ["DoubleEle", "_CaloIdL_MW", thresholds(20, 60, 1)],
  ["DoublePhoton", "", thresholds(30, 100, 2)],
  ["TripleMu", "_TrkIsoVVL", thresholds(3, 30, 1)],
  ["CaloJet", "_NoJetID", thresholds(100, 600, 10)],
];

/** Names of high-level trigger paths; a run has the first so many of them. Those that the reference names come first. */
export const pathNames: readonly string[] = [
  ...new Set([
    "HLT_IsoMu24_v13",
    ...namedPaths,
    ...families.flatMap(([before, after, values]) =>
      values.map((value, index) => `HLT_${before}${value}${after}_v${1 + ((index * 7) % 19)}`),
    ),
  ]),
];

/** Names of level-1 algorithms. */
export const algorithmNames: readonly string[] = [
  "L1_ZeroBias",
  ...[0, 3, 5, 7, 12, 16, 18, 20, 22, 25].map((value) => `L1_SingleMu${value}`),
  ...[10, 15, 18, 24, 28, 30, 36, 40, 50].map((value) => `L1_SingleEG${value}`),
  ...[35, 60, 90, 120, 150, 180, 200].map((value) => `L1_SingleJet${value}`),
  ...[120, 255, 280, 320, 360, 400].map((value) => `L1_HTT${value}er`),
  ...[40, 60, 80, 100, 120].map((value) => `L1_ETMHF${value}`),
  "L1_DoubleMu0er1p5_SQ",
  "L1_DoubleMu_15_7",
  "L1_DoubleEG_25_12_er2p5",
  "L1_DoubleIsoTau32er2p1",
];

export const streamNames: readonly string[] = [
  "PhysicsMuons",
  "PhysicsEGammaCommissioning",
  "ALCAPHISYM",
  "ExpressAlignment",
  "DQM",
  "ParkingBPH1",
];
