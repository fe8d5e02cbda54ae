import type { CallOptions } from "@sci/http-core";
import {
  type ChecksumName,
  type CopyProgress,
  type Quota,
  type RemoteEntry,
  type TransferJob,
  type TransferOptions,
} from "@sci/http-core/transfer";
import { transferOptionNames } from "@sci/http-core/transfer";
import type { Mode } from "./options.ts";
import type { RemotePath } from "./paths.ts";
import type { CertificateAnswer, CertificateOptions, CertificateSource, PersonalCertificateOptions } from "./service/certificates.ts";
import type { ServiceEntry } from "./service/entries.ts";
import type { WebdavClient } from "./webdav-types.ts";

/** Codes of this package besides those of every client and of transfers. */
export type CtaErrorCode =
  /** The mode in use does not offer the call. */
  "UNSUPPORTED";

export interface SignalOption {
  readonly signal?: AbortSignal;
}

export interface ListOptions extends SignalOption {
  /** With everything below. @default false */
  readonly recursive?: boolean;
  /** Directories asked at a time. @default 8 */
  readonly concurrency?: number;
  /** Checksums that the storage keeps as properties (direct mode). @default false */
  readonly checksums?: boolean;
  /** Whether contents are on disk or on tape (direct mode). @default false */
  readonly locality?: boolean;
}

export interface DownloadOptions extends TransferOptions {
  /** Takes a directory with all below it. @default false */
  readonly recursive?: boolean;
}

export interface UploadOptions extends TransferOptions {
  /** Takes a folder with all below it. @default false */
  readonly recursive?: boolean;
}

export const downloadNames = [...transferOptionNames, "recursive"] as const satisfies readonly (keyof DownloadOptions)[];
export const uploadNames = [...transferOptionNames.filter((name) => name !== "sync"), "recursive"] as const;

export interface CopyOptions extends SignalOption {
  /** @default false */
  readonly overwrite?: boolean;
  /** Token for the other storage, where source or destination is a URL of one. It is sent to this storage, which uses it there. */
  readonly otherToken?: string;
  /** Refuses a copy between storages whose checksum they cannot compare. @default true */
  readonly requireChecksum?: boolean;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** How a copy was made. */
export interface CopyResult {
  /** "storage" within itself; "pull" and "push" between two: no byte passed through this machine either way. */
  readonly by: "storage" | "pull" | "push";
  /** As far as the storage told. */
  readonly bytes: number | undefined;
}

/** Where the contents of a file lie. */
export interface Locality {
  readonly path: string;
  /** ONLINE, NEARLINE (tape: a read waits or fails), ONLINE_AND_NEARLINE, UNAVAILABLE, LOST, NONE; undefined where the storage does not say. */
  readonly locality: string | undefined;
}

export interface StageOptions extends SignalOption {
  /** How long the files stay on disk, as an ISO 8601 duration ("PT12H"); the storage may ignore it. */
  readonly lifetime?: string;
  /** Waits until all are on disk or have failed. @default true */
  readonly wait?: boolean;
  /** Milliseconds to wait at most. @default 86_400_000 */
  readonly deadline?: number;
  /** Told at every look. */
  readonly onProgress?: (status: StageStatus) => void;
}

/** A request to bring files to disk. */
export interface StageStatus {
  readonly requestId: string;
  readonly files: readonly { readonly path: string; readonly state: string; readonly onDisk: boolean; readonly error?: string }[];
  /** Whether nothing of it is under way any more. */
  readonly finished: boolean;
}

export interface MacaroonOptions extends SignalOption {
  /** DOWNLOAD, UPLOAD, LIST, DELETE, MANAGE, READ_METADATA, UPDATE_METADATA, STAGE. @default DOWNLOAD and LIST */
  readonly activities?: readonly string[];
  /** ISO 8601 duration. @default "PT1H" */
  readonly validity?: string;
}

/** A token that allows only what it says, to give to others. Treat it as the secret that it is. */
export interface Macaroon {
  readonly macaroon: string;
}

/** The answer of the upload of one file, with the service's own names. */
export interface UploadResult {
  /** Where it came to lie, from the root of the storage. */
  readonly path: string;
  readonly status: string;
  /** Bytes. */
  readonly total_written: number;
}

export interface FetchOptions extends SignalOption {
  /** The local file. @default the last part of the path, in the working folder */
  readonly to?: string;
}

/** A client of the data of CTAO at CSCS: the same calls in both modes. */
export interface CtaData {
  readonly mode: Mode;
  /** Of the door (direct) or of the download service. */
  readonly baseUrl: string;

