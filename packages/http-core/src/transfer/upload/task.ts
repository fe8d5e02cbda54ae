import { createHash } from "node:crypto";
import { hostname } from "node:os";
import type { Deadline } from "../../engine/deadline.ts";
import type { Door } from "../door.ts";
import type { RunningJob } from "../job.ts";
import type { RemoteEntry, Verification } from "../types.ts";
import type { Content } from "./content.ts";

/** What all files of an upload share. */
export interface UploadSurroundings {
  readonly door: Door;
  readonly job: RunningJob;
  readonly deadline: Deadline;
  readonly continueTimeout: number;
  readonly temporary: "auto" | "always" | "never";
  readonly parents: boolean;
  readonly requireChecksum: boolean;
  readonly times: boolean;
}

export interface UploadTask {
  readonly content: Content;
  /** Decoded, below the base URL. */
  readonly path: string;
  /** What stands under the name and is to be replaced. */
  readonly replaces: RemoteEntry | undefined;
  /** Tells the length later, for many files at once; undefined where this file is looked at alone. */
  readonly lengthLater: (() => Promise<RemoteEntry | undefined>) | undefined;
}

export interface Uploaded {
  readonly size: number;
  readonly verification: Verification;
}

/** The directory above a path: "" for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/**
 * The name under which a file grows: the same for the same file of the same machine, so that a run after one that was killed
 * writes over what that left.
 */
export function temporaryPath(path: string, content: Content): string {
  const key = createHash("sha256")
    .update(`${hostname()}\0${content.label}\0${content.size ?? process.pid}\0${content.mtime ?? ""}\0${path}`)
    .digest("hex")
    .slice(0, 12);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const kept = Buffer.from(name)
    .subarray(0, 200)
    .toString()
    .replace(/\ufffd+$/, "");
  return `${parentOf(path)}/.${kept}.${key}.part`;
}
