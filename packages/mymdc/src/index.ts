export { createMyMdc } from "./client.ts";
export type { MyMdc } from "./client.ts";
export type { MyMdcOptions, SessionToken } from "./options.ts";
export { validationOf } from "./errors.ts";
export type { MyMdcErrorCode } from "./errors.ts";
export type { ValidationDetails } from "./service.ts";
export { describeResources } from "./resources.ts";
export type { ResourceDescription, ResourceName, Resources } from "./resources.ts";
export { formatTime, toDate } from "./times.ts";
export { formatFileList, parseFileList } from "./python-literal.ts";
export type { FileEntry } from "./python-literal.ts";
export type { RawAnswer, RawRequest } from "./raw.ts";
export type { Flag, Given, Id, TrainId, Writable } from "./kinds.ts";
export type { All, Gets, ListsAll, Searches, SearchOptions, Writes } from "./resource.ts";
export type { DryRun, Write, WriteFields, WriteOptions } from "./writes.ts";
export type { Ensured } from "./ensure.ts";
export type { RunRef } from "./run-ref.ts";
export type { DarkRun, DarkRunFields, DarkRunSearch, DarkRunsApi } from "./dark-runs.ts";
export type { DataFile, DataFileFields, DataFileSearch, DataFilesApi } from "./data-files.ts";
export type {
  DataGroupRepositoriesApi,
  DataGroupRepository,
  DataGroupRepositoryFields,
  DataGroupRepositorySearch,
} from "./data-group-repositories.ts";
export type { DataGroupType, DataGroupTypeFields, DataGroupTypeSearch, DataGroupTypesApi } from "./data-group-types.ts";
export type { DataGroup, DataGroupFields, DataGroupSearch, DataGroupsApi } from "./data-groups.ts";
export type {
  DataSourceGroupVersion,
  DataSourceGroupVersionFields,
  DataSourceGroupVersionSearch,
  DataSourceGroupVersionsApi,
  Deployment,
  VersionByName,
} from "./data-source-group-versions.ts";
export type { DataSourceGroup, DataSourceGroupSearch, DataSourceGroupsApi } from "./data-source-groups.ts";
export type { DataType, DataTypeFields, DataTypeSearch, DataTypesApi } from "./data-types.ts";
export type {
  DatasetFile,
  DatasetFileChange,
  DatasetFileFields,
  DatasetFileIds,
  DatasetFileSearch,
  DatasetFilesApi,
} from "./dataset-files.ts";
export type { ExperimentType, ExperimentTypeFields, ExperimentTypeSearch, ExperimentTypesApi } from "./experiment-types.ts";
export type { Experiment, ExperimentFields, ExperimentSearch, ExperimentsApi } from "./experiments.ts";
export type { InstrumentCycle, InstrumentCycleFields, InstrumentCyclesApi } from "./instrument-cycles.ts";
export type { Instrument, InstrumentSearch, InstrumentsApi } from "./instruments.ts";
export type { ParameterType, ParameterTypeFields, ParameterTypeSearch, ParameterTypesApi } from "./parameter-types.ts";
export type { Parameter, ParameterFields, ParameterSearch, ParametersApi } from "./parameters.ts";
export type { ProposalTechnique, ProposalTechniqueSearch, ProposalTechniquesApi } from "./proposal-techniques.ts";
export type { ProposalFields, ProposalInfoOptions, ProposalSearch, ProposalsApi } from "./proposals.ts";
export type { Proposal, ProposalInfo, ProposalRun } from "./proposal-types.ts";
export type { Report, ReportFields, ReportSearch, ReportsApi } from "./reports.ts";
export type { RepositoriesApi, Repository, RepositoryFields, RepositorySearch } from "./repositories.ts";
export type { Run, RunFields, RunSearch, RunTechnique, RunsApi } from "./runs.ts";
export type {
  CloseRun,
  RegisterRun,
  RegisterRunData,
  RegisterRunDataAndResults,
  RegisteredRun,
  RegisteredRunData,
  RegisteredRunDataAndResults,
  RegistrationApi,
  OpeningGroupFields,
  RunDataGroupFields,
} from "./run-registration.ts";
export type { ClosingFields, OpeningFields } from "./run-checks.ts";
export type { Replica, ReplicaOutcome, ReplicaRef, ReplicaReport, ReplicasApi } from "./run-replicas.ts";
export type { Sample, SampleFields, SampleSearch, SamplesApi } from "./samples.ts";
export type { Technique, TechniqueFields, TechniqueSearch, TechniquesApi } from "./techniques.ts";
export type { Unit, UnitFields, UnitsApi } from "./units.ts";
export type { User, UsersApi } from "./users.ts";
