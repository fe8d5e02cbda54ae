import { between, mix, oneOf } from "../../random.ts";
import { iso } from "../catalogue/times.ts";
import type { Investigation, Participant } from "../catalogue/types.ts";
import { participantName } from "./people.ts";

/** Beamlines of the ESRF, and ID00, at which nothing but examples is measured. */
export const instruments: readonly string[] = [
  ..."ID00 ID01 ID02 ID03 ID06 ID09 ID10 ID11 ID12 ID13 ID14 ID15A ID15B ID16A ID16B ID17 ID18 ID19 ID20 ID21 ID22 ID23-1 ID23-2 ID24".split(
    " ",
  ),
  ..."ID26 ID27 ID28 ID29 ID30A-1 ID30A-3 ID30B ID31 ID32 BM01 BM02 BM05 BM07 BM08 BM14 BM16 BM18 BM20 BM23 BM25 BM26 BM28 BM29 BM30 BM31 BM32".split(
    " ",
  ),
];

/** Kinds of proposals, with the id and the description that the catalogue has of them. */
export const types: readonly { id: number; name: string; description: string | null }[] = [
  { id: 1, name: "LS", description: "Life Sciences" },
  { id: 2, name: "MX", description: null },
  { id: 3, name: "MA", description: "Materials" },
  { id: 4, name: "HG", description: "Cultural Heritage" },
  { id: 5, name: "CH", description: "Chemistry" },
  { id: 6, name: "ES", description: "Earth Sciences" },
  { id: 7, name: "HC", description: "Hard Condensed Matter" },
  { id: 8, name: "SC", description: "Soft Condensed Matter" },
  { id: 9, name: "IH", description: "In-house research" },
];

export const firstInvestigation = 1001;
export const defaultInvestigations = 60;

type Fixed = Pick<Investigation, "name" | "instrument" | "startDate"> & Partial<Investigation>;

/** The first ones, which examples and tests name. */
const fixed: readonly Fixed[] = [
  {
    name: "MA-1234",
    instrument: "ID00",
    startDate: "2024-03-01T09:00:00.000+01:00",
    endDate: "2024-03-05T08:00:00.000+01:00",
    title: "Grain boundaries of an example",
    releaseDate: "2027-03-05T00:00:00.000+01:00",
    doi: "10.15151/ESRF-ES-1001",
  },
  {
    name: "MA-1234",
    instrument: "ID00",
    startDate: "2024-06-10T09:00:00.000+02:00",
    endDate: "2024-06-12T08:00:00.000+02:00",
    title: "Grain boundaries of an example, second visit",
    releaseDate: "2027-06-12T00:00:00.000+02:00",
    doi: "10.15151/ESRF-ES-1002",
  },
  { name: "MA-1234", instrument: "ID00", startDate: "2024-09-01T10:00:00.000+02:00", title: "Grain boundaries of an example, third visit" },
  { name: "HG-237", instrument: "ID13", startDate: "2020-02-01T08:00:00.000+01:00", title: "Pigments under a small beam" },
  { name: "MX-415", instrument: "ID30A-1", startDate: "2023-05-02T09:30:00.000+02:00", title: "Crystals, sent by parcel" },
  { name: "MX-2012", instrument: "ID23-1", startDate: "2023-06-20T09:30:00.000+02:00", title: "More crystals" },
  {
    name: "LS-3000",
    instrument: "ID16A",
    startDate: "2019-04-03T09:00:00.000+02:00",
    endDate: "2019-04-06T08:00:00.000+02:00",
    title: "Neurons, released",
    releaseDate: "2022-04-06T00:00:00.000+02:00",
    doi: "10.15151/ESRF-ES-1007",
  },
];

const subjects = ["Strain in", "Phases of", "Tomography of", "Spectra of", "Scattering from", "Growth of", "Diffusion in", "Defects in"];
const objects = [
  "perovskites",
  "glasses",
  "alloys",
  "proteins",
  "batteries",
  "fossils",
  "polymers",
  "zeolites",
  "thin films",
  "meteorites",
];
const days = 86_400_000;
const origin = Date.parse("2021-01-12T08:00:00.000Z");

function generated(index: number, seed: number): Fixed {
  const visit = index % 3;
  const proposal = Math.floor(index / 3);
  const kind = oneOf(types, seed, proposal, 11).name;
  // Visits of one proposal follow each other by 80 days or more; the last of them is still open.
  const start = origin + (mix(seed, proposal, 12) % 1100) * days + visit * between(80, 120, seed, index, 13) * days;
  const end = visit === 2 ? undefined : start + between(2, 6, seed, index, 14) * days;
  return {
    name: kind === "IH" ? `IH-${oneOf(["MA", "LS", "HC"], seed, proposal, 15)}-${100 + proposal}` : `${kind}-${5000 + proposal}`,
    instrument: oneOf(instruments.slice(1), seed, proposal, 16),
    startDate: iso(start),
    ...(end === undefined
      ? {}
      : { endDate: iso(end), releaseDate: iso(end + 1095 * days), doi: `10.15151/ESRF-ES-${firstInvestigation + index}` }),
    title: `${oneOf(subjects, seed, proposal, 17)} ${oneOf(objects, seed, proposal, 18)}`,
  };
}

/** The seeded investigation of an id. */
export function seededInvestigation(id: number, seed: number): Investigation {
  const index = id - firstInvestigation;
  const found = fixed[index] ?? generated(index, seed);
  const people: Participant[] = ["Principal investigator", "Local contact", "Participant"].map((role, place) => ({
    user: participantName(3 * index + place, seed).user,
    role,
  }));
  return {
    id,
    summary: `${found.title ?? ""}: an investigation of the sandbox.`,
    participants: people,
    parameters: { __datasetCount: "6", __sampleCount: "3", __fileCount: "18" },
    createTime: found.startDate,
    modTime: found.endDate ?? found.startDate,
    ...found,
  };
}
