import type { ErrorContext, SciError } from "../errors.ts";

/** Algorithms that contents are compared by. */
export type ChecksumName = "adler32" | "md5" | "sha-256";

/** Checksums of a whole file, as hexadecimal text in lower case; adler32 with all its eight digits. */
export type Checksums = Readonly<Partial<Record<ChecksumName, string>>>;

/** One file or directory on a server, as a listing or a query told of it. */
export interface RemoteEntry {
  /** Below the root of the walk, decoded, "/" between the parts, none at the ends: "run-1/events.fits"; "" for the root itself. */
  readonly name: string;
  /** Below the base URL of the door, decoded, with a slash in front and none at the end (the root is "/"). */
  readonly path: string;
  /** Absolute and escaped; that of a directory ends in a slash. */
  readonly url: string;
  readonly type: "file" | "directory";
  /** Bytes; undefined where the server did not say, and for directories. */
  readonly size: number | undefined;
  /** Of the last change, in milliseconds since 1970; undefined where the server did not say. */
  readonly mtime: number | undefined;
  /** As it stands in a header, quotes and `W/` included. */
  readonly etag: string | undefined;
  /** Empty where the server told none. */
  readonly checksums: Checksums;
  /** Where the contents lie, on servers that say so (dCache): "ONLINE", "NEARLINE", "ONLINE_AND_NEARLINE", "UNAVAILABLE", "LOST". */
  readonly locality?: string;
}

/** How the contents of a file were compared with the source. */
export type Verification =
  | { readonly by: "checksum"; readonly algorithm: ChecksumName; readonly value: string }
  /** Both sides have exactly so many bytes; the server offered no checksum. */
  | { readonly by: "length"; readonly bytes: number };

/** What became of one file (or empty directory) of a job. */
export interface FileOutcome {
  /** Below the root of the job, "/" between the parts; for a single file its own name. */
  readonly name: string;
  /** - done: transferred and verified
   *  - skipped: complete before, or passed over by the conflict policy (`reason` tells)
   *  - failed: `error` tells why; nothing stands under the final name that was not there before */
  readonly status: "done" | "skipped" | "failed";
  /** Size of the whole file; undefined where it is not known. */
  readonly size: number | undefined;
  /** Bytes that went over the network for it, all attempts together. */
  readonly transferred: number;
  /** Where it came to lie: a local path after a download, a URL after an upload. */
  readonly target: string;
  readonly verification?: Verification;
  /** Requests that carried contents. */
  readonly attempts: number;
  readonly reason?: "complete" | "exists" | "newer";
  readonly error?: SciError<string>;
}

/** The sum of a job. Complete is a job with `failed` 0 that was not aborted. */
export interface TransferReport {
  readonly direction: "download" | "upload";
  /** Files seen, after the patterns. */
  readonly files: number;
  readonly done: number;
  readonly verifiedByChecksum: number;
  readonly verifiedByLength: number;
  readonly skipped: number;
  readonly failed: number;
  /** Empty directories made, besides those of the files. */
  readonly directories: number;
  /** Bytes over the network, all attempts together. */
  readonly bytes: number;
  /** Milliseconds. */
  readonly duration: number;
  /** The first 1,000 that failed, with their errors. */
  readonly failures: readonly FileOutcome[];
  /** What ended the job early: the walk that broke off, or the abort. */
  readonly error?: SciError<string>;
}

/** How far a job is. Totals grow while the tree is still walked; `walked` tells that they are final. */
export interface TransferProgress {
  /** Bytes of contents that are in place or on their way, skipped files included. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Files finished: done, skipped or failed. */
  readonly files: number;
  readonly totalFiles: number;
  readonly walked: boolean;
  /** Bytes a second over the last seconds. */
  readonly rate: number;
  /** Seconds left at that rate; undefined where it cannot be told. */
  readonly secondsLeft: number | undefined;
  readonly active: number;
}

/** What a job tells its listener. No event holds a credential. */
export type TransferEvent =
  | ({ readonly type: "progress" } & TransferProgress)
  | ({ readonly type: "file" } & FileOutcome)
  | {
      readonly type: "retry";
      readonly name: string;
      /** Number of the attempt that failed, from 1. */
      readonly attempt: number;
      /** Milliseconds until the next. */
      readonly delay: number;
      readonly error: SciError<string>;
      /** Bytes that stay valid. */
      readonly kept: number;
    }
  | { readonly type: "paused" | "resumed" }
  | { readonly type: "end"; readonly report: TransferReport };

export type TransferListener = (event: TransferEvent) => void;

/** What to do where something stands under a name already and is not the same file. */
export type ConflictPolicy =
  /** The file fails with CONFLICT. */
  | "error"
  /** What is there stays; the outcome is "skipped". */
  | "skip"
  | "overwrite"
  /** Only if the source is newer than what is there; else skipped. */
  | "newer"
  /** The new one gets a name that is free: "name (1).ext". */
  | "rename";

