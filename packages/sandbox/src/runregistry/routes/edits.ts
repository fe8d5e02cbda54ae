import type { Router } from "../../http/router.ts";
import { ok, runJson } from "../answers.ts";
import type { Context, Route } from "../context.ts";
import { deepEqual, jsonb, type JsonObject } from "../jsonb.ts";
import { SqlError, toInteger } from "../query/sql.ts";
import { author, guarded, isManual } from "../rights.ts";
import { checkSignOff, offlineDatasets } from "../signoff.ts";
import type { Store } from "../store.ts";
import { fullDataset, runNumber } from "./listings.ts";

function rrOf(store: Store, run: number): JsonObject {
  const rr = store.rrAttributes(run);
  if (rr === undefined) throw new SqlError("Run not found");
  return rr;
}

function changedOnly(before: JsonObject, after: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !deepEqual(before[name], value))) as JsonObject;
}

const moveRun: Route = (request, { to }, { store, body }) => {
  const run = runNumber(body["run_number"]);
  const state = to as string;
  if (!["SIGNOFF", "OPEN", "COMPLETED"].includes(state))
    throw new SqlError("The final state must be SIGNOFF, OPEN OR COMPLETED, no other option is valid");
  const rr = store.rrAttributes(run);
  if (rr === undefined) throw new SqlError("Cannot read property 'rr_attributes' of null");
  if (rr["state"] === state) throw new SqlError(`Run ${run} state is already in state ${state}`);
  checkSignOff(store, run, state, rr["class"]);
  const by = author(request);
  const datasets = state === "OPEN" ? [] : offlineDatasets(store, run, String(rr["class"]));
  store.commit(by, `move state run ${run} to state ${state}`, [
    { type: "run", run, oms: {}, rr: { state }, manual: isManual(by), deleted: false },
  ]);
  if (datasets.length > 0) store.commit("auto@auto", `datasets created after run ${run} is signed off`, datasets);
  return ok(runJson(store, run));
};

const markSignificant: Route = (request, _parameters, { store, body }) => {
  const run = runNumber(body["run_number"]);
  const rr = rrOf(store, run);
  if (rr["state"] !== "OPEN") throw new SqlError("Run must be in state OPEN to be marked significant");
  if (rr["significant"] === true) throw new SqlError("Run is already significant");
  const by = author(request);
  store.commit(by, `mark run ${run} significant`, [
    { type: "run", run, oms: {}, rr: { significant: true }, manual: isManual(by), deleted: false },
    ...store.classified(run),
  ]);
  return ok(runJson(store, run));
};

const editRun: Route = (request, { run: text, attribute }, { store, body }) => {
  const name = attribute as string;
  if (!(name in body)) throw new SqlError(`Requested to change ${name} but no suitable data was supplied`);
  const run = toInteger(text as string);
  const rr = rrOf(store, run);
  if (rr["state"] !== "OPEN") throw new SqlError("Run must be in state OPEN to be edited");
  const by = author(request);
  // Every attribute of the body is stored, not only the one in the address: so does the service.
  const changed = changedOnly(rr, body);
  const comment = `run ${run} manual edit of attribute ${name} from "${String(rr[name])}" to "${String(body[name])}"`;
  if (Object.keys(changed).length > 0)
    store.commit(by, comment, [{ type: "run", run, oms: {}, rr: jsonb(changed), manual: isManual(by), deleted: false }]);
  return ok(runJson(store, run));
};

/** What OMS and the classifiers say is computed anew; changes by people stay. */
const refresh =
  (reset: boolean): Route =>
  (request, { run: text }, { store }) => {
    const run = toInteger(text as string);
    const rr = rrOf(store, run);
    if (rr["state"] !== "OPEN") throw new SqlError("Run must be in state OPEN to be refreshed");
    const by = author(request);
    const original = reset ? changedOnly(rr, store.automaticAttributes(run)) : {};
    const comment = `${by} requested ${reset ? "reset and refresh" : "refresh"} from OMS`;
    const spans = rr["significant"] === true ? store.classified(run) : [];
    if (Object.keys(original).length + spans.length > 0)
      store.commit(by, comment, [{ type: "run", run, oms: {}, rr: original, manual: false, deleted: false }, ...spans]);
    return ok(runJson(store, run));
  };

