import { checkInteger, checkNames, type ClientOptions, clientOptionNames, SciError, shown } from "@sci/http-core";
import type { MessengerOptions } from "./messaging/types.ts";
import type { LogbookDefaults } from "./rest/types.ts";

/** Settings of the connection to the brokers, which all queues share. */
export type BrokerOptions = Pick<
  MessengerOptions,
  "logIn" | "virtualHost" | "allowInsecureLogIn" | "attempts" | "heartBeat" | "inFlight" | "outbox"
>;

export interface IcatClientOptions extends BrokerOptions, Omit<ClientOptions, "baseUrl" | "auth"> {
  /** Beamline of calls that name none. @default ICAT_BEAMLINE */
  readonly beamline?: string;
  /** Proposal of calls that name none. @default ICAT_PROPOSAL */
  readonly proposal?: string;
  /**
   * Brokers (`host`, `host:61613`, `tcp://…`, `ssl://…`) for datasets and investigations; the other queues use them too, unless they
   * have brokers of their own below. @default ICAT_METADATA_URLS, else ICAT_BROKERS (separated by commas)
   */
  readonly metadataUrls?: readonly string[];
  /** @default "icatIngest" */
  readonly metadataQueue?: string;
  /** @default metadataUrls */
  readonly updateMetadataUrls?: readonly string[];
  /** @default "icatUpdateDatasetMetadata" */
  readonly updateMetadataQueue?: string;
  /** @default metadataUrls */
  readonly addFilesUrls?: readonly string[];
  /** @default "icatDataFiles" */
  readonly addFilesQueue?: string;
  /** @default metadataUrls */
  readonly rescheduleInvestigationUrls?: readonly string[];
  /** @default "rescheduleInvestigation" */
  readonly rescheduleInvestigationQueue?: string;
  /** @deprecated as in the original. @default metadataUrls */
  readonly archiveUrls?: readonly string[];
  /** @deprecated as in the original. @default "icatArchiveRestoreStatus" */
  readonly archiveQueue?: string;
  /** Port of the brokers' monitor (Jolokia), asked by `checkHealth`. @default 8778 */
  readonly metadataQueueMonitorPort?: number;
  /** @default metadataQueueMonitorPort */
  readonly updateMetadataQueueMonitorPort?: number;
  /** @default metadataQueueMonitorPort */
  readonly addFilesQueueMonitorPort?: number;
  /** @default metadataQueueMonitorPort */
  readonly rescheduleInvestigationQueueMonitorPort?: number;
  /** @deprecated as in the original. @default metadataQueueMonitorPort */
  readonly archiveQueueMonitorPort?: number;
  /** Milliseconds that a message may take until a broker has confirmed it, over all brokers and attempts. @default 300_000 */
  readonly queueTimeout?: number;
  /** Address of ICAT+ for the e-logbook and for session queries. @default ICAT_ELOGBOOK_URL, else ICATPLUS_URL */
  readonly elogbookUrl?: string;
  /** Key of the e-logbook. @default ICAT_ELOGBOOK_TOKEN, else ICATPLUS_TOKEN */
  readonly elogbookToken?: string;
  /** What every e-logbook message carries unless the call says otherwise. */
  readonly elogbookMetadata?: LogbookDefaults;
  /** Milliseconds that an e-logbook message may take; a time-out is an error. @default 60_000 */
  readonly elogbookTimeout?: number;
  /** Milliseconds that a session query may take; a time-out is an error. @default 60_000 */
  readonly feedbackTimeout?: number;
  /** Milliseconds that found sessions are kept. 0 asks each time. @default 60_000 */
  readonly sessionCacheLifetime?: number;
  /** Address of ICAT+ for the catalogue. @default ICATPLUS_URL */
  readonly icatplusRestrictedUrl?: string;
  /** Password for the catalogue, for logging in on first use and when the session ends; see also `doLogIn`. */
  readonly icatplusPassword?: string;
  /** Id of a session of the catalogue. @default ICATPLUS_SESSION_ID */
  readonly icatSessionId?: string;
  /**
   * Refuses datasets with unknown fields, invalid values or contradictions. Otherwise such a value is sent as plain text, with a
   * warning to the logger. @default false
   */
  readonly strict?: boolean;
}

