import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type Searches, type Writes, writesApi } from "./resource.ts";

/** A kind of experiment. */
export interface ExperimentType {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique. */
  readonly identifier: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to an experiment type. */
export type ExperimentTypeFields = Writable<ExperimentType, "id">;

/** What experiment types can be searched by. */
export type ExperimentTypeSearch = { readonly name: string };

/** Calls on experiment types. */
export interface ExperimentTypesApi
  extends Gets<ExperimentType>, Searches<ExperimentType, ExperimentTypeSearch>, Writes<ExperimentType, ExperimentTypeFields> {}

export const experimentType = define<ExperimentType>({
  name: "experimentTypes",
  collection: "experiment_types",
  wrapper: "experiment_type",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["name"] }],
});

export function experimentTypesApi(core: Core): ExperimentTypesApi {
  return { ...getsApi(core, experimentType), ...searchesApi(core, experimentType), ...writesApi(core, experimentType) };
}
