import type { IngestSettings } from "./node.ts";
import type { IngestApi } from "./types.ts";

/** The calls that need brokers or files; what makes them is loaded with the first. */
export function lazyIngest(settings: IngestSettings): IngestApi {
  let loading: Promise<IngestApi> | undefined;
  const loaded = (): Promise<IngestApi> => (loading ??= import("#ingest").then(({ createIngest }) => createIngest(settings)));
  // What an earlier process left in the outbox does not wait for the next dataset. A client that is closed at once sends nothing.
  if (settings.options.outbox !== undefined && settings.options.metadataUrls !== undefined)
    setTimeout(() => void (isClosed ? undefined : loaded().catch(() => undefined)), 0);
  let isClosed = false;
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
    disconnect: async (options) => {
      isClosed = true;
      if (loading !== undefined) await (await loading).disconnect(options);
    },
  };
}
