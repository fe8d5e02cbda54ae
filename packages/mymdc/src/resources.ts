import type { Core } from "@sci/http-core";
import type { AnyOperation, Definition } from "./definition.ts";
import { darkRun, type DarkRunsApi, darkRunsApi } from "./dark-runs.ts";
import { dataFile, type DataFilesApi, dataFilesApi } from "./data-files.ts";
import { dataGroupRepository, type DataGroupRepositoriesApi, dataGroupRepositoriesApi } from "./data-group-repositories.ts";
import { dataGroupType, type DataGroupTypesApi, dataGroupTypesApi } from "./data-group-types.ts";
import { dataGroup, type DataGroupsApi, dataGroupsApi } from "./data-groups.ts";
import { dataSourceGroupVersion, type DataSourceGroupVersionsApi, dataSourceGroupVersionsApi } from "./data-source-group-versions.ts";
import { dataSourceGroup, type DataSourceGroupsApi, dataSourceGroupsApi } from "./data-source-groups.ts";
import { dataType, type DataTypesApi, dataTypesApi } from "./data-types.ts";
import { datasetFile, type DatasetFilesApi, datasetFilesApi } from "./dataset-files.ts";
import { experimentType, type ExperimentTypesApi, experimentTypesApi } from "./experiment-types.ts";
import { experiment, type ExperimentsApi, experimentsApi } from "./experiments.ts";
import { instrumentCycle, type InstrumentCyclesApi, instrumentCyclesApi } from "./instrument-cycles.ts";
import { instrument, type InstrumentsApi, instrumentsApi } from "./instruments.ts";
import { parameterType, type ParameterTypesApi, parameterTypesApi } from "./parameter-types.ts";
import { parameter, type ParametersApi, parametersApi } from "./parameters.ts";
import { proposalTechnique, type ProposalTechniquesApi, proposalTechniquesApi } from "./proposal-techniques.ts";
import { proposal, type ProposalsApi, proposalsApi } from "./proposals.ts";
import { report, type ReportsApi, reportsApi } from "./reports.ts";
import { repository, type RepositoriesApi, repositoriesApi } from "./repositories.ts";
import { run, type RunsApi, runsApi } from "./runs.ts";
import { sample, type SamplesApi, samplesApi } from "./samples.ts";
import { technique, type TechniquesApi, techniquesApi } from "./techniques.ts";
import { unit, type UnitsApi, unitsApi } from "./units.ts";
import { user, type UsersApi, usersApi } from "./users.ts";
import { operationsOf, searchOf } from "./resource.ts";

/** The resources of myMdC, by the names of its documentation. */
export interface Resources {
  readonly darkRuns: DarkRunsApi;
  readonly dataFiles: DataFilesApi;
  readonly dataGroupRepositories: DataGroupRepositoriesApi;
  readonly dataGroupTypes: DataGroupTypesApi;
  readonly dataGroups: DataGroupsApi;
  readonly dataSourceGroupVersions: DataSourceGroupVersionsApi;
  readonly dataSourceGroups: DataSourceGroupsApi;
  readonly dataTypes: DataTypesApi;
  readonly datasetFiles: DatasetFilesApi;
  readonly experimentTypes: ExperimentTypesApi;
  readonly experiments: ExperimentsApi;
  readonly instrumentCycles: InstrumentCyclesApi;
  readonly instruments: InstrumentsApi;
  readonly parameterTypes: ParameterTypesApi;
  readonly parameters: ParametersApi;
  readonly proposalTechniques: ProposalTechniquesApi;
  readonly proposals: ProposalsApi;
  readonly reports: ReportsApi;
  readonly repositories: RepositoriesApi;
  readonly runs: RunsApi;
  readonly samples: SamplesApi;
  readonly techniques: TechniquesApi;
  readonly units: UnitsApi;
  readonly users: UsersApi;
}

/** The name of a resource. */
export type ResourceName = keyof Resources;

