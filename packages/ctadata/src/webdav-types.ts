import type { Readable, Writable } from "node:stream";

/** Options of every call of the `webdav` library. */
export interface WebdavCallOptions {
  readonly headers?: Record<string, string>;
  readonly data?: string | Uint8Array | ArrayBuffer;
  readonly signal?: AbortSignal;
}

/** A file or directory as the `webdav` library describes it. */
export interface WebdavFileStat {
  readonly filename: string;
  readonly basename: string;
  /** HTTP date. */
  readonly lastmod: string;
  readonly size: number;
  readonly type: "file" | "directory";
  readonly etag: string | null;
  readonly mime?: string;
  readonly props?: Readonly<Record<string, unknown>>;
}

/** What calls give with `details: true`. */
export interface WebdavDetailed<T> {
  readonly data: T;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly statusText?: string;
}

/** The part of an answer that `customRequest` gives. */
export interface WebdavAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null; forEach(callback: (value: string, key: string) => void): void };
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * The client of the `webdav` package (version 5), as its manual describes it. Its types are restated here because the package is built
 * in: an application needs neither it nor its types.
 */
export interface WebdavClient {
  copyFile(
    from: string,
    to: string,
    options?: WebdavCallOptions & { readonly overwrite?: boolean; readonly shallow?: boolean },
  ): Promise<void>;
  createDirectory(path: string, options?: WebdavCallOptions & { readonly recursive?: boolean }): Promise<void>;
  createReadStream(path: string, options?: WebdavCallOptions & { readonly range?: { start: number; end?: number } }): Readable;
  createWriteStream(
    path: string,
    options?: WebdavCallOptions & { readonly overwrite?: boolean },
    callback?: (answer: WebdavAnswer) => void,
  ): Writable;
  customRequest(path: string, request: WebdavCallOptions & { readonly method: string }): Promise<WebdavAnswer>;
  deleteFile(path: string, options?: WebdavCallOptions): Promise<void>;
  exists(path: string, options?: WebdavCallOptions): Promise<boolean>;
  getDirectoryContents(
    path: string,
    options?: WebdavCallOptions & {
      readonly deep?: boolean;
      readonly glob?: string;
      readonly includeSelf?: boolean;
      readonly details?: false;
    },
  ): Promise<WebdavFileStat[]>;
  getFileContents(
    path: string,
    options?: WebdavCallOptions & { readonly format?: "binary" | "text"; readonly details?: boolean },
  ): Promise<Uint8Array | ArrayBuffer | string | WebdavDetailed<Uint8Array | ArrayBuffer | string>>;
  getQuota(options?: WebdavCallOptions & { readonly path?: string; readonly details?: boolean }): Promise<unknown>;
  lock(
    path: string,
    options?: WebdavCallOptions & { readonly timeout?: string },
  ): Promise<{ readonly token: string; readonly serverTimeout: string }>;
  unlock(path: string, token: string, options?: WebdavCallOptions): Promise<void>;
  moveFile(from: string, to: string, options?: WebdavCallOptions & { readonly overwrite?: boolean }): Promise<void>;
  partialUpdateFileContents(
    path: string,
    start: number,
    end: number,
    data: string | Uint8Array,
    options?: WebdavCallOptions,
  ): Promise<void>;
  putFileContents(
    path: string,
    data: string | Uint8Array | ArrayBuffer | Readable,
    options?: WebdavCallOptions & { readonly contentLength?: boolean | number; readonly overwrite?: boolean },
  ): Promise<boolean>;
  search(path: string, options?: WebdavCallOptions): Promise<unknown>;
  stat(
    path: string,
    options?: WebdavCallOptions & { readonly details?: boolean },
  ): Promise<WebdavFileStat | WebdavDetailed<WebdavFileStat>>;
}
