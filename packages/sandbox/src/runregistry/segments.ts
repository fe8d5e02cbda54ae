import { deepEqual, type JsonObject, mergeJsonb } from "./jsonb.ts";
import type { Span } from "./world/lumisections.ts";

/** Values of one range of lumisections after all events were merged. Ranges without data are simply not there. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly values: JsonObject;
  readonly luminosity?: Span["luminosity"];
}

/** Merges events, given in the order in which later ones win, into segments that do not overlap. */
export function mergeSpans(spans: readonly Span[]): Segment[] {
  const apart = spans.every((span, index) => index === 0 || span.start > (spans[index - 1] as Span).end);
  if (apart) return spans.map((span) => span);
  const cuts = new Set<number>();
  for (const span of spans) cuts.add(span.start).add(span.end + 1);
  const edges = [...cuts].sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (let index = 0; index + 1 < edges.length; index++) {
    const start = edges[index] as number;
    const covering = spans.filter((span) => span.start <= start && span.end >= start);
    if (covering.length === 0) continue;
    const luminosity = covering.filter((span) => span.luminosity !== undefined).at(-1)?.luminosity;
    const values = mergeJsonb(covering.map((span) => span.values));
    segments.push({ start, end: (edges[index + 1] as number) - 1, values, ...(luminosity === undefined ? {} : { luminosity }) });
  }
  return segments;
}

/** Number of the last lumisection known; 0 when there is none. */
export function lastOf(segments: readonly Segment[]): number {
  return segments.at(-1)?.end ?? 0;
}

/** The values of one lumisection, with its own luminosity. */
export function valuesAt(segment: Segment, lumisection: number): JsonObject {
  return segment.luminosity === undefined ? segment.values : { ...segment.values, ...segment.luminosity(lumisection) };
}

/** Names seen anywhere, in the order in which they first appear. */
export function namesIn(segments: readonly Segment[]): string[] {
  const names = new Set<string>();
  for (const { values } of segments) for (const name of Object.keys(values)) names.add(name);
  return [...names];
}

/** A piece of the plain list of lumisections: the same values from `start` to `end`. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly values: JsonObject;
}

const empty = { status: "EMPTY", comment: "", cause: "" };

/** The list of Run Registry's values as pieces, from 1 to the last lumisection: holes and missing components are EMPTY triplets. */
export function filledPieces(segments: readonly Segment[]): Piece[] {
  const names = namesIn(segments);
  const fill = (values: JsonObject): JsonObject =>
    Object.fromEntries(names.map((name) => [name, typeof values[name] === "object" ? values[name] : empty]));
  const pieces: Piece[] = [];
  let next = 1;
  for (const segment of segments) {
    if (segment.start > next) pieces.push({ start: next, end: segment.start - 1, values: fill({}) });
    pieces.push({ start: segment.start, end: segment.end, values: fill(segment.values) });
    next = segment.end + 1;
  }
  return pieces;
}

const noData = { err: "No data available for this lumisection" };

/** The list of OMS' values as pieces; lumisections with luminosity of their own are pieces of one. */
export function omsPieces(segments: readonly Segment[]): Piece[] {
  const pieces: Piece[] = [];
  let next = 1;
  for (const segment of segments) {
    if (segment.start > next) pieces.push({ start: next, end: segment.start - 1, values: noData });
    if (segment.luminosity === undefined) pieces.push(segment);
    else for (let at = segment.start; at <= segment.end; at++) pieces.push({ start: at, end: at, values: valuesAt(segment, at) });
    next = segment.end + 1;
  }
  return pieces;
}

/** The plain list: one object per lumisection. */
export function expand(pieces: readonly Piece[]): JsonObject[] {
  return pieces.flatMap(({ start, end, values }) => Array.from({ length: end - start + 1 }, () => values));
}

export type Range = JsonObject & { start: number; end: number };

/** Joins neighbours with equal values: each range is the object of its lumisections with `start` and `end`, both included. */
export function rangesOf(pieces: readonly Piece[]): Range[] {
  const ranges: Range[] = [];
  let open: Piece | undefined;
  let end = 0;
  const close = (): void => {
    if (open !== undefined) ranges.push({ ...open.values, start: open.start, end } as Range);
  };
  for (const piece of pieces) {
    if (open === undefined || !deepEqual(open.values, piece.values)) {
      close();
      open = piece;
    }
    end = piece.end;
  }
  close();
  return ranges;
}

/** Keeps only the attributes named, in the order of the names, as ranges of OMS do. */
export function only(pieces: readonly Piece[], names: readonly string[]): Piece[] {
  return pieces.map((piece) => ({
    ...piece,
    values: Object.fromEntries(
      names.filter((name) => piece.values[name] !== undefined).map((name) => [name, piece.values[name] as JsonObject]),
    ),
  }));
}
