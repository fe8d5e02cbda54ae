import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type Searches, type Writes, writesApi } from "./resource.ts";

/** A set of dark runs of a detector, and where its calibration stands. */
export interface DarkRun {
  readonly id: number;
  readonly proposal_id: number;
  readonly detector_id: number;
  readonly detector_identifier: string | null;
  readonly detector_type_id: number | null;
  /** JSON text: a list of names. */
  readonly pdu_physical_names: string | null;
  readonly operation_mode_id: number | null;
  readonly operation_mode_name: string | null;
  /** A letter: R requested, F finished, … */
  readonly flg_status: string | null;
  /** Names of data aggregators. */
  readonly pdu_karabo_das: readonly string[] | string | null;
  readonly operation_mode_identifier: string | null;
  /** As text: "1,5Gb". */
  readonly size: string | null;
  readonly full_calcat_report_url: string | null;
  /** At most 250 characters. */
  readonly report_url: string | null;
  readonly input_path: string | null;
  readonly output_path: string | null;
  readonly calcat_feedback: string | null;
  readonly description: string | null;
  /** JSON text: a list of run numbers; set when it is created. */
  readonly runs_info: string | readonly number[] | null;
}

/** What can be written to a dark run. */
export type DarkRunFields = Writable<DarkRun, "id">;

/** What dark runs can be searched by. */
export type DarkRunSearch = { readonly proposal_id: number | string } | { readonly detector_id: number | string };

/** Calls on dark runs. */
export interface DarkRunsApi extends Gets<DarkRun>, Searches<DarkRun, DarkRunSearch>, Writes<DarkRun, DarkRunFields> {}

export const darkRun = define<DarkRun>({
  name: "darkRuns",
  collection: "dark_runs",
  wrapper: "dark_run",
  kinds: {
    id: "id",
    proposal_id: "id",
    detector_id: "id",
    detector_identifier: "text",
    detector_type_id: "id",
    pdu_physical_names: "text",
    operation_mode_id: "id",
    operation_mode_name: "text",
    flg_status: "text",
    pdu_karabo_das: "any",
    operation_mode_identifier: "text",
    size: "text",
    full_calcat_report_url: "text",
    report_url: "text",
    input_path: "text",
    output_path: "text",
    calcat_feedback: "text",
    description: "text",
    runs_info: "any",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["proposal_id"] }, { by: ["detector_id"] }],
});

export function darkRunsApi(core: Core): DarkRunsApi {
  return { ...getsApi(core, darkRun), ...searchesApi(core, darkRun), ...writesApi(core, darkRun) };
}
