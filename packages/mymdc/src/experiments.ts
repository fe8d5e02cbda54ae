import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type Searches, type Writes, writesApi } from "./resource.ts";

/** An experiment of a proposal. */
export interface Experiment {
  readonly id: number;
  /** At most 60 characters, unique in its proposal. */
  readonly name: string;
  /** Made by the server: `xfel.mdc.exp.<id>`; what is sent is not used. */
  readonly doi: string | null;
  readonly experiment_type_id: number | null;
  readonly proposal_id: number;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly publisher: string | null;
  readonly contributor: string | null;
  readonly description: string | null;
  /** Counted in its proposal. */
  readonly experiment_number: number;
  /** `e0001` */
  readonly experiment_folder: string;
  readonly proposal_last_run: number | null;
  readonly experiment_last_run: number | null;
}

/** What can be written to an experiment. */
export type ExperimentFields = Writable<
  Experiment,
  "id" | "experiment_number" | "experiment_folder" | "proposal_last_run" | "experiment_last_run"
>;

/** What experiments can be searched by. */
export type ExperimentSearch = { readonly name: string; readonly proposal_id: number | string } | { readonly proposal_id: number | string };

/** Calls on experiments. */
export interface ExperimentsApi extends Gets<Experiment>, Searches<Experiment, ExperimentSearch>, Writes<Experiment, ExperimentFields> {}

export const experiment = define<Experiment>({
  name: "experiments",
  collection: "experiments",
  wrapper: "experiment",
  kinds: {
    id: "id",
    name: "text",
    doi: "text",
    experiment_type_id: "id",
    proposal_id: "id",
    flg_available: "flag",
    publisher: "text",
    contributor: "text",
    description: "text",
    experiment_number: "integer",
    experiment_folder: "text",
    proposal_last_run: "integer",
    experiment_last_run: "integer",
  },
  server: ["experiment_number", "experiment_folder", "proposal_last_run", "experiment_last_run"],
  routes: "CRUD",
  searches: [{ by: ["name", "proposal_id"] }, { by: ["proposal_id"] }],
});

export function experimentsApi(core: Core): ExperimentsApi {
  return { ...getsApi(core, experiment), ...searchesApi(core, experiment), ...writesApi(core, experiment) };
}
