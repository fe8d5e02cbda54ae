import type { IcatMetadata } from "./datasets/types.ts";
import type { Current } from "./ingest/current.ts";
import { lazyIngest } from "./ingest/lazy.ts";
import { defined } from "./ingest/defined.ts";
import type { IngestApi } from "./ingest/types.ts";
import { coreOptions, type Environment, type IcatClientOptions, settle } from "./options.ts";
import { createIcatRest } from "./rest/index.ts";
import type { IcatRest } from "./rest/types.ts";
import { software } from "./service.ts";

/** What both clients tell about themselves. */
export interface ClientFacts {
  /** Whether datasets are gone from the catalogue's point of view when the client is closed. False for the real one. */
  readonly expireDatasetsOnClose: boolean;
  /** Why a question about a session may have no answer, in words for people. */
  readonly reasonForMissingInformation: string;
  /** Beamline of calls that name none; startInvestigation() sets it. */
  currentBeamline: string | undefined;
  /** Proposal of calls that name none; startInvestigation() sets it. */
  currentProposal: string | undefined;
  /** Dataset of calls that name none. */
  currentDataset: string | undefined;
  /** Folder of calls that name none. */
  currentPath: string | undefined;
  /** Metadata of calls that name none. */
  currentDatasetMetadata: IcatMetadata | undefined;
  /** Disconnects and ends idle connections; calls after it are refused where they need REST. */
  close(): Promise<void>;
}

/** A client of the ESRF's catalogue. */
export interface IcatClient extends IngestApi, Omit<IcatRest, "close">, ClientFacts {}

type CurrentName = `current${string}` & keyof ClientFacts;

/** The client with the properties that stand for its current dataset. */
export function withCurrent<T extends object>(client: T, current: Current): T & Pick<ClientFacts, CurrentName> {
  const names = {
    currentBeamline: "beamline",
    currentProposal: "proposal",
    currentDataset: "dataset",
    currentPath: "path",
    currentDatasetMetadata: "metadata",
  } as const satisfies Record<CurrentName, keyof Current>;
  for (const [property, name] of Object.entries(names)) {
    Object.defineProperty(client, property, {
      enumerable: true,
      get: () => current[name],
      set: (value: never) => {
        current[name] = value;
      },
    });
  }
  return client as T & Pick<ClientFacts, CurrentName>;
}

/** What the environment says; pages have none. */
const environment = (): Environment => (globalThis as { process?: { env?: Environment } }).process?.env ?? {};

/**
 * Makes a client; nothing is sent before the first call. Every option has a default or a variable: ICAT_BROKERS, ICATPLUS_URL,
 * ICATPLUS_TOKEN (the key of the e-logbook), ICATPLUS_SESSION_ID, ICAT_BEAMLINE, ICAT_PROPOSAL, ICAT_OUTBOX.
 * @throws INVALID_ARGUMENT for an option that is unknown (naming the nearest one) or cannot be used
 */
export function createIcatClient(options: IcatClientOptions = {}): IcatClient {
  const settled = settle(options, environment());
  const { beamline, proposal } = settled;
  const current: Current = { beamline, proposal, dataset: undefined, path: undefined, metadata: undefined };
  const ingest = lazyIngest({ options: settled, current, software });
  const { elogbookUrl, elogbookToken, elogbookMetadata, elogbookTimeout, feedbackTimeout, sessionCacheLifetime } = settled;
  const { icatplusRestrictedUrl, icatplusPassword, icatSessionId } = settled;
  const forget: (() => void)[] = [];
  const rest = createIcatRest({
    ...defined({ elogbookUrl, elogbookToken, elogbookMetadata, elogbookTimeout, feedbackTimeout, sessionCacheLifetime }),
    ...defined({ icatplusRestrictedUrl, icatplusPassword, icatSessionId }),
    core: coreOptions(settled),
    onSessionsChanged: (listener) => void forget.push(listener),
    software,
    current: () => defined({ beamline: current.beamline, proposal: current.proposal, dataset: current.dataset }),
  });
  // A session that was opened or moved must be seen by the next question.
  const changing =
    <Given extends readonly unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      const result = await call(...given);
      for (const listener of forget) listener();
      return result;
    };
  const facts = {
    startInvestigation: changing(ingest.startInvestigation),
    rescheduleInvestigation: changing(ingest.rescheduleInvestigation),
    expireDatasetsOnClose: false,
    reasonForMissingInformation: "the catalogue did not answer in time",
    async close(): Promise<void> {
      await Promise.all([ingest.disconnect(), rest.close()]);
    },
  };
  return withCurrent({ ...rest, ...ingest, ...facts }, current);
}
