import type { MyMdc } from "../../src/index.ts";
import type { RecordedCall } from "./recorded.ts";

/** What a recorded call becomes here. `fields` are those of the request, for methods that send a record. */
export type Counterpart = (mdc: MyMdc, call: RecordedCall) => PromiseLike<unknown>;

type AnyCall = (...args: readonly unknown[]) => PromiseLike<unknown>;
type AnyResource = Readonly<Record<string, AnyCall>>;

/** Any method of a resource: recorded arguments have no types. */
const at = (mdc: MyMdc, resource: string): AnyResource =>
  (mdc as unknown as Readonly<Record<string, AnyResource>>)[resource] as AnyResource;
const call = (mdc: MyMdc, resource: string, method: string, ...args: unknown[]): PromiseLike<unknown> => {
  const found = at(mdc, resource)[method];
  if (found === undefined) throw new Error(`There is no mdc.${resource}.${method}().`);
  return found(...args);
};

/** Class of the original, word in its API methods, resource here. */
export const resources: readonly (readonly [type: string, word: string, resource: string])[] = [
  ["DarkRun", "dark_run", "darkRuns"],
  ["DataFile", "data_file", "dataFiles"],
  ["DatasetFile", "dataset_file", "datasetFiles"],
  ["DataGroup", "data_group", "dataGroups"],
  ["DataGroupRepository", "data_group_repository", "dataGroupRepositories"],
  ["DataGroupType", "data_group_type", "dataGroupTypes"],
  ["DataType", "data_type", "dataTypes"],
  ["Experiment", "experiment", "experiments"],
  ["ExperimentType", "experiment_type", "experimentTypes"],
  ["InstrumentCycle", "instrument_cycle", "instrumentCycles"],
  ["Parameter", "parameter", "parameters"],
  ["ParameterType", "parameter_type", "parameterTypes"],
  ["Proposal", "proposal", "proposals"],
  ["Report", "report", "reports"],
  ["Repository", "repository", "repositories"],
  ["Run", "run", "runs"],
  ["Sample", "sample", "samples"],
  ["Technique", "technique", "techniques"],
  ["Unit", "unit", "units"],
];

/** The record that an instance of the original stands for. */
function fieldsOf({ construct = {}, set = {} }: RecordedCall): Record<string, unknown> {
  const { id: _id, ...fields } = { ...construct, ...set };
  return fields;
}

const record = (value: unknown): Record<string, unknown> => ({ ...(value as Record<string, unknown>) });

function crud(): Record<string, Counterpart> {
  const table: Record<string, Counterpart> = {};
  for (const [type, word, resource] of resources) {
    const create: Counterpart = (mdc, { args }) => call(mdc, resource, "create", args[0]);
    const remove: Counterpart = (mdc, { args }) => call(mdc, resource, "delete", args[0]);
    const get: Counterpart = (mdc, { args }) => call(mdc, resource, "get", args[0]);
    Object.assign(table, {
      [`create_${word}_api`]: (mdc, { args }) => call(mdc, resource, "create", record(args[0])[word]),
      [`update_${word}_api`]: (mdc, { args }) => call(mdc, resource, "update", args[0], record(args[1])[word]),
      [`delete_${word}_api`]: remove,
      [`get_${word}_by_id_api`]: get,
      [`${type}.create`]: (mdc, one) => call(mdc, resource, "create", fieldsOf(one)),
      [`${type}.update`]: (mdc, one) => call(mdc, resource, "update", { ...one.construct, ...one.set }["id"], fieldsOf(one)),
      [`${type}.delete`]: (mdc, one) => call(mdc, resource, "delete", { ...one.construct, ...one.set }["id"]),
      [`${type}.create_from_dict`]: create,
      [`${type}.update_from_dict`]: (mdc, { args }) => call(mdc, resource, "update", args[0], args[1]),
      [`${type}.delete_by_id`]: remove,
      [`${type}.get_by_id`]: get,
    } satisfies Record<string, Counterpart>);
  }
  for (const [word, resource, type] of [
    ["instrument", "instruments", "Instrument"],
    ["user", "users", "User"],
  ] as const) {
    const get: Counterpart = (mdc, { args }) => call(mdc, resource, "get", args[0]);
    Object.assign(table, { [`get_${word}_by_id_api`]: get, [`${type}.get_by_id`]: get });
  }
  return table;
}

