// What needs Node: brokers and files. Loaded when the first message is made.
import { checkNames, describeCause, type Logger, shown, SciError } from "@sci/http-core";
import { serializeDataset } from "../datasets/serialize.ts";
import type { DatasetInput, SerializedDataset } from "../datasets/types.ts";
import type { SendOptions } from "../messaging/types.ts";
import type { IcatClientOptions } from "../options.ts";
import { Brokers, routeOf, type Service } from "./brokers.ts";
import type { Current } from "./current.ts";
import { defined } from "./defined.ts";
import { messageFile, readMessage, writeMessage } from "./files.ts";
import { fullHostName } from "./host.ts";
import { addFilesMessage, archiveMessage, needed, rescheduleMessage, startMessage, updateMetadataMessage } from "./messages.ts";
import type { Consumers, DatasetOptions, IngestApi, ProcessedOptions, Stored } from "./types.ts";

export interface IngestSettings {
  readonly options: IcatClientOptions;
  readonly current: Current;
  readonly software: string;
}

const sendNames = ["signal", "timeout", "wait", "dryRun"];
const datasetNames = [...sendNames, "beamline", "proposal", "dataset", "path", "metadata", "storeFilename", "strict"];

/** Options of the sending, out of those of a call. */
const sending = ({ signal, timeout, wait, dryRun }: SendOptions): SendOptions => defined({ signal, timeout, wait, dryRun });

const xml = "application/xml";
const json = "application/json";

/** Everything that goes through a broker. */
export function createIngest({ options, current, software }: IngestSettings): IngestApi {
  const logger: Logger = options.logger ?? console;
  const brokers = new Brokers(options, options.logger);
  brokers.resume().catch((error: unknown) => {
    logger.error(`The outbox cannot be opened: ${describeCause(error) ?? "unknown reason"}`, {});
  });
  const orCurrent = (value: string | undefined, name: "beamline" | "proposal", call: string): string =>
    needed(value ?? current[name], name, call);

  function check(given: object | undefined, names: readonly string[], call: string): void {
    if (given !== undefined && (typeof given !== "object" || given === null))
      throw new SciError("INVALID_ARGUMENT", `${call} takes an object of options, not ${shown(given)}.`);
    checkNames(given, names, `option of ${call}`);
  }

  async function serialized(dataset: DatasetOptions, raw: string | readonly string[] | undefined): Promise<SerializedDataset> {
    const input: DatasetInput = defined({
      beamline: dataset.beamline ?? current.beamline,
      proposal: dataset.proposal ?? current.proposal,
      dataset: dataset.dataset ?? current.dataset,
      path: dataset.path ?? current.path,
      metadata: dataset.metadata ?? current.metadata,
      strict: dataset.strict ?? options.strict,
      raw,
    });
    const machine = input.metadata?.machine ?? (await fullHostName());
    const result = serializeDataset(input, { machine: typeof machine === "string" ? machine : await fullHostName(), software });
    for (const { message, field, kind } of result.warnings) logger.warn(`${result.subject}: ${message}`, { field, kind });
    return result;
  }

  async function store(dataset: DatasetOptions, raw: string | readonly string[] | undefined, call: string): Promise<Stored> {
    check(dataset, raw === undefined ? datasetNames : [...datasetNames, "raw"], call);
    const { storeFilename } = dataset;
    const file = storeFilename === undefined ? undefined : messageFile(needed(storeFilename, "storeFilename", call));
    const { xml: body, warnings, subject } = await serialized(dataset, raw);
    if (file !== undefined) {
      await writeMessage(file, body);
      return { file, warnings };
    }
    return { ...(await brokers.send("metadata", { body, contentType: xml, subject }, sending(dataset))), warnings };
  }

  const send = (service: Service, body: string, subject: string, given: SendOptions): ReturnType<Brokers["send"]> =>
    brokers.send(service, { body, contentType: body.startsWith("<") ? xml : json, subject }, sending(given));

  return {
    storeDataset: async (dataset) => store(dataset, undefined, "storeDataset()"),
    storeProcessedData: async (dataset: ProcessedOptions) => store(dataset, dataset.raw ?? [], "storeProcessedData()"),
    async storeDatasetFromFile(path, given = {}) {
      check(given, sendNames, "storeDatasetFromFile()");
      const file = messageFile(needed(path, "the path of a file", "storeDatasetFromFile()"));
      return send("metadata", await readMessage(file), `file ${file}`, given);
    },
    async startInvestigation(given = {}) {
      const call = "startInvestigation()";
      check(given, [...sendNames, "beamline", "proposal", "startDatetime"], call);
      const beamline = orCurrent(given.beamline, "beamline", call);
      const proposal = orCurrent(given.proposal, "proposal", call);
      const body = startMessage(beamline, proposal, given.startDatetime ?? new Date());
      routeOf("metadata", options);
      current.beamline = beamline;
      current.proposal = proposal;
      return send("metadata", body, `session of ${proposal} at ${beamline}`, given);
    },
    async rescheduleInvestigation(investigationId, given = {}) {
      check(given, sendNames, "rescheduleInvestigation()");
      return send("rescheduleInvestigation", rescheduleMessage(investigationId), `session ${investigationId} anew`, given);
    },
    async addFiles(datasetId, given = {}) {
      check(given, sendNames, "addFiles()");
      return send("addFiles", addFilesMessage(datasetId), `files of dataset ${datasetId}`, given);
    },
    async updateMetadata(update) {
      const call = "updateMetadata()";
      check(update, [...sendNames, "beamline", "proposal", "datasetPaths", "metadataName", "metadataValue"], call);
      const beamline = orCurrent(update.beamline, "beamline", call);
      const proposal = orCurrent(update.proposal, "proposal", call);
      const body = updateMetadataMessage({ ...update, beamline, proposal });
      return send("updateMetadata", body, `${update.metadataName} of datasets of ${proposal}`, update);
    },
    async updateArchiveRestoreStatus(status) {
      check(status, [...sendNames, "datasetId", "type", "level", "message"], "updateArchiveRestoreStatus()");
      return send("archive", archiveMessage(status), `${status.type} of dataset ${status.datasetId}`, status);
    },
    async checkHealth({ signal } = {}): Promise<readonly Consumers[]> {
      return checkHealth(options, brokers, signal);
    },
    flush: async (given = {}) => brokers.flush(given),
    disconnect: async (given = {}) => brokers.disconnect(given),
  };
}

async function checkHealth(options: IcatClientOptions, brokers: Brokers, signal: AbortSignal | undefined): Promise<readonly Consumers[]> {
  const { queueConsumers } = await import("../messaging/index.ts");
  const services = (["metadata", "updateMetadata", "addFiles", "rescheduleInvestigation"] as const).filter(
    (service) => options[`${service}Urls`] !== undefined || options.metadataUrls !== undefined,
  );
  return Promise.all(
    (services.length === 0 ? (["metadata"] as const) : services).map(async (service) => {
      const { queue, monitorPort } = routeOf(service, options);
      const broker = await brokers.connect(service, signal);
      const host = broker.slice(0, broker.lastIndexOf(":")).replace(/^\[|\]$/g, "");
      const { timeout, retry, logger, fetch, dispatcher } = options;
      const consumers = await queueConsumers({ host, queue, port: monitorPort, ...defined({ timeout, retry, logger, fetch, dispatcher }) });
      return { queue, broker, consumers };
    }),
  );
}
