/** What the catalogue keeps. Records are never changed: a change puts a new one in the place of the old. */

export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly units?: string;
}

export interface Participant {
  /** Name of the user. */
  readonly user: string;
  readonly role: string;
}

/** A session at a beamline. */
export interface Investigation {
  readonly id: number;
  /** `MA-1234` */
  readonly name: string;
  /** `ID00` */
  readonly instrument: string;
  readonly startDate: string;
  readonly endDate?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly doi?: string;
  readonly releaseDate?: string;
  readonly participants: readonly Participant[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly createTime: string;
  readonly modTime: string;
}

export interface Sample {
  readonly id: number;
  readonly name: string;
  readonly investigationId: number;
  readonly modTime: string;
  readonly parameters: readonly Parameter[];
}

export type ArchiveState = "ONLINE" | "ARCHIVED" | "RESTORING";

export interface ArchiveEvent {
  readonly type: string;
  readonly level: string;
  readonly message: string;
  readonly date: string;
  readonly user?: string;
}

export interface Dataset {
  readonly id: number;
  readonly name: string;
  readonly investigationId: number;
  readonly sampleId: number;
  readonly location: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly type: "acquisition" | "processed";
  readonly complete: boolean;
  readonly parameters: readonly Parameter[];
  /** Datasets that it was made from. */
  readonly inputs: readonly number[];
  readonly createTime: string;
  readonly state: ArchiveState;
  readonly events: readonly ArchiveEvent[];
}

export interface Datafile {
  readonly id: number;
  readonly datasetId: number;
  /** Below the folder of the dataset, with a slash in front. */
  readonly name: string;
  readonly location: string;
  readonly fileSize: number;
  readonly createTime: string;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly color?: string;
  readonly description?: string;
  readonly investigationId?: number;
  readonly beamlineName?: string;
}

/** An entry of the e-logbook. */
export interface LogbookEvent {
  readonly id: number;
  readonly investigationId?: number;
  readonly investigationName?: string;
  readonly instrumentName?: string;
  readonly type: string;
  readonly category: string;
  readonly creationDate: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Ids of its tags. */
  readonly tags: readonly number[];
  readonly removed: boolean;
  /** Where an attachment is kept. */
  readonly resource?: number;
  readonly previous?: LogbookEvent;
  /** Title, content, software, machine and what else came with it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Bytes that were uploaded: an attachment of the e-logbook, a file of a sample, … */
export interface Resource {
  readonly id: number;
  readonly filename: string;
  readonly contentType: string;
  readonly base64: string;
  readonly sampleId?: number;
  readonly investigationId?: number;
  readonly fileType?: string;
  readonly groupName?: string;
  readonly multiplicity?: number;
}

/** Anything that is kept as it was given: shipments, parcels, addresses, collections of DOIs, preferences, sample sheets. */
export interface Document {
  readonly id: number;
  readonly investigationId?: number;
  readonly value: Readonly<Record<string, unknown>>;
}