const moveDataset: Route = (request, { to }, { store, body }) => {
  const run = runNumber(body["run_number"]);
  const name = String(body["dataset_name"]);
  const workspace = String(body["workspace"]);
  const row = store.dataset(run, name);
  if (row === undefined) throw new SqlError("Cannot destructure property `dataset_attributes` of 'undefined' or 'null'.");
  const values: JsonObject = { [`${workspace}_state`]: to as string };
  if (workspace === "global" && row.dataset_attributes["global_state"] === "waiting dqm gui" && to === "OPEN") {
    // Opened for everybody: the other workspaces that waited are opened with it.
    for (const [attribute, state] of Object.entries(row.dataset_attributes))
      if (attribute.includes("_state") && state === "waiting dqm gui") values[attribute] = "OPEN";
  }
  store.commit(author(request), "manual change of state of dataset", [
    { type: "dataset", run, name, values: jsonb(values), gui: [], deleted: false },
  ]);
  return ok(fullDataset(store, run, name));
};

interface NewRange {
  readonly start?: unknown;
  readonly end?: unknown;
  readonly status?: unknown;
  readonly comment?: unknown;
  readonly cause?: unknown;
}

const editLumisections: Route = (request, _parameters, { store, body }) => {
  const range = body["new_lumisection_range"] as NewRange | undefined;
  if (range === undefined || range === null) throw new SqlError("Cannot destructure property `start` of 'undefined' or 'null'.");
  const { status, comment, cause } = range;
  if (!status) throw new SqlError("No status present when trying to edit lumisections");
  if (status === "BAD" && (typeof comment !== "string" || comment.length < 3)) {
    throw new SqlError("When setting lumisections as BAD, there MUST be a comment for this action.");
  }
  const run = runNumber(body["run_number"]);
  const name = String(body["dataset_name"]);
  if (name === "online") {
    const rr = store.rrAttributes(run);
    if (rr === undefined) throw new SqlError("Cannot read property 'rr_attributes' of null");
    if (rr["state"] !== "OPEN") throw new SqlError("Run must be in state OPEN to be edited");
  }
  const component = String(body["component"]);
  const by = author(request);
  const fault = `Error updating lumisections of ${name} dataset, run number: ${run}: `;
  const start = Number(range.start);
  const end = Number(range.end);
  if (start > end) throw new SqlError(`${fault}Start Lumisection must be less than end lumisection`);
  if (!Number.isInteger(start) || !Number.isInteger(end) || store.dataset(run, name) === undefined) {
    throw new SqlError(`${fault}Error updating/saving dataset ${name} of run ${run} lumisections`);
  }
  const triplet = { status: String(status), comment: String(comment ?? ""), cause: String(cause ?? "") };
  const [event] = store.commit(by, `Edit run ${run} lumisections of a dataset ${name} for component ${component}`, [
    { type: "rr", run, name, start, end, values: { [component]: jsonb(triplet) }, manual: isManual(by) },
    { type: "dataset", run, name, values: {}, gui: [], deleted: false },
  ]);
  return ok({ version: event?.version, run_number: run, name, lumisection_metadata_id: event?.version, manual_change: isManual(by) });
};

export function addEdits(router: Router<Context>): void {
  router
    .on("POST", "/runs/mark_significant", guarded(markSignificant))
    .on("POST", "/runs/move_run/:from/:to", guarded(moveRun))
    .on("POST", "/runs/refresh_run/:run", refresh(false))
    .on("POST", "/runs/reset_and_refresh_run/:run", refresh(true))
    .on("PUT", "/manual_run_edit/:run/:attribute", guarded(editRun))
    .on("POST", "/datasets/:workspace/move_dataset/:from/:to", guarded(moveDataset))
    .on("PUT", "/lumisections/edit_rr_lumisections", guarded(editLumisections));
}
