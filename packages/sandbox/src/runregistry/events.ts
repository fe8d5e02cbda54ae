import type { JsonObject } from "./jsonb.ts";

/** Who changed something, when and why. One version may hold several events. */
export interface Version {
  readonly atomic_version: number;
  readonly by: string;
  readonly comment: string;
  /** ISO time. */
  readonly createdAt: string;
}

interface EventBase {
  readonly run: number;
  readonly version: number;
  readonly at: Version;
}

/** A change of a run's own attributes. */
export interface RunEvent extends EventBase {
  readonly type: "run";
  readonly oms: JsonObject;
  readonly rr: JsonObject;
  readonly manual: boolean;
  readonly deleted: boolean;
}

/** A change of a dataset's attributes. */
export interface DatasetEvent extends EventBase {
  readonly type: "dataset";
  readonly name: string;
  readonly values: JsonObject;
  readonly gui: readonly string[];
  readonly deleted: boolean;
}

/** A change of lumisections: of Run Registry's own values (`rr`) or of OMS' bits (`oms`). */
export interface LumisectionEvent extends EventBase {
  readonly type: "rr" | "oms";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly values: JsonObject;
  readonly manual: boolean;
}

export type StoredEvent = RunEvent | DatasetEvent | LumisectionEvent;

/** What a folder keeps beside the events: finished jobs of the JSON portal. */
export interface StoredJob {
  readonly type: "job";
  readonly row: JsonObject & { readonly id: number };
}
