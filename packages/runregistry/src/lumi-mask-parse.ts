import { SciError, shown } from "@sci/http-core";
import { BoundaryBuilder, type Boundaries } from "./lumi-mask-intervals.ts";

/** A golden JSON: run number → inclusive lumisection ranges, `{ "315257": [[1, 88], [91, 92]] }`. */
export type GoldenJson = Readonly<Record<string, readonly (readonly [start: number, end: number])[]>>;

export interface ParseOptions {
  /**
   * Refuses what would otherwise be put in order: ranges of one run that overlap, repeat or are not in rising order, and runs without
   * ranges. @default false
   */
  readonly strict?: boolean;
}

export function invalid(message: string, details?: Readonly<Record<string, unknown>>): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", message, details === undefined ? {} : { details });
}

/** Reads a golden JSON object. */
export function readGoldenJson(source: object, { strict = false }: ParseOptions): Map<number, Boundaries> {
  const prototype: unknown = Object.getPrototypeOf(source);
  if (Array.isArray(source) || (prototype !== null && Object.getPrototypeOf(prototype) !== null)) {
    throw invalid(`A golden JSON is an object like {"315257": [[1, 88]]}, not ${shown(source)}.`);
  }
  const builder = new BoundaryBuilder();
  for (const [key, ranges] of Object.entries(source) as [string, unknown][]) {
    const run = runOfKey(key);
    if (!Array.isArray(ranges))
      throw invalid(`Run ${run}: its ranges must be a list like [[1, 88], [91, 92]], not ${shown(ranges)}.`, { run });
    if (strict && ranges.length === 0) throw invalid(`Run ${run} has no ranges.`, { run });
    let last = 0;
    for (const range of ranges as unknown[]) {
      const [start, end] = checkRange(run, range);
      if (strict && start <= last) {
        throw invalid(`Run ${run}: range ${shown(range)} overlaps or precedes the one before it, which ends at ${last}.`, { run, range });
      }
      last = end;
      builder.add(run, start, end);
    }
  }
  return builder.build();
}

/** Reads any of the texts in which masks are passed around. */
export function readMaskText(text: string, options: ParseOptions): Map<number, Boundaries> {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed.startsWith("{")) return readGoldenJson(readObjectText(trimmed), options);
  if (trimmed === "") throw invalid("The text is empty; a mask without lumisections is {}.");
  if (trimmed.startsWith("[")) throw invalid(`A golden JSON is an object like {"315257": [[1, 88]]}, not a list.`);
  if (/^\d+$/.test(trimmed)) throw invalid(`"${trimmed}" names a run without its lumisections; write ${trimmed}:1-${trimmed}:LAST.`);
  return readRangeList(trimmed, options);
}

/** JSON, or the same with bare or single-quoted run numbers, as brilcalc takes it on its command line. */
function readObjectText(text: string): object {
  const keys = new Set<string>();
  const quoted = text.replace(/(["']?)(\d+)\1\s*:/g, (_all, _quote, key: string) => {
    if (keys.has(key)) throw invalid(`Run ${key} occurs twice: one of the two would be lost. Merge their ranges.`, { run: Number(key) });
    keys.add(key);
    return `"${key}":`;
  });
  try {
    return JSON.parse(quoted) as object;
  } catch (cause) {
    throw new SciError("INVALID_ARGUMENT", `This is not a golden JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** `315257:1-315257:88`, `315257:91`, `315257:1-88` or `315257:[1,88]`, divided by commas or line ends; `#` begins a comment. */
function readRangeList(text: string, { strict = false }: ParseOptions): Map<number, Boundaries> {
  const builder = new BoundaryBuilder();
  const last = new Map<number, number>();
  const items = text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, ""))
    .join("\n")
    .split(/[\n;]|,(?!\s*\d+\s*\])/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
  if (items.length === 0) throw invalid("The text holds no lumisection range; a mask without lumisections is {}.");
  for (const item of items) {
    const match = /^(\d+):(?:\[\s*(\d+)\s*,\s*(\d+)\s*\]|(\d+)(?:\s*-\s*(?:(\d+):)?(\d+))?)$/.exec(item);
    if (match === null) throw invalid(`"${item}" is no lumisection range; write RUN:START-RUN:END, e.g. 315257:1-315257:88.`);
    const [, runText = "", bracketStart, bracketEnd, plainStart, endRun, plainEnd] = match;
    const run = runOfKey(runText);
    if (endRun !== undefined && endRun !== runText)
      throw invalid(`"${item}" reaches from one run into another; write one range per run.`, { run });
    const from = Number(bracketStart ?? plainStart);
    const [start, end] = checkRange(run, [from, Number(bracketEnd ?? plainEnd ?? from)]);
    if (strict && start <= (last.get(run) ?? 0))
      throw invalid(`Run ${run}: range ${item} overlaps or precedes the one before it.`, { run });
    last.set(run, end);
    builder.add(run, start, end);
  }
  return builder.build();
}

function runOfKey(key: string): number {
  const run = /^[1-9]\d*$/.test(key) ? Number(key) : NaN;
  if (Number.isSafeInteger(run)) return run;
  const help = /^\d+-\//.test(key) ? ' (keys with dataset names belong to "generated_json_with_dataset_names"; take "generated_json")' : "";
  throw invalid(`${shown(key)} is not a run number${help}.`, { key });
}

export function checkRun(run: unknown): number {
  if (typeof run === "number" && Number.isSafeInteger(run) && run >= 1) return run;
  throw invalid(`A run number must be a whole number from 1, not ${shown(run)}.`, { run });
}

/** @throws INVALID_ARGUMENT naming run and range */
export function checkRange(run: number, range: unknown): readonly [start: number, end: number] {
  const [start, end] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : [];
  const say = (what: string): SciError => invalid(`Run ${run}: range ${shown(range)} ${what}.`, { run, range });
  if (typeof start !== "number" || typeof end !== "number" || !Number.isSafeInteger(start) || !Number.isSafeInteger(end)) {
    throw say("must be two whole numbers, [start, end]");
  }
  if (start < 1) throw say("begins before lumisection 1");
  if (end < start) throw say("ends before it begins");
  return [start, end];
}
