// The messages themselves, for whoever sends them by other means or only wants to know whether metadata are valid. Runs in a browser.
import type { DatasetDefaults, DatasetInput, SerializedDataset } from "./types.ts";

export type { DatasetDefaults, DatasetInput, DatasetWarning, IcatMetadata, SerializedDataset } from "./types.ts";
export type * from "../definitions/values.ts";
export { float } from "@sci/http-core";

/** Makes messages of datasets; see {@link createDatasetSerializer}. */
export type DatasetSerializer = (dataset: DatasetInput) => SerializedDataset;

/**
 * Loads the field definitions and gives a function that makes messages of datasets.
 * @param defaults what stands for machine, software and the current time where the metadata say nothing
 * @throws INVALID_ARGUMENT (the function, not this) as `storeDataset` does
 */
export async function createDatasetSerializer(defaults: DatasetDefaults): Promise<DatasetSerializer> {
  const { serializeDataset } = await import("./serialize.ts");
  return (dataset) => serializeDataset(dataset, defaults);
}

/** A field of the facility's definitions. */
export interface FieldDescription {
  readonly name: string;
  readonly type:
    | ("text" | "enumerated text" | "integer" | "float" | "boolean" | "time" | "quantity" | "quantities")
    | ("words" | "enumerated words" | "numbers" | "motor positions" | "integer pairs" | "records");
  readonly required: boolean;
  /** What numbers are converted to before they are sent, without it. */
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly deprecated: boolean;
  readonly replacedBy?: string;
}

const types = {
  ...({
    t: "text",
    n: "enumerated text",
    i: "integer",
    f: "float",
    b: "boolean",
    d: "time",
    q: "quantity",
    r: "quantity",
    Q: "quantities",
  } as const),
  ...({ l: "words", c: "enumerated words", w: "numbers", m: "motor positions", o: "integer pairs", u: "records" } as const),
};

/** All fields that a dataset may have, in the order of the parameters in a message. */
export async function datasetFields(): Promise<readonly FieldDescription[]> {
  const { definitions } = await import("../definitions/fields.ts");
  return [...definitions().fields.values()].map(({ name, code, required, unit, choices, deprecated, replacedBy }) => ({
    name,
    type: types[code],
    required,
    deprecated,
    ...(unit === undefined ? {} : { unit }),
    ...(choices.length === 0 ? {} : { choices }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
  }));
}
