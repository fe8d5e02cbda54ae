import type { CallOptions } from "@sci/http-core";
import type { GoldenJson, LumiMask } from "./lumi-mask.ts";

/** What is to be certified. */
export interface GoldenJsonRequest {
  /**
   * JSON logic (jsonlogic.com) over `run.oms.*`, `run.rr.*`, `lumisection.oms.*`, `lumisection.rr.{component}` and `dataset.*`; an object,
   * or its JSON text.
   * @example { and: [{ ">=": [{ var: "run.oms.energy" }, 6000] }, { "==": [{ var: "lumisection.rr.dt-dt" }, "GOOD"] }] }
   */
  readonly logic: Readonly<Record<string, unknown>> | string;
  /**
   * Names of datasets, as an SQL SIMILAR TO pattern: `%` any text, `_` any character, `(A|B)` either, and `* + ? { } [ ]` as in regular
   * expressions. It must fit the whole name.
   * @example "/PromptReco/Collisions2018(A|B)/DQM"
   */
  readonly datasets: string;
  /** Words to find it by later. */
  readonly tags?: string;
  /** Listed as official. @default false */
  readonly official?: boolean;
}

/** How long and how often is asked for the result. */
export interface GoldenJsonOptions extends CallOptions {
  /** Milliseconds until waiting ends; the job itself goes on and can be resumed. @default 1_800_000 (30 minutes) */
  readonly deadline?: number;
  /** Milliseconds before the first question; each later wait is half as long again. @default 1000 */
  readonly pollInterval?: number;
  /** Milliseconds that a wait has at most. @default 15_000 */
  readonly maxPollInterval?: number;
  /**
   * Waits on until the figures that the service adds after the ranges are there too: what was left out (`generated_anti_json`), why, and
   * the luminosity lost; at the deadline the result is given without them. Otherwise the first result is given; `complete` tells. @default false
   */
  readonly waitForComplete?: boolean;
}

interface Step {
  /** Of the job; `goldenJson.resume(id)` goes on waiting for it. */
  readonly id: string;
  /** 0 to 1. */
  readonly progress: number;
  /** Milliseconds since waiting began. */
  readonly elapsed: number;
}

/** How far a job is. */
export type GoldenJsonStep =
  (Step & { readonly state: "waiting" | "running" }) | (Step & { readonly state: "done"; readonly result: GoldenJsonResult });

/** The record of a finished job, as Run Registry stores it. */
export interface GoldenJsonRecord {
  readonly id: number;
  readonly dataset_name_filter: string;
  readonly json_logic: unknown;
  readonly tags: string;
  readonly created_by: string;
  readonly official: boolean;
  readonly runregistry_version: string;
  /** The certified lumisections. Ranges may overlap or repeat where several datasets of a run fit; `mask` has them in order. */
  readonly generated_json: GoldenJson;
  /** The same by dataset: keys are `run-/dataset/name`. */
  readonly generated_json_with_dataset_names: GoldenJson;
  /** What was left out. `{}` until the record is complete. */
  readonly generated_anti_json: GoldenJson;
  readonly generated_anti_json_with_dataset_names: GoldenJson;
  readonly min_run_number: number;
  readonly max_run_number: number;
  /** Luminosities in the unit of the service's lumisections. Those of `_lost` and `_from_run_range` are -1 until the record is complete. */
  readonly total_recorded_luminosity: number;
  readonly total_delivered_luminosity: number;
  readonly recorded_luminosity_in_json: number;
  readonly delivered_luminosity_in_json: number;
  readonly total_recorded_luminosity_lost: number;
  readonly total_delivered_luminosity_lost: number;
  readonly total_recorded_luminosity_from_run_range: number | null;
  readonly total_delivered_luminosity_from_run_range: number | null;
  readonly deleted: boolean;
  readonly [name: string]: unknown;
}

/** The record, with two fields of ours that `JSON.stringify` leaves out. */
export type GoldenJsonResult = GoldenJsonRecord & {
  /** The ranges of `generated_json` in order. @throws INVALID_RESPONSE where they are no ranges */
  readonly mask: LumiMask;
  /** Whether the figures are there that the service adds after the ranges; until then it stores -1 and `{}`. The ranges are final either way. */
  readonly complete: boolean;
};
