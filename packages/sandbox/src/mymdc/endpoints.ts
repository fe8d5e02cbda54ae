import { Router } from "../http/router.ts";
import type { Context, Endpoint } from "./context.ts";
import { bulkCreate, checkFiles, deleteFiles, deleteParameters, updateFiles } from "./routes/bulk.ts";
import * as lookups from "./routes/lookups.ts";
import { create, list, read, remove, update } from "./routes/members.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Entry = readonly [method: Method, path: string, handler: Endpoint];

/** What can be done with single records of a collection: C create, R read, U update, D delete. */
function members(collection: string, routes: string): Entry[] {
  const all: Record<string, Entry> = {
    C: ["POST", collection, create(collection)],
    R: ["GET", `${collection}/:id`, read(collection)],
    U: ["PUT", `${collection}/:id`, update(collection)],
    D: ["DELETE", `${collection}/:id`, remove(collection)],
  };
  return [...routes].map((route) => all[route] as Entry);
}

/** A list, and the fields by which it can be asked for. */
function listed(collection: string, ...filters: readonly string[]): Entry[] {
  return [["GET", collection, list(collection, filters)]];
}

/** Every endpoint of the API, 117 of them, below `/metadata/api/`. An endpoint that is added gets its line here. The first that fits answers. */
export const endpoints: readonly Entry[] = [
  ["GET", "me", lookups.me],
  ["GET", "instruments/:id/active_proposal", lookups.activeProposal],
  ["GET", "data_files/search_data_files", lookups.searchFiles("data_files")],
  ["GET", "dataset_files/search_dataset_files", lookups.searchFiles("dataset_files")],
  ["POST", "dataset_files/bulk_create", bulkCreate("dataset_files", "dataset_files")],
  ["POST", "dataset_files/bulk_update", updateFiles],
  ["POST", "dataset_files/bulk_check", checkFiles],
  ["POST", "dataset_files/bulk_delete", deleteFiles],
  ["POST", "parameters/bulk_create", bulkCreate("parameters", "parameters")],
  ["POST", "parameters/bulk_delete", deleteParameters],
  ["GET", "proposals/by_number/:number", lookups.byNumber],
  ["GET", "proposals/by_number_daq_info/:number", lookups.byNumberForDaq],
  ["GET", "proposals/by_number/:number/runs", lookups.runsByNumber],
  ["GET", "proposals/by_number/:number/runs/:run", lookups.runByNumber],
  ["GET", "runs/runs_by_proposal", lookups.runsByProposal],
  ["GET", "runs/all_raw_data_groups_ids", lookups.rawGroups],
  ...members("dark_runs", "CRUD"),
  ...listed("dark_runs", "proposal_id", "detector_id"),
  ...members("data_files", "CRUD"),
  ...listed("data_files", "data_group_id"),
  ...members("data_groups", "CRUD"),
  ...listed("data_groups", "name", "experiment_id"),
  ...members("data_groups_repositories", "CRUD"),
  ...listed("data_groups_repositories", "data_group_id", "repository_id"),
  ...members("data_group_types", "CRUD"),
  ...listed("data_group_types", "name"),
  ...members("data_types", "CRUD"),
  ...listed("data_types", "name"),
  ...members("dataset_files", "CRUD"),
  ...listed("dataset_files", "data_group_id"),
  ...members("experiments", "CRUD"),
  ...listed("experiments", "name", "proposal_id"),
  ...members("experiment_types", "CRUD"),
  ...listed("experiment_types", "name"),
  ...members("instrument_cycles", "CRUD"),
  ...members("parameters", "CRUD"),
  ...listed("parameters", "data_source", "name"),
  ...members("parameter_types", "CRUD"),
  ...listed("parameter_types", "name"),
  ...members("proposals", "CRUD"),
  ...listed("proposals", "number"),
  ...members("reports", "CRUD"),
  ...listed("reports", "run_id"),
  ...members("repositories", "CRUD"),
  ...listed("repositories", "name", "identifier"),
  ...members("runs", "CRUD"),
  ...listed("runs", "run_number", "experiment_id"),
  ...members("samples", "CRUD"),
  ...listed("samples", "name", "proposal_id"),
  ...members("techniques", "CRUD"),
  ...listed("techniques", "name", "identifier"),
  ...members("units", "CRUD"),
  ...listed("units"),
  ...members("instruments", "R"),
  ...listed("instruments", "identifier", "facility_id", "topic_id"),
  ...members("users", "R"),
  ...listed("data_source_groups", "name"),
  ...members("data_source_group_versions", "U"),
  ...listed("data_source_group_versions", "data_source_group_id", "name"),
  ...listed("proposals_techniques", "proposal_id", "technique_id"),
];

/** Finds the endpoint of a path below the API; repeated slashes count as one. */
export const router = new Router<Context>();
for (const [method, path, handler] of endpoints) router.on(method, path, handler);
