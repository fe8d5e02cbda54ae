import { fieldsOf, isBlank, type Row } from "../fields.ts";
import { type Draft, isTaken, type Resource } from "../resource.ts";
import type { Store } from "../store.ts";

/** What is called after the instrument follows from its number. */
function instrumentIdentifier(row: Row, store: Store): void {
  const id = row["instrument_id"];
  const instrument = typeof id === "number" ? store.table("instruments").get(id) : undefined;
  if (instrument !== undefined) row["instrument_identifier"] = instrument["identifier"] ?? null;
}

function proposalPath(row: Row, store: Store): string {
  const cycle =
    typeof row["instrument_cycle_id"] === "number" ? store.table("instrument_cycles").get(row["instrument_cycle_id"]) : undefined;
  const folder = String(row["proposal_folder"] as string);
  return `/gpfs/exfel/exp/${String(row["instrument_identifier"] as string)}/${String((cycle?.["identifier"] ?? "none") as string)}/${folder}/raw`;
}

const proposals: Resource = {
  collection: "proposals",
  wrapper: "proposal",
  fields: fieldsOf(
    "number# title abstract url instrument_id instrument_cycle_id principal_investigator_id main_proposer_id",
    "begin_at end_at release_at flg_beamtime_status beamtime_start_at beamtime_end_at flg_proposal_system",
    "flg_available? description",
  ),
  added: ["proposal_folder", "def_proposal_path", "doi", "instrument_identifier", "local_contact_id", "orig_repository_id"],
  derive(row, before, store) {
    instrumentIdentifier(row, store);
    if (before !== undefined) return;
    const number = String(row["number"] as string).padStart(6, "0");
    row["proposal_folder"] = `p${number}`;
    row["def_proposal_path"] = proposalPath(row, store);
    row["doi"] = `10.22003/XFEL.EU-DATA-${number}-00`;
    row["local_contact_id"] = null;
    row["orig_repository_id"] = -1;
  },
  check(draft) {
    draft.fixed("number");
    if (draft.present("number")) draft.number("number");
    draft.present("title");
    draft.exists("instrument_id", "instruments");
    if (draft.isNew && draft.taken("proposals", "number"))
      for (const field of ["def_proposal_path", "number", "proposal_folder"]) draft.add(field, isTaken);
    if (!isBlank(draft.row["url"]) && draft.taken("proposals", "url")) draft.add("url", isTaken);
  },
  shown: (row, store) => {
    const runs = store.rows(
      "runs",
      store
        .table("experiments")
        .find([["proposal_id", row.id]])
        .flatMap((id) =>
          store
            .table("runs")
            .find([["experiment_id", id]])
            .slice(-1),
        ),
    );
    return { last_run: runs.reduce((last, run) => Math.max(last, Number(run["run_number"])), 0) };
  },
  neededBy: (row, store) =>
    ["experiments", "samples"].find((collection) => store.table(collection).find([["proposal_id", row.id]]).length > 0),
};

function uniqueInProposal(draft: Draft, collection: string, ...also: readonly string[]): void {
  if (!draft.taken(collection, "name", "proposal_id")) return;
  for (const field of ["name", ...also]) draft.add(field, isTaken);
}

const lastRun = (store: Store, experiment: number): number => {
  const ids = store.table("runs").find([["experiment_id", experiment]]);
  return store.rows("runs", ids.slice(-1)).reduce((last, run) => Math.max(last, Number(run["run_number"])), 0);
};

const experiments: Resource = {
  collection: "experiments",
  wrapper: "experiment",
  fields: fieldsOf("name experiment_type_id proposal_id flg_available? publisher contributor description"),
  added: ["experiment_number", "experiment_folder"],
  derive(row, before, store) {
    if (before !== undefined) return;
    const others = store.rows("experiments", store.table("experiments").find([["proposal_id", row["proposal_id"] ?? null]]));
    const number = others.reduce((last, other) => Math.max(last, Number(other["experiment_number"])), 0) + 1;
    row["experiment_number"] = number;
    row["experiment_folder"] = `e${String(number).padStart(4, "0")}`;
  },
  check(draft) {
    if (draft.present("name")) draft.atMost("name", 60);
    draft.exists("proposal_id", "proposals");
    uniqueInProposal(draft, "experiments");
  },
  shown: (row, store) => {
    const siblings = store.table("experiments").find([["proposal_id", row["proposal_id"] ?? null]]);
    return {
      doi: `xfel.mdc.exp.${row.id}`,
      proposal_last_run: siblings.reduce((last, id) => Math.max(last, lastRun(store, id)), 0),
      experiment_last_run: lastRun(store, row.id),
    };
  },
  neededBy: (row, store) =>
    ["runs", "data_groups"].find((collection) => store.table(collection).find([["experiment_id", row.id]]).length > 0)?.replace("_", " "),
};

const samples: Resource = {
  collection: "samples",
  wrapper: "sample",
  fields: fieldsOf("name url sample_type_id proposal_id flg_proposal_system proposal_system_id! flg_available? description"),
  check(draft) {
    if (draft.present("name")) draft.atMost("name", 127);
    draft.exists("proposal_id", "proposals");
    uniqueInProposal(draft, "samples", "flg_proposal_system", "proposal_id", "proposal_system_id");
  },
  neededBy: (row, store) => (store.table("runs").find([["sample_id", row.id]]).length > 0 ? "runs" : undefined),
};

/** Proposals, and what belongs to one as a whole. */
export const proposalResources: readonly Resource[] = [
  proposals,
  experiments,
  samples,
  {
    collection: "instrument_cycles",
    wrapper: "instrument_cycle",
    fields: fieldsOf(
      "identifier# instrument_id instrument_identifier begin_at end_at start_call_at close_call_at url",
      "flg_available? flg_proposal_system description",
    ),
    derive: (row, _before, store) => instrumentIdentifier(row, store),
    check(draft) {
      if (draft.present("identifier")) draft.number("identifier");
      draft.exists("instrument_id", "instruments");
      if (draft.taken("instrument_cycles", "identifier", "instrument_id"))
        for (const field of ["identifier", "url", "instrument_id"]) draft.add(field, isTaken);
    },
  },
  {
    collection: "instruments",
    wrapper: "instrument",
    fields: fieldsOf("name identifier~ url facility_id topic_id instrument_type_id repository_id flg_available? description"),
    shown: (row) => (row["_more"] as Row | undefined) ?? {},
  },
  {
    collection: "users",
    wrapper: "user",
    fields: fieldsOf("email first_name last_name name nickname provider uid"),
  },
  { collection: "proposals_techniques", wrapper: "proposals_technique", fields: { proposal_id: "id", technique_id: "id" } },
];
