import type { PortalApi } from "./portal-types.ts";
import type { CallOptions, ClientOptions, Listing, ListOptions, RequestDescription } from "@sci/http-core";

/** Text, or several joined by commas on the wire. */
export type OneOrMore<T> = T | readonly T[];

/** Times: a `Date`, or ISO 8601 text; text without a zone is local, a day alone (`2024-03-01`) is a day. */
export type Moment = Date | string;

/** Words for the kind of an e-logbook message; upper and lower case are one. `commandLine` and `command` are the same. */
export type LogbookType =
  "comment" | "debug" | "info" | "warning" | "warn" | "error" | "critical" | "fatal" | "command" | "commandLine" | (string & {});

/** Fields of an e-logbook message that calls and defaults may set. */
export interface LogbookDefaults {
  readonly machine?: string;
  readonly software?: string;
  readonly tags?: readonly (string | { readonly name: string })[];
  readonly [field: string]: unknown;
}

export interface LogbookTarget {
  /** @default the client's current beamline */
  readonly beamline?: string;
  /** @default the client's current proposal */
  readonly proposal?: string;
  readonly investigationId?: string | number;
  /** The message belongs to the beamline, not to a proposal or a dataset. @default false */
  readonly beamlineOnly?: boolean;
  readonly tags?: readonly (string | { readonly name: string })[];
  /** Further fields of the event. */
  readonly payload?: LogbookDefaults;
  /** Checks everything and sends nothing: the request is given back, without its credentials. @default false */
  readonly dryRun?: boolean;
}

export interface MessageOptions extends LogbookTarget, CallOptions {
  /** @default "comment" */
  readonly type?: LogbookType;
  /** @default the client's current dataset */
  readonly dataset?: string;
  /** Comments only: may be changed in the e-logbook. */
  readonly editable?: boolean;
  /** Comments only: keeps the text's own layout. */
  readonly formatted?: boolean;
  /** "text/plain" or "text/html". @default "text/plain" */
  readonly mimetype?: string;
}

export interface BinaryOptions extends LogbookTarget, CallOptions {
  /** @default told by the name, else application/octet-stream */
  readonly mimetype?: string;
}

/** Messages for the e-logbook. They resolve to undefined, or with `dryRun` to the request that would be sent. */
export interface ElogbookApi {
  sendMessage(message: string, options?: MessageOptions): Promise<RequestDescription | undefined>;
  /** @param data bytes, e.g. of an image */
  sendBinaryData(data: Uint8Array, options?: BinaryOptions): Promise<RequestDescription | undefined>;
  sendBinaryFile(path: string, options?: BinaryOptions): Promise<RequestDescription | undefined>;
  sendTextFile(path: string, options?: MessageOptions): Promise<RequestDescription | undefined>;
}

export interface SessionQuery extends CallOptions {
  /** @default the client's current beamline */
  readonly beamline?: string;
  /** @default the client's current proposal */
  readonly proposal?: string;
  /** @default now */
  readonly date?: Moment;
  /** @default true */
  readonly allowOpenEnded?: boolean;
}

/** A session (investigation), as `investigationInfo` words it. */
export interface InvestigationInfo {
  readonly proposal: string | null;
  readonly beamline: string | null;
  readonly id: number;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly doi?: string;
  readonly title?: string;
  readonly releaseDate?: string;
  readonly summary?: string;
  readonly [name: string]: unknown;
}

export interface RegisteredDatasetId {
  readonly name: string;
  readonly path: string;
}

export interface RegisteredDataset {
  readonly datasetId: RegisteredDatasetId;
  readonly icatDatasetId: number;
  readonly datasetMetadata: { readonly fileCount: number };
}

/** Questions about sessions. A question that cannot be answered throws; no such session is `undefined`. */
export interface SessionsApi {
  investigationInfo(query?: SessionQuery): Promise<InvestigationInfo | undefined>;
  investigationInfoString(query?: SessionQuery): Promise<string>;
  investigationSummary(query?: SessionQuery): Promise<readonly (readonly [string, unknown])[]>;
  registeredDatasetIds(query?: SessionQuery): Promise<readonly RegisteredDatasetId[] | undefined>;
  registeredDatasets(query?: SessionQuery): Promise<readonly RegisteredDataset[] | undefined>;
}

/** An object of the catalogue: the service's own names and values. */
export interface CatalogueRow {
  readonly [field: string]: unknown;
}

