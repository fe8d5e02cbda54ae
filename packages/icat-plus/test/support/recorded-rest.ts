import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nowhere, replay, silent, type RecordedBody, type RecordedExchange, type Replay } from "@sci/http-core/testing";
import { createIcatRest } from "../../src/rest/index.ts";
import type { IcatRest, LogbookDefaults, RestSettings } from "../../src/rest/types.ts";
import { argument } from "./recorded.ts";

/** One recorded call of the original over HTTP. */
export interface RestCase {
  readonly id: string;
  readonly call: Call;
  readonly client: Readonly<Record<string, unknown>> | null;
  readonly before?: readonly (Partial<Call> & { readonly set?: Readonly<Record<string, string>> })[];
  readonly files?: Readonly<Record<string, RecordedBody>>;
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly reason: string; readonly status?: number };
  readonly quirk?: string;
}

export interface Call {
  readonly method: string;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

export const restCases = (
  JSON.parse(readFileSync(new URL("../../../../tooling/recordings/icat-plus/rest.json", import.meta.url), "utf8")) as {
    cases: readonly RestCase[];
  }
).cases;

export interface Playing {
  readonly rest: IcatRest;
  readonly server: Replay;
  /** Makes a recorded call on our client. */
  call(call: Call): Promise<unknown>;
}

export interface PlayOptions {
  readonly change?: (exchange: RecordedExchange) => RecordedExchange;
  readonly exchanges?: readonly RecordedExchange[];
  readonly settings?: Partial<RestSettings>;
}

/** Plays a recorded case, with a client as the original was set up, and checks that all exchanges were made. */
export async function playing<T>(recorded: RestCase, use: (playing: Playing) => Promise<T>, options: PlayOptions = {}): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "icat-rest-"));
  for (const [name, body] of Object.entries(recorded.files ?? {})) {
    await writeFile(name.replace("<tmp>", folder), body.base64 === undefined ? (body.text ?? "") : Buffer.from(body.base64, "base64"));
  }
  const exchanges = (options.exchanges ?? recorded.exchanges).map((exchange) => (options.change ?? same)(bare(exchange)));
  const server = await replay(exchanges, { ignoreQuery: ["limit"] });
  const current: { beamline?: string; proposal?: string; dataset?: string } = {};
  const client = recorded.client ?? {};
  const url = (value: unknown): string | undefined =>
    typeof value === "string" ? value.replace("http://<refused>", nowhere).replace("<http>", server.url) : undefined;
  const text = (name: string): string | undefined => client[name] as string | undefined;
  const milliseconds = (name: string): number | undefined => (client[name] === undefined ? undefined : (client[name] as number) * 1000);
  if (text("beamline") !== undefined) current.beamline = text("beamline") as string;
  if (text("proposal") !== undefined) current.proposal = text("proposal") as string;
  const settings = {
    elogbookUrl: url(client["elogbook_url"]),
    elogbookToken: text("elogbook_token"),
    elogbookMetadata: client["elogbook_metadata"] as LogbookDefaults | undefined,
    elogbookTimeout: milliseconds("elogbook_timeout"),
    feedbackTimeout: milliseconds("feedback_timeout"),
    icatplusRestrictedUrl: url(client["icatplus_restricted_url"]),
    icatplusPassword: text("icatplus_password"),
    icatSessionId: text("icat_session_id"),
  };
  const rest = createIcatRest({
    ...(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Partial<RestSettings>),
    core: { retry: { attempts: 2, baseDelay: 0 }, logger: silent },
    software: "sci-icat-plus/test",
    current: () => current,
    ...options.settings,
  });
  const call = (one: Call): Promise<unknown> => ours(rest, one, folder);
  try {
    for (const step of recorded.before ?? []) {
      for (const [name, value] of Object.entries(step.set ?? {})) current[name.replace("current_", "") as "beamline"] = value;
      if (step.method !== undefined) await call(step as Call);
    }
    const result = await use({ rest, server, call });
    server.done();
    return result;
  } finally {
    await rest.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

const same = (exchange: RecordedExchange): RecordedExchange => exchange;

/** A GET without a body names no content type here; the double slash behind a base URL is none of ours. */
function bare(exchange: RecordedExchange): RecordedExchange {
  const { request } = exchange;
  return { ...exchange, request: { ...request, path: request.path.replace(/^\/\//, "/") } };
}

const names: Readonly<Record<string, string>> = {
  msg_type: "type",
  message_type: "type",
  allow_open_ended: "allowOpenEnded",
  use_chunks: "",
};
const camel = (name: string): string => names[name] ?? name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** Positional arguments of the original, by our names. */
const positions: Readonly<Record<string, readonly string[]>> = {
  investigation_info: ["beamline", "proposal"],
  investigation_info_string: ["beamline", "proposal"],
  investigation_summary: ["beamline", "proposal"],
  registered_dataset_ids: ["beamline", "proposal"],
  registered_datasets: ["beamline", "proposal"],
  do_log_in: ["password"],
  get_parcels_by: ["investigationId"],
  get_sample_metadata_by: ["proposal", "beamline"],
  get_sample_files_information_by: ["sampleId"],
  download_file_by: ["sampleId", "resourceId"],
  get_datafiles_by: ["location"],
  get_investigation_users: ["investigationId"],
};

const ownNames = new Set([
  "beamline",
  "proposal",
  "investigationId",
  "beamlineOnly",
  "tags",
  "type",
  "dataset",
  "editable",
  "formatted",
  "mimetype",
]);

async function ours(rest: IcatRest, { method, args = [], kwargs = {} }: Call, folder: string): Promise<unknown> {
  const given: Record<string, unknown> = {};
  for (const [index, name] of (positions[method] ?? []).entries()) if (index < args.length) given[name] = args[index];
  for (const [name, value] of Object.entries(kwargs)) if (camel(name) !== "") given[camel(name)] = argument(value);
  if (typeof given["timeout"] === "number") given["timeout"] = { total: given["timeout"] * 1000 };
  const name = method === "get_sample_information_list_by" ? "getSampleFilesBy" : camel(method);
  if (name === "getDatasetsBy" && "offset" in given) {
    given["skip"] = given["offset"];
    delete given["offset"];
  }
  const api = rest as unknown as Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;
  const send = /^send/.test(name);
  if (!send) {
    const result = (await (api[name] as (query: object) => unknown)(given)) as { items?: unknown } | undefined;
    return /^get(?:Investigations|Datasets)By$/.test(name) ? result?.items : result;
  }
  // What is no option of ours is a field of the event.
  const payload = Object.fromEntries(Object.entries(given).filter(([key]) => !ownNames.has(key)));
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => ownNames.has(key)));
  if (method === "send_message" && "type" in kwargs) {
    payload["type"] = kwargs["type"];
    delete own["type"];
  }
  const first = argument(args[0]);
  const value = typeof first === "string" ? first.replace("<tmp>", folder) : first;
  return await (api[name] as (value: unknown, options: object) => Promise<unknown>)(value, {
    ...own,
    ...(Object.keys(payload).length === 0 ? {} : { payload }),
  });
}
