import { opendir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkNames, isSciError, SciError } from "@sci/http-core";
import {
  createSelection,
  type FileOutcome,
  type RunningJob,
  type Slot,
  startJob,
  type TransferJob,
  type TransferOptions,
} from "@sci/http-core/transfer";
import { explainedEvents, laterJob } from "../later-job.ts";
import { checkFolder } from "../local.ts";
import { completed, localName, type Place } from "../paths.ts";
import { uploadNames, type UploadOptions, type UploadResult } from "../types.ts";
import type { Services } from "./service.ts";
import { sendFile } from "./upload.ts";

/** Milliseconds without a byte that the watch on the rate takes for one span. */
const idle = 60_000;

/**
 * Uploads a file or a folder to the user's own folder, several files at a time. The service says nothing of what is there: everything is
 * sent, and replaces what has its name.
 */
export function startServiceUpload(
  services: Services,
  local: string,
  to: Place,
  options: UploadOptions,
  explain: (error: unknown, name?: string) => unknown,
  onResult?: (result: UploadResult, name: string) => void,
): TransferJob {
  checkNames(options, uploadNames, "option of upload()");
  const { recursive = false, onEvent, requireChecksum = false, ...rest } = options;
  const heard = explainedEvents(onEvent, explain);
  const engine: TransferOptions = { concurrency: 4, ...rest, ...(heard === undefined ? {} : { onEvent: heard }) };
  return laterJob(async () => {
    if (requireChecksum) throw noChecksum();
    if (rest.conflict !== undefined && rest.conflict !== "error" && rest.conflict !== "overwrite")
      throw new SciError(
        "UNSUPPORTED",
        `The download service does not tell what is there, so conflict: "${rest.conflict}" cannot be kept to. Use the direct mode.`,
      );
    const folder = await checkFolder(local, recursive);
    const work = new Sending(services, onResult);
    const job = startJob("upload", engine, idle, async (running) => {
      if (!folder) return work.add(running, local, completed(to, localName(local)), localName(local));
      const selection = createSelection(options.include, options.exclude);
      for await (const { path, name } of filesBelow(local, (one) => selection.enters(one))) {
        if (selection.takes(name)) await work.add(running, path, { parts: [...to.parts, ...name.split("/")], slash: false }, name);
      }
    });
    return { job };
  }, explain);
}

function noChecksum(): SciError<"CHECKSUM_UNAVAILABLE"> {
  return new SciError(
    "CHECKSUM_UNAVAILABLE",
    "The download service tells no checksum of what it stores; uploads are compared by length. Use the direct mode.",
  );
}

class Sending {
  constructor(
    private readonly services: Services,
    private readonly onResult: ((result: UploadResult, name: string) => void) | undefined,
  ) {}

  async add(job: RunningJob, local: string, place: Place, name: string): Promise<void> {
    const size = await stat(local).then(
      (found) => found.size,
      () => undefined,
    );
    await job.add(name, size, (slot) => this.#one(slot, local, place, name, size));
  }

  async #one(slot: Slot, local: string, place: Place, name: string, size: number | undefined): Promise<FileOutcome> {
    let transferred = 0;
    let attempts = 0;
    const facts = { name, size, target: `${this.services.files.baseUrl}/upload/${place.parts.map(encodeURIComponent).join("/")}` };
    try {
      const result = await sendFile(this.services, local, place, {
        signal: slot.signal,
        onAttempt: () => (attempts += 1),
        onBytes: (bytes) => {
          if (bytes > 0) transferred += bytes;
          return slot.moved(bytes);
        },
      });
      this.onResult?.(result, name);
      const bytes = result.total_written;
      return { ...facts, size: bytes, target: result.path, status: "done", transferred, attempts, verification: { by: "length", bytes } };
    } catch (error) {
      if (!isSciError<string>(error)) throw error;
      return { ...facts, status: "failed", transferred, attempts, error };
    }
  }
}

/** The files below a folder, with their names below it, in the order of names. Links to files are followed, links to folders are not. */
async function* filesBelow(folder: string, enters: (name: string) => boolean, above = ""): AsyncGenerator<{ path: string; name: string }> {
  const entries = [];
  for await (const entry of await opendir(folder)) entries.push(entry);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const name = above === "" ? basename(path) : `${above}/${entry.name}`;
    if (entry.isDirectory()) {
      if (enters(name)) yield* filesBelow(path, enters, name);
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))) yield { path, name };
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
