import jsonLogic from "json-logic-js";
import { jsonb, type JsonObject } from "./jsonb.ts";
import type { Segment } from "./segments.ts";
import type { Store } from "./store.ts";

/** Lists of ranges by run, or by run and name. */
export type Lists = Record<string, [number, number][]>;

export interface GoldenParts {
  readonly golden: Lists;
  readonly goldenNamed: Lists;
  readonly anti: Lists;
  readonly antiNamed: Lists;
  recorded: number;
  delivered: number;
  recordedIn: number;
  deliveredIn: number;
}

export function emptyParts(): GoldenParts {
  return { golden: {}, goldenNamed: {}, anti: {}, antiNamed: {}, recorded: 0, delivered: 0, recordedIn: 0, deliveredIn: 0 };
}

/** Whether the rules look at something that changes within a stretch of equal values: luminosity, or the number of the lumisection. */
export function looksAtSingles(logic: unknown): boolean {
  if (Array.isArray(logic)) return logic.some(looksAtSingles);
  if (typeof logic !== "object" || logic === null) return false;
  return Object.entries(logic).some(([operator, operand]: [string, unknown]) => {
    if (operator !== "var" && operator !== "missing" && operator !== "missing_some") return looksAtSingles(operand);
    const names = [operand].flat(2);
    return names.some(
      (name) => typeof name !== "string" || !/^(run|dataset)\.|^lumisection\.(rr|oms)\.(?!recorded$|delivered$)./.test(name),
    );
  });
}

function cut(
  rr: readonly Segment[],
  oms: readonly Segment[],
): { start: number; end: number; rr: Segment | undefined; oms: Segment | undefined }[] {
  const edges = [...new Set([...rr, ...oms].flatMap(({ start, end }) => [start, end + 1]))].sort((a, b) => a - b);
  const at = (list: readonly Segment[], number: number): Segment | undefined =>
    list.find((segment) => segment.start <= number && segment.end >= number);
  return edges
    .slice(0, -1)
    .map((start, index) => ({ start, end: (edges[index + 1] as number) - 1, rr: at(rr, start), oms: at(oms, start) }))
    .filter((piece) => piece.rr !== undefined || piece.oms !== undefined);
}

/** Adds a range; the lists are kept as the service's helper makes them: a range that starts right after the last one continues it. */
function add(lists: Lists, key: string, from: number, start: number, end: number): void {
  const list = (lists[key] ??= []);
  const last = list.length > from ? list[list.length - 1] : undefined;
  if (last !== undefined && last[1] + 1 === start) last[1] = end;
  else list.push([start, end]);
}

function statusesOf(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, (value as { status?: string } | null)?.status ?? null]));
}

/** Sorts the lumisections of one dataset into those that the rules accept and the others. */
export function addDataset(
  parts: GoldenParts,
  store: Store,
  run: number,
  name: string,
  logic: jsonLogic.RulesLogic,
  singles: boolean,
): void {
  const dataset = { ...store.dataset(run, name)?.dataset_attributes, name };
  const runData = { oms: store.omsAttributes(run), rr: store.rrAttributes(run) ?? {}, run_number: run };
  const before = { golden: parts.golden[run]?.length ?? 0, anti: parts.anti[run]?.length ?? 0 };
  for (const piece of cut(store.segments(run, name, "rr"), store.segments(run, name, "oms"))) {
    const rr = piece.rr === undefined ? {} : statusesOf(piece.rr.values);
    const luminosity = piece.oms?.luminosity;
    const accept = (number: number): boolean => {
      const oms = luminosity === undefined || !singles ? (piece.oms?.values ?? {}) : { ...piece.oms?.values, ...luminosity(number) };
      return Boolean(jsonLogic.apply(logic, { dataset, run: runData, lumisection: { lumisection_number: number, oms, rr } }));
    };
    let accepted = accept(piece.start);
    for (let start = piece.start; start <= piece.end;) {
      let end = singles ? start : piece.end;
      let next = accepted;
      while (singles && end < piece.end && (next = accept(end + 1)) === accepted) end++;
      const key = `${run}-${name}`;
      add(accepted ? parts.golden : parts.anti, String(run), accepted ? before.golden : before.anti, start, end);
      add(accepted ? parts.goldenNamed : parts.antiNamed, key, 0, start, end);
      for (let number = start; luminosity !== undefined && number <= end; number++) {
        const { recorded, delivered } = luminosity(number);
        parts.recorded += recorded;
        parts.delivered += delivered;
        if (accepted) parts.recordedIn += recorded;
        if (accepted) parts.deliveredIn += delivered;
      }
      accepted = next;
      start = end + 1;
    }
  }
}

/** Luminosity of the online datasets of all runs from one number to another. */
export function onlineLuminosity(store: Store, runs: Iterable<number>): { recorded: number; delivered: number } {
  const sum = { recorded: 0, delivered: 0 };
  for (const run of runs) {
    for (const { start, end, luminosity } of store.segments(run, "online", "oms")) {
      for (let number = start; luminosity !== undefined && number <= end; number++) {
        const one = luminosity(number);
        sum.recorded += one.recorded;
        sum.delivered += one.delivered;
      }
    }
  }
  return sum;
}

/** A row as it is stored: json in jsonb's order. */
export function stored(lists: Lists): Lists {
  return jsonb(lists);
}
