import { type CallOptions, callOptionNames, checkInteger, checkNames, SciError, shown } from "@sci/http-core";
import { inOrder } from "./in-order.ts";
import type { LuminosityApi, LuminosityOf, LuminosityOptions } from "./luminosity-api.ts";
import { type IntegratedLuminosity, Integration, type LuminosityPart, type MissingLuminosity } from "./integrate.ts";
import { type LumisectionLuminosity, luminosityPerLumisection } from "./luminosity.ts";
import type { QueryCall } from "./query.ts";
import { type Ranges, rangesOf } from "./selection.ts";
import type { Measured } from "./rows.ts";
import { checkFillNumber, checkRunNumber, type SingleApi } from "./single.ts";
import { luminosityOf, picobarn } from "./units.ts";

const totalsFields = ["delivered_lumi", "recorded_lumi"] as const;
const lumisectionFields = ["run_number", "lumisection_number", "pileup", ...totalsFields] as const;

export function luminosityCalls(query: QueryCall, single: SingleApi, concurrency: number): LuminosityApi["luminosity"] {
  const checked = (of: unknown, given: LuminosityOptions | undefined) => {
    checkNames(given, [...callOptionNames, "concurrency"], "option of luminosity");
    const { concurrency: inFlight = concurrency, ...options } = given ?? {};
    checkInteger(inFlight, "concurrency", { min: 1, max: 64 });
    return { of: checkOf(of), options, inFlight };
  };

  /** Runs to be read, and what is wanted of each. */
  async function runsOf({ run, fill, era, wanted }: Checked, options: CallOptions): Promise<readonly number[]> {
    if (run !== undefined) return wanted === undefined || wanted.has(run) ? [run] : [];
    if (fill !== undefined) {
      const rows = query("runs", options).fields("run_number").where("fill_number", fill).sort("run_number");
      const runs: number[] = [];
      for await (const { run_number } of rows)
        if (run_number !== null && (wanted === undefined || wanted.has(run_number))) runs.push(run_number);
      return runs;
    }
    const runs = [...(wanted?.keys() ?? [])];
    if (era === undefined) return runs;
    const { start_run: first, end_run: last } = await single.era(era, { ...options, fields: ["start_run", "end_run"] });
    // An era that is not over has no last run.
    return runs.filter((one) => one >= (first ?? 0) && one <= (last ?? Number.POSITIVE_INFINITY));
  }

  async function ofRun(run: number, options: CallOptions): Promise<readonly LumisectionLuminosity[]> {
    const rows = query("lumisections", options)
      .fields(...lumisectionFields)
      .where("run_number", run)
      .sort("lumisection_number")
      .withUnits();
    const totals = query("runs", { ...options, pageSize: 2 })
      .fields("run_number", ...totalsFields)
      .where("run_number", run)
      .withUnits();
    const [lumisections, page] = await Promise.all([rows.collect({ limit: 100_000 }), totals]);
    return luminosityPerLumisection(lumisections, { totals: page.items });
  }

  async function* perLumisection(
    of: Checked,
    options: CallOptions,
    inFlight: number,
    runs: readonly number[],
  ): AsyncGenerator<LumisectionLuminosity, void, undefined> {
    const { signal, ...rest } = options;
    for await (const values of inOrder(runs, inFlight, signal, async (run, both) => ofRun(run, { ...rest, signal: both }))) {
      for (const value of values) {
        if (of.wanted === undefined || isWanted(of.wanted.get(value.run_number), value)) yield value;
      }
    }
  }

  async function total(of: Checked, options: CallOptions): Promise<IntegratedLuminosity> {
    const asked = { ...options, fields: totalsFields, withUnits: true } as const;
    if (of.run !== undefined) return added([partOf({ run_number: of.run }, await single.run(of.run, asked))]);
    if (of.fill !== undefined) return added([partOf({ fill_number: of.fill }, await single.fill(of.fill, asked))]);
    const { start_fill: first, end_fill: last } = await single.era(of.era as string, { ...options, fields: ["start_fill", "end_fill"] });
    let fills = query("fills", { ...options, pageSize: 1000 }).fields("fill_number", ...totalsFields);
    if (typeof first === "number") fills = fills.where("fill_number", "GE", first);
    if (typeof last === "number") fills = fills.where("fill_number", "LE", last);
    const parts: LuminosityPart[] = [];
    for await (const row of fills.sort("fill_number").withUnits()) {
      const { value } = row.fill_number;
      parts.push(partOf(value === null ? {} : { fill_number: value }, row));
    }
    return added(parts);
  }

  return {
    integrated: async (given, more) => {
      const { of, options, inFlight } = checked(given, more);
      if (of.wanted === undefined) return total(of, options);
      const runs = await runsOf(of, options);
      const chosen = new Map([...of.wanted].filter(([run]) => runs.includes(run)));
      const integration = new Integration(chosen);
      for await (const value of perLumisection({ wanted: undefined }, options, inFlight, runs)) integration.add(value);
      return integration.result();
    },
    perLumisection: (given, more) => {
      const { of, options, inFlight } = checked(given, more);
      if (of.era !== undefined && of.wanted === undefined)
        throw new SciError(
          "INVALID_ARGUMENT",
          "luminosity.perLumisection() of a whole era needs a selection: an era has millions of lumisections.",
        );
      return (async function* () {
        yield* perLumisection(of, options, inFlight, await runsOf(of, options));
      })();
    },
  };
}

