import { readFileSync } from "node:fs";
import { float } from "@sci/http-core";

/** One recorded call of the Python original. */
export interface RecordedCase {
  readonly id: string;
  readonly call: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly client: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly { readonly stomp?: RecordedFrame }[];
  readonly before?: readonly {
    readonly method?: string;
    readonly args?: readonly unknown[];
    readonly kwargs?: Readonly<Record<string, unknown>>;
  }[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly reason: string };
  readonly warnings?: readonly { readonly type: string; readonly reason: string }[];
  readonly timezone?: string;
  readonly now?: unknown;
  readonly quirk?: string;
}

export interface RecordedFrame {
  readonly command: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly text?: string };
}

/** The cases of one file of recordings. */
export function recorded(name: "serialisation" | "selection" | "stomp"): readonly RecordedCase[] {
  const url = new URL(`../../../../tooling/recordings/icat-plus/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: readonly RecordedCase[] }).cases;
}

/** Numbers that JSON has no word for are themselves. */
function floatOf(text: string): unknown {
  const value = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[text] ?? Number(text);
  return Number.isFinite(value) ? float(value) : value;
}

/**
 * A recorded argument as ours. Times with a zone are `Date`s where the local zone is that one (the tests run in UTC), else ISO text, which
 * keeps its zone and its microseconds.
 */
export function argument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(argument);
  if (typeof value !== "object" || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  if ("$datetime" in given) {
    const text = given["$datetime"] as string;
    return text.endsWith("+00:00") ? new Date(text) : text;
  }
  if ("$date" in given) return given["$date"];
  if ("$float" in given) return floatOf(given["$float"] as string);
  if ("$bytes" in given) return new Uint8Array(Buffer.from(given["$bytes"] as string, "base64"));
  if ("$tuple" in given) return argument(given["$tuple"]);
  if ("$enum" in given) return given["value"];
  return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, argument(inner)]));
}

const names: Readonly<Record<string, string>> = {
  store_filename: "storeFilename",
  start_datetime: "startDatetime",
  dataset_paths: "datasetPaths",
  metadata_name: "metadataName",
  metadata_value: "metadataValue",
  dataset_id: "datasetId",
  metadata_urls: "metadataUrls",
  metadata_queue: "metadataQueue",
  update_metadata_urls: "updateMetadataUrls",
  update_metadata_queue: "updateMetadataQueue",
  add_files_urls: "addFilesUrls",
  add_files_queue: "addFilesQueue",
  reschedule_investigation_urls: "rescheduleInvestigationUrls",
  reschedule_investigation_queue: "rescheduleInvestigationQueue",
  archive_urls: "archiveUrls",
  archive_queue: "archiveQueue",
};

/** Named arguments under our names; those of the metadata are the facility's. */
export function named(kwargs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).map(([key, value]) => [names[key] ?? key, argument(value)]));
}
