import { nearest, SciError, shown } from "@sci/http-core";
import { datasetPath } from "./paths.ts";
import type { DatasetDefaults, DatasetInput, DatasetWarning } from "./types.ts";

/** Metadata in the order in which they would be sent as plain text, arguments included. Nulls are kept: they count as set. */
export type Values = Map<string, unknown>;

export const refused = (message: string, details: Readonly<Record<string, unknown>>): SciError<"INVALID_ARGUMENT"> =>
  new SciError("INVALID_ARGUMENT", message, { details });

/** What an argument or the metadata say about a field; undefined where that is nothing. */
function said(field: string, value: unknown, form: (text: string) => string): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return form(value);
  // The name of a dataset is checked like any other field.
  if (field === "datasetName") return value;
  throw refused(`Field ${field} must be text, not ${shown(value)}.`, { field });
}

const same = (text: string): string => text;
const lower = (text: string): string => text.toLowerCase();

/** Fields that are arguments too: the argument, the field, and how its text is brought into form. */
const fromArguments = [
  ["dataset", "datasetName", same],
  ["path", "location", datasetPath],
  ["proposal", "proposal", lower],
  ["beamline", "beamlineID", lower],
] as const;

function absolute(field: string, path: string, warnings: DatasetWarning[]): string {
  if (!path.startsWith("/")) warnings.push({ kind: "path", field, message: `The path ${shown(path)} is not absolute.` });
  return path;
}

function withArguments(input: DatasetInput, values: Values, warnings: DatasetWarning[]): void {
  for (const [argument, field, form] of fromArguments) {
    const wanted = said(argument, input[argument], form);
    const other = said(field, values.get(field), form);
    if (wanted !== undefined && other !== undefined && wanted !== other)
      warnings.push({
        kind: "conflict",
        field,
        message: `${argument} is ${shown(wanted)}, but the metadata say ${field}: ${shown(other)}.`,
      });
    values.delete(field);
    const value = wanted ?? other;
    if (value !== undefined) values.set(field, value);
  }
  const location = values.get("location");
  if (typeof location === "string") absolute("location", location, warnings);
}

/** Folders in a list, or in text, where commas part them. */
function folders(given: unknown, warnings: DatasetWarning[]): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(given)
    ? (given as readonly unknown[])
    : typeof given === "string"
      ? given.split(",")
      : [given];
  return listed
    .map((path) => {
      if (typeof path !== "string") throw refused(`input_datasets holds ${shown(path)}, which is no folder.`, { field: "input_datasets" });
      return path.trim();
    })
    .filter((path) => path !== "")
    .map((path) => absolute("input_datasets", datasetPath(path), warnings));
}

function withRaw({ raw }: DatasetInput, values: Values, warnings: DatasetWarning[]): void {
  const argument = typeof raw === "string" ? [raw] : (raw ?? []);
  const given = argument.some((path) => (path as unknown) !== "") ? argument : values.get("input_datasets");
  if (given !== undefined && given !== null) values.set("input_datasets", folders(given, warnings));
  if (raw !== undefined && isMissing(values.get("input_datasets")))
    throw refused("A processed dataset needs the folders that it was made from: raw, or the field input_datasets.", {
      field: "input_datasets",
    });
}

const required = ["beamlineID", "proposal", "datasetName", "location", "Sample_name"];

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

/** What stands in for a required field, for the message. */
const remedies: Readonly<Record<string, string>> = {
  beamlineID: "beamline",
  proposal: "proposal",
  datasetName: "dataset",
  location: "path",
  Sample_name: "metadata.Sample_name",
};

function checkRequired(values: Values): void {
  const missing = required.filter((field) => isMissing(values.get(field)));
  if (missing.length === 0) return;
  const near = missing.includes("Sample_name") ? nearest("Sample_name", [...values.keys()]) : undefined;
  const hint = near === undefined ? "" : ` Is "${near}" meant to be Sample_name?`;
  const what = missing.map((field) => `${field} (${remedies[field] ?? field})`).join(", ");
  throw refused(`The dataset has no ${what}.${hint}`, { field: missing[0], fields: missing });
}

/**
 * Metadata, defaults and arguments of a dataset in one map, checked for what every message needs.
 * @throws INVALID_ARGUMENT for required fields that are missing or empty
 */
export function gather(input: DatasetInput, defaults: DatasetDefaults, warnings: DatasetWarning[]): Values {
  const metadata: unknown = input.metadata ?? {};
  if (typeof metadata !== "object" || Array.isArray(metadata))
    throw refused(`metadata must be an object of fields, not ${shown(metadata)}.`, {});
  const values: Values = new Map(Object.entries(metadata as object).filter(([, value]) => value !== undefined));
  withRaw(input, values, warnings);
  const now = defaults.now?.() ?? new Date();
  const standing = { startDate: now, endDate: now, machine: defaults.machine, software: defaults.software, complete: true };
  for (const [field, value] of Object.entries(standing)) if ((values.get(field) ?? null) === null) values.set(field, value);
  withArguments(input, values, warnings);
  checkRequired(values);
  return values;
}
