import { checkNames, shown } from "@sci/http-core";
import { definitions } from "../definitions/fields.ts";
import { gather, refused } from "./arguments.ts";
import { elementOf } from "./times.ts";
import type { DatasetDefaults, DatasetInput, DatasetWarning, SerializedDataset } from "./types.ts";
import { parameters } from "./validate.ts";
import { datasetXml } from "./xml.ts";

const inputNames = ["beamline", "proposal", "dataset", "path", "metadata", "raw", "strict"];

/** All that is wrong becomes one error; what is merely deprecated is not wrong. */
function refuseProblems(warnings: readonly DatasetWarning[]): void {
  const problems = warnings.filter(({ kind }) => kind !== "deprecated");
  if (problems.length === 0) return;
  const messages = problems.slice(0, 5).map(({ message }) => message);
  const more = problems.length > 5 ? ` And ${problems.length - 5} more.` : "";
  throw refused(`The dataset is not valid. ${messages.join(" ")}${more}`, { field: problems[0]?.field, problems });
}

/** XML Schema's booleans are two words, or a digit. */
const booleanText = (text: string): string => (text === "1" ? "true" : text === "0" ? "false" : text);

/**
 * The message for a dataset, as the ingesters read it.
 * @throws INVALID_ARGUMENT for a required field that is missing, for values and characters that cannot be sent, and with `strict` for all
 * that would otherwise be a warning, but for deprecated fields
 */
export function serializeDataset(input: DatasetInput, defaults: DatasetDefaults): SerializedDataset {
  if (typeof input !== "object" || input === null) throw refused(`A dataset must be an object, not ${shown(input)}.`, {});
  checkNames(input, inputNames, "option of a dataset");
  const warnings: DatasetWarning[] = [];
  const values = gather(input, defaults, warnings);
  const strict = input.strict === true;
  if (strict) refuseProblems(warnings);
  let texts;
  try {
    texts = parameters(values, definitions(), warnings);
  } catch (error) {
    // What is wrong with the value says more than that it cannot be sent as plain text either.
    if (strict) refuseProblems(warnings);
    throw error;
  }
  if (strict) refuseProblems(warnings);

  const text = (name: string): string => texts.get(name) ?? "";
  const root = {
    complete: booleanText(text("complete")),
    investigation: text("proposal"),
    instrument: text("beamlineID"),
    name: text("datasetName"),
    location: text("location"),
    startDate: elementOf(text("startDate")),
    endDate: elementOf(text("endDate")),
    sampleName: text("Sample_name"),
  };
  return { xml: datasetXml(root, texts), warnings, subject: `dataset ${root.name} of ${root.investigation} at ${root.instrument}` };
}
