import { fieldsOf, isInteger, type Row, type Value } from "../fields.ts";
import { isTaken, type Resource } from "../resource.ts";
import type { Store } from "../store.ts";

interface Link {
  readonly technique_id: number;
  readonly runs_techniques_id: number;
}

function links(row: Row | undefined): readonly Link[] {
  return (row?.["_techniques"] ?? []) as unknown as readonly Link[];
}

/** `[{technique_id}]` adds, `[{id, _destroy: 1}]` takes away; empty text and null mean nothing. Keeps the order of adding. */
function relink(row: Row, before: Row | undefined, attributes: Value | undefined, store: Store): void {
  let techniques = [...links(before)];
  for (const entry of Array.isArray(attributes) ? (attributes as readonly Row[]) : []) {
    const destroyed = ["1", "true"].includes(String(entry["_destroy"] as string));
    if (destroyed) techniques = techniques.filter(({ runs_techniques_id }) => String(runs_techniques_id) !== String(entry["id"] as string));
    else if (
      entry["technique_id"] !== undefined &&
      !techniques.some((link) => String(link.technique_id) === String(entry["technique_id"] as string))
    )
      techniques.push({ technique_id: Number(entry["technique_id"]), runs_techniques_id: store.nextLink() });
  }
  row["_techniques"] = techniques as unknown as Value;
}

/** All runs with this number in the proposal of the experiment. */
function sameNumber(row: Row, store: Store): number[] {
  const experiment = typeof row["experiment_id"] === "number" ? store.table("experiments").get(row["experiment_id"]) : undefined;
  if (experiment === undefined) return [];
  const siblings = store.table("experiments").find([["proposal_id", experiment["proposal_id"] ?? null]]);
  return siblings.flatMap((id) => [
    ...store.table("runs").find([
      ["experiment_id", id],
      ["run_number", row["run_number"] ?? null],
    ]),
  ]);
}

const runs: Resource = {
  collection: "runs",
  wrapper: "run",
  fields: fieldsOf(
    "run_number# run_alias experiment_id sample_id begin_at end_at first_train# last_train# flg_available?",
    "flg_status# original_format system_msg description",
  ),
  added: ["run_folder"],
  derive(row, before, store, sent) {
    if (before === undefined) {
      row["run_folder"] = `r${String(row["run_number"] as string).padStart(4, "0")}`;
      row["_quality"] = -1;
    }
    relink(row, before, sent["runs_techniques_attributes"], store);
  },
  check(draft) {
    const { row, store } = draft;
    draft.exists("experiment_id", "experiments");
    draft.fixed("run_number", "run_folder");
    if (draft.isNew) draft.present("run_number");
    const numbered = draft.number("run_number");
    if (draft.isNew && numbered && sameNumber(row, store).length > 0) {
      draft.add("experiment_id", isTaken);
      draft.add("run_number", "must be unique per proposal", isTaken);
    }
    draft.present("begin_at");
    draft.present("first_train");
    const counted = draft.number("first_train");
    const [first, last] = [row["first_train"] ?? null, row["last_train"] ?? null];
    if (last === null) return;
    if (draft.number("last_train") && counted && isInteger(first) && isInteger(last) && BigInt(last) < BigInt(first))
      draft.add("last_train", `must be greater than or equal to ${first.toString()}`);
  },
  shown: (row, store) => ({
    techniques: links(row).flatMap(({ technique_id, runs_techniques_id }): Row[] => {
      const technique = store.table("techniques").get(technique_id);
      if (technique === undefined) return [];
      return [{ id: technique_id, identifier: technique["identifier"] ?? null, name: technique["name"] ?? null, runs_techniques_id }];
    }),
  }),
};

const reports: Resource = {
  collection: "reports",
  wrapper: "report",
  fields: fieldsOf("name cal_report_path cal_report_at run_id description"),
  check(draft) {
    if (draft.present("name")) {
      draft.atMost("name", 128);
      if (!/^\S+\.pdf$/.test(String(draft.row["name"] as string))) draft.add("name", "cannot contain spaces and must end with .pdf");
    }
    draft.exists("run_id", "runs");
    if (draft.taken("reports", "name", "cal_report_path", "run_id"))
      for (const field of ["name", "cal_report_path", "run_id"]) draft.add(field, isTaken);
  },
};

/** Fields of a dark run that an update leaves as they are: its measurement is done. */
const measured = [
  "proposal_id",
  "detector_id",
  "detector_identifier",
  "detector_type_id",
  "pdu_physical_names",
  "operation_mode_id",
  "operation_mode_name",
  "pdu_karabo_das",
  "operation_mode_identifier",
  "runs_info",
];

const darkRuns: Resource = {
  collection: "dark_runs",
  wrapper: "dark_run",
  fields: fieldsOf(
    "proposal_id detector_id detector_identifier detector_type_id pdu_physical_names runs_info",
    "operation_mode_id operation_mode_name flg_status pdu_karabo_das* operation_mode_identifier size report_url",
    "input_path output_path calcat_feedback description full_calcat_report_url~",
  ),
  derive(row, before) {
    if (before !== undefined) for (const field of measured) row[field] = before[field] ?? null;
  },
  check(draft) {
    draft.exists("proposal_id", "proposals");
    if (String(draft.row["report_url"] as string).length > 250) draft.add("report_url", "URL length allows only 250 characters");
  },
};

/** What is measured. */
export const runResources: readonly Resource[] = [runs, reports, darkRuns];