/** What the environment says, read when a client is made. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Names of the original that have another one now. */
const renamed: Readonly<Record<string, string>> = {
  catalogueQueues: "rescheduleInvestigationUrls",
  catalogueUrl: "icatplusRestrictedUrl",
  trackingUrl: "icatplusRestrictedUrl",
  baseUrl: "elogbookUrl and icatplusRestrictedUrl",
  auth: "elogbookToken, icatSessionId and icatplusPassword",
};

const services = ["metadata", "updateMetadata", "addFiles", "rescheduleInvestigation", "archive"];
const urlNames = services.map((name) => `${name}Urls`);
const queueNames = services.map((name) => `${name}Queue`);
const textNames = ["beamline", "proposal", "elogbookUrl", "elogbookToken", "icatplusRestrictedUrl", "icatplusPassword", "icatSessionId"];
const timeNames = ["queueTimeout", "elogbookTimeout", "feedbackTimeout", "sessionCacheLifetime"];
const brokerNames = ["logIn", "virtualHost", "allowInsecureLogIn", "attempts", "heartBeat", "inFlight", "outbox"];
const portNames = queueNames.map((name) => `${name}MonitorPort`);
const coreNames = clientOptionNames.filter((name) => name !== "baseUrl" && name !== "auth");

/** Every option of createIcatClient(). */
export const optionNames: readonly string[] = [
  ...[...textNames, ...urlNames, ...queueNames, ...portNames, ...timeNames, ...brokerNames, ...coreNames],
  ...["elogbookMetadata", "strict"],
];

/** Options with the environment's put in where there is none. */
export function settle(options: IcatClientOptions, environment: Environment): IcatClientOptions {
  for (const [name, instead] of Object.entries(renamed)) if (name in options) throw invalid(`There is no option ${name}: use ${instead}.`);
  checkNames(options, optionNames, "option of createIcatClient()");
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of urlNames) checkUrls(name, given[name]);
  for (const name of [...textNames, ...queueNames]) checkText(name, given[name]);
  for (const name of timeNames) checkTime(name, given[name]);
  for (const name of portNames) if (given[name] !== undefined) checkInteger(given[name], name, { min: 1, max: 65_535 });
  if (given["strict"] !== undefined && typeof given["strict"] !== "boolean")
    throw invalid(`strict must be true or false, not ${shown(given["strict"])}.`);
  const set = (name: string, value: unknown): object => (given[name] === undefined && value ? { [name]: value } : {});
  const brokers = (environment["ICAT_METADATA_URLS"] || environment["ICAT_BROKERS"] || "").split(/[,\s]+/).filter((url) => url !== "");
  return {
    ...options,
    ...set("metadataUrls", brokers.length > 0 && brokers),
    ...set("beamline", environment["ICAT_BEAMLINE"]),
    ...set("proposal", environment["ICAT_PROPOSAL"]),
    ...set("outbox", environment["ICAT_OUTBOX"]),
    ...set("elogbookUrl", environment["ICAT_ELOGBOOK_URL"] || environment["ICATPLUS_URL"]),
    ...set("elogbookToken", environment["ICAT_ELOGBOOK_TOKEN"] || environment["ICATPLUS_TOKEN"]),
    ...set("icatplusRestrictedUrl", environment["ICATPLUS_URL"]),
    ...set("icatSessionId", environment["ICATPLUS_SESSION_ID"]),
  };
}

/** The options that are the core's. */
export function coreOptions(options: IcatClientOptions): ClientOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => (coreNames as readonly string[]).includes(name)));
}

function checkUrls(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.length > 0 && value.every((url) => typeof url === "string" && url !== "")))
    return;
  throw invalid(`${name} must be a list of brokers such as ["broker.example.org:61613"], not ${shown(value)}.`);
}

function checkText(name: string, value: unknown): void {
  // The value itself may be a secret.
  if (value !== undefined && (typeof value !== "string" || value === "")) throw invalid(`${name} must be a text that is not empty.`);
}

function checkTime(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "number" && value >= 0 && Number.isFinite(value))) return;
  throw invalid(`${name} must be a number of milliseconds, not ${shown(value)}.`);
}

function invalid(message: string): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", message);
}