/** What every resource is on the wire: a new one is one line here and one in `resourcesApi`. */
export const definitions = {
  darkRuns: darkRun,
  dataFiles: dataFile,
  dataGroupRepositories: dataGroupRepository,
  dataGroupTypes: dataGroupType,
  dataGroups: dataGroup,
  dataSourceGroupVersions: dataSourceGroupVersion,
  dataSourceGroups: dataSourceGroup,
  dataTypes: dataType,
  datasetFiles: datasetFile,
  experimentTypes: experimentType,
  experiments: experiment,
  instrumentCycles: instrumentCycle,
  instruments: instrument,
  parameterTypes: parameterType,
  parameters: parameter,
  proposalTechniques: proposalTechnique,
  proposals: proposal,
  reports: report,
  repositories: repository,
  runs: run,
  samples: sample,
  techniques: technique,
  units: unit,
  users: user,
} as const;

export function resourcesApi(core: Core): Resources {
  return {
    darkRuns: darkRunsApi(core),
    dataFiles: dataFilesApi(core),
    dataGroupRepositories: dataGroupRepositoriesApi(core),
    dataGroupTypes: dataGroupTypesApi(core),
    dataGroups: dataGroupsApi(core),
    dataSourceGroupVersions: dataSourceGroupVersionsApi(core),
    dataSourceGroups: dataSourceGroupsApi(core),
    dataTypes: dataTypesApi(core),
    datasetFiles: datasetFilesApi(core),
    experimentTypes: experimentTypesApi(core),
    experiments: experimentsApi(core),
    instrumentCycles: instrumentCyclesApi(core),
    instruments: instrumentsApi(core),
    parameterTypes: parameterTypesApi(core),
    parameters: parametersApi(core),
    proposalTechniques: proposalTechniquesApi(core),
    proposals: proposalsApi(core),
    reports: reportsApi(core),
    repositories: repositoriesApi(core),
    runs: runsApi(core),
    samples: samplesApi(core),
    techniques: techniquesApi(core),
    units: unitsApi(core),
    users: usersApi(core),
  };
}

/** What can be asked of a resource, for programs that do not know it by name. */
export interface ResourceDescription {
  /** One record in words: "data group". */
  readonly record: string;
  /** The combinations of names to search by; an empty one lists everything. */
  readonly searches: readonly (readonly string[])[];
  /** All known fields. */
  readonly fields: readonly string[];
  /** Those that can be written; none for a resource that is only read. */
  readonly writable: readonly string[];
  /** Which of these calls there are. */
  readonly calls: readonly ("create" | "get" | "update" | "delete" | "list")[];
}

const calls = { C: "create", R: "get", U: "update", D: "delete" } as const;

/** What can be asked of every resource. */
export function describeResources(): Readonly<Record<ResourceName, ResourceDescription>> {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, one]) => {
      const { kinds, server, routes, searches, wrapper } = one as Definition<{ readonly id: number }>;
      const fields = Object.keys(kinds);
      const written = /[CU]/.test(routes);
      return [
        name,
        {
          record: wrapper.replaceAll("_", " "),
          searches: searches.map(({ by }) => by),
          fields,
          writable: written ? fields.filter((field) => field !== "id" && !(server as readonly string[]).includes(field)) : [],
          calls: [...[...routes].map((route) => calls[route as keyof typeof calls]), ...(searches.length > 0 ? (["list"] as const) : [])],
        },
      ];
    }),
  ) as unknown as Readonly<Record<ResourceName, ResourceDescription>>;
}

/** Every operation there is, for tests that compare them with the service's endpoints. */
export function allOperations(): AnyOperation[] {
  return Object.values(definitions).flatMap((one) => {
    const definition = one as unknown as Definition<{ readonly id: number }>;
    const common = operationsOf(definition);
    return [
      ...[...definition.routes].map((route) => common[calls[route as keyof typeof calls]] as AnyOperation),
      ...definition.searches.map(({ paged = true }) => searchOf(definition, paged).operation as AnyOperation),
      ...Object.values(definition.operations ?? {}),
    ];
  });
}
