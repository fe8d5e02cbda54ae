export { attributes } from "./attributes.ts";
export type {
  Attribute,
  AttributeName,
  AttributesOptions,
  AttributeType,
  AttributeValue,
  Deadtime,
  Prescale,
  Rate,
  ResourceName,
  ResourceOf,
  ResourcePath,
  Row,
} from "./attributes.ts";
export { createOms } from "./client.ts";
export type { GetOptions, Oms } from "./client.ts";
export type { OmsOptions } from "./options.ts";
export type { Operand, Operator } from "./conditions.ts";
export type { Grouping, Include, Query, QueryCall, QueryOptions } from "./query.ts";
export type { Measured, Projected, RowOf, RowShape, Shape, Shaped } from "./rows.ts";
export type { JsonApiItem } from "./schema.ts";
export type { RowOptions, SingleApi } from "./single.ts";
export type { LumisectionsApi, LumisectionsOf, RowsOptions } from "./lumisections.ts";
export type { AlgorithmOptions, AllHltOptions, HltOptions, RateOptions } from "./rate-options.ts";
export type { TriggerRates, TriggerRatesApi } from "./trigger-rates.ts";
export type { MetaApi, MetaField, ResourceMeta } from "./meta.ts";
export type { LuminosityApi, LuminosityOf, LuminosityOptions } from "./luminosity-api.ts";
export { luminosityPerLumisection } from "./luminosity.ts";
export type { LumisectionLuminosity, LumisectionRow, MissingReason, PerLumisectionOptions, RunTotals } from "./luminosity.ts";
export { averagePileup, integrateLuminosity } from "./integrate.ts";
export type {
  AveragePileup,
  IntegratedLuminosity,
  IntegrateOptions,
  LuminosityPart,
  MissingLuminosity,
  PileupOptions,
} from "./integrate.ts";
export type { GoldenJson, LumiSelection } from "./selection.ts";
export { convertLuminosity } from "./units.ts";
export type { Given } from "./units.ts";
export { ratesOverTime } from "./rates-over-time.ts";
export type { RateOverTime, RateRow, RatesOverTimeOptions, TimedRow } from "./rates-over-time.ts";
export { parseInjectionScheme } from "./injection-scheme.ts";
export type { InjectionScheme } from "./injection-scheme.ts";
