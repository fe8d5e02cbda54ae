import { type Core, operation } from "@sci/http-core";
import * as z from "zod/mini";
import { workspaces } from "./attributes.generated.ts";
import { checkFields, checkMove, checkOneOf, checkText } from "./batch-inputs.ts";
import { createWrite, type Write } from "./batch-write.ts";
import type { Dataset } from "./datasets.ts";
import { checkRunNumber } from "./runs.ts";
import { shape } from "./schema.ts";

/** States of a dataset in one workspace that it can be moved between. */
export const datasetStates = ["waiting dqm gui", "OPEN", "SIGNOFF", "COMPLETED"] as const;
export type DatasetState = (typeof datasetStates)[number];

/** What names a dataset of a run. */
export interface DatasetKey {
  readonly run_number: number;
  /** `/PromptReco/Collisions2022G/DQM`; the online dataset is moved with its run. */
  readonly dataset_name: string;
}

export interface DatasetMove {
  /** @default "global" */
  readonly workspace?: string;
  /** The service does not compare it with the dataset's state. */
  readonly from: DatasetState;
  readonly to: DatasetState;
}

export interface OfflineApi {
  /**
   * Moves datasets to another state of a workspace. From "waiting dqm gui" to OPEN in "global" opens every workspace that waits.
   * @throws INVALID_ARGUMENT, SERVICE_ERROR with the service's reason, FORBIDDEN without the e-group; PARTIAL, see {@link Write}
   */
  move: Write<DatasetKey, [move: DatasetMove], Dataset>;
}

const moveDataset = operation<DatasetKey & Required<DatasetMove>, Dataset>({
  name: "offline.move",
  method: "POST",
  path: "/datasets/{workspace}/move_dataset/{from}/{to}",
  // It makes a new version of the dataset.
  repeatable: false,
  response: shape(z.looseObject({ run_number: z.number(), name: z.string() })),
  body: ({ run_number, dataset_name, workspace }) => ({ json: { run_number, dataset_name, workspace } }),
});

export function offlineApi(core: Core): OfflineApi {
  return {
    move: createWrite(core, {
      name: "offline.move",
      operation: moveDataset,
      arity: 1,
      prepare(dataset: DatasetKey, move: DatasetMove) {
        checkFields(move, ["workspace", "from", "to"], "the move in offline.move()");
        checkMove(move, datasetStates, "offline.move()");
        const workspace = checkOneOf(move.workspace ?? "global", workspaces, "workspace in offline.move()");
        checkFields(dataset, ["run_number", "dataset_name"], "a dataset in offline.move()");
        const run_number = checkRunNumber(dataset.run_number);
        const dataset_name = checkText(dataset.dataset_name, "dataset_name of offline.move()");
        return { run_number, dataset_name, workspace, from: move.from, to: move.to };
      },
      label: ({ run_number, dataset_name }) => `run ${run_number}, dataset ${dataset_name}`,
    }),
  };
}
