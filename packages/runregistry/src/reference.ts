import { type CallOptions, type Core, operation, SciError, shown } from "@sci/http-core";
import * as z from "zod/mini";
import type { Dataset } from "./datasets.ts";
import { callOptions } from "./runs.ts";
import { shape } from "./schema.ts";

/** A cycle of certification: datasets to be signed off until a date. */
export interface Cycle {
  readonly id_cycle: number;
  readonly cycle_name: string;
  /** State per workspace: `global_state: "pending"`, … */
  readonly cycle_attributes: Readonly<Record<string, unknown>>;
  readonly deadline: string;
  readonly deleted: boolean;
  readonly CycleDataset: readonly Readonly<Record<string, unknown>>[];
  readonly datasets: readonly Dataset[];
  readonly [name: string]: unknown;
}

/** A rule for the datasets that Run Registry takes from the DQM GUI. */
export interface AcceptedDataset {
  readonly id: number;
  readonly name: string;
  /** What the dataset's name must match. */
  readonly regexp: string;
  /** The class of runs it holds for. */
  readonly class: string;
  /** First and last run it holds for. */
  readonly run_from: number;
  readonly run_to: number;
  readonly enabled: boolean;
  readonly [name: string]: unknown;
}

const cycles = operation<object, Cycle[]>({
  name: "cycles.list",
  method: "GET",
  // All cycles are given whatever the workspace in the path.
  path: "/cycles/global",
  response: shape(z.array(z.looseObject({ id_cycle: z.number(), cycle_name: z.string() }))),
});

const accepted = operation<object, AcceptedDataset[]>({
  name: "datasetsAccepted.list",
  method: "GET",
  path: "/datasets_accepted",
  response: shape(z.array(z.looseObject({ id: z.number(), regexp: z.string() }))),
});

const acceptedOfClass = operation<{ readonly class: string }, AcceptedDataset[]>({
  ...accepted,
  name: "datasetsAccepted.ofClass",
  path: "/datasets_accepted/{class}",
});

/** Calls about cycles and accepted datasets. */
export interface ReferenceApi {
  /** All cycles, with their datasets. */
  cycles(options?: CallOptions): Promise<Cycle[]>;
  /** The rules for datasets that are taken in, all or those of one class of runs. */
  datasetsAccepted(runClass?: string, options?: CallOptions): Promise<AcceptedDataset[]>;
}

export function referenceApi(core: Core): ReferenceApi {
  return {
    cycles: async (options) => core.request(cycles, {}, callOptions(options, "cycles()")),
    datasetsAccepted: async (runClass, given) => {
      const options = callOptions(given, "datasetsAccepted()");
      if (runClass === undefined) return core.request(accepted, {}, options);
      if (typeof runClass !== "string") throw new SciError("INVALID_ARGUMENT", `The class of runs must be text, not ${shown(runClass)}.`);
      return core.request(acceptedOfClass, { class: runClass }, options);
    },
  };
}
