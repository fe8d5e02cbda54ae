// The messages besides datasets: sessions as XML, the others as JSON, as the original writes both.
import { checkInteger, SciError, shown } from "@sci/http-core";
import { localTime, parameterTime, parseTime } from "../datasets/times.ts";
import { elementOf } from "../datasets/times.ts";
import { investigationXml } from "../datasets/xml.ts";
import type { Moment } from "../rest/types.ts";

const invalid = (message: string, argument: string): SciError<"INVALID_ARGUMENT"> =>
  new SciError("INVALID_ARGUMENT", message, { details: { argument } });

/** Text that must be there. @throws INVALID_ARGUMENT */
export function needed(value: unknown, argument: string, call: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw invalid(`${call} needs ${argument}, as text that is not empty, not ${shown(value)}.`, argument);
}

/** A moment as elements have it. A `Date` gets the local offset; text keeps its own. @throws INVALID_ARGUMENT */
export function momentText(moment: Moment, argument: string): string {
  const time = moment instanceof Date ? localTime(moment) : typeof moment === "string" ? parseTime(moment) : undefined;
  if (time === undefined)
    throw invalid(`${argument} must be a Date, or text such as 2024-03-01T09:00:00+01:00, not ${shown(moment)}.`, argument);
  return elementOf(parameterTime(time));
}

/** Opens a session. */
export function startMessage(beamline: string, proposal: string, start: Moment): string {
  return investigationXml({
    experiment: proposal.toLowerCase(),
    instrument: beamline.toLowerCase(),
    startDate: momentText(start, "startDatetime"),
  });
}

/** Schedules a session anew. */
export function rescheduleMessage(investigationId: unknown): string {
  const id = typeof investigationId === "number" ? String(checkInteger(investigationId, "investigationId", { min: 1 })) : investigationId;
  return investigationXml({
    experiment: "",
    instrument: "",
    startDate: momentText(new Date(), "now"),
    investigationId: needed(id, "investigationId", "rescheduleInvestigation()"),
  });
}

/** JSON as Python's `json.dumps` writes it: blanks after separators, everything beyond ASCII escaped. */
export function pythonJson(values: Readonly<Record<string, string | number | boolean | null>>): string {
  const members = Object.entries(values).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `{${members.join(", ")}}`.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Tells that files were added to a dataset. */
export function addFilesMessage(datasetId: unknown): string {
  return pythonJson({ datasetId: checkInteger(datasetId, "datasetId", { min: 0 }) });
}

export interface MetadataUpdate {
  readonly beamline: string;
  readonly proposal: string;
  readonly datasetPaths: unknown;
  readonly metadataName: unknown;
  readonly metadataValue: unknown;
}

/** Changes one field of datasets. An empty text empties the field. */
export function updateMetadataMessage({ beamline, proposal, datasetPaths, metadataName, metadataValue }: MetadataUpdate): string {
  const paths = Array.isArray(datasetPaths) ? (datasetPaths as readonly unknown[]) : [datasetPaths];
  const call = "updateMetadata()";
  if (paths.length === 0) throw invalid(`${call} needs datasetPaths.`, "datasetPaths");
  if (!["string", "number", "boolean"].includes(typeof metadataValue))
    throw invalid(`${call} needs metadataValue: text, a number or a boolean, not ${shown(metadataValue)}.`, "metadataValue");
  return pythonJson({
    proposal,
    beamline,
    datasetPaths: paths.map((path) => needed(path, "datasetPaths", call)).join(","),
    metadataName: needed(metadataName, "metadataName", call),
    metadataValue: metadataValue as string | number | boolean,
  });
}

const statusTypes = ["archiving", "restoration"];
const statusLevels = ["info", "warning", "error"];

/** Tells how far an archiving or a restoration is. */
export function archiveMessage(status: {
  readonly datasetId: unknown;
  readonly type: unknown;
  readonly level?: unknown;
  readonly message?: unknown;
}): string {
  const { datasetId, type, level = "info", message } = status;
  const oneOf = (value: unknown, words: readonly string[], argument: string): string => {
    if (typeof value === "string" && words.includes(value)) return value;
    throw invalid(`${argument} must be one of ${words.join(", ")}, not ${shown(value)}.`, argument);
  };
  if (message !== undefined && message !== null && typeof message !== "string")
    throw invalid(`message must be text, not ${shown(message)}.`, "message");
  return pythonJson({
    datasetId: checkInteger(datasetId, "datasetId", { min: 1 }),
    type: oneOf(type, statusTypes, "type"),
    level: oneOf(level, statusLevels, "level"),
    message: message ?? null,
  });
}
