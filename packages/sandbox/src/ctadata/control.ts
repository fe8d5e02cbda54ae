import type { Credential } from "../tls/certificates.ts";
import type { Locality } from "./tree/node.ts";

/** What is known of an entry of the storage. */
export interface StorageEntry {
  readonly path: string;
  readonly type: "file" | "folder";
  readonly size: number;
  /** Milliseconds since the Unix epoch. */
  readonly modified: number;
  readonly locality: Locality | "NONE";
  /** Eight hexadecimal digits; files only. */
  readonly adler32: string | undefined;
  /** False while a file is being written. */
  readonly complete: boolean;
}

/** What tests may do with the storage while it runs. Paths begin at the top: `/lst/DL1`. */
export interface CtaDataControl {
  /** Addresses of the door, the pool, the hub and the issuer. */
  readonly doorUrl: string;
  readonly poolUrl: string;
  readonly hubUrl: string;
  readonly issuerUrl: string;
  /** Writes a file, with the folders above it. Throws SandboxError `USAGE` for a path that cannot be. */
  put(
    path: string,
    content: Uint8Array | string | { readonly size: number; readonly seed?: number },
    options?: { modified?: number; locality?: Locality },
  ): Promise<void>;
  makeFolder(path: string): void;
  /** The bytes of a file. Throws SandboxError `USAGE` when there is none. */
  read(path: string): Promise<Buffer>;
  remove(path: string): void;
  /** What is known of one entry; undefined when there is none. */
  stat(path: string): Promise<StorageEntry | undefined>;
  /** Every path below a folder, folders with a slash at the end. */
  paths(folder?: string): string[];
  setLocality(path: string, locality: Locality): void;
  setModified(path: string, modified: number): void;
  /** Bytes that fit into the storage; undefined: no limit. */
  setQuota(bytes: number | undefined): void;
  /** A token of a person for the door. `scope` defaults to the one of a log-in; scopes for the storage (`storage.read:/lst`) narrow it. */
  token(options?: { user?: string; scope?: string; lifetime?: number }): string;
  /** Ends every access token issued so far. */
  expireTokens(): void;
  /** Ends every log-in: refresh tokens are worth nothing. */
  endSessions(): Promise<void>;
  setTokenLifetime(seconds: number): void;
  /** Answers devices as their users would. `user` defaults to `cta-user`. Throw SandboxError `USAGE` when no device waits with the code. */
  deviceCodes(): Promise<string[]>;
  approveDevice(userCode: string, user?: string): Promise<void>;
  denyDevice(userCode: string): Promise<void>;
  expireDevice(userCode: string): Promise<void>;
  slowDownDevice(userCode: string, times?: number): Promise<void>;
  /** A token of the hub; without `services` it lacks the scope for them, with `admin` it may replace the shared certificate. */
  hubToken(options?: { user?: string; group?: "lst" | "cta"; services?: boolean; admin?: boolean }): string;
  endHubTokens(): void;
  /** Certificates that the hub has taken: `user/key`, and `main` for the shared one. */
  readonly certificates: ReadonlyMap<string, string>;
  /** Certificate of the authority that signs door, pool and people (PEM). */
  readonly ca: string;
  /** A client certificate with its key (PEM) of a person of the issuer. */
  certificate(user?: string, days?: number): Credential;
  /** Transfers for which a pool waits. */
  readonly waitingTransfers: number;
  /** Files and bytes in the storage. */
  readonly fileCount: number;
  readonly bytes: number;
}
