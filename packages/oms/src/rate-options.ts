import { SciError, shown } from "@sci/http-core";
import type { RowsOptions } from "./lumisections.ts";

export interface RateOptions<Resource extends string = string> extends RowsOptions<Resource> {
  /** A row per lumisection, or one for the run. @default "lumisection" */
  readonly granularity?: "lumisection" | "run";
  /** Only rows from this lumisection on. @default 1 */
  readonly from?: number;
  /** Only rows up to this lumisection. */
  readonly to?: number;
}

export interface HltOptions extends RateOptions<"hltpathrates"> {
  /** Name of the path with its version: "HLT_IsoMu24_v13". */
  readonly path: string;
}

export interface AlgorithmOptions extends RateOptions<"l1algorithmtriggers"> {
  /** Only the algorithm of this name. */
  readonly name?: string;
  /** Only the algorithm of this bit. */
  readonly bit?: number;
}

export interface AllHltOptions extends Omit<RateOptions<"hltpathrates">, "limit" | "pageSize" | "onChange"> {
  /** These paths. @default all of the run */
  readonly paths?: readonly string[];
}

/** Lumisections of a run at most; usually a few thousand. */
export const longest = 100_000;

export function checkPath(path: unknown): string {
  if (typeof path !== "string" || path === "")
    throw new SciError(
      "INVALID_ARGUMENT",
      `A path has a name such as "HLT_IsoMu24_v13", not ${shown(path)}; hltPaths() lists those of a run.`,
    );
  return path;
}