/** Searches: the API method, the module's, the resource, and the names that the arguments stand for before page and page_size. */
const searches: readonly (readonly [api: string, module: string, resource: string, names: readonly string[]])[] = [
  ["get_all_dark_runs_by_proposal_id_api", "DarkRun.get_all_dark_runs_by_proposal_id", "darkRuns", ["proposal_id"]],
  ["get_all_dark_runs_by_detector_id_api", "DarkRun.get_all_dark_runs_by_detector_id", "darkRuns", ["detector_id"]],
  ["get_all_data_files_by_data_group_id_api", "DataFile.get_all_by_data_group_id", "dataFiles", ["data_group_id"]],
  ["get_all_dataset_files_by_data_group_id_api", "DatasetFile.get_all_by_data_group_id", "datasetFiles", ["data_group_id"]],
  ["get_all_data_groups_by_name_api", "DataGroup.get_all_by_name", "dataGroups", ["name"]],
  ["get_all_data_groups_by_experiment_id_api", "DataGroup.get_all_by_experiment_id", "dataGroups", ["experiment_id"]],
  ["get_all_by_data_group_id_api", "DataGroupRepository.get_all_by_data_group_id", "dataGroupRepositories", ["data_group_id"]],
  [
    "get_all_by_data_group_id_and_repository_id_api",
    "DataGroupRepository.get_all_by_data_group_id_and_repository_id",
    "dataGroupRepositories",
    ["data_group_id", "repository_id"],
  ],
  ["get_all_data_group_types_by_name_api", "DataGroupType.get_all_by_name", "dataGroupTypes", ["name"]],
  ["get_all_data_group_types_api", "DataGroupType.get_all", "dataGroupTypes", []],
  ["get_data_source_group_by_name_api", "DataSourceGroup.get_by_name", "dataSourceGroups", ["name"]],
  ["get_data_source_group_version_api", "DataSourceGroupVersion.get", "dataSourceGroupVersions", ["data_source_group_id", "name"]],
  ["get_all_data_types_by_name_api", "DataType.get_all_by_name", "dataTypes", ["name"]],
  ["get_all_experiments_by_name_and_proposal_id_api", "Experiment.get_all_by_name_and_proposal_id", "experiments", ["name", "proposal_id"]],
  ["get_all_experiments_by_proposal_id_api", "Experiment.get_all_by_proposal_id", "experiments", ["proposal_id"]],
  ["get_all_experiment_types_by_name_api", "ExperimentType.get_all_by_name", "experimentTypes", ["name"]],
  ["get_all_instruments_api", "", "instruments", []],
  ["get_all_instruments_by_identifier_api", "Instrument.get_by_identifier", "instruments", ["identifier"]],
  ["get_all_instruments_by_facility_id_api", "Instrument.get_all_by_facility_id", "instruments", ["facility_id"]],
  ["get_all_instruments_by_topic_id_api", "Instrument.get_all_by_topic_id", "instruments", ["topic_id"]],
  ["get_all_parameters_by_data_source_and_name_api", "Parameter.get_all_by_data_source_and_name", "parameters", ["data_source", "name"]],
  ["get_all_parameter_types_by_name_api", "ParameterType.get_all_by_name", "parameterTypes", ["name"]],
  ["get_all_proposals_by_number_api", "Proposal.get_all_by_number", "proposals", ["number"]],
  ["get_proposal_technique_by_proposal_id_api", "ProposalTechnique.get_all_by_proposal_id", "proposalTechniques", ["proposal_id"]],
  ["get_proposal_technique_by_technique_id_api", "ProposalTechnique.get_all_by_technique_id", "proposalTechniques", ["technique_id"]],
  ["get_all_reports_api", "", "reports", []],
  ["get_all_reports_by_run_id_api", "Report.get_all_by_run_id", "reports", ["run_id"]],
  ["get_all_repositories_api", "", "repositories", []],
  ["get_all_repositories_by_name_api", "Repository.get_all_by_name", "repositories", ["name"]],
  ["get_all_repositories_by_identifier_api", "Repository.get_all_by_identifier", "repositories", ["identifier"]],
  ["get_all_runs_by_run_number_api", "", "runs", ["run_number"]],
  ["get_run_by_run_number_and_experiment_id_api", "Run.get_all_by_run_number_and_experiment_id", "runs", ["run_number", "experiment_id"]],
  ["get_all_samples_by_proposal_id_api", "Sample.get_all_by_proposal_id", "samples", ["proposal_id"]],
  ["get_all_samples_by_name_and_proposal_id_api", "Sample.get_all_by_name_and_proposal_id", "samples", ["name", "proposal_id"]],
  ["get_technique_by_identifier_api", "", "techniques", ["identifier"]],
  ["get_all_techniques_by_name_api", "Technique.get_all_by_name", "techniques", ["name"]],
  ["get_all_techniques_by_identifier_api", "", "techniques", ["identifier"]],
  ["get_all_units_api", "Unit.get_all", "units", []],
  ["get_data_source_group", "", "dataSourceGroups", ["name"]],
  ["get_data_source_group_version", "", "dataSourceGroupVersions", ["data_source_group_id", "name"]],
  ["get_all_data_group_types", "", "dataGroupTypes", []],
];

