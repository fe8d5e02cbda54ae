import type { Deadline } from "../engine/deadline.ts";
import type { Finish } from "./files.ts";
import type { DoorState } from "./door-state.ts";
import type { RunningJob } from "./job.ts";
import type { Lanes } from "./lanes.ts";
import type { Places } from "./places.ts";
import type { TargetFolder } from "./target.ts";
import type { ChecksumName, Checksums, RemoteEntry, Verification } from "./types.ts";

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
  /** For small files; undefined where they take the ordinary way. */
  readonly lanes: Lanes | undefined;
  /** How many small files wait for the disk together. */
  readonly settling: Places;
  /** Asks for the checksums of a file where the answer does not bring them. */
  readonly checksumsOf: (source: Source, signal: AbortSignal) => Promise<Checksums>;
}

export interface Fetched {
  readonly size: number;
  readonly verification: Verification | undefined;
}

/** What is to be made of one answer. */
export interface Plan {
  /** The length of the whole file; undefined where nobody states it. */
  readonly expected: number | undefined;
  /** What the contents are held against. */
  best: readonly [ChecksumName, string] | undefined;
  /** Held whole until it is known to be right. */
  readonly held: boolean;
  readonly mtime: number | undefined;
  readonly etag: string | undefined;
  readonly finish: Finish;
}

/** Files up to so many bytes are held whole: written at once, and not at all when they are wrong. */
export const wholeLength = 128 * 1024;

/** How long a file that is held may be: a body that creeps is given up after one span of the rate watch, which sees nothing of it. */
export function heldLength({ job, state }: FetchSurroundings): number {
  const { minimumRate = 1024 } = job.options;
  return minimumRate === 0 ? wholeLength : Math.min(wholeLength, (minimumRate * state.settings.timeout.idle) / 1000);
}
