import { type CallOptions, callOptionNames, checkInteger, checkNames, SciError, shown } from "@sci/http-core";
import type { RowOf, RowShape } from "./rows.ts";
import type { Query, QueryCall } from "./query.ts";

export type RowOptions<Resource extends string = string> = CallOptions & RowShape<Resource>;

export const rowShapeNames = ["fields", "withUnits", "raw", "unchecked"] as const;

/** Calls for one row each. */
export interface SingleApi {
  /**
   * One run.
   * @example await oms.run(327564, { fields: ["fill_number", "delivered_lumi"], withUnits: true })
   * @throws NOT_FOUND where OMS has no such run; INVALID_ARGUMENT for a misspelt field
   */
  run<const Options extends RowOptions<"runs"> = object>(runNumber: number, options?: Options): Promise<RowOf<"runs", Options>>;
  /** One fill of the LHC. Fills without beam have negative numbers. @throws NOT_FOUND */
  fill<const Options extends RowOptions<"fills"> = object>(fillNumber: number, options?: Options): Promise<RowOf<"fills", Options>>;
  /** One era by its name, e.g. "Run2018D". @throws NOT_FOUND */
  era<const Options extends RowOptions<"eras"> = object>(name: string, options?: Options): Promise<RowOf<"eras", Options>>;
}

const largest = 2_147_483_647;

export function checkRunNumber(value: unknown): number {
  return checkInteger(value, "The run number", { min: 1, max: largest });
}

export function checkFillNumber(value: unknown): number {
  return checkInteger(value, "The fill number", { min: -largest, max: largest });
}

export function checkEra(value: unknown): string {
  if (typeof value !== "string" || value === "")
    throw new SciError("INVALID_ARGUMENT", `An era has a name such as "Run2018D", not ${shown(value)}.`);
  return value;
}

/** Options of a call, taken apart: what the query is made with, and what its rows look like. */
export function takenApart<Options extends RowShape>(
  given: Options | undefined,
  names: readonly string[],
  what: string,
): { readonly options: Omit<Options, "fields" | "withUnits" | "raw">; readonly shape: Pick<RowShape, "fields" | "withUnits" | "raw"> } {
  checkNames(given, [...names, ...rowShapeNames], `option of ${what}`);
  const { fields, withUnits, raw, ...options } = given ?? ({} as Options);
  return { options, shape: Object.fromEntries(Object.entries({ fields, withUnits, raw }).filter(([, value]) => value !== undefined)) };
}

/** A query whose rows look as the options ask for. */
export function shaped<Asked extends string>(
  query: Query<Asked>,
  { fields, withUnits = false, raw = false }: RowShape,
  what: string,
): Query<Asked> {
  const refuse = (why: string): SciError => new SciError("INVALID_ARGUMENT", `${what}: ${why}`);
  for (const [name, value] of Object.entries({ withUnits, raw })) {
    if (typeof value !== "boolean") throw refuse(`${name} must be true or false, not ${shown(value)}.`);
  }
  if (withUnits && raw) throw refuse("raw rows hold their units already; leave withUnits out.");
  if (fields !== undefined && !Array.isArray(fields)) throw refuse(`fields must be a list of names, not ${shown(fields)}.`);
  let asked: unknown = query;
  if (fields !== undefined) asked = (asked as Query).fields(...fields);
  if (withUnits) asked = (asked as Query).withUnits();
  if (raw) asked = (asked as Query).raw();
  return asked as Query<Asked>;
}

export function singleApi(query: QueryCall): SingleApi {
  const one = async (
    resource: "runs" | "fills" | "eras",
    name: string,
    value: number | string,
    given: RowOptions | undefined,
  ): Promise<unknown> => {
    const noun = resource.slice(0, -1);
    const { options, shape } = takenApart(given, callOptionNames, `${noun}()`);
    // Two are asked for, so that a doubled row is seen.
    const all = query(resource as string, { ...options, pageSize: 2 }).where(name, value);
    const { items, total } = await shaped(all, shape, `${noun}()`);
    const context = { service: "oms", operation: `${resource}.list` };
    if (items.length === 0) throw new SciError("NOT_FOUND", `OMS has no ${noun} ${value}.`, context);
    if (items.length > 1)
      throw new SciError("INVALID_RESPONSE", `OMS answers ${total ?? items.length} rows for ${noun} ${value}; one was expected.`, context);
    return items[0];
  };
  return {
    run: (async (run: number, options?: RowOptions) => one("runs", "run_number", checkRunNumber(run), options)) as SingleApi["run"],
    fill: (async (fill: number, options?: RowOptions) => one("fills", "fill_number", checkFillNumber(fill), options)) as SingleApi["fill"],
    era: (async (name: string, options?: RowOptions) => one("eras", "name", checkEra(name), options)) as SingleApi["era"],
  };
}
