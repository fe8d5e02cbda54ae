import type { CallOptions, Listing, ListOptions } from "@sci/http-core";
import type { EndpointInput } from "./request.ts";
import type { Endpoints } from "./endpoints.generated.ts";
import type { CatalogueRow, Moment, OneOrMore } from "./types.ts";

type Id = string | number;

/** Digital object identifiers of data (DataCite). */
export interface DoiApi {
  /** What a DOI stands for, as DataCite words it. @param doi `10.15151/ESRF-ES-1`, or its URL @throws NOT_FOUND */
  read(doi: string, options?: CallOptions): Promise<CatalogueRow>;
  /** The datasets behind a DOI, as far as they are public. */
  datasets(doi: string, options?: ListOptions): Listing<CatalogueRow>;
  /** Reserves a DOI for datasets, to be minted later. @returns the DOI */
  reserve(input: { readonly datasetIds: readonly Id[] } & CallOptions): Promise<string>;
  /** Publishes a DOI for datasets, or one that was reserved: this cannot be taken back. @returns the DOI */
  mint(input: MintOptions): Promise<string>;
  /** DOIs that are reserved and not minted. */
  reserved(options?: ListOptions): Listing<CatalogueRow>;
}

export interface MintOptions extends CallOptions {
  readonly title: string;
  readonly abstract: string;
  readonly authors: readonly { readonly name: string; readonly surname: string; readonly id?: string; readonly [field: string]: unknown }[];
  /** Needed without `dataCollectionId`. */
  readonly datasetIds?: readonly Id[];
  /** Of a DOI that was reserved. */
  readonly dataCollectionId?: Id;
  readonly keywords?: readonly string[];
  readonly citationPublicationDOI?: string;
  readonly rights?: string;
}

/** One of both is needed. */
export interface DataSelection {
  readonly datasetIds?: OneOrMore<Id>;
  readonly datafileIds?: OneOrMore<Id>;
}

/** Data themselves, and their way from tape to disk (the ICAT Data Service). */
export interface IdsApi {
  /**
   * Datasets or files: several come as one zip. Streamed to the file `to` with resumption and length check, or returned as bytes (64 MiB
   * at most). @throws UNAVAILABLE for what is not online (restore it first)
   */
  download(selection: DataSelection & { readonly to?: string } & CallOptions): Promise<Uint8Array | undefined>;
  /** Where datasets are: "ONLINE", "ARCHIVED", "RESTORING", one word per dataset, as the service words it. */
  status(datasetIds: OneOrMore<Id>, options?: CallOptions): Promise<readonly unknown[]>;
  /** Asks for datasets to be brought back to disk; `name` and `email` say who is told. */
  restore(datasetIds: OneOrMore<Id>, options?: { readonly name?: string; readonly email?: string } & CallOptions): Promise<void>;
  /** Paths on the facility's disks. */
  paths(selection: DataSelection & CallOptions): Promise<readonly string[]>;
}

/** Which events of the e-logbook. One of investigationId and instrumentName is needed. */
export interface EventFilter {
  readonly investigationId?: Id;
  readonly instrumentName?: string;
  /** `annotation`, `notification`, or with a category: `notification-error`. */
  readonly types?: OneOrMore<string>;
  readonly search?: string;
  /** A day. */
  readonly date?: Moment;
  readonly tags?: OneOrMore<string>;
  readonly orTags?: OneOrMore<string>;
  readonly notTags?: OneOrMore<string>;
  /** ISO 8601 text. */
  readonly startTime?: string;
  readonly endTime?: string;
  /** Leaves out what belongs to an investigation. */
  readonly filterInvestigation?: boolean;
}

/** Reading and changing the e-logbook in a session; messages of a beamline go with sendMessage(). */
export interface LogbookApi {
  events(filter: EventFilter & { readonly sortBy?: string; readonly sortOrder?: 1 | -1 } & ListOptions): Listing<CatalogueRow>;
  count(filter: EventFilter & CallOptions): Promise<number>;
  dates(filter: EventFilter & CallOptions): Promise<readonly unknown[]>;
  tags(filter: { readonly investigationId?: Id; readonly instrumentName?: string } & CallOptions): Promise<readonly CatalogueRow[]>;
  /** A file of an event (`file` of an event names it): to the path `to`, or as bytes (64 MiB at most). */
  download(input: { readonly resourceId: string; readonly to?: string } & CallOptions): Promise<Uint8Array | undefined>;
  create(input: { readonly investigationId: Id; readonly event: CatalogueRow } & CallOptions): Promise<CatalogueRow>;
  update(input: { readonly investigationId: Id; readonly event: CatalogueRow } & CallOptions): Promise<CatalogueRow>;
}

/** What portals need beyond the original's methods. */
export interface PortalApi {
  readonly doi: DoiApi;
  readonly ids: IdsApi;
  readonly logbook: LogbookApi;
  /** Files of a dataset. */
  datafiles(datasetId: Id, options?: { readonly search?: string } & ListOptions): Listing<CatalogueRow>;
  /** All beamlines; with `filter` those of the user ("instrumentscientist"). */
  instruments(options?: { readonly filter?: string } & CallOptions): Promise<readonly CatalogueRow[]>;
  techniques(options?: CallOptions): Promise<readonly CatalogueRow[]>;
  /** Kinds of parameters that datasets and samples may have. */
  parameterTypes(options?: { readonly name?: string; readonly parameterTypeId?: Id } & CallOptions): Promise<readonly CatalogueRow[]>;
  createSampleParameter(
    input: { readonly sampleId: Id; readonly investigationId: Id; readonly name: string; readonly value: string } & CallOptions,
  ): Promise<void>;
  updateSampleParameter(input: { readonly id: Id; readonly investigationId: Id; readonly value: string } & CallOptions): Promise<void>;
  users(
    options?: { readonly investigationId?: Id; readonly onlyLatestAffiliation?: boolean } & CallOptions,
  ): Promise<readonly CatalogueRow[]>;
  shipments(query: { readonly investigationId: Id; readonly shipmentId?: string } & CallOptions): Promise<readonly CatalogueRow[]>;
  /**
   * Any endpoint of ICAT+, by method and path: `request("GET /catalogue/{sessionId}/dataset/timeline", { query: { … } })`. Session and
   * key are put in; the answer comes as it is. @throws INVALID_ARGUMENT for a name that ICAT+ does not have
   */
  request<Name extends keyof Endpoints>(endpoint: Name, input?: EndpointInput<Name>): Promise<unknown>;
}
