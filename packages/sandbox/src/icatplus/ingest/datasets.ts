import type { Catalogue } from "../catalogue/catalogue.ts";
import { iso, millisecondsOf } from "../catalogue/times.ts";
import type { Dataset, Investigation, Parameter } from "../catalogue/types.ts";
import type { Files } from "../files.ts";
import { asTime, Refusal } from "./refusal.ts";
import { type Element, textOf } from "./xml.ts";

function needed(element: Element, name: string): string {
  const text = textOf(element, name);
  if (text === undefined) throw new Refusal(`<${name}> is missing or empty`);
  return text;
}

function parametersOf(element: Element): Parameter[] {
  return element.children
    .filter(({ name }) => name === "parameter")
    .map((parameter) => ({ name: needed(parameter, "name"), value: parameter.children.find(({ name }) => name === "value")?.text ?? "" }));
}

/** Puts a value in the place of the parameter of a name, or behind the others. */
export function withParameter(parameters: readonly Parameter[], name: string, value: string): Parameter[] {
  const found = parameters.find((parameter) => parameter.name === name);
  return found === undefined
    ? [...parameters, { name, value }]
    : parameters.map((parameter) => (parameter === found ? { ...parameter, value } : parameter));
}

function home(catalogue: Catalogue, proposal: string, instrument: string, start: number, parameters: readonly Parameter[]): Investigation {
  const given = parameters.find(({ name }) => name === "investigation_id")?.value;
  const found =
    catalogue.investigationAt(proposal, instrument, start) ??
    (given === undefined ? undefined : catalogue.get("investigations", Number(given)));
  if (found === undefined) throw new Refusal(`there is no investigation of ${proposal} at ${instrument} at ${iso(start)}`);
  return found;
}

/** Takes a message about a dataset. Throws Refusal. */
export function takeDataset(root: Element, catalogue: Catalogue, files: Files): Dataset {
  const proposal = needed(root, "investigation");
  const instrument = needed(root, "instrument");
  const name = needed(root, "name");
  const location = needed(root, "location");
  const startDate = needed(root, "startDate");
  const start = asTime(startDate, "<startDate>", millisecondsOf);
  const endDate = textOf(root, "endDate") ?? startDate;
  asTime(endDate, "<endDate>", millisecondsOf);
  const sampleElement = root.children.find((child) => child.name === "sample");
  const sampleName = sampleElement === undefined ? undefined : textOf(sampleElement, "name");
  if (sampleName === undefined) throw new Refusal("<sample><name> is missing or empty");
  const parameters = parametersOf(root);
  const investigation = home(catalogue, proposal, instrument, start, parameters);
  const inputs = (parameters.find(({ name: field }) => field === "input_datasets")?.value ?? "").split(",").filter((path) => path !== "");
  const raw = inputs.length === 0 ? [] : catalogue.of("datasets", investigation.id).filter((dataset) => inputs.includes(dataset.location));
  const sample = catalogue.sampleNamed(sampleName, investigation.id);
  const found = files.list(location);
  const dataset = catalogue.add("datasets", (id) => ({
    id,
    name,
    investigationId: investigation.id,
    sampleId: sample.id,
    location,
    startDate,
    endDate,
    type: inputs.length > 0 ? "processed" : "acquisition",
    complete: root.attributes["complete"] !== "false",
    parameters: withParameter(
      withParameter(parameters, "__fileCount", String(found.length)),
      "__volume",
      String(found.reduce((sum, { size }) => sum + size, 0)),
    ),
    inputs: raw.map(({ id: input }) => input),
    createTime: iso(),
    state: "ONLINE",
    events: [],
  }));
  registerFiles(dataset, catalogue, files);
  return dataset;
}

function registerFiles(dataset: Dataset, catalogue: Catalogue, files: Files): void {
  const known = new Set(catalogue.of("datafiles", dataset.id).map(({ location }) => location));
  for (const { name, size } of files.list(dataset.location)) {
    const location = `${dataset.location}/${name}`;
    if (!known.has(location))
      catalogue.add("datafiles", (id) => ({ id, datasetId: dataset.id, name: `/${name}`, location, fileSize: size, createTime: iso() }));
  }
}

/** Looks again what is in the folder of a dataset. Throws Refusal. */
export function takeFiles(datasetId: number, catalogue: Catalogue, files: Files): void {
  const dataset = catalogue.get("datasets", datasetId);
  if (dataset === undefined) throw new Refusal(`there is no dataset ${datasetId}`);
  registerFiles(dataset, catalogue, files);
  const all = catalogue.of("datafiles", datasetId);
  const volume = all.reduce((sum, { fileSize }) => sum + fileSize, 0);
  const counted = withParameter(dataset.parameters, "__fileCount", String(all.length));
  catalogue.change("datasets", { ...dataset, parameters: withParameter(counted, "__volume", String(volume)) });
}

/** Changes one field of datasets, by their folders. Throws Refusal when one of them is not there, and then changes none. */
export function takeUpdate(
  message: Readonly<Record<"proposal" | "beamline" | "paths" | "name" | "value", string>>,
  catalogue: Catalogue,
): void {
  const { proposal, beamline, name, value } = message;
  const known = catalogue.investigationsOf(proposal, beamline).flatMap(({ id }) => catalogue.of("datasets", id));
  if (known.length === 0) throw new Refusal(`there is no dataset of ${proposal} at ${beamline}`);
  const paths = message.paths.split(",").map((path) => path.trim());
  const missing = paths.filter((path) => !known.some(({ location }) => location === path));
  if (missing.length > 0) throw new Refusal(`no dataset of ${proposal} at ${beamline} lies in ${missing.join(", ")}`);
  for (const dataset of known.filter(({ location }) => paths.includes(location))) {
    const sampleId = name === "Sample_name" ? catalogue.sampleNamed(value, dataset.investigationId).id : dataset.sampleId;
    catalogue.change("datasets", { ...dataset, sampleId, parameters: withParameter(dataset.parameters, name, value) });
  }
}
