import type { Router } from "../../http/router.ts";
import { ok } from "../answers.ts";
import type { Context, Route } from "../context.ts";
import { SqlError } from "../query/sql.ts";
import { expand, filledPieces, namesIn, omsPieces, only, type Piece, rangesOf, type Segment } from "../segments.ts";
import { omsBits } from "../world/components.ts";
import type { JsonObject } from "../jsonb.ts";
import { runNumber } from "./listings.ts";

interface Asked {
  readonly run: number;
  readonly name: string;
}

/** Run Registry's own values need a name of a dataset. */
function askedRr({ body }: Context): Asked {
  const run = runNumber(body["run_number"]);
  if (body["dataset_name"] === undefined) throw new SqlError('Named parameter ":dataset_name" has no value in the given object.');
  return { run, name: String(body["dataset_name"]) };
}

/** OMS' values are the online ones unless a dataset has its own. */
function askedOms({ body }: Context): Asked {
  const name = body["dataset_name"];
  return { run: runNumber(body["run_number"]), name: name === undefined || name === null || name === "" ? "online" : String(name) };
}

const rrPieces = (context: Context): Piece[] => {
  const { run, name } = askedRr(context);
  return filledPieces(context.store.segments(run, name, "rr"));
};
const omsOf = (context: Context): Piece[] => {
  const { run, name } = askedOms(context);
  return omsPieces(context.store.segments(run, name, "oms"));
};

function joint(rr: readonly Piece[], oms: readonly Piece[]): Piece[] {
  const own = expand(rr);
  const bits = expand(oms);
  return Array.from({ length: Math.max(own.length, bits.length) }, (_, index) => ({
    start: index + 1,
    end: index + 1,
    values: { ...bits[index], ...own[index] } as JsonObject,
  }));
}

/**
 * Ranges of one component. Holes are not filled here, so that after a hole the numbers are shifted,
 * and lumisections without the component are ranges of one without a status: both as in the service.
 */
function componentRanges(segments: readonly Segment[], component: string): object[] {
  const pieces: Piece[] = [];
  let next = 1;
  for (const { start, end, values } of segments) {
    const length = end - start + 1;
    const value = values[component];
    if (typeof value === "object" && value !== null) pieces.push({ start: next, end: next + length - 1, values: value as JsonObject });
    else for (let at = next; at < next + length; at++) pieces.push({ start: at, end: at, values: {} });
    next += length;
  }
  const ranges: object[] = [];
  const run: Piece[] = [];
  for (const piece of pieces) {
    const blank = Object.keys(piece.values).length === 0;
    if (blank && run.length > 0) ranges.push(...rangesOf(run.splice(0)));
    if (blank) ranges.push({ start: piece.start, end: piece.end });
    else run.push(piece);
  }
  return [...ranges, ...rangesOf(run)];
}

const rrByComponent: Route = (_request, _parameters, context) => {
  const { run, name } = askedRr(context);
  const segments = context.store.segments(run, name, "rr");
  return ok(Object.fromEntries(namesIn(segments).map((component) => [component, componentRanges(segments, component)])));
};

const omsByBit: Route = (_request, _parameters, context) => {
  const pieces = omsOf(context);
  const bits = new Set(pieces.flatMap((piece) => Object.keys(piece.values)));
  const ranges = (bit: string): object[] =>
    rangesOf(pieces.map((piece) => ({ ...piece, values: { status: piece.values[bit] } as JsonObject })));
  return ok(Object.fromEntries([...bits].map((bit) => [bit, ranges(bit)])));
};

const history =
  (kind: "rr" | "oms"): Route =>
  (_request, _parameters, context) => {
    const { run, name } = kind === "rr" ? askedRr(context) : askedOms(context);
    const events = context.store.lumisectionEvents(run, name, kind);
    const sorted = kind === "rr" ? [...events.filter((event) => !event.manual), ...events.filter((event) => event.manual)] : events;
    return ok(
      sorted.map((event) => ({
        version: event.version,
        ...(kind === "rr" ? { manual_change: event.manual } : {}),
        run_number: event.run,
        name: event.name,
        start: event.start,
        end: event.end,
        by: event.at.by,
        comment: event.at.comment,
        createdAt: event.at.createdAt,
        jsonb: event.values,
      })),
    );
  };

export function addLumisections(router: Router<Context>): void {
  router
    .on("POST", "/lumisections/rr_lumisections", (_request, _parameters, context) => ok(expand(rrPieces(context))))
    .on("POST", "/lumisections/oms_lumisections", (_request, _parameters, context) => ok(expand(omsOf(context))))
    .on("POST", "/lumisections/rr_lumisection_ranges", (_request, _parameters, context) => ok(rangesOf(rrPieces(context))))
    .on("POST", "/lumisections/oms_lumisection_ranges", (_request, _parameters, context) => ok(rangesOf(only(omsOf(context), omsBits))))
    .on("POST", "/lumisections/joint_lumisection_ranges", (_request, _parameters, context) =>
      ok(rangesOf(joint(rrPieces(context), omsOf(context)))),
    )
    .on("POST", "/lumisections/rr_lumisection_ranges_by_component", rrByComponent)
    .on("POST", "/lumisections/oms_lumisection_ranges_by_dcs_bit", omsByBit)
    .on("POST", "/lumisections/get_rr_lumisection_history", history("rr"))
    .on("POST", "/lumisections/get_oms_lumisection_history", history("oms"));
}
