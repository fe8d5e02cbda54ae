import type { CallOptions } from "@sci/http-core";
import type { IntegratedLuminosity } from "./integrate.ts";
import type { LumisectionLuminosity } from "./luminosity.ts";
import type { QueryCall } from "./query.ts";
import type { LumiSelection } from "./selection.ts";
import type { SingleApi } from "./single.ts";

/** Whose luminosity. A selection goes with one of the others, or stands alone. */
export interface LuminosityOf {
  readonly run?: number;
  readonly fill?: number;
  /** Name of an era: "Run2018D". */
  readonly era?: string;
  /** Only these lumisections: golden JSON, or anything that becomes one by `toJSON()`. */
  readonly selection?: LumiSelection;
}

export interface LuminosityOptions extends CallOptions {
  /** Runs in flight. @default 8 */
  readonly concurrency?: number;
}

export interface LuminosityApi {
  readonly luminosity: {
    /**
     * Delivered and recorded luminosity in pb^{-1}. Without selection as OMS tells it of the run, the fill, or all fills of the era;
     * with one, added up from lumisections.
     * @example await oms.luminosity.integrated({ era: "Run2018D", selection: goldenJson })
     * @throws NOT_FOUND for a run, fill or era that OMS does not have; INVALID_ARGUMENT
     */
    integrated(of: LuminosityOf, options?: LuminosityOptions): Promise<IntegratedLuminosity>;
    /** Luminosity and pileup of each lumisection, run after run. Of an era with a selection only. */
    perLumisection(of: LuminosityOf, options?: LuminosityOptions): AsyncIterable<LumisectionLuminosity>;
  };
}

/** The calls of luminosity. What they do is loaded when it is needed. */
export function lazyLuminosity(query: QueryCall, single: SingleApi, concurrency: number): LuminosityApi {
  const load = async () => (await import("./luminosity-calls.ts")).luminosityCalls(query, single, concurrency);
  return {
    luminosity: {
      integrated: async (of, options) => (await load()).integrated(of, options),
      async *perLumisection(of, options) {
        yield* (await load()).perLumisection(of, options);
      },
    },
  };
}
