import { type CallOptions, type Core, type Listing, operation, type Schema, SciError, shown } from "@sci/http-core";
import { checkList, define, pagedSearch } from "./definition.ts";
import { checkNumber, type Id, type Kind, listSchema, type Writable } from "./kinds.ts";
import { listing, type SearchOptions } from "./listing.ts";
import { callOptions, type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import { type ReplicasApi, replicasApi } from "./run-replicas.ts";
import { type RegistrationApi, registrationApi } from "./run-registration.ts";
import { checkRunRef, type RunRef, type RunRefInput, runRefQuery } from "./run-ref.ts";

/** A run: a stretch of data taking. */
export interface Run {
  readonly id: number;
  /** Unique in its proposal; cannot be changed. */
  readonly run_number: number;
  readonly run_alias: string | null;
  readonly experiment_id: number;
  readonly sample_id: number | null;
  readonly begin_at: string | null;
  readonly end_at: string | null;
  /** Train ids are 64-bit integers, exact also beyond 2^53. */
  readonly first_train: bigint | null;
  readonly last_train: bigint | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  /** -1, 1 open, 2 closed. */
  readonly flg_status: number;
  readonly original_format: string | null;
  readonly system_msg: string | null;
  readonly description: string | null;
  /** `r0011` */
  readonly run_folder: string;
  readonly techniques: readonly RunTechnique[];
}

/** A technique that a run used. */
export interface RunTechnique {
  /** Of the technique. */
  readonly id: number;
  /** Of the link to the run: names it where it is to be taken away. */
  readonly runs_techniques_id: number;
  readonly identifier?: string;
  readonly name?: string;
}

/** What can be written to a run. */
export type RunFields = Writable<Run, "id" | "run_folder" | "techniques"> & {
  /** Techniques to add, or links (`runs_techniques_id`) to take away. */
  readonly runs_techniques_attributes?: readonly ({ readonly technique_id: Id } | { readonly id: Id; readonly _destroy: 1 })[] | null;
};

/** What runs can be searched by. Those of a proposal: `mdc.runs.ofProposal`, `mdc.proposals.runs`. */
export type RunSearch =
  { readonly run_number: number | string } | { readonly run_number: number | string; readonly experiment_id: number | string };

/** Calls on runs. */
export interface RunsApi extends Gets<Run>, Searches<Run, RunSearch>, Writes<Run, RunFields>, RegistrationApi, ReplicasApi {
  /** The runs of a proposal as records of their own. @throws NOT_FOUND */
  ofProposal(number: Id, options?: SearchOptions): Listing<Run>;
  /** Ids of the raw data groups of a run; none is an empty list. @throws NOT_FOUND for a run or proposal that is not there */
  rawDataGroupIds(run: RunRef, options?: CallOptions): Promise<readonly number[]>;
}

const links: Readonly<Record<string, Kind>> = { runs_techniques_attributes: "any" };

const kinds = {
  id: "id",
  run_number: "integer",
  run_alias: "text",
  experiment_id: "id",
  sample_id: "id",
  begin_at: "time",
  end_at: "time",
  first_train: "train",
  last_train: "train",
  flg_available: "flag",
  flg_status: "integer",
  original_format: "text",
  system_msg: "text",
  description: "text",
  run_folder: "text",
  techniques: "any",
} as const;

const ofProposal = pagedSearch<Run>({
  name: "runs.ofProposal",
  path: "/runs/runs_by_proposal",
  paged: true,
  kinds,
  response: listSchema<Run>(kinds),
  rowsOf: (data) => data,
  key: ({ id }) => id,
});

const idList: Schema<readonly number[]> = {
  "~standard": {
    validate: (data) =>
      Array.isArray(data) && data.every((one) => Number.isSafeInteger(Number(one)))
        ? { value: data as number[] }
        : { issues: [{ message: "expected a list of ids", path: [] }] },
  },
};

const rawDataGroupIds = operation<RunRefInput, readonly number[]>({
  name: "runs.rawDataGroupIds",
  method: "GET",
  path: "/runs/all_raw_data_groups_ids",
  query: runRefQuery,
  response: idList,
  read: (answer) =>
    checkList(answer, "runs.rawDataGroupIds").map((one) => {
      if (Number.isSafeInteger(one) || (typeof one === "string" && /^-?\d+$/.test(one))) return Number(one);
      // What is no id must not become one: replicas are written by these.
      throw new SciError("INVALID_RESPONSE", `mymdc runs.rawDataGroupIds answered ${shown(one)} where the id of a data group is due.`, {
        status: answer.status,
      });
    }),
});

export const run = define<Run>({
  name: "runs",
  collection: "runs",
  wrapper: "run",
  kinds,
  server: ["run_folder", "techniques"],
  routes: "CRUD",
  searches: [{ by: ["run_number"] }, { by: ["run_number", "experiment_id"], paged: false }],
  operations: { ofProposal: ofProposal.operation, rawDataGroupIds },
});

export function runsApi(core: Core): RunsApi {
  return {
    ...getsApi(core, run),
    ...searchesApi(core, run),
    ...writesApi(core, run, links),
    ...registrationApi(core, { run, links }),
    ...replicasApi(core, rawDataGroupIds),
    ofProposal: (number, options = {}) => {
      const of = "runs.ofProposal";
      const query = [["proposal_number", checkNumber(number, `The number of the proposal in ${of}()`)]] as const;
      return listing(core, ofProposal, { query }, options, of);
    },
    rawDataGroupIds: async (ref, options) =>
      core.request(rawDataGroupIds, checkRunRef(ref, "runs.rawDataGroupIds"), callOptions(options, "runs.rawDataGroupIds")),
  };
}
