import { isSciError, operation, SciError, type CallOptions, type Operation, type Query } from "@sci/http-core";
import type { InSession, Sessions } from "./session.ts";

/** A file of the catalogue: where it is fetched. */
export interface RemoteFile {
  readonly name: string;
  /** Below the address of ICAT+, with `{sessionId}`. */
  readonly path: string;
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Bytes that are held in memory at most. */
const MAX_BYTES = 64 * 2 ** 20;

/**
 * A file as bytes (64 MiB at most), or written to the path `to`: then with resumption, and under its name only when it is whole.
 * @throws RESPONSE_TOO_LARGE naming `to`, NOT_FOUND, FORBIDDEN, NOT_AUTHENTICATED, FILE, DISK_FULL, TRUNCATED, …
 */
export async function downloadFile(
  sessions: Sessions,
  file: RemoteFile,
  to: string | undefined,
  options: CallOptions,
): Promise<Uint8Array | undefined> {
  if (to === undefined) return await asBytes(sessions, file, options);
  const first = await sessions.id(options);
  try {
    await toFile(sessions, file, to, first, options);
  } catch (error) {
    if (!isSciError<string>(error, "NOT_AUTHENTICATED")) throw error;
    const next = await sessions.renewed(first);
    if (next === undefined) throw error;
    await toFile(sessions, file, to, next, options);
  }
  return undefined;
}

async function asBytes(sessions: Sessions, file: RemoteFile, options: CallOptions): Promise<Uint8Array> {
  const fetchBytes: Operation<InSession<object>, Uint8Array> = operation({
    name: file.name,
    method: "GET",
    path: file.path,
    secretParams: ["sessionId"],
    query: (): Query => Object.entries(file.values),
    headers: () => ({ accept: "application/octet-stream" }),
    accept: "bytes",
    maxBytes: MAX_BYTES,
    read: ({ data, headers }) => {
      // Offered as a file by its name it may be the file itself.
      if (/\bhtml\b/i.test(headers["content-type"] ?? "") && headers["content-disposition"] === undefined) {
        throw new SciError("INVALID_RESPONSE", "ICAT+ answered with a web page instead of the file: a log-in, or a proxy on the way.", {
          service: sessions.core.service.name,
          operation: file.name,
        });
      }
      return (data as Uint8Array | undefined) ?? new Uint8Array();
    },
  });
  try {
    return await sessions.request(fetchBytes, {}, options);
  } catch (error) {
    if (!isSciError<string>(error, "RESPONSE_TOO_LARGE")) throw error;
    throw new SciError("RESPONSE_TOO_LARGE", "The file has more than 64 MiB: give a path as `to`, and it is streamed there.", {
      service: sessions.core.service.name,
      operation: file.name,
      cause: error,
    });
  }
}

async function toFile(
  sessions: Sessions,
  { path, values }: RemoteFile,
  to: string,
  sessionId: string,
  options: CallOptions,
): Promise<void> {
  const { fetchToFile } = (await import("#files")) as typeof import("./files-node.ts");
  const query = new URLSearchParams(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));
  const { retry, timeout } = options;
  await fetchToFile({
    service: sessions.core.service,
    options: {
      ...sessions.doorOptions,
      ...(retry === undefined ? {} : { retry: { ...sessions.doorOptions.retry, ...retry } }),
      ...(timeout === undefined ? {} : { timeout: { ...sessions.doorOptions.timeout, ...timeout } }),
    },
    // Without the session: what a download has got so far is found again in the next one, and only by a download of the same.
    identity: `${path.replace("/{sessionId}", "")}?${query.toString()}`,
    url: `${path.replace("{sessionId}", encodeURIComponent(sessionId))}?${query.toString()}`,
    secret: sessionId,
    to,
    headers: { accept: "application/octet-stream", ...options.headers },
    signal: options.signal,
  });
}
