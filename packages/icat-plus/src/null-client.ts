import { checkNames, type Listing, type Page, SciError, shown } from "@sci/http-core";
import { type ClientFacts, type IcatClient, withCurrent } from "./client.ts";
import type { CatalogueRow } from "./rest/types.ts";

export interface NullClientOptions {
  /**
   * What becomes of datasets when the client is closed: they are gone, because nothing is catalogued (true), or somebody else takes care of
   * them (false). The client only tells.
   * @default true
   */
  readonly expireDatasetsOnClose?: boolean;
}

/** Calls that do nothing and resolve to undefined. */
const silentCalls = [
  ...(["storeDataset", "storeProcessedData", "storeDatasetFromFile", "startInvestigation", "rescheduleInvestigation"] as const),
  ...(["addFiles", "updateMetadata", "updateArchiveRestoreStatus", "checkHealth", "flush", "disconnect"] as const),
  ...(["sendMessage", "sendBinaryData", "sendBinaryFile", "sendTextFile"] as const),
  ...(["investigationInfo", "registeredDatasetIds", "registeredDatasets", "doLogIn", "logOut", "getSessionInformation"] as const),
  ...(["getSamplesBy", "getParcelsBy", "getSampleMetadataBy", "getSampleFilesInformationBy", "getSampleFilesBy"] as const),
  ...(["getDatafilesBy", "getInvestigationTypes", "getInvestigationUsers", "downloadFileBy"] as const),
] as const satisfies readonly (keyof IcatClient)[];

type SilentCall = (typeof silentCalls)[number];

/** The original's interface without a catalogue behind it: every call is taken and nothing comes of it. */
export type IcatNullClient = {
  readonly [Name in SilentCall]: (...given: Parameters<IcatClient[Name]>) => Promise<undefined>;
} & {
  readonly [Name in "getInvestigationsBy" | "getDatasetsBy"]: (...given: Parameters<IcatClient[Name]>) => Listing<CatalogueRow>;
} & Pick<IcatClient, "investigationInfoString" | "investigationSummary"> &
  ClientFacts;

/** A list of nothing. */
function emptyList(): Listing<CatalogueRow> {
  const page: Page<CatalogueRow> = { items: [], index: 0, total: 0, hasNext: false, next: () => Promise.resolve(undefined) };
  async function* none(): AsyncGenerator<never, undefined> {
    await Promise.resolve();
    yield* [];
    return undefined;
  }
  return {
    then: (done, failed) => Promise.resolve(page).then(done, failed),
    [Symbol.asyncIterator]: none,
    pages: none,
    collect: () => Promise.resolve([]),
  };
}

/**
 * Makes a client that takes every call of the original's interface and does nothing, for programs that run without a catalogue.
 * @throws INVALID_ARGUMENT for an unknown option
 */
export function createNullIcatClient(options: NullClientOptions = {}): IcatNullClient {
  checkNames(options, ["expireDatasetsOnClose"], "option of createNullIcatClient()");
  const { expireDatasetsOnClose = true } = options;
  if (typeof expireDatasetsOnClose !== "boolean")
    throw new SciError("INVALID_ARGUMENT", `expireDatasetsOnClose must be true or false, not ${shown(expireDatasetsOnClose)}.`);
  const reason = expireDatasetsOnClose ? "the catalogue is not configured" : "the catalogue is disabled";
  const text = `not available: ${reason}`;
  const silent = Object.fromEntries(silentCalls.map((name) => [name, () => Promise.resolve(undefined)]));
  const told = {
    expireDatasetsOnClose,
    reasonForMissingInformation: reason,
    getInvestigationsBy: emptyList,
    getDatasetsBy: emptyList,
    investigationInfoString: () => Promise.resolve(text),
    investigationSummary: () =>
      Promise.resolve([
        ["e-logbook", text],
        ["data portal", text],
      ] as const),
    close: () => Promise.resolve(),
  };
  const nothing = { beamline: undefined, proposal: undefined, dataset: undefined, path: undefined, metadata: undefined };
  return withCurrent({ ...silent, ...told }, nothing) as unknown as IcatNullClient;
}
