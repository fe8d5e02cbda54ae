import type { DatasetWarning, IcatMetadata } from "../datasets/types.ts";
import type { Delivery, SendOptions } from "../messaging/types.ts";
import type { Moment } from "../rest/types.ts";

/** A dataset for the catalogue. */
export interface DatasetOptions extends SendOptions {
  /** @default the client's current beamline */
  readonly beamline?: string;
  /** @default the client's current proposal */
  readonly proposal?: string;
  /** Name of the dataset; field `datasetName`. */
  readonly dataset?: string;
  /** Folder of the dataset; field `location`. Mount points in front of the facility's own folders are cut. */
  readonly path?: string;
  /** Fields of the facility's definitions. Sample_name is required. */
  readonly metadata?: IcatMetadata;
  /** Writes the message to this file (atomically; `.xml` is added to a name without suffix) and sends nothing. */
  readonly storeFilename?: string;
  /** @default the client's option */
  readonly strict?: boolean;
}

/** A dataset made from others. */
export interface ProcessedOptions extends DatasetOptions {
  /** Folders of the datasets that it was made from; field `input_datasets`. */
  readonly raw?: string | readonly string[];
}

/** What became of a dataset: what the broker confirmed, or the file written instead. */
export type Stored = (Delivery | { readonly file: string }) & {
  /** What is odd about the dataset, which went out all the same. */
  readonly warnings: readonly DatasetWarning[];
};

/** A queue and how many ingesters consume it. */
export interface Consumers {
  readonly queue: string;
  /** `host:port` of the broker that was asked. */
  readonly broker: string;
  /** 0 means that messages pile up unread. */
  readonly consumers: number;
}

/** Everything that goes to the ingesters through a broker. Calls resolve when the broker has confirmed the message. */
export interface IngestApi {
  /**
   * Hands a dataset to the catalogue.
   * @throws INVALID_ARGUMENT for missing or (strict) invalid metadata, FILE, and what messaging throws: UNAVAILABLE, NOT_AUTHENTICATED,
   * REFUSED_BY_BROKER, UNCONFIRMED, OUTBOX_FULL
   */
  storeDataset(dataset: DatasetOptions): Promise<Stored>;
  /** Hands a dataset with its input datasets to the catalogue. @throws as storeDataset */
  storeProcessedData(dataset: ProcessedOptions): Promise<Stored>;
  /**
   * Sends a file that `storeDataset({ storeFilename })` wrote; `.xml` is added to a name without suffix.
   * @throws FILE, INVALID_ARGUMENT for a file that holds no dataset message, and what messaging throws
   */
  storeDatasetFromFile(path: string, options?: SendOptions): Promise<Delivery>;
  /** Opens a session; beamline and proposal become the client's current ones. */
  startInvestigation(
    options?: { readonly beamline?: string; readonly proposal?: string; readonly startDatetime?: Moment } & SendOptions,
  ): Promise<Delivery>;
  /** Asks for a session to be scheduled anew. */
  rescheduleInvestigation(investigationId: string | number, options?: SendOptions): Promise<Delivery>;
  /** Tells that files were added to the folder of a dataset. */
  addFiles(datasetId: number, options?: SendOptions): Promise<Delivery>;
  /** Changes one field of datasets. */
  updateMetadata(
    update: {
      readonly beamline?: string;
      readonly proposal?: string;
      readonly datasetPaths: string | readonly string[];
      readonly metadataName: string;
      readonly metadataValue: string | number | boolean;
    } & SendOptions,
  ): Promise<Delivery>;
  /** @deprecated as in the original */
  updateArchiveRestoreStatus(
    status: {
      readonly datasetId: number;
      readonly type: "archiving" | "restoration";
      /** @default "info" */
      readonly level?: "info" | "warning" | "error";
      readonly message?: string;
    } & SendOptions,
  ): Promise<Delivery>;
  /**
   * How many ingesters consume each queue, as the brokers' monitor tells.
   * @throws UNAVAILABLE, NETWORK, TIMEOUT, NOT_AUTHENTICATED, INVALID_RESPONSE
   */
  checkHealth(options?: { readonly signal?: AbortSignal }): Promise<readonly Consumers[]>;
  /** Resolves when all that was sent, and all that waits in the outbox, is confirmed. @throws as storeDataset */
  flush(options?: { readonly signal?: AbortSignal; readonly timeout?: number }): Promise<void>;
  /** Waits for confirmations that are due and closes the connections; the next message opens them again. What the outbox holds stays. */
  disconnect(options?: { readonly timeout?: number }): Promise<void>;
}
