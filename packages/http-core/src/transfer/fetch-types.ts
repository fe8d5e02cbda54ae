import type { Deadline } from "../engine/deadline.ts";
import type { DoorState } from "./door-state.ts";
import type { RunningJob } from "./job.ts";
import type { Places } from "./places.ts";
import type { TargetFolder } from "./target.ts";
import type { Checksums, RemoteEntry, Verification } from "./types.ts";

/** What a file is fetched from: an entry of a listing, or just its address. */
export type Source = Pick<RemoteEntry, "name" | "url" | "size" | "mtime" | "etag" | "checksums">;

/** What all files of a job share. */
export interface FetchSurroundings {
  readonly state: DoorState;
  readonly job: RunningJob;
  readonly target: TargetFolder;
  readonly deadline: Deadline;
  readonly headers: Readonly<Record<string, string>>;
  readonly sync: boolean;
  readonly times: boolean;
  readonly requireChecksum: boolean;
  /** How many small files wait for the disk together. */
  readonly settling: Places;
  /** Asks for the checksums of a file where the answer does not bring them. */
  readonly checksumsOf: (source: Source, signal: AbortSignal) => Promise<Checksums>;
}

export interface Fetched {
  readonly size: number;
  readonly verification: Verification | undefined;
}
