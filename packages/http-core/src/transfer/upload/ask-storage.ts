import { randomBytes } from "node:crypto";
import type { Deadline } from "../../engine/deadline.ts";
import { isSciError } from "../../errors.ts";
import type { Door } from "../door.ts";
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
  let remove = [url];
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
      moved: () => undefined,
    });
    await verify({ door, url, content, ...answer, requireChecksum: false, signal, context });
    await relocateKnown(
      door,
      { method: "MOVE", source: url, to: renamed, directory: false, overwrite: false, operation: "upload" },
      { signal },
    );
    knowledge.rename = true;
    remove = [door.urlOf(renamed)];
  } catch (error) {
    if (signal.aborted) throw error;
    // What the large file itself will meet is told when it does.
    if (isRefused(error) || isSciError(error, "CONFLICT")) knowledge.rename = false;
  } finally {
    for (const one of remove) {
      await door
        .request({ operation: "clean up", method: "DELETE", url: one, statuses: [403, 404, 405] }, { timeout: { total: 15_000 } })
        .catch(() => undefined);
    }
  }
}