export interface LogInOptions extends CallOptions {
  readonly password: string;
  readonly username?: string;
  /** @default "esrf" */
  readonly plugin?: string;
}

export interface CatalogueSession extends CatalogueRow {
  readonly sessionId: string;
}

export interface InvestigationQuery extends ListOptions {
  /** "released", "embargoed", "industry", … as ICAT+ knows them. */
  readonly filter?: string;
  readonly instrumentName?: string;
  /** Days: times are cut to the day in their own zone. */
  readonly startDate?: Moment;
  readonly endDate?: Moment;
  readonly ids?: OneOrMore<string | number>;
  readonly releaseDates?: readonly Moment[];
  readonly parameters?: readonly string[];
}

/** One of investigationId and datasetIds is needed. */
export interface DatasetQuery extends ListOptions {
  readonly investigationId?: OneOrMore<string | number>;
  readonly datasetIds?: OneOrMore<string | number>;
  readonly parameters?: readonly string[];
  /** Datasets to leave out at the start. @default 0 */
  readonly skip?: number;
}

/** The catalogue, for whoever is logged in. Lists are paged where the service pages. */
export interface CatalogueApi {
  doLogIn(options: LogInOptions): Promise<CatalogueSession>;
  /** Ends the session at the service. */
  logOut(options?: CallOptions): Promise<void>;
  getSessionInformation(options?: CallOptions): Promise<CatalogueRow>;
  getInvestigationsBy(query?: InvestigationQuery): Listing<CatalogueRow>;
  getDatasetsBy(query?: DatasetQuery): Listing<CatalogueRow>;
  getSamplesBy(
    query?: { readonly investigationId?: string | number; readonly sampleIds?: OneOrMore<string | number> } & CallOptions,
  ): Promise<readonly CatalogueRow[]>;
  getParcelsBy(query: { readonly investigationId: string | number } & CallOptions): Promise<readonly CatalogueRow[]>;
  getSampleMetadataBy(
    query: {
      readonly proposal?: string;
      readonly beamline?: string;
      readonly sessionStartDate?: Moment;
      readonly filter?: string;
    } & CallOptions,
  ): Promise<readonly CatalogueRow[]>;
  getSampleFilesInformationBy(query: { readonly sampleId: string | number } & CallOptions): Promise<CatalogueRow | undefined>;
  getSampleFilesBy(
    query?: { readonly sampleId?: string | number; readonly investigationId?: string | number } & CallOptions,
  ): Promise<readonly CatalogueRow[]>;
  getDatafilesBy(query: { readonly location: string } & CallOptions): Promise<readonly CatalogueRow[]>;
  getInvestigationTypes(options?: CallOptions): Promise<readonly CatalogueRow[]>;
  getInvestigationUsers(query: { readonly investigationId: string | number } & CallOptions): Promise<readonly CatalogueRow[]>;
  /** Streamed to the file `to` with resume and length check, or returned as bytes. */
  downloadFileBy(
    query: { readonly sampleId: string | number; readonly resourceId: string; readonly to?: string } & CallOptions,
  ): Promise<Uint8Array | undefined>;
}

/** What the REST part of the client gets from the facade. */
export interface RestSettings {
  readonly elogbookUrl?: string;
  readonly elogbookToken?: string;
  readonly elogbookMetadata?: LogbookDefaults;
  /** ms */
  readonly elogbookTimeout?: number;
  /** ms */
  readonly feedbackTimeout?: number;
  /** ms */
  readonly sessionCacheLifetime?: number;
  readonly icatplusRestrictedUrl?: string;
  readonly icatplusPassword?: string;
  readonly icatSessionId?: string;
  /** Options of the core, without address and credentials. */
  readonly core: ClientOptions;
  /** Name and version for the e-logbook's `software`. */
  readonly software: string;
  /** Takes what is to be called when sessions have changed, so that kept answers are asked anew. */
  readonly onSessionsChanged?: (forget: () => void) => void;
  /** The client's current beamline, proposal and dataset. */
  readonly current: () => { readonly beamline?: string; readonly proposal?: string; readonly dataset?: string };
}

/** All of REST, as `createIcatRest(settings)` in `rest/index.ts` gives it. */
export interface IcatRest extends ElogbookApi, SessionsApi, CatalogueApi, PortalApi {
  /** Ends idle connections. */
  close(): Promise<void>;
}
