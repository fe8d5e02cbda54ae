import { iso } from "../catalogue/times.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Datafile, Dataset, Document, Investigation, Parameter, Sample } from "../catalogue/types.ts";
import { instruments, types } from "../world/investigations.ts";
import { fullNameOf } from "../world/people.ts";
import { techniques } from "../world/techniques.ts";

type View = Record<string, unknown>;

/** Parameters of a record are numbered within this many. */
const parametersEach = 10_000;

/** `_id` as the documents of the service have it: 24 hexadecimal digits. */
export function objectId(id: number): string {
  return `65f0c0ff${id.toString(16).padStart(16, "0")}`;
}

/** `_id` of uploaded bytes, told from those of everything else by its beginning. */
export function resourceId(id: number): string {
  return `65f0c0fe${id.toString(16).padStart(16, "0")}`;
}

export function isResourceId(text: string): boolean {
  return /^65f0c0fe[0-9a-f]{16}$/.test(text);
}

/** The number behind an `_id` or behind numerals; NaN for anything else. */
export function numberOf(text: string | undefined): number {
  if (text !== undefined && /^65f0c0f[ef][0-9a-f]{16}$/.test(text)) return Number.parseInt(text.slice(8), 16);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

export function documentView({ id, value, investigationId }: Document): View {
  return { _id: objectId(id), id: objectId(id), ...(investigationId === undefined ? {} : { investigationId }), ...value };
}

export function instrumentView(name: string): View {
  const place = instruments.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  return { id: place < 0 ? instruments.length + 1 : place + 1, name, description: `Beamline ${name}`, instrumentScientists: [] };
}

export function typeOf({ name }: Investigation): View | undefined {
  const letters = name.split("-")[0] as string;
  const found = types.find((type) => type.name === letters);
  return found === undefined ? undefined : { id: found.id, name: found.name, description: found.description ?? "" };
}

export function userView(name: string): View {
  const fullName = fullNameOf(name);
  const [givenName = "", familyName = ""] = fullName.split(" ");
  return { name, fullName, givenName, familyName, email: `${name}@example.org` };
}

/** An investigation as lists of investigations have it. */
export function investigationView(investigation: Investigation): View {
  const { id, name, startDate, endDate, title, summary, doi, releaseDate, instrument, participants, parameters } = investigation;
  const type = typeOf(investigation);
  return {
    id,
    name,
    startDate,
    ...(endDate === undefined ? {} : { endDate }),
    ...(doi === undefined ? {} : { doi }),
    ...(title === undefined ? {} : { title }),
    visitId: instrument,
    ...(releaseDate === undefined ? {} : { releaseDate }),
    ...(summary === undefined ? {} : { summary }),
    parameters,
    instrument: instrumentView(instrument),
    investigationUsers: participants.map(({ user, role }) => ({ role, user: userView(user) })),
    ...(type === undefined ? {} : { type }),
  };
}

/** An investigation as datasets have it. */
function lightView(investigation: Investigation): View {
  const { instrument: _instrument, investigationUsers: _users, parameters: _parameters, ...rest } = investigationView(investigation);
  const { id, name } = instrumentView(investigation.instrument);
  return { ...rest, investigationInstruments: [{ id, instrument: { id, name, fullName: name } }] };
}

export function parameterViews(owner: number, parameters: readonly Parameter[]): View[] {
  return parameters.map(({ name, value, units = "" }, place) => ({ id: owner * parametersEach + place, name, value, units }));
}

/** Whose parameter an id means, and which of them. */
export function parameterPlace(id: number): { owner: number; place: number } {
  return { owner: Math.floor(id / parametersEach), place: id % parametersEach };
}

function techniquesOf({ id, parameters }: Dataset): View[] {
  const pids = parameters.filter(({ name }) => name === "technique_pid").flatMap(({ value }) => value.split(/[\s,]+/));
  return pids
    .filter((pid) => pid !== "")
    .map((pid, place) => {
      const known = techniques.find((technique) => technique.pid === pid);
      const name = known?.name ?? (pid.split("#")[1] || pid);
      return { id: id * 100 + place, datasetId: id, pid, name, ...(known === undefined ? {} : { description: known.description }) };
    });
}

/** A dataset; with `nested` the ones made from it hang on it. */
export function datasetView(dataset: Dataset, catalogue: Catalogue, nested = false): View {
  const investigation = catalogue.get("investigations", dataset.investigationId) as Investigation;
  const sample = catalogue.get("samples", dataset.sampleId);
  const made = nested ? catalogue.of("datasets", dataset.investigationId).filter(({ inputs }) => inputs.includes(dataset.id)) : [];
  const { id, name, startDate, endDate, location, type } = dataset;
  return {
    id,
    name,
    startDate,
    endDate,
    location,
    sampleName: sample?.name ?? "",
    sampleId: dataset.sampleId,
    type,
    instrumentName: investigation.instrument,
    investigation: lightView(investigation),
    parameters: parameterViews(id, dataset.parameters),
    techniques: techniquesOf(dataset),
    ...(nested ? { outputDatasets: made.map((one) => datasetView(one, catalogue)) } : {}),
  };
}

export function sampleView(sample: Sample, catalogue: Catalogue, datasets?: readonly Dataset[]): View {
  const { id, name, modTime, parameters } = sample;
  const { summary: _summary, ...investigation } = investigationView(
    catalogue.get("investigations", sample.investigationId) as Investigation,
  );
  return {
    id,
    name,
    modTime,
    investigation,
    parameters: parameterViews(id, parameters),
    ...(datasets === undefined
      ? {}
      : {
          datasets: datasets.map((dataset) => ({
            id: dataset.id,
            name: dataset.name,
            startDate: dataset.startDate,
            endDate: dataset.endDate,
            location: dataset.location,
            type: dataset.type,
            parameters: parameterViews(dataset.id, dataset.parameters),
          })),
        }),
  };
}

export function datafileView({ id, name, location, fileSize, createTime }: Datafile, released: boolean): View {
  const by = { createId: "icat", createTime, modId: "icat", modTime: createTime };
  return { id, ...by, destDatafiles: [], fileSize, location, name, isReleased: released };
}

/** Fields that many records have: who made them, and when. */
export function made(time = iso()): View {
  return { createId: "icat", createTime: time, modId: "icat", modTime: time };
}
