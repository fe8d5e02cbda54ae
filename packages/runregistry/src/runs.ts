import {
  type CallOptions,
  callOptionNames,
  checkInteger,
  checkNames,
  type Core,
  type Listing,
  type ListOptions,
  operation,
} from "@sci/http-core";
import * as z from "zod/mini";
import type { OmsAttributes, RrAttributes, TripletSummary } from "./rows.ts";
import type { FilterOption, RunFilter } from "./filter-types.ts";
import { behindRun, listingInput, only, pagedListing } from "./listing.ts";
import { compressRow } from "./compress.ts";
import { listingShape, shape } from "./schema.ts";

/** A run as the service has it. */
export interface Run {
  readonly run_number: number;
  readonly oms_attributes: OmsAttributes;
  readonly rr_attributes: RrAttributes;
  /** Grows with every change of the run. */
  readonly version: number;
  readonly deleted: boolean;
  /** `triplet_summary` is empty for a run that is not significant. */
  readonly DatasetTripletCache: { readonly triplet_summary: TripletSummary };
  readonly [name: string]: unknown;
}

/**
 * A run in the shape of the Python client: the attributes of Run Registry spread over the row, the summary as `lumisections`.
 * An attribute whose name the row has already stays in `rr_attributes`, which is there only then.
 */
export type CompressedRun = Omit<Run, "rr_attributes" | "DatasetTripletCache"> &
  RrAttributes & { readonly lumisections: TripletSummary; readonly rr_attributes?: RrAttributes };

/** One change in the history of a run, the first one first. */
export interface RunEvent {
  readonly run_number: number;
  readonly version: number;
  readonly by?: string;
  readonly comment?: string;
  readonly [name: string]: unknown;
}

/** Options of a listing. Everything else that a call takes is here too (`signal`, `timeout`, …). */
export interface ListingOptions extends ListOptions {
  /** Names to sort by, `-` in front for descending; run_number (and name) are appended. @default run_number descending (then name) */
  readonly sort?: readonly string[];
}

/** Rows as the service has them, or in the shape of the Python client. */
export interface CompressOption<Compress extends boolean> {
  /** @default false: as the service has them */
  readonly compress?: Compress;
}

export type RunsOptions<Unchecked extends boolean = false, Compress extends boolean = false> = ListingOptions &
  FilterOption<RunFilter, Unchecked> &
  CompressOption<Compress>;

export type RowOptions<Compress extends boolean = false> = CallOptions & CompressOption<Compress>;
type RunOf<Compress extends boolean> = Compress extends true ? CompressedRun : Run;

const schema = listingShape("runs", {
  run_number: "number",
  oms_attributes: "object",
  rr_attributes: "object",
  DatasetTripletCache: "object",
});

function paged<Item>(item: (run: Run) => Item) {
  return pagedListing<Run, Item>({
    listing: "runs",
    schema,
    item,
    key: (run) => (run as { run_number: number }).run_number,
    after: (input, last) => behindRun(input, (last as { run_number: number }).run_number),
  });
}

export const listRuns = paged((run) => run);
export const listCompressedRuns = paged(compressRun);

export function compressRun(run: Run): CompressedRun {
  const { rr_attributes, DatasetTripletCache, ...row } = run;
  return compressRow(row, { rr_attributes }, DatasetTripletCache) as CompressedRun;
}

const history = operation<{ readonly run_number: number }, RunEvent[]>({
  name: "runs.history",
  method: "GET",
  path: "/run_with_history/{run_number}",
  response: shape(z.array(z.looseObject({ run_number: z.number() }))),
});

const lastUpdated = operation<object, Run[]>({
  name: "runs.lastUpdated",
  method: "GET",
  path: "/runs_lastupdated_50",
  response: shape(z.array(z.looseObject({ run_number: z.number() }))),
});

/** Calls about runs. */
export interface RunsApi {
  /**
   * Runs that fit a filter, newest first: awaited (one page), iterated (all, fetched ahead), walked by `.pages()` or collected.
   * @example for await (const run of rr.runs({ filter: { run_number: between(327596, 327744), class: like("%Cosmics%") } })) …
   * @throws INVALID_ARGUMENT for unknown names, operators and operands of the wrong type; SERVICE_ERROR with the service's words
   */
  runs<Unchecked extends boolean = false, Compress extends boolean = false>(
    options?: RunsOptions<Unchecked, Compress>,
  ): Listing<RunOf<Compress>>;
  /** @throws NOT_FOUND where Run Registry has no such run */
  run<Compress extends boolean = false>(runNumber: number, options?: RowOptions<Compress>): Promise<RunOf<Compress>>;
  /** Every change of a run; empty for a run that does not exist. */
  runHistory(runNumber: number, options?: CallOptions): Promise<RunEvent[]>;
  /** The 50 runs changed last. */
  lastUpdatedRuns(options?: CallOptions): Promise<Run[]>;
}

export function checkRunNumber(value: unknown): number {
  return checkInteger(value, "The run number", { min: 1, max: 2_147_483_647 });
}

/** Takes `compress` out of the options of a single row, and refuses what is unknown. */
export function rowOptions(options: RowOptions<boolean> | undefined, what: string): { compress: boolean; options: CallOptions } {
  checkNames(options, [...callOptionNames, "compress"], `option of ${what}`);
  const { compress = false, ...rest } = options ?? {};
  return { compress, options: rest };
}

/** Refuses what is no option of a call. */
export function callOptions(options: CallOptions | undefined, what: string): CallOptions {
  checkNames(options, callOptionNames, `option of ${what}`);
  return options ?? {};
}

export function runsApi(core: Core): RunsApi {
  return {
    runs: ((given?: object) => {
      const { input, compress, options } = listingInput(given, "runs");
      return compress ? core.list(listCompressedRuns, input, options) : core.list(listRuns, input, options);
    }) as RunsApi["runs"],
    run: (async (runNumber: number, given?: RowOptions<boolean>) => {
      const { compress, options } = rowOptions(given, "run()");
      const input = { filter: { run_number: { "=": checkRunNumber(runNumber) } }, sortings: [] };
      const run = await only(core, listRuns, input, `run ${runNumber}`, options);
      return compress ? compressRun(run) : run;
    }) as RunsApi["run"],
    runHistory: async (runNumber, options) =>
      core.request(history, { run_number: checkRunNumber(runNumber) }, callOptions(options, "runHistory()")),
    lastUpdatedRuns: async (options) => core.request(lastUpdated, {}, callOptions(options, "lastUpdatedRuns()")),
  };
}
