import { randomBytes } from "node:crypto";
import type { Deadline } from "../../engine/deadline.ts";
import { isSciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import { stateOf } from "../door-state.ts";
import { isRefused, relocateKnown } from "../webdav/move-copy.ts";
import { bytesContent } from "./content.ts";
import { uploadsOf } from "./knowledge.ts";
import { put } from "./put.ts";
import { verify } from "./verify.ts";

export interface AskOptions {
  readonly deadline: Deadline;
  readonly continueTimeout: number;
  readonly signal: AbortSignal;
}

/**
 * Learns from a file of 16 bytes what a storage offers, before the first large one is sent: whether it sends files on, has
 * checksums, and lets files be renamed. A large file that had to be sent twice, or that could not be removed again under a
 * name of no use, would cost more.
 */
export function askStorage(door: Door, folder: string, options: AskOptions): Promise<void> {
  const { knowledge } = uploadsOf(door);
  if (knowledge.rename !== undefined) return Promise.resolve();
  return (knowledge.asking ??= ask(door, folder, options).finally(() => (knowledge.asking = undefined)));
}

async function ask(door: Door, folder: string, { deadline, continueTimeout, signal }: AskOptions): Promise<void> {
  const { knowledge } = uploadsOf(door);
  const key = randomBytes(6).toString("hex");
  const path = `${folder}/.sci-upload.${key}.part`;
  const renamed = `${folder}/.sci-upload.${key}.moved.part`;
  const url = door.urlOf(path);
  const content = bytesContent(randomBytes(16), "a test of what the storage offers");
  const context = { service: door.service.name, operation: "upload", method: "PUT" };
  // Where it may stand: nowhere before bytes have left.
  let at: string | undefined;
  try {
    const answer = await put(door, {
      url,
      content,
      headers: { "if-none-match": "*" },
      statuses: [],
      algorithm: "adler32",
      number: 1,
      signal,
      deadline,
      context: () => context,
      continueTimeout,
      moved: () => void (at = path),
    });
    await verify({ door, url, content, ...answer, requireChecksum: false, signal, context });
    try {
      await relocateKnown(
        door,
        { method: "MOVE", source: url, to: renamed, directory: false, overwrite: false, operation: "upload" },
        { signal },
      );
      knowledge.rename = true;
      at = renamed;
    } catch (error) {
      if (isRefused(error) || isSciError(error, "CONFLICT")) knowledge.rename = false;
      throw error;
    }
  } catch (error) {
    // What else is wrong is told when the large file meets it. One that was refused as it came is not there.
    if (at === path && isSciError<string>(error) && error.method === "PUT" && error.status !== undefined) at = undefined;
    if (signal.aborted) throw error;
  } finally {
    if (at !== undefined) await remove(door, at);
  }
}

async function remove(door: Door, path: string): Promise<void> {
  try {
    const url = door.urlOf(path);
    await door.request({ operation: "clean up", method: "DELETE", url, statuses: [404] }, { timeout: { total: 15_000 } });
  } catch {
    stateOf(door).settings.warnOnce(keptCopy(door, path));
  }
}

/** What is told where a file that only served an upload could not be removed. */
export function keptCopy(door: Door, path: string): string {
  return `${path} served an upload and could not be removed from ${door.service.name}; it can be deleted. None is left with credentials that may rename and remove files (the scope storage.modify), or with temporary: "never".`;
}
