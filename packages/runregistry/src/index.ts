export { attributes } from "./attributes.ts";
export type { Attribute, AttributesOptions, AttributeType, ListingName, Status } from "./attributes.ts";
export { createRunRegistry, get } from "./client.ts";
export type { RunRegistry } from "./client.ts";
export type { RunRegistryOptions } from "./options.ts";
export { between, ge, gt, le, like, lt, ne, notLike, oneOf } from "./filter-operators.ts";
export type { Comparisons, Condition, DatasetFilter, RunFilter, StatusCondition, UncheckedFilter } from "./filter-types.ts";
export type { CompressedRun, ListingOptions, RowOptions, Run, RunEvent, RunsApi, RunsOptions } from "./runs.ts";
export type { CompressedDataset, Dataset, DatasetsApi, DatasetsOptions } from "./datasets.ts";
export type { ComponentSummary, DatasetAttributes, DcsSummary, OmsAttributes, RrAttributes, TripletSummary } from "./rows.ts";
export type { AcceptedDataset, Cycle, ReferenceApi } from "./reference.ts";
export type { GetCall, GetFields, GetOptions } from "./get.ts";
export { LumiMask } from "./lumi-mask.ts";
export { outcomesOf } from "./batch.ts";
export type { Batch, Done, NotDone, Outcome } from "./batch.ts";
export type { BatchOptions, Write, WriteOptions } from "./batch-write.ts";
export type {
  BitRange,
  ComponentRange,
  JointRange,
  LumisectionEvent,
  OmsLumisection,
  OmsRange,
  RrLumisection,
  RrRange,
  Triplet,
} from "./lumisections-types.ts";
export type { ByComponentOptions, LumisectionsApi, OmsOptions } from "./lumisections.ts";
export type { CertifiedDataset, CertifiedOfOptions, CertifiedOptions } from "./lumisections-certified.ts";
export type { EditableStatus, LumisectionEdit, LumisectionEditEvent } from "./lumisections-edit.ts";
export type { GoldenJsonApi } from "./golden-json.ts";
export type { GoldenJsonOptions, GoldenJsonRecord, GoldenJsonRequest, GoldenJsonResult, GoldenJsonStep } from "./golden-json-types.ts";
export type { OnlineApi, RunMove, RunState } from "./online.ts";
export type { DatasetKey, DatasetMove, DatasetState, OfflineApi } from "./offline.ts";
export type { GoldenJson, MaskRange, MaskSource, ParseOptions } from "./lumi-mask.ts";
