import { SciError, unknownName } from "@sci/http-core";
import { LumiMask } from "./lumi-mask.ts";
import type { ComponentRange, JointRange, RrRange, Triplet } from "./lumisections-types.ts";

/** Ranges per component out of ranges of all components: their numbers are true across gaps, unlike those of the service's own route. */
export function rangesByComponent(ranges: readonly RrRange[]): Record<string, ComponentRange[]> {
  const result: Record<string, ComponentRange[]> = {};
  for (const range of ranges) {
    for (const [component, triplet] of Object.entries(range)) {
      if (!isTriplet(triplet)) continue;
      const list = (result[component] ??= []);
      const last = list.at(-1);
      const next = { ...triplet, start: range.start, end: range.end };
      if (last !== undefined && last.end + 1 === range.start && sameTriplet(last, triplet))
        list[list.length - 1] = { ...next, start: last.start };
      else list.push(next);
    }
  }
  return result;
}

/** What makes a lumisection certified. */
export interface Certification {
  /** Components that must all have one of the statuses: `["dt-dt", "tracker-strip"]`. */
  readonly components?: readonly string[];
  /** What OMS must say true: `["cms_active", "bpix_ready", "beam1_stable"]`. */
  readonly bits?: readonly string[];
  /** @default ["GOOD"] */
  readonly statuses?: readonly string[];
}

/**
 * The lumisections whose components and bits are all as asked for. A gap is never certified.
 * @throws INVALID_ARGUMENT for a component or bit that none of the ranges has, naming the nearest
 */
export function certifiedMask(
  run: number,
  ranges: readonly (JointRange | RrRange)[],
  { components = [], bits = [], statuses = ["GOOD"] }: Certification,
): LumiMask {
  const present = { component: new Set<string>(), bit: new Set<string>() };
  for (const range of ranges) {
    for (const [name, value] of Object.entries(range)) {
      if (isTriplet(value)) present.component.add(name);
      else if (name !== "start" && name !== "end" && name !== "err") present.bit.add(name);
    }
  }
  for (const name of components)
    if (!present.component.has(name)) throw unknownName(name, [...present.component], `component (of run ${run} in this dataset)`);
  for (const name of bits) if (!present.bit.has(name)) throw unknownName(name, [...present.bit], `bit (of run ${run})`);
  return LumiMask.fromRanges(run, ranges, (range) => {
    const values = range as Readonly<Record<string, unknown>>;
    return (
      bits.every((bit) => values[bit] === true) &&
      components.every((component) => statuses.includes((values[component] as Triplet | undefined)?.status ?? ""))
    );
  });
}

export function hasComponents(ranges: readonly object[]): boolean {
  return ranges.some((range) => Object.values(range).some(isTriplet));
}

/** The error for a dataset of which nothing is known, where an empty answer would pass for "nothing certified". */
export function nothingKnown(run: number, dataset: string): SciError<"NOT_FOUND"> {
  return new SciError(
    "NOT_FOUND",
    `Run Registry has no lumisections of run ${run} in dataset "${dataset}": no such run or dataset, or the run is not significant. Pass missing: "empty" to take that for nothing certified.`,
    { service: "runregistry", operation: "lumisections.certified", details: { run_number: run, dataset_name: dataset } },
  );
}

function isTriplet(value: unknown): value is Triplet {
  return typeof value === "object" && value !== null && "status" in value;
}

function sameTriplet(left: Triplet, right: Triplet): boolean {
  return left.status === right.status && left.cause === right.cause && left.comment === right.comment;
}
