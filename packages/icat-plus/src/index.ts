export { createIcatClient } from "./client.ts";
export type { ClientFacts, IcatClient } from "./client.ts";
export type { BrokerOptions, IcatClientOptions } from "./options.ts";
export type { DatasetInput, DatasetWarning, IcatMetadata } from "./datasets/types.ts";
export type { Consumers, DatasetOptions, IngestApi, ProcessedOptions, Stored } from "./ingest/types.ts";
export type * from "./definitions/values.ts";
export { float } from "@sci/http-core";
