export type { IcatMetadata } from "../definitions/metadata.generated.ts";
import type { IcatMetadata } from "../definitions/metadata.generated.ts";

/** A dataset as the serialiser takes it; the arguments go before the fields of the same meaning in `metadata`. */
export interface DatasetInput {
  /** Field `beamlineID`. */
  readonly beamline?: string;
  /** Field `proposal`. */
  readonly proposal?: string;
  /** Field `datasetName`. */
  readonly dataset?: string;
  /** Field `location`. */
  readonly path?: string;
  readonly metadata?: IcatMetadata;
  /** Folders of the datasets that it was made from: field `input_datasets`, which is required when this is given, even as an empty list. */
  readonly raw?: string | readonly string[];
  /** Unknown fields, invalid values, contradictions, relative paths and unknown techniques are errors. @default false */
  readonly strict?: boolean;
}

/** Values of fields that the metadata leave out. */
export interface DatasetDefaults {
  /** @default the current time */
  readonly now?: () => Date;
  readonly machine: string;
  readonly software: string;
}

/** Something about a dataset that was sent all the same. */
export interface DatasetWarning {
  readonly kind: "invalid" | "unknown" | "conflict" | "path" | "technique" | "deprecated";
  readonly field: string;
  readonly message: string;
}

/** A dataset as its message. */
export interface SerializedDataset {
  readonly xml: string;
  readonly warnings: readonly DatasetWarning[];
  /** What it is called, for logs: proposal, beamline, dataset. */
  readonly subject: string;
}
