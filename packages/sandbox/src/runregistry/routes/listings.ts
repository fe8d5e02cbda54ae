import type { Router } from "../../http/router.ts";
import { ok, pageReply, runJson } from "../answers.ts";
import type { Context, Route } from "../context.ts";
import { SqlError, toInteger } from "../query/sql.ts";
import { acceptedDatasets } from "../world/accepted.ts";
import { cycles } from "../world/cycles.ts";
import type { Store } from "../store.ts";

/** A run number as PostgreSQL reads it from a path or a body. */
export function runNumber(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  if (value === undefined) throw new SqlError('Named parameter ":run_number" has no value in the given object.');
  return toInteger(String(value));
}

const runs: Route = (_request, _parameters, context) => pageReply(context.store, "runs", context.runs.page(context.body));
const datasets: Route = (_request, _parameters, context) => pageReply(context.store, "datasets", context.datasets.page(context.body));
const oneRun: Route = (_request, { run }, { store }) => ok(runJson(store, toInteger(run as string)));

const datasetNames: Route = (_request, { run }, { store }) => ok(store.datasetNames(toInteger(run as string)));

const history: Route = (_request, { run }, { store }) =>
  ok(
    store.runEvents(toInteger(run as string)).map((event) => ({
      ...event.oms,
      ...event.rr,
      run_number: event.run,
      version: event.version,
      ...event.at,
      updatedAt: event.at.createdAt,
    })),
  );

const lastUpdated: Route = (_request, _parameters, { store, runs: listing }) => {
  const { entries } = listing.page({ filter: {}, sortings: [["run_number", "DESC"]], page: 0, page_size: 500 });
  const rows = entries.map(({ run }) => store.run(run)).filter((row) => row !== undefined);
  const updated = (row: { oms_attributes: Record<string, unknown> }): string => String(row.oms_attributes["last_update"]);
  return ok(rows.sort((a, b) => (updated(a) < updated(b) ? 1 : updated(a) > updated(b) ? -1 : 0)).slice(0, 50));
};

/** A dataset with everything beside it; null where there is none. */
export function fullDataset(store: Store, run: number, name: string): object | null {
  const row = store.dataset(run, name);
  if (row === undefined) return null;
  return {
    ...row,
    Run: store.run(run) ?? null,
    DatasetTripletCache: {
      run_number: run,
      name,
      triplet_summary: store.tripletSummary(run, name),
      dcs_summary: store.dcsSummary(run, name),
      version: row.version,
    },
  };
}

const oneDataset: Route = (_request, _parameters, { store, body }) =>
  ok(fullDataset(store, runNumber(body["run_number"]), String(body["dataset_name"])));

const deadRoute: Route = () => {
  throw new SqlError("fn is not a function");
};

export function addListings(router: Router<Context>): void {
  router
    .on("POST", "/runs_filtered_ordered", runs)
    .on("POST", "/datasets_filtered_ordered", datasets)
    .on("GET", "/runs", deadRoute)
    .on("GET", "/runs/:run", oneRun)
    .on("GET", "/runs_lastupdated_50", lastUpdated)
    .on("GET", "/run_with_history/:run", history)
    .on("GET", "/get_all_dataset_names_of_run/:run", datasetNames)
    .on("POST", "/datasets/get_dataset", oneDataset)
    .on("GET", "/cycles/:workspace", (_request, _parameters, { store }) => ok(cycles(store)))
    .on("GET", "/datasets_accepted", () => ok(acceptedDatasets))
    .on("GET", "/datasets_accepted/:class", (_request, parameters) =>
      ok(acceptedDatasets.filter((rule) => rule.class === parameters["class"])),
    );
}
