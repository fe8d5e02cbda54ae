import { callOptionNames, checkNames, SciError } from "@sci/http-core";
import type { FileOutcome, RemoteEntry, TransferEvent, TransferJob } from "@sci/http-core/transfer";
import { onlyOutcome } from "./later-job.ts";
import { demandFolder } from "./local.ts";
import { completed, escapedPath, localName, type Place, placeOf, textOf } from "./paths.ts";
import type { ModeCalls } from "./direct/client.ts";
import type { ServiceEntry } from "./service/entries.ts";
import type { CtaData, UploadResult } from "./types.ts";

// The functions of the Python original, by their names, made of the calls of both modes.

export type TransferOriginals = Pick<CtaData, "fetchAndSaveFile" | "fetchAndSaveFileOrDir" | "uploadFile" | "uploadDir">;

/** Keeps what a job tells of its files. */
async function outcomesOf(
  start: (onEvent: (event: TransferEvent) => void) => TransferJob,
): Promise<{ outcomes: FileOutcome[]; job: TransferJob }> {
  const outcomes: FileOutcome[] = [];
  const job = start((event) => {
    if (event.type === "file") outcomes.push(event);
  });
  await job;
  return { outcomes, job };
}

/** @param treeTarget Where a directory comes to lie in the working folder */
export function transferOriginals(
  calls: ModeCalls,
  treeTarget: (place: Place) => string,
  landed: (place: Place) => string,
): TransferOriginals {
  const fetchOne: TransferOriginals["fetchAndSaveFile"] = async (path, options = {}) => {
    checkNames(options, ["to", "signal"], "option of fetchAndSaveFile()");
    const { to, signal } = options;
    const place = placeOf(path);
    const name = place.parts.at(-1);
    if (name === undefined) throw new SciError("INVALID_ARGUMENT", "The root of the storage is no file.");
    const { outcomes, job } = await outcomesOf((onEvent) =>
      calls.download(path, to ?? name, { conflict: "overwrite", onEvent, ...(signal === undefined ? {} : { signal }) }),
    );
    return onlyOutcome(await job, outcomes[0]).size ?? 0;
  };
  const uploadAll = async (
    local: string,
    place: Place,
    options: { readonly overwrite?: boolean; readonly signal?: AbortSignal },
    recursive: boolean,
  ): Promise<UploadResult[]> => {
    const { overwrite = false, signal } = options;
    const { outcomes, job } = await outcomesOf((onEvent) =>
      calls.upload(local, placeText(place), {
        recursive,
        conflict: overwrite ? "overwrite" : "error",
        onEvent,
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    const report = await job;
    const failed = report.failures[0]?.error ?? report.error;
    if (failed !== undefined) throw failed;
    return outcomes.map((outcome) => ({
      path: recursive ? landed({ parts: [...place.parts, ...outcome.name.split("/")], slash: false }) : landed(place),
      status: outcome.status === "skipped" ? "complete" : "uploaded",
      total_written: outcome.size ?? 0,
    }));
  };
  return {
    fetchAndSaveFile: fetchOne,
    async fetchAndSaveFileOrDir(path, options = {}) {
      checkNames(options, ["recursive", "signal"], "option of fetchAndSaveFileOrDir()");
      const { recursive = false, ...rest } = options;
      // As the original does: blanks around a path come from files and forms.
      const trimmed = typeof path === "string" ? path.trim() : path;
      if (!recursive) return fetchOne(trimmed, rest);
      const place = placeOf(trimmed);
      let bytes = 0;
      const report = await calls.download(trimmed, treeTarget(place), {
        recursive,
        conflict: "overwrite",
        ...rest,
        onEvent: (event) => {
          if (event.type === "file" && event.status !== "failed") bytes += event.size ?? 0;
        },
      });
      const failed = report.failures[0]?.error ?? report.error;
      if (failed !== undefined) throw failed;
      return bytes;
    },
    async uploadFile(local, path, options = {}) {
      checkNames(options, ["overwrite", "signal"], "option of uploadFile()");
      const place = completed(placeOf(path, "The remote target"), localName(local));
      const [result] = await uploadAll(local, place, options, false);
      return result as UploadResult;
    },
    async uploadDir(local, path, options = {}) {
      checkNames(options, ["overwrite", "signal"], "option of uploadDir()");
      const place = placeOf(path, "The remote target");
      await demandFolder(local);
      return uploadAll(local, place, options, true);
    },
  };
}

function placeText(place: Place): string {
  return `/${textOf(place)}`;
}

/** A listing of WebDAV in the shape of the service's, without the directory itself. */
export function listDirDirect(calls: ModeCalls): CtaData["listDir"] {
  return async (path, options = {}) => {
    checkNames(options, [...callOptionNames, "recursive"], "option of listDir()");
    const { recursive = false, signal } = options;
    const found: ServiceEntry[] = [];
    for await (const entry of calls.list(path, { recursive, ...(signal === undefined ? {} : { signal }) }))
      found.push(asServiceEntry(entry));
    return found;
  };
}

function asServiceEntry({ path, url, type, size, mtime }: RemoteEntry): ServiceEntry {
  return {
    href: `${escapedPath(placeOf({ path })).slice(1)}${type === "directory" ? "/" : ""}`,
    url,
    ...(mtime === undefined ? {} : { mtime: new Date(mtime).toUTCString() }),
    type,
    ...(size === undefined ? {} : { size: String(size) }),
  };
}
