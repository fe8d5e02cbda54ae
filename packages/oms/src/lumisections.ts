import { checkNames, type Listing, listOptionNames, type ListOptions, SciError, shown } from "@sci/http-core";
import type { Query, QueryCall } from "./query.ts";
import type { RowOf, RowShape } from "./rows.ts";
import { checkFillNumber, checkRunNumber, shaped, takenApart } from "./single.ts";

export type RowsOptions<Resource extends string = string> = ListOptions & RowShape<Resource>;

/** Whose lumisections: a run's (a number alone), a fill's, or all of a stretch of time. */
export type LumisectionsOf =
  | number
  | { readonly run: number }
  | { readonly fill: number }
  | {
      /** Those that begin at this time or later, UTC. */
      readonly from: string | Date;
      /** Those that end at this time or before, UTC. */
      readonly to: string | Date;
    };

export interface LumisectionsApi {
  /**
   * Lumisections in their order. `delivered_lumi` and `recorded_lumi` are running sums; `luminosityPerLumisection()` makes
   * values of them.
   * @example for await (const row of oms.lumisections(327564, { fields: ["lumisection_number", "pileup"] })) …
   * @throws INVALID_ARGUMENT unless exactly one of run, fill and from/to is given; for a misspelt field
   */
  lumisections<const Options extends RowsOptions<"lumisections"> = object>(
    of: LumisectionsOf,
    options?: Options,
  ): Listing<RowOf<"lumisections", Options>>;
  /** Number of a run's lumisections, those included in which CMS did not take data. */
  lumisectionCount(of: LumisectionsOf, options?: ListOptions): Promise<number>;
  /**
   * Names and mean rates of the HLT paths of a run.
   * @example for await (const { path_name } of oms.hltPaths(319579)) …
   */
  hltPaths<const Options extends RowsOptions<"hltpathinfo"> = object>(
    run: number,
    options?: Options,
  ): Listing<RowOf<"hltpathinfo", Options>>;
}

/** @throws INVALID_ARGUMENT unless exactly one of run, fill and a stretch of time is given */
export function selectLumisections(query: Query<"lumisections">, of: unknown): Query<"lumisections"> {
  if (typeof of !== "object") return query.where("run_number", checkRunNumber(of)).sort("lumisection_number");
  const given = (of ?? {}) as { readonly run?: number; readonly fill?: number; readonly from?: string | Date; readonly to?: string | Date };
  checkNames(given, ["run", "fill", "from", "to"], "selection of lumisections()");
  const { run, fill, from, to } = given;
  const ways = [run, fill, from ?? to].filter((value) => value !== undefined);
  if (ways.length !== 1 || (from === undefined) !== (to === undefined))
    throw new SciError("INVALID_ARGUMENT", `lumisections() need either a run, a fill, or from and to, not ${shown(of)}.`);
  if (run !== undefined) return query.where("run_number", checkRunNumber(run)).sort("lumisection_number");
  if (fill !== undefined) return query.where("fill_number", checkFillNumber(fill)).sort("run_number", "lumisection_number");
  return query
    .where("start_time", "GE", from as string)
    .where("end_time", "LE", to as string)
    .sort("run_number", "lumisection_number");
}

export function lumisectionsApi(query: QueryCall): LumisectionsApi {
  return {
    lumisections: ((of: LumisectionsOf, given?: RowsOptions) => {
      const { options, shape } = takenApart(given, listOptionNames, "lumisections()");
      return shaped(selectLumisections(query("lumisections", options), of), shape, "lumisections()");
    }) as LumisectionsApi["lumisections"],
    lumisectionCount: async (of, given) => {
      checkNames(given, listOptionNames, "option of lumisectionCount()");
      return selectLumisections(query("lumisections", given), of).count();
    },
    hltPaths: ((run: number, given?: RowsOptions) => {
      const { options, shape } = takenApart(given, listOptionNames, "hltPaths()");
      return shaped(query("hltpathinfo", options).where("run_number", checkRunNumber(run)), shape, "hltPaths()");
    }) as LumisectionsApi["hltPaths"],
  };
}