/** The first match of a search. */
const finds: readonly (readonly [method: string, resource: string, names: readonly string[]])[] = [
  ["DataGroupType.get_by_name", "dataGroupTypes", ["name"]],
  ["DataType.get_by_name", "dataTypes", ["name"]],
  ["ExperimentType.get_by_name", "experimentTypes", ["name"]],
  ["ParameterType.get_by_name", "parameterTypes", ["name"]],
  ["Repository.get_by_name", "repositories", ["name"]],
  ["Experiment.get_by_name_and_proposal_id", "experiments", ["name", "proposal_id"]],
  ["Sample.get_by_name_and_proposal_id", "samples", ["name", "proposal_id"]],
  ["Technique.get_by_name", "techniques", ["name"]],
  ["Technique.get_by_identifier", "techniques", ["identifier"]],
  ["Run.get_by_run_number_and_experiment_id", "runs", ["run_number", "experiment_id"]],
];
/** How many arguments of a search it searches by. */
export const searchArity: Readonly<Record<string, number>> = Object.fromEntries([
  ...searches.flatMap(([api, module, , names]) => [api, module].map((method) => [method, names.length] as const)),
  ...finds.map(([method, , names]) => [method, names.length] as const),
]);
export const findMethods = finds.map(([method]) => method);

const whereOf = (names: readonly string[], args: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name, index) => [name, args[index]]));

/** `page` and `page_size` of a recorded call, behind its `count` own arguments. */
export function pageOf({ args, kwargs }: RecordedCall, count: number): Record<string, unknown> {
  const [page = kwargs["page"], pageSize = kwargs["page_size"]] = args.slice(count);
  return { ...(page === undefined ? {} : { page }), ...(pageSize === undefined ? {} : { pageSize }) };
}

function searching(): Record<string, Counterpart> {
  const table: Record<string, Counterpart> = {};
  for (const [api, module, resource, names] of searches) {
    const list: Counterpart = (mdc, one) => call(mdc, resource, "list", whereOf(names, one.args), pageOf(one, names.length));
    for (const method of [api, module]) if (method !== "") table[method] = list;
  }
  for (const [method, resource, names] of finds) table[method] = (mdc, { args }) => call(mdc, resource, "find", whereOf(names, args));
  return table;
}

