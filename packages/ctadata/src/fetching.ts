import {
  type Door,
  type DownloadOptions as EngineOptions,
  downloadTree,
  type RemoteEntry,
  type TransferJob,
} from "@sci/http-core/transfer";
import { checkNames, SciError } from "@sci/http-core";
import { explainedEvents, laterJob } from "./later-job.ts";
import { targetOfFile } from "./local.ts";
import { type Place, textOf } from "./paths.ts";
import { downloadNames, type DownloadOptions } from "./types.ts";

/** What a mode knows of what is to be downloaded. */
export interface Remote {
  readonly door: Door;
  readonly entry: RemoteEntry;
  /** What is below a directory: its path for WebDAV, else its entries. */
  readonly below: string | (() => AsyncIterable<RemoteEntry>);
}

/** Starts a download whose kind, file or directory, is found out first. */
export function startDownload(
  place: Place,
  to: string,
  options: DownloadOptions,
  look: (signal: AbortSignal) => Promise<Remote>,
  explain: (error: unknown, name?: string) => unknown,
): TransferJob {
  checkNames(options, downloadNames, "option of download()");
  const { recursive = false, signal, onEvent, ...rest } = options;
  const heard = explainedEvents(onEvent, explain);
  return laterJob(async (own) => {
    const { door, entry, below } = await look(signal === undefined ? own : AbortSignal.any([signal, own]));
    const engine: EngineOptions = {
      ...rest,
      ...(signal === undefined ? {} : { signal }),
      ...(heard === undefined ? {} : { onEvent: heard }),
    };
    if (entry.type === "directory") {
      if (!recursive) throw isDirectory(place);
      return { job: downloadTree(door, typeof below === "string" ? below : below(), to, engine) };
    }
    checkAvailable(entry);
    const { folder, name } = targetOfFile(to, entry.path.slice(entry.path.lastIndexOf("/") + 1));
    return { job: downloadTree(door, [{ ...entry, name }], folder, engine) };
  }, explain);
}

function isDirectory(place: Place): SciError<"INVALID_ARGUMENT"> {
  return new SciError(
    "INVALID_ARGUMENT",
    `"${textOf(place)}" is a directory; give recursive: true (--recursive) to download it with all below it.`,
  );
}

/** A read of such a file would wait for ever, or fail late. A file on tape is read after a wait. */
function checkAvailable({ locality, path }: RemoteEntry): void {
  if (locality === "LOST" || locality === "UNAVAILABLE")
    throw new SciError("OFFLINE", `The contents of ${path} cannot be read now: the storage says ${locality}.`, { details: { locality } });
}
