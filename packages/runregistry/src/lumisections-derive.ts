import { LumiMask } from "./lumi-mask.ts";
import type { ComponentRange, RrRange, Span, Triplet } from "./lumisections-types.ts";

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

/** The lumisections of the ranges whose components and bits are all as asked for. What is absent, as in a gap, is not. */
export function certifiedMask(run: number, ranges: readonly Span[], asked: Certification): LumiMask {
  const { components = [], bits = [], statuses = ["GOOD"] } = asked;
  return LumiMask.fromRanges(run, ranges, (range) => {
    const values = range as Span & Readonly<Record<string, unknown>>;
    const isGood = (component: string): boolean => statuses.includes((values[component] as Triplet | undefined)?.status ?? "");
    return bits.every((bit) => values[bit] === true) && components.every(isGood);
  });
}

/** The components and bits that at least one of the ranges has. */
export function namesIn(ranges: readonly object[]): { readonly components: Set<string>; readonly bits: Set<string> } {
  const components = new Set<string>();
  const bits = new Set<string>();
  for (const range of ranges) {
    for (const [name, value] of Object.entries(range)) {
      if (isTriplet(value)) components.add(name);
      else if (name !== "start" && name !== "end" && name !== "err") bits.add(name);
    }
  }
  return { components, bits };
}

function isTriplet(value: unknown): value is Triplet {
  return typeof value === "object" && value !== null && "status" in value;
}

function sameTriplet(left: Triplet, right: Triplet): boolean {
  return left.status === right.status && left.cause === right.cause && left.comment === right.comment;
}