/** What sends one request and is neither of these. */
function others(): Record<string, Counterpart> {
  const runRef = (args: readonly unknown[]): { run: never; proposal: never } => ({ run: args[0] as never, proposal: args[1] as never });
  const table: Record<string, Counterpart> = {};
  const set = (methods: readonly string[], counterpart: Counterpart): void => {
    for (const method of methods) table[method] = counterpart;
  };
  set(["get_current_user"], (mdc) => mdc.users.me());
  set(["get_repository_by_id"], (mdc, { args }) => mdc.repositories.get(args[0] as never));
  set(["get_all_xfel_instruments", "Instrument.get_all_from_xfel"], (mdc, one) => mdc.instruments.xfel(pageOf(one, 0)));
  set(
    ["get_instrument_active_proposal_api", "Proposal.get_active_proposal_by_instrument", "get_active_proposal_by_instrument"],
    (mdc, { args }) => mdc.proposals.active({ instrumentId: args[0] as never }),
  );
  set(["get_proposal_by_number_api", "Proposal.get_by_number"], (mdc, { args }) => mdc.proposals.byNumber(args[0] as never));
  set(["get_proposal_by_number_daq_info_api", "Proposal.get_by_number_daq_info"], (mdc, { args }) =>
    mdc.proposals.daqInfo(args[0] as never),
  );
  set(["get_runs_by_proposal_number_api", "Proposal.get_runs_by_proposal_number", "get_proposal_runs"], (mdc, one) => {
    const [number, run] = [one.args[0], one.args[1] ?? one.kwargs["run_number"]];
    return run === undefined || run === null
      ? mdc.proposals.runs(number as never, pageOf(one, 2))
      : mdc.proposals.run(number as never, run as never);
  });
  set(["get_all_runs_by_proposal_number_api"], (mdc, one) => mdc.runs.ofProposal(one.args[0] as never, pageOf(one, 1)));
  set(
    [
      "get_run_all_raw_data_groups_ids_api",
      "Run.get_all_raw_data_groups",
      "Run.get_all_raw_data_groups_by_run_number_and_proposal_number",
      "Run.get_by_raw_data_groups_run_number_and_proposal_number",
    ],
    (mdc, { args }) => mdc.runs.rawDataGroupIds(runRef(args)),
  );
  set(["search_data_files_api", "DataFile.search_data_files", "search_data_files"], (mdc, { args }) => mdc.dataFiles.search(runRef(args)));
  set(["search_dataset_files_api", "DatasetFile.search_dataset_files"], (mdc, { args }) => mdc.datasetFiles.search(runRef(args)));
  set(["create_bulk_dataset_file_api"], (mdc, { args }) => mdc.datasetFiles.createMany(args[0] as never));
  set(["update_bulk_dataset_file_api"], (mdc, { args }) => mdc.datasetFiles.updateMany(args[0] as never));
  set(["check_bulk_dataset_file_api"], (mdc, { args }) => mdc.datasetFiles.checkMany(args[0] as never));
  set(["delete_bulk_dataset_file_api_by_data_group_id"], (mdc, { args }) =>
    mdc.datasetFiles.deleteMany({ data_group_id: args[0] as never, ids: args[1] as never }),
  );
  set(["create_bulk_parameter_api", "Parameter.create_multiple_from_dict"], (mdc, { args }) =>
    mdc.parameters.createMany(record(args[0])["parameters"] as never),
  );
  set(["delete_bulk_parameter_api_by_data_group_id"], (mdc, { args }) => mdc.parameters.deleteOfDataGroup(args[0] as never));
  set(["update_data_source_group_version_api", "DataSourceGroupVersion.update", "update_data_source_group_version"], (mdc, { args }) =>
    mdc.dataSourceGroupVersions.update(args[0] as never, args[1] as never),
  );
  return table;
}

/** Methods that send one request, by their names. */
export const single: Readonly<Record<string, Counterpart>> = { ...crud(), ...searching(), ...others() };
