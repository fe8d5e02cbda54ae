import { checkInteger, type Listing, listOptionNames } from "@sci/http-core";
import type { Query, QueryCall } from "./query.ts";
import { type AlgorithmOptions, type AllHltOptions, checkPath, type HltOptions, longest, type RateOptions } from "./rate-options.ts";
import type { RowOf } from "./rows.ts";
import { checkRunNumber, shaped, takenApart } from "./single.ts";

type RateResource = "l1triggerrates" | "l1algorithmtriggers" | "hltpathrates" | "deadtimes";

export interface TriggerRates {
  /** Rates of the Level-1 accepts: `l1a_total`, `l1a_physics`, … each `{ rate, counter }`. */
  l1<const Options extends RateOptions<"l1triggerrates"> = object>(
    run: number,
    options?: Options,
  ): Listing<RowOf<"l1triggerrates", Options>>;
  /** Rates and prescales of the Level-1 algorithms. */
  l1Algorithms<const Options extends AlgorithmOptions = object>(
    run: number,
    options?: Options,
  ): Listing<RowOf<"l1algorithmtriggers", Options>>;
  /**
   * Rates of one HLT path.
   * @example await oms.triggerRates.hlt(319579, { path: "HLT_IsoMu24_v13" })
   */
  hlt<const Options extends HltOptions>(run: number, options: Options): Listing<RowOf<"hltpathrates", Options>>;
  /**
   * Rates of many HLT paths, path after path in the order of their names in OMS, several paths in flight. A run has about 600.
   * @example for await (const row of oms.triggerRates.allHlt(319579)) …
   */
  allHlt<const Options extends AllHltOptions = object>(run: number, options?: Options): AsyncIterable<RowOf<"hltpathrates", Options>>;
}

export interface TriggerRatesApi {
  readonly triggerRates: TriggerRates;
  /** Dead time: `beamactive_total_deadtime` and `overall_total_deadtime`, each `{ percent, counter }`. */
  deadtimes<const Options extends RateOptions<"deadtimes"> = object>(run: number, options?: Options): Listing<RowOf<"deadtimes", Options>>;
}

const own: readonly string[] = ["granularity", "from", "to"];

function ratesOf(
  query: QueryCall,
  resource: RateResource,
  run: number,
  given: RateOptions | undefined,
  more: readonly string[],
  what: string,
  narrow: (query: Query<RateResource>) => Query<RateResource>,
): Query {
  const { options: all, shape } = takenApart(given, [...listOptionNames, ...own, ...more], what);
  const { granularity = "lumisection", from, to } = given ?? {};
  const options = Object.fromEntries(Object.entries(all).filter(([name]) => ![...own, ...more].includes(name)));
  let asked = narrow(query(resource, options) as unknown as Query<RateResource>);
  if (from !== undefined)
    asked = asked.where("first_lumisection_number", "GE", checkInteger(from, `${what}: from`, { min: 1, max: longest }));
  if (to !== undefined) asked = asked.where("last_lumisection_number", "LE", checkInteger(to, `${what}: to`, { min: 1, max: longest }));
  asked = asked.where("run_number", checkRunNumber(run));
  if (granularity === "lumisection") asked = asked.sort("last_lumisection_number");
  return shaped(asked.group({ granularity }), shape, what) as unknown as Query;
}

export function triggerRatesApi(query: QueryCall, concurrency: number): TriggerRatesApi {
  const hlt = (run: number, given: HltOptions): Query => {
    const path = checkPath((given as HltOptions | undefined)?.path);
    return ratesOf(
      query,
      "hltpathrates",
      run,
      given,
      ["path"],
      "triggerRates.hlt()",
      (asked) =>
        // The service keeps rows of lumisection 0 that hold no lumisection.
        (asked as unknown as Query<"hltpathrates">)
          .where("last_lumisection_number", "GT", 0)
          .where("path_name", path) as unknown as Query<RateResource>,
    );
  };
  async function* allHlt(run: number, given: AllHltOptions = {}): AsyncGenerator<unknown, void, undefined> {
    checkRunNumber(run);
    takenApart(given, [...listOptionNames, ...own, "paths"], "triggerRates.allHlt()");
    const { ratesOfPaths } = await import("./all-hlt.ts");
    yield* ratesOfPaths(query, hlt, run, { concurrency, ...given });
  }
  return {
    triggerRates: {
      l1: ((run: number, given?: RateOptions) =>
        ratesOf(query, "l1triggerrates", run, given, [], "triggerRates.l1()", (asked) => asked)) as unknown as TriggerRates["l1"],
      l1Algorithms: ((run: number, given?: AlgorithmOptions) =>
        ratesOf(query, "l1algorithmtriggers", run, given, ["name", "bit"], "triggerRates.l1Algorithms()", (asked) => {
          let algorithms = asked as unknown as Query<"l1algorithmtriggers">;
          if (given?.name !== undefined) algorithms = algorithms.where("name", given.name);
          if (given?.bit !== undefined)
            algorithms = algorithms.where("bit", checkInteger(given.bit, "triggerRates.l1Algorithms(): bit", { max: 4095 }));
          return algorithms as unknown as Query<RateResource>;
        })) as unknown as TriggerRates["l1Algorithms"],
      hlt: hlt as unknown as TriggerRates["hlt"],
      allHlt: allHlt as unknown as TriggerRates["allHlt"],
    },
    deadtimes: ((run: number, given?: RateOptions) =>
      ratesOf(query, "deadtimes", run, given, [], "deadtimes()", (asked) => asked)) as unknown as TriggerRatesApi["deadtimes"],
  };
}
