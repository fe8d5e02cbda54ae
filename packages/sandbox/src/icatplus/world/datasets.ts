import { between, mix, oneOf, unit } from "../../random.ts";
import { proposalKey } from "../catalogue/names.ts";
import { dayOf, iso, millisecondsOf } from "../catalogue/times.ts";
import type { Datafile, Dataset, Investigation, Parameter, Sample } from "../catalogue/types.ts";
import { firstInvestigation } from "./investigations.ts";
import { techniques } from "./techniques.ts";

export const samplesEach = 3;
export const datasetsEach = 6;
export const filesEach = 3;
export const firstSample = 20_001;
export const firstDataset = 100_001;
export const firstDatafile = 1_000_001;

const names = ["Sample A", "Sample B", "Sample C"];
const minutes = 60_000;

/** Where among the samples, datasets or files of its parent a seeded one stands, and which parent that is. */
export function placeOf(id: number, first: number, each: number, firstParent: number): { parent: number; place: number } {
  const index = id - first;
  return { parent: firstParent + Math.floor(index / each), place: index % each };
}

export function idsOf(parent: number, first: number, each: number, firstParent: number): number[] {
  return Array.from({ length: each }, (_, place) => first + (parent - firstParent) * each + place);
}

export function seededSample(id: number, investigation: (id: number) => Investigation, seed: number): Sample {
  const { parent, place } = placeOf(id, firstSample, samplesEach, firstInvestigation);
  const { startDate } = investigation(parent);
  return {
    id,
    name: names[place] as string,
    investigationId: parent,
    modTime: iso(millisecondsOf(startDate)),
    parameters: [
      { name: "SampleProtein_acronym", value: `S${mix(seed, id, 21) % 1000}` },
      { name: "Sample_description", value: `${names[place] as string} of the sandbox` },
    ],
  };
}

/** Folder of a dataset, as the facility lays them out. */
function folder({ name, instrument, startDate }: Investigation, type: string, sample: string, dataset: string): string {
  const session = dayOf(startDate).replaceAll("-", "");
  const kind = type === "processed" ? "PROCESSED_DATA" : "RAW_DATA";
  return `/data/visitor/${proposalKey(name)}/${instrument.toLowerCase()}/${session}/${kind}/${sample.replaceAll(" ", "_")}/${dataset}`;
}

export function seededDataset(id: number, investigationOf: (id: number) => Investigation, seed: number): Dataset {
  const { parent, place } = placeOf(id, firstDataset, datasetsEach, firstInvestigation);
  const investigation = investigationOf(parent);
  // Four measured, two made from the first two of them.
  const raw = place < 4 ? place : place - 4;
  const type = place < 4 ? "acquisition" : "processed";
  const sample = names[raw % samplesEach] as string;
  const name = `${sample.replaceAll(" ", "_")}_${String(raw + 1).padStart(4, "0")}${place < 4 ? "" : "_fit"}`;
  const location = folder(investigation, type, sample, name);
  const start = millisecondsOf(investigation.startDate) + (place + 1) * 47 * minutes;
  const length = between(3, 40, seed, id, 31) * minutes;
  const technique = oneOf(techniques, seed, parent, 32);
  const input = folder(investigation, "acquisition", sample, name.replace(/_fit$/, ""));
  const value = (name: string, text: string, units?: string): Parameter => ({
    name,
    value: text,
    ...(units === undefined ? {} : { units }),
  });
  return {
    id,
    name,
    investigationId: parent,
    sampleId: firstSample + (parent - firstInvestigation) * samplesEach + (raw % samplesEach),
    location,
    startDate: iso(start),
    endDate: iso(start + length),
    type,
    complete: true,
    parameters: [
      value("Sample_name", sample),
      value("beamlineID", investigation.instrument.toLowerCase()),
      value("proposal", proposalKey(investigation.name)),
      value("datasetName", name),
      value("definition", technique.name),
      value("technique_pid", technique.pid),
      value("scanNumber", String(raw + 1)),
      value("InstrumentMonochromator_energy", (5 + 30 * unit(seed, id, 33)).toFixed(4), "keV"),
      value("InstrumentSource_current", (30 + 170 * unit(seed, id, 34)).toFixed(2), "mA"),
      ...(type === "processed" ? [value("input_datasets", input)] : []),
      value("__elapsedTime", String(length / 1000)),
      value("__volume", String(idsOf(id, firstDatafile, filesEach, firstDataset).reduce((sum, file) => sum + sizeOf(file, seed), 0))),
      value("__fileCount", String(filesEach)),
    ],
    inputs: type === "processed" ? [id - 4] : [],
    createTime: iso(start + length),
    // The oldest are on tape.
    state: start < Date.parse("2022-01-01T00:00:00Z") ? "ARCHIVED" : "ONLINE",
    events: [],
  };
}

function sizeOf(id: number, seed: number): number {
  return between(200, 40_000, seed, id, 41);
}

export function seededDatafile(id: number, datasetOf: (id: number) => Dataset, seed: number): Datafile {
  const { parent, place } = placeOf(id, firstDatafile, filesEach, firstDataset);
  const dataset = datasetOf(parent);
  const name = place === 0 ? `/${dataset.name}.h5` : place === 1 ? "/scan0001/detector_0000.h5" : "/gallery/overview.jpg";
  return { id, datasetId: parent, name, location: `${dataset.location}${name}`, fileSize: sizeOf(id, seed), createTime: dataset.endDate };
}

/** What is in a seeded file: the same bytes at every reading. */
export function seededContent({ id, fileSize }: Datafile, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(fileSize);
  for (let at = 0; at < fileSize; at += 4) {
    const word = mix(seed, id, at);
    for (let byte = 0; byte < 4 && at + byte < fileSize; byte++) bytes[at + byte] = (word >>> (8 * byte)) & 255;
  }
  return bytes;
}
