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

/** A query whose rows look as the options ask for. */
export function shaped<Asked extends string>(
  query: Query<Asked>,
  { fields, withUnits = false, raw = false }: RowShape,
  what: string,
): Query<Asked> {
  for (const [name, value] of Object.entries({ withUnits, raw })) {
    if (typeof value !== "boolean") throw new SciError("INVALID_ARGUMENT", `${what}: ${name} must be true or false, not ${shown(value)}.`);
  }
  if (withUnits && raw) throw new SciError("INVALID_ARGUMENT", `${what}: raw rows hold their units already; leave withUnits out.`);
  if (fields !== undefined && !Array.isArray(fields))
    throw new SciError("INVALID_ARGUMENT", `${what}: fields must be a list of names, not ${shown(fields)}.`);
  let asked: unknown = query;
  if (fields !== undefined) asked = (asked as Query).fields(...fields);
  if (withUnits) asked = (asked as Query).withUnits();
  if (raw) asked = (asked as Query).raw();
  return asked as Query<Asked>;
}

async function only(
  query: QueryCall,
  resource: "runs" | "fills" | "eras",
  name: string,
  value: number | string,
  given: RowOptions | undefined,
): Promise<unknown> {
  const what = `${resource.slice(0, -1)}()`;
  checkNames(given, [...callOptionNames, ...rowShapeNames], `option of ${what}`);
  const { fields, withUnits, raw, unchecked, ...options } = given ?? {};
  // Two are asked for, so that a doubled row is seen.
  const all = query(resource, { ...options, pageSize: 2, ...(unchecked === undefined ? {} : { unchecked }) }).where(
    name as never,
    value as never,
  );
  const shape = {
    ...(fields === undefined ? {} : { fields }),
    ...(withUnits === undefined ? {} : { withUnits }),
    ...(raw === undefined ? {} : { raw }),
  };
  const page = await shaped(all, shape, what);
  const [row] = page.items;
  const context = { service: "oms", operation: `${resource}.list` };
  if (row === undefined) throw new SciError("NOT_FOUND", `OMS has no ${resource.slice(0, -1)} ${value}.`, context);
  if (page.items.length > 1)
    throw new SciError(
      "INVALID_RESPONSE",
      `OMS answers ${page.total ?? page.items.length} rows for ${resource.slice(0, -1)} ${value}; one was expected.`,
      context,
    );
  return row;
}

export function singleApi(query: QueryCall): SingleApi {
  return {
    run: (async (runNumber: number, options?: RowOptions) =>
      only(query, "runs", "run_number", checkRunNumber(runNumber), options)) as SingleApi["run"],
    fill: (async (fillNumber: number, options?: RowOptions) =>
      only(query, "fills", "fill_number", checkFillNumber(fillNumber), options)) as SingleApi["fill"],
    era: (async (name: string, options?: RowOptions) => only(query, "eras", "name", checkEra(name), options)) as SingleApi["era"],
  };
}