  /** A directory (or a tree) as a stream, without itself; a file gives itself. @throws NOT_FOUND, FORBIDDEN, NOT_AUTHENTICATED */
  list(path?: RemotePath, options?: ListOptions): AsyncIterable<RemoteEntry>;
  /** @throws NOT_FOUND */
  stat(path: RemotePath, options?: SignalOption & { readonly checksums?: boolean; readonly locality?: boolean }): Promise<RemoteEntry>;
  /**
   * Downloads a file, or with `recursive` a directory: what is complete is left alone, what is partly there is continued, everything is
   * verified, and nothing stands under its name before that. A target that ends in a slash, or is a folder, is completed with the name of
   * the file; the contents of a directory come to lie in the target itself.
   * @param to @default the last part of the path, in the working folder
   */
  download(path: RemotePath, to?: string, options?: DownloadOptions): TransferJob;
  /**
   * Uploads a file, or with `recursive` a folder. A target that ends in a slash is completed with the name of the file; the contents of a
   * folder come to lie in the target itself. In service mode everything lands in the user's own folder, where all members can read it.
   */
  upload(local: string, to: RemotePath, options?: UploadOptions): TransferJob;
  /** @throws CONFLICT for a directory that is not empty, without `recursive` */
  remove(path: RemotePath, options?: SignalOption & { readonly recursive?: boolean }): Promise<void>;
  /** Makes a directory with those above it; tells whether it was made now. */
  mkdir(path: RemotePath, options?: SignalOption): Promise<boolean>;
  /** A new name that ends in a slash is completed. @throws CONFLICT where it is taken */
  move(from: RemotePath, to: RemotePath, options?: SignalOption & { readonly overwrite?: boolean }): Promise<void>;
  /** Within the storage, or between it and another one where source or destination is a URL. @throws CONFLICT */
  copy(from: RemotePath, to: RemotePath, options?: CopyOptions): Promise<CopyResult>;
  /** What the storage keeps. @default adler32, else what there is @throws CHECKSUM_UNAVAILABLE */
  checksum(
    path: RemotePath,
    options?: SignalOption & { readonly algorithm?: ChecksumName },
  ): Promise<{ readonly algorithm: ChecksumName; readonly value: string }>;
  quota(path?: RemotePath, options?: SignalOption): Promise<Quota>;
  locality(paths: RemotePath | readonly RemotePath[], options?: SignalOption): Promise<Locality[]>;
  /** Brings files from tape to disk. @throws UNSUPPORTED where the storage has no tape interface */
  stage(paths: RemotePath | readonly RemotePath[], options?: StageOptions): Promise<StageStatus>;
  /** Says that staged files are no longer needed on disk. */
  release(paths: RemotePath | readonly RemotePath[], requestId: string, options?: SignalOption): Promise<void>;
  /** A token for one path and some activities, of a storage that makes them (dCache). */
  macaroon(path: RemotePath, options?: MacaroonOptions): Promise<Macaroon>;
  /** The client of the `webdav` package, with the same credentials, certificates and proxy; in service mode at the service's relay. */
  webdav(): Promise<WebdavClient>;

  /** The entries of a directory; in service mode as the service sends them, the directory itself first. */
  listDir(path: RemotePath, options?: CallOptions & { readonly recursive?: boolean }): Promise<readonly ServiceEntry[]>;
  /** Saves one file, in place of one that is there, and gives the number of its bytes. Takes a path or an entry of a listing. */
  fetchAndSaveFile(path: RemotePath, options?: FetchOptions): Promise<number>;
  /** The same, or with `recursive` a directory, below the working folder. */
  fetchAndSaveFileOrDir(path: RemotePath, options?: SignalOption & { readonly recursive?: boolean }): Promise<number>;
  uploadFile(local: string, path: RemotePath, options?: SignalOption & { readonly overwrite?: boolean }): Promise<UploadResult>;
  uploadDir(local: string, path: RemotePath, options?: SignalOption & { readonly overwrite?: boolean }): Promise<readonly UploadResult[]>;
  /** A personal certificate under the key "cta", which the original's manual calls upload_certificate. */
  uploadCertificate(
    source: CertificateSource,
    options?: PersonalCertificateOptions & { readonly key?: string },
  ): Promise<CertificateAnswer>;
  uploadPersonalCertificate(source: CertificateSource, key: string, options?: PersonalCertificateOptions): Promise<CertificateAnswer>;
  /** For administrators: the certificate that all users share. */
  uploadSharedCertificate(source: CertificateSource, options?: CertificateOptions): Promise<CertificateAnswer>;

  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}
