import { checkInteger, checkNames } from "../../check.ts";
import { isSciError, SciError, type ErrorContext } from "../../errors.ts";
import { redactText } from "../../redact.ts";
import type { Door } from "../door.ts";
import { PerformanceMarkers, type CopyProgress } from "./performance-markers.ts";

export interface ThirdPartyCopyOptions {
  /** Headers that the storage asked sends to the other one, e.g. `{ authorization: "Bearer …" }`. They are secrets. */
  readonly transferHeaders?: Readonly<Record<string, string>>;
  /** @default false */
  readonly overwrite?: boolean;
  /** Refuses a copy whose checksum the storages cannot compare. @default true */
  readonly requireChecksum?: boolean;
  /** Told of every marker that the storage sends. */
  readonly onProgress?: (progress: CopyProgress) => void;
  /** Milliseconds in which no further byte is copied until the copy is given up. @default 300_000 */
  readonly stall?: number;
  readonly signal?: AbortSignal;
}

const names = ["transferHeaders", "overwrite", "requireChecksum", "onProgress", "stall", "signal"] as const;

/** What a copy came to. */
export interface ThirdPartyCopyResult {
  readonly direction: "pull" | "push";
  /** As far as the markers told. */
  readonly bytes: number | undefined;
}

/**
 * Has two storages copy a file between themselves (HTTP-TPC): no byte of it passes through this machine. The one of this door is asked:
 * it fetches from `source` where `destination` is its own (pull), and sends to `destination` where `source` is (push).
 * @param endpoints absolute, escaped URLs, one of them of the door's origin
 * @throws SERVICE_ERROR with the storage's words where the copy failed, TRUNCATED where its end is not known, CONFLICT for a target that
 * is there, TIMEOUT where it stalls, INSECURE for secrets of the transfer over plain http off this machine
 */
export async function thirdPartyCopy(
  door: Door,
  endpoints: { readonly source: string; readonly destination: string },
  options: ThirdPartyCopyOptions = {},
): Promise<ThirdPartyCopyResult> {
  checkNames(options, names, "option of copy between storages");
  const { stall = 300_000, overwrite = false, requireChecksum = true, transferHeaders = {} } = options;
  checkInteger(stall, "stall", { min: 1 });
  const direction = directionOf(door, endpoints);
  const own = direction === "pull" ? endpoints.destination : endpoints.source;
  const other = direction === "pull" ? endpoints.source : endpoints.destination;
  checkTransferHeaders(transferHeaders, other, door);
  const controller = new AbortController();
  const { signal } = options;
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const opened = await door.open(
      {
        operation: "copy",
        method: "COPY",
        url: own,
        headers: {
          [direction === "pull" ? "source" : "destination"]: other,
          overwrite: overwrite ? "T" : "F",
          // Without it storages try to delegate an X.509 proxy.
          credential: "none",
          ...(requireChecksum ? {} : { requirechecksumverification: "false" }),
          ...Object.fromEntries(Object.entries(transferHeaders).map(([name, value]) => [`transferheader${name.toLowerCase()}`, value])),
        },
        redirect: "manual",
        statuses: [412],
      },
      { signal: controller.signal },
    );
    const { status, context } = opened;
    const secrets = Object.values(transferHeaders).flatMap((value) => [value, value.replace(/^\S+\s+/, "")]);
    if (status === 412) {
      await opened.discard();
      throw new SciError("CONFLICT", "The destination exists already and was not replaced. Give overwrite: true to replace it.", {
        ...context,
        status,
      });
    }
    const markers = new PerformanceMarkers();
    let last = { bytes: 0, at: performance.now() };
    const timer = setInterval(
      () => {
        if (performance.now() - last.at < stall) return;
        const message = `The copy stalls: the storage reports no further byte for ${Math.round(stall / 1000)} s after ${last.bytes} bytes.`;
        controller.abort(new SciError("TIMEOUT", message, { ...context, details: { phase: "body" } }));
      },
      Math.min(stall / 4, 5000),
    );
    try {
      for await (const piece of opened.stream()) {
        for (const progress of markers.write(piece)) {
          if (progress.bytes > last.bytes) last = { bytes: progress.bytes, at: performance.now() };
          options.onProgress?.(progress);
        }
      }
    } catch (error) {
      if (isSciError(error, "TRUNCATED")) throw unknownEnd(context, error);
      throw error;
    } finally {
      clearInterval(timer);
    }
    return { direction, bytes: finished(markers, status, context, secrets) };
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function finished(markers: PerformanceMarkers, status: number, context: ErrorContext, secrets: readonly string[]): number | undefined {
  const { failure, success, bytes } = markers.end();
  if (failure !== undefined) {
    const message = `The storage could not copy the file: ${redactText(failure, secrets).slice(0, 500)}`;
    throw new SciError("SERVICE_ERROR", message, { ...context, status, secrets });
  }
  // 201 and 204 are the word of the storage itself; 202 only says that it has begun.
  if (!success && status === 202) throw unknownEnd(context);
  return bytes;
}

function unknownEnd(context: ErrorContext, cause?: unknown): SciError<"TRUNCATED"> {
  const message = "The storage's report on the copy ended without its result. Look at the destination before you copy again.";
  return new SciError("TRUNCATED", message, { ...context, cause });
}

function directionOf(door: Door, { source, destination }: { readonly source: string; readonly destination: string }): "pull" | "push" {
  for (const [name, url] of Object.entries({ source, destination })) {
    if (!URL.canParse(url)) throw new SciError("INVALID_ARGUMENT", `The ${name} of a copy between storages must be an absolute URL.`);
  }
  if (new URL(destination).origin === door.origin) return "pull";
  if (new URL(source).origin === door.origin) return "push";
  throw new SciError("INVALID_ARGUMENT", `Neither the source nor the destination is of ${door.origin}, which is asked for the copy.`);
}

function checkTransferHeaders(headers: Readonly<Record<string, string>>, other: string, door: Door): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9-]+$/.test(name) || !/^[\x20-\x7e]+$/.test(value)) {
      throw new SciError("INVALID_ARGUMENT", `transferHeaders holds a name or value that cannot stand in a header ("${name}").`);
    }
  }
  const { protocol } = new URL(other);
  if (Object.keys(headers).length > 0 && protocol === "http:" && !door.isLocal) {
    throw new SciError("INSECURE", "Credentials for the other storage are not sent over plain http; give its https address.");
  }
}
