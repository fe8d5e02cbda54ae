import { checkInteger, checkNames, shown } from "../check.ts";
import { SciError } from "../errors.ts";
import type { ConflictPolicy, TransferOptions } from "./types.ts";

export const transferOptionNames = [
  "concurrency",
  "conflict",
  "include",
  "exclude",
  "requireChecksum",
  "compareChecksums",
  "times",
  "sync",
  "signal",
  "journal",
  "onEvent",
  "minimumRate",
  "onFailure",
] as const satisfies readonly (keyof TransferOptions)[];

const policies: readonly ConflictPolicy[] = ["error", "skip", "overwrite", "newer", "rename"];

/** @throws INVALID_ARGUMENT for what cannot be meant */
export function checkTransferOptions(options: TransferOptions, what: string, more: readonly string[] = []): void {
  checkNames(options, [...transferOptionNames, ...more], `option of ${what}`);
  const { concurrency = "auto", conflict = "error", minimumRate = 0, onFailure = "continue" } = options;
  if (concurrency !== "auto") checkInteger(concurrency, "concurrency", { min: 1, max: 1024 });
  checkInteger(minimumRate, "minimumRate");
  if (!policies.includes(conflict))
    throw new SciError("INVALID_ARGUMENT", `conflict must be one of ${policies.join(", ")}, not ${shown(conflict)}.`);
  if (onFailure !== "continue" && onFailure !== "stop")
    throw new SciError("INVALID_ARGUMENT", `onFailure must be "continue" or "stop", not ${shown(onFailure)}.`);
}
