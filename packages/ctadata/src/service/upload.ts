import { open } from "node:fs/promises";
import { operation, type Schema, SciError } from "@sci/http-core";
import * as z from "zod/mini";
import { type Place, textOf } from "../paths.ts";
import type { UploadResult } from "../types.ts";
import type { Services } from "./service.ts";

const resultSchema = z.looseObject({ path: z.string(), status: z.string(), total_written: z.int() }) as Schema<UploadResult>;

export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly onAttempt?: () => void;
  /** Told of each piece that goes out, and with a negative number of what has to go again. */
  readonly onBytes?: (bytes: number) => void | Promise<void>;
}

interface Sent {
  bytes: number;
}

/**
 * Sends one local file to the user's own folder, piece by piece, and checks that the service wrote as much as was read.
 * @throws FILE; CHANGED for a file that changed meanwhile; CHECKSUM_MISMATCH when the service wrote another number of bytes
 */
export async function sendFile(services: Services, local: string, place: Place, options: SendOptions): Promise<UploadResult> {
  const before = await describeFile(local);
  const sent: Sent = { bytes: 0 };
  const upload = operation({
    name: "upload",
    method: "POST",
    path: `/upload${place.parts.map((_part, index) => `/{part${index}}`).join("")}`,
    params: () => Object.fromEntries(place.parts.map((part, index) => [`part${index}`, part])),
    body: () => ({ stream: () => pieces(local, services.chunkSize, sent, options), type: "application/octet-stream" }),
    // The same bytes to the same name: whatever an attempt left is replaced.
    repeatable: true,
    failure: ({ status, ok }) =>
      ok && status !== 200
        ? { code: "SERVICE_ERROR", message: `The download service answered ${status} instead of 200: ${textOf(place)} may not be stored.` }
        : undefined,
    response: resultSchema,
  });
  const { signal } = options;
  const result = await services.files.request(upload, undefined, {
    // A transfer takes as long as it takes; the idle limit ends one that stands still.
    timeout: { total: Number.POSITIVE_INFINITY },
    validate: "error",
    ...(signal === undefined ? {} : { signal }),
  });
  const after = await describeFile(local);
  if (after.size !== before.size || after.mtimeMs !== before.mtimeMs || sent.bytes !== before.size)
    throw new SciError(
      "CHANGED",
      `${local} changed while it was sent; what the service has of it is not one state of the file. Upload it again.`,
    );
  if (result.total_written !== sent.bytes) {
    throw new SciError(
      "CHECKSUM_MISMATCH",
      `The service wrote ${result.total_written} bytes of ${local}, which has ${sent.bytes}. Upload it again; what lies at ${result.path} is not whole.`,
      { details: { path: result.path, sent: sent.bytes, written: result.total_written } },
    );
  }
  return result;
}

async function describeFile(path: string): Promise<{ size: number; mtimeMs: number }> {
  const handle = await opened(path);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new SciError("FILE", `${path} is not a plain file.`, { details: { path } });
    return found;
  } finally {
    await handle.close();
  }
}

async function opened(path: string): ReturnType<typeof open> {
  try {
    return await open(path, "r");
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    throw new SciError("FILE", `${path} cannot be read: ${code === "ENOENT" ? "there is no such file" : message}.`, {
      cause,
      details: { path },
    });
  }
}

async function* pieces(path: string, chunkSize: number, sent: Sent, { onBytes, onAttempt }: SendOptions): AsyncGenerator<Uint8Array> {
  onAttempt?.();
  // Another attempt begins at the beginning.
  await onBytes?.(-sent.bytes);
  sent.bytes = 0;
  const handle = await opened(path);
  try {
    for (;;) {
      // A new buffer each time: the one before may still be on its way out.
      const buffer = Buffer.allocUnsafe(Math.min(chunkSize, 1024 * 1024));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      sent.bytes += bytesRead;
      await onBytes?.(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
