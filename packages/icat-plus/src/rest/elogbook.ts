import {
  checkNames,
  createCore,
  operation,
  SciError,
  withMore,
  type CallOptions,
  type Core,
  type Logger,
  type RequestDescription,
} from "@sci/http-core";
import { service } from "../service.ts";
import { localTime, parameterTime } from "../datasets/times.ts";
import { attachment, messageEvent, type Event } from "./event.ts";
import { mimeTypeOf } from "./mime-types.ts";
import type { BinaryOptions, ElogbookApi, LogbookTarget, MessageOptions, RestSettings } from "./types.ts";

interface Posting {
  readonly apiKey: string;
  readonly investigationId?: string | number | undefined;
  readonly investigationName?: string | undefined;
  readonly instrumentName?: string | undefined;
  readonly event: Event;
}

const query = ({ investigationId, investigationName, instrumentName }: Posting) =>
  [
    ["investigationId", investigationId],
    ["investigationName", investigationName],
    ["instrumentName", instrumentName],
  ] as const;

/** An answer is not looked at: a message that was taken is not lost because its echo has another shape. */
const post = (name: string, path: string) =>
  operation<Posting, undefined>({
    name,
    method: "POST",
    path,
    secretParams: ["apiKey"],
    query,
    body: ({ event }) => ({ json: event }),
    headers: () => ({ accept: "application/json" }),
    accept: "none",
  });

const notification = post("elogbook.sendMessage", "/dataacquisition/{apiKey}/notification");
const base64 = post("elogbook.sendBinaryData", "/dataacquisition/{apiKey}/base64");

const targetNames = ["beamline", "proposal", "investigationId", "beamlineOnly", "tags", "payload", "dryRun"] as const;
const callNames = ["signal", "timeout", "retry", "headers", "validate"] as const;
const messageNames = [...targetNames, ...callNames, "type", "dataset", "editable", "formatted", "mimetype"];
const binaryNames = [...targetNames, ...callNames, "mimetype"];

/** Milliseconds: fits a network, where the original gives up (silently) after 100. */
const TIMEOUT = 60_000;

/** The service of ICAT+ that an API key opens: e-logbook messages and questions about sessions. */
export function keyedCore(settings: RestSettings): { core: Core; apiKey: string } {
  const { elogbookUrl, elogbookToken, core } = settings;
  if (elogbookUrl === undefined || elogbookToken === undefined) {
    const missing = [
      elogbookUrl === undefined ? "elogbookUrl (ICAT_ELOGBOOK_URL)" : "",
      elogbookToken === undefined ? "elogbookToken (ICAT_ELOGBOOK_TOKEN)" : "",
    ];
    throw new SciError(
      elogbookUrl === undefined ? "INVALID_ARGUMENT" : "MISSING_CREDENTIALS",
      `The e-logbook and session queries need ${missing.filter((one) => one !== "").join(" and ")}.`,
      { service: service.name },
    );
  }
  return {
    core: createCore({ ...service, signInHelp: "Check elogbookToken (ICAT_ELOGBOOK_TOKEN)." }, { ...core, baseUrl: elogbookUrl }),
    apiKey: elogbookToken,
  };
}

export function createElogbook(settings: RestSettings, keyed: () => { core: Core; apiKey: string }, logger: Logger): ElogbookApi {
  const limit = settings.elogbookTimeout ?? TIMEOUT;
  const files = (): Promise<typeof import("./files-node.ts")> => import("#files");

  async function posted(
    kind: typeof notification,
    target: LogbookTarget & CallOptions,
    event: Event,
  ): Promise<RequestDescription | undefined> {
    const { core, apiKey } = keyed();
    const current = settings.current();
    const alone = target.beamlineOnly === true;
    const input: Posting = {
      apiKey,
      investigationId: alone ? undefined : target.investigationId,
      investigationName: alone ? undefined : (target.proposal ?? current.proposal),
      instrumentName: target.beamline ?? current.beamline,
      event,
    };
    if (target.dryRun === true) return core.describe(kind, input);
    try {
      return await core.request(kind, input, callOf(target, limit));
    } catch (error) {
      throw isOpenEnd(error) ? withMore(error, "Whether the e-logbook has the message is not known; look before sending it again.") : error;
    }
  }

  async function sendMessage(message: string, options: MessageOptions = {}): Promise<RequestDescription | undefined> {
    checkNames(options, messageNames, "option of sendMessage()");
    checkInvestigationId(options.investigationId);
    keyed();
    const now = localTime(new Date());
    const event = messageEvent({
      message,
      options,
      defaults: settings.elogbookMetadata ?? {},
      dataset: options.beamlineOnly === true ? undefined : (options.dataset ?? settings.current().dataset),
      machine: await (await files()).machineName(),
      software: settings.software,
      now: now === undefined ? "" : parameterTime(now),
      logger,
    });
    return await posted(notification, options, event);
  }

  async function sendBinaryData(data: Uint8Array, options: BinaryOptions = {}): Promise<RequestDescription | undefined> {
    checkNames(options, binaryNames, "option of sendBinaryData()");
    if (!(data instanceof Uint8Array))
      throw new SciError("INVALID_ARGUMENT", "sendBinaryData() takes bytes (Uint8Array); a text goes with sendMessage().");
    if (options.investigationId !== undefined) {
      throw new SciError(
        "INVALID_ARGUMENT",
        "ICAT+ takes binary data by proposal and beamline only: leave investigationId out, and give proposal.",
      );
    }
    keyed();
    const event = attachment({
      data,
      mimetype: options.mimetype,
      payload: options.payload,
      tags: options.tags,
      defaults: settings.elogbookMetadata ?? {},
      machine: await (await files()).machineName(),
      software: settings.software,
    });
    return await posted(base64, options, event);
  }

  return {
    sendMessage,
    sendBinaryData,
    sendBinaryFile: async (path, options = {}) => {
      const data = await (await files()).readBytes(path);
      return await sendBinaryData(data, { ...options, mimetype: options.mimetype ?? mimeTypeOf(path) });
    },
    sendTextFile: async (path, options = {}) => {
      return await sendMessage(await (await files()).readUtf8(path), options);
    },
  };
}

/** After a request went out and no answer came, its fate is open. */
function isOpenEnd(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "TIMEOUT" || code === "TRUNCATED" || (code === "NETWORK" && (error as SciError).details?.["sent"] !== false);
}

function callOf({ signal, timeout, retry, headers, validate }: CallOptions, limit: number): CallOptions {
  return {
    ...(signal === undefined ? {} : { signal }),
    timeout: { total: limit, ...timeout },
    ...(retry === undefined ? {} : { retry }),
    ...(headers === undefined ? {} : { headers }),
    ...(validate === undefined ? {} : { validate }),
  };
}

function checkInvestigationId(id: unknown): void {
  if (id === undefined || (typeof id === "number" && Number.isSafeInteger(id)) || (typeof id === "string" && id !== "")) return;
  throw new SciError("INVALID_ARGUMENT", "investigationId must be the number of a session, as number or text.");
}
