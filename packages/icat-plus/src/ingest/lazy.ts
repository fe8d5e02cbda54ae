import type { IngestSettings } from "./node.ts";
import type { IngestApi } from "./types.ts";

/** The calls that need brokers or files; what makes them is loaded with the first. */
export function lazyIngest(settings: IngestSettings): IngestApi {
  let loading: Promise<IngestApi> | undefined;
  const loaded = (): Promise<IngestApi> => (loading ??= import("#ingest").then(({ createIngest }) => createIngest(settings)));
  return {
    storeDataset: async (dataset) => (await loaded()).storeDataset(dataset),
    storeProcessedData: async (dataset) => (await loaded()).storeProcessedData(dataset),
    storeDatasetFromFile: async (path, options) => (await loaded()).storeDatasetFromFile(path, options),
    startInvestigation: async (options) => (await loaded()).startInvestigation(options),
    rescheduleInvestigation: async (id, options) => (await loaded()).rescheduleInvestigation(id, options),
    addFiles: async (id, options) => (await loaded()).addFiles(id, options),
    updateMetadata: async (update) => (await loaded()).updateMetadata(update),
    updateArchiveRestoreStatus: async (status) => (await loaded()).updateArchiveRestoreStatus(status),
    checkHealth: async (options) => (await loaded()).checkHealth(options),
    flush: async (options) => (await loaded()).flush(options),
    disconnect: async (options) => (loading === undefined ? undefined : (await loading).disconnect(options)),
  };
}
