import { checkNames } from "@sci/http-core";
import { type Door, type TransferJob, upload } from "@sci/http-core/transfer";
import type { StreamSender } from "../webdav.ts";
import { explainedEvents, laterJob } from "../later-job.ts";
import { checkFolder } from "../local.ts";
import { completed, doorPath, localName, type Place } from "../paths.ts";
import { uploadNames, type UploadOptions } from "../types.ts";

/** Uploads a file or a folder whose kind is found out first. */
export function startUpload(
  door: () => Promise<Door>,
  local: string,
  to: Place,
  options: UploadOptions,
  explain: (error: unknown, name?: string) => unknown,
): TransferJob {
  checkNames(options, uploadNames, "option of upload()");
  const { recursive = false, onEvent, ...rest } = options;
  const heard = explainedEvents(onEvent, explain);
  const engine = { ...rest, ...(heard === undefined ? {} : { onEvent: heard }) };
  return laterJob(async () => {
    const folder = await checkFolder(local, recursive);
    const open = await door();
    const path = doorPath(folder ? to : completed(to, localName(local)));
    return { job: upload(open, local, path, { ...engine, recursive }) };
  }, explain);
}

/** Uploads what the webdav library hands over as a stream. */
export function streamSender(door: () => Promise<Door>): StreamSender {
  return async (path, body, { overwrite, signal }) => {
    await sendStream(await door(), path, body, overwrite, signal);
  };
}

/** One stream to its end. @throws what made it fail */
export async function sendStream(
  door: Door,
  path: string,
  body: AsyncIterable<Uint8Array>,
  overwrite: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const report = await upload(door, body, path, {
    conflict: overwrite ? "overwrite" : "error",
    ...(signal === undefined ? {} : { signal }),
  });
  const failed = report.failures[0]?.error ?? report.error;
  if (failed !== undefined) throw failed;
}