/** Options of downloads and uploads alike. */
export interface TransferOptions {
  /** Files in flight, walk included; "auto" finds the number that moves most, from 16 up to 128. @default "auto" */
  readonly concurrency?: number | "auto";
  /** @default "error" */
  readonly conflict?: ConflictPolicy;
  /** Patterns of names below the root: `*` and `?` within a part, `**` across parts, `{a,b}`, `[abc]`; one without a slash fits the last part. Without any, everything. */
  readonly include?: readonly string[];
  /** Of the same form; goes before `include`. A directory that fits is left out with all below it. */
  readonly exclude?: readonly string[];
  /** A file whose checksum the server cannot tell fails with CHECKSUM_UNAVAILABLE instead of being verified by its length. @default false */
  readonly requireChecksum?: boolean;
  /** Compares what is in place by checksum (where the server tells it) rather than by size and time of the last change. @default false */
  readonly compareChecksums?: boolean;
  /** Gives what is written the source's time of the last change (uploads: where the server takes it). @default true */
  readonly times?: boolean;
  /** Downloads: waits until a file is on the disk before it gets its name (fsync), several at a time; not on file systems in memory. @default true */
  readonly sync?: boolean;
  /** Ends the job: what is in flight stops, what is partly there stays for the next run. */
  readonly signal?: AbortSignal;
  /** File that remembers what is done, so that a job that was killed goes on; removed by a job that ends without a failure. */
  readonly journal?: string;
  readonly onEvent?: TransferListener;
  /** Bytes a second that a transfer must reach over `timeout.idle`; slower ones are given up and tried again. 0: no limit. @default 1024 */
  readonly minimumRate?: number;
  /** What to do with the first file that fails for good: go on with the others, or end the job. @default "continue" */
  readonly onFailure?: "continue" | "stop";
}

/** A job under way. It is started by the call that gives it; `await job` is its report. */
export interface TransferJob extends PromiseLike<TransferReport> {
  /** Resolves with the report whatever became of single files; rejects only for what is wrong with the call itself. */
  readonly report: Promise<TransferReport>;
  readonly progress: TransferProgress;
  /** Starts no further file; those in flight stop moving until {@link TransferJob.resume}. */
  pause(): void;
  resume(): void;
  /** Like an abort of `signal`. */
  abort(reason?: unknown): void;
}

/** Codes of transfers besides those of every client. */
export type TransferErrorCode =
  /** Contents that do not fit the checksum or the length that the server states, after all attempts. */
  | "CHECKSUM_MISMATCH"
  /** No checksum from the server, where one is required. */
  | "CHECKSUM_UNAVAILABLE"
  /** A name that cannot be made below the target without danger. */
  | "UNSAFE_NAME"
  /** No room left on this machine (`details.where` "local") or on the server ("remote"). */
  | "DISK_FULL"
  /** The file changed while it was read. */
  | "CHANGED"
  /** The contents lie on tape or are not available now. */
  | "OFFLINE"
  | "LOCKED";

/** A request through a door. */
export interface DoorRequest {
  /** In errors and events: "download", "list". */
  readonly operation: string;
  readonly method: string;
  /** Escaped path below the base URL ("/a%20b"), or an absolute URL of the door's origin. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** A text or bytes: what may be sent again. */
  readonly body?: string | Uint8Array;
  /** Statuses besides 2xx that are given back instead of thrown. */
  readonly statuses?: readonly number[];
  /** Statuses worth another attempt. @default those of the service, else 408 425 429 500 502 503 504 */
  readonly retryStatuses?: readonly number[];
  /** "manual" gives a redirect back as the answer. @default "follow" */
  readonly redirect?: "follow" | "manual";
  /** Gives the body as it was sent, a content encoding left as it is: what is stored compressed stays so. @default false */
  readonly raw?: boolean;
  /** May be sent again after it may have been served. @default true for GET HEAD OPTIONS PROPFIND PUT DELETE */
  readonly repeatable?: boolean;
}

export interface DoorCallOptions {
  readonly signal?: AbortSignal;
  /** `total` spans all attempts of `request`; a body that is read as it comes has no such limit. @default 60 s idle, 300 s total */
  readonly timeout?: { readonly idle?: number; readonly total?: number };
  readonly retry?: { readonly attempts?: number; readonly baseDelay?: number; readonly maxDelay?: number };
}

/** The head of an answer. */
export interface DoorHead {
  readonly status: number;
  /** By a name in lower case, several values joined by ", ". */
  header(name: string): string | undefined;
  /** The same of the door's redirect, where the answer is that of a pool. */
  doorHeader(name: string): string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it came from another place than asked. */
  readonly redirected: boolean;
  /** For messages, without its query and secrets. */
  readonly context: ErrorContext;
}

/** A small answer, read whole. */
export interface DoorAnswer extends DoorHead {
  readonly body: Uint8Array;
  /** The body as text. */
  text(): string;
}

/** An answer whose body is read as it comes. Exactly one of `stream`, `bytes` and `discard` must be called. */
export interface DoorStream extends DoorHead {
  /** Not read, nothing flows: back-pressure reaches the server. Leaving the loop ends the connection. */
  stream(): AsyncIterable<Uint8Array>;
  bytes(maxBytes: number): Promise<Uint8Array>;
  discard(): Promise<void>;
}
