import { between } from "../../random.ts";
import type { RunFacts } from "../../runregistry/world/facts.ts";
import reference from "./oms-reference.json" with { type: "json" };

/** A run that OMS has and Run Registry does not: runs that were never looked at there. */
export interface ExtraRun {
  readonly facts: RunFacts;
  readonly fill: number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const ions = ["HICollisions18", "collisions"] as const;

function facts(run: number, cls: string, kind: RunFacts["kind"], lumisections: number, start: number): RunFacts {
  const certified = kind === "collisions" ? ([[1, lumisections]] as const) : [];
  return { run, index: -1, kind, class: cls, state: "COMPLETED", significant: false, lumisections, certified, start };
}

/** Starts of runs of 2018, as Run Registry's world counts them: about 45 a day. */
function startOf(run: number): number {
  return Date.UTC(2018, 3, 24) + Math.floor(((run - 315_252) / 45) * 86_400_000);
}

/** Luminosities and keys of a run that the reference states. */
function stated(run: number): Record<string, unknown> {
  const { run_number, fill_number, lumisections, hlt_paths, has_hlt_path, hlt_rate_rows, ...kept } = reference.runs.find(
    (row) => row.run_number === run,
  ) as Record<string, unknown>;
  return kept;
}

/** Numbers of the runs of a range of the reference: as many as it states, both ends and their neighbours among them. */
function rangeRuns(): number[] {
  const [range, ends] = reference.run_ranges as [{ from: number; to: number; runs: number }, { from: number; to: number; runs: number }];
  const before = range.runs - ends.runs;
  const width = ends.from - 1 - range.from;
  const numbers = Array.from({ length: before }, (_, index) => range.from + Math.floor((index * width) / (before - 1)));
  for (let run = ends.from; run <= ends.to; run++) numbers.push(run);
  return numbers;
}

/** The run of the time range: it begins with it and is longer, so that exactly the lumisections stated lie within. */
const timed = 287_178;

/**
 * Runs of the reference that Run Registry's world lacks. `missing` tells how many lumisections a fill still needs to have as many as
 * the reference states; a run of that length is put into the fill.
 */
export function extraRuns(seed: number, missing: (fill: number, lumisections: number) => number): ExtraRun[] {
  const runs: ExtraRun[] = rangeRuns().map((run) => {
    const length = between(12, 160, seed, run, 300);
    return run % 3 === 0
      ? { facts: facts(run, "Cosmics18", "cosmics", length, startOf(run)), fill: undefined, attributes: {} }
      : { facts: facts(run, ...ions, length, startOf(run)), fill: undefined, attributes: {} };
  });
  runs.push({ facts: facts(327_267, ...ions, 45, startOf(327_267)), fill: undefined, attributes: {} });
  runs.push({
    facts: facts(327_564, ...ions, 347, Date.UTC(2018, 10, 30, 3, 12, 9)),
    fill: 7492,
    attributes: { ...stated(327_564), energy: 6369, fill_type_runtime: "IONS" },
  });
  const time = reference.time_ranges[0] as { from: string; lumisections: number };
  runs.push({ facts: facts(timed, "PAIon16", "collisions", time.lumisections + 51, Date.parse(time.from)), fill: 5575, attributes: {} });
  runs.push({ facts: facts(312_155, "Commissioning18", "commissioning", 9, startOf(312_155)), fill: 6477, attributes: {} });
  const [, full] = reference.fills as unknown as [unknown, { fill_number: number; lumisections: number }];
  const gap = missing(full.fill_number, full.lumisections);
  if (gap > 0) {
    runs.push({ facts: facts(318_799, "Collisions18", "collisions", gap, startOf(318_799)), fill: full.fill_number, attributes: {} });
  }
  return runs;
}

/** Fills that exist without a run of their own: the ranges of the reference hold every number. */
export function emptyFills(): number[] {
  const numbers: number[] = [];
  for (const { from, to } of reference.fill_ranges) for (let fill = from; fill <= to; fill++) numbers.push(fill);
  return numbers;
}

/** What the reference states of a fill, beside counts. */
export function statedFill(fill: number): Readonly<Record<string, unknown>> {
  const found = reference.fills.find((row) => row.fill_number === fill) as Record<string, unknown> | undefined;
  if (found === undefined) return {};
  const { lumisections: _, ...kept } = found;
  return kept;
}

/** What the reference states of the HLT paths of a run. */
export function statedPaths(run: number): { readonly paths?: number; readonly rows?: number } {
  const found = reference.runs.find((row) => row.run_number === run) as
    { hlt_paths?: number; hlt_rate_rows?: Record<string, number> } | undefined;
  const rows = Object.values(found?.hlt_rate_rows ?? {})[0];
  return { ...(found?.hlt_paths === undefined ? {} : { paths: found.hlt_paths }), ...(rows === undefined ? {} : { rows }) };
}

/** HLT paths that the reference names. */
export const namedPaths: readonly string[] = reference.runs.flatMap((row) => [
  ...("has_hlt_path" in row ? [row.has_hlt_path as string] : []),
  ...Object.keys(("hlt_rate_rows" in row ? row.hlt_rate_rows : undefined) ?? {}),
]);