interface Checked {
  readonly run?: number;
  readonly fill?: number;
  readonly era?: string;
  readonly wanted: ReadonlyMap<number, Ranges> | undefined;
}

function checkOf(of: unknown): Checked {
  if (typeof of !== "object" || of === null)
    throw new SciError("INVALID_ARGUMENT", `luminosity needs { run }, { fill }, { era } or { selection }, not ${shown(of)}.`);
  checkNames(of, ["run", "fill", "era", "selection"], "part of what luminosity is asked of");
  const { run, fill, era, selection } = of as LuminosityOf;
  const named = [run, fill, era].filter((value) => value !== undefined).length;
  if (named > 1 || (named === 0 && selection === undefined))
    throw new SciError("INVALID_ARGUMENT", `luminosity needs one of { run }, { fill } and { era }, or a { selection }, not ${shown(of)}.`);
  if (era !== undefined && (typeof era !== "string" || era === ""))
    throw new SciError("INVALID_ARGUMENT", `An era has a name such as "Run2018D", not ${shown(era)}.`);
  return {
    ...(run === undefined ? {} : { run: checkRunNumber(run) }),
    ...(fill === undefined ? {} : { fill: checkFillNumber(fill) }),
    ...(era === undefined ? {} : { era }),
    wanted: selection === undefined ? undefined : rangesOf(selection),
  };
}

function isWanted(
  ranges: Ranges | undefined,
  { lumisection_number: first, last_lumisection_number: last }: LumisectionLuminosity,
): boolean {
  return (ranges ?? []).some(([from, to]) => from <= last && first <= to);
}

interface Sums {
  readonly delivered_lumi: Measured<number | null>;
  readonly recorded_lumi: Measured<number | null>;
}

function partOf(whose: Pick<LuminosityPart, "run_number" | "fill_number">, { delivered_lumi, recorded_lumi }: Sums): LuminosityPart {
  return {
    ...whose,
    delivered: luminosityOf(delivered_lumi, "delivered_lumi", undefined),
    recorded: luminosityOf(recorded_lumi, "recorded_lumi", undefined),
    lumisections: null,
  };
}

function added(parts: readonly LuminosityPart[]): IntegratedLuminosity {
  const missing: MissingLuminosity[] = parts
    .filter(({ delivered, recorded }) => delivered === null || recorded === null)
    .map(({ run_number, fill_number }) => ({
      ...(run_number === undefined ? {} : { run_number }),
      ...(fill_number === undefined ? {} : { fill_number }),
      reason: "no value",
    }));
  return {
    delivered: parts.reduce((sum, part) => sum + (part.delivered ?? 0), 0),
    recorded: parts.reduce((sum, part) => sum + (part.recorded ?? 0), 0),
    units: picobarn,
    lumisections: null,
    parts,
    missing,
  };
}
