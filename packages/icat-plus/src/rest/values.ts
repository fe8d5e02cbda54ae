import { SciError, shown } from "@sci/http-core";
import { localTime, parseTime } from "../datasets/times.ts";
import type { Moment, OneOrMore } from "./types.ts";

/** Several values as ICAT+ takes them: joined by commas. @throws INVALID_ARGUMENT for what is no text or number */
export function joined(values: OneOrMore<string | number> | undefined, what: string): string | undefined {
  if (values === undefined) return undefined;
  const list = (Array.isArray(values) ? values : [values]) as readonly unknown[];
  const fits =
    list.length > 0 && list.every((one) => (typeof one === "string" && one !== "") || (typeof one === "number" && Number.isFinite(one)));
  if (!fits) throw invalid(`${what} must be a text or number, or a list of them that is not empty, not ${shown(values)}.`);
  return list.join(",");
}

/** The day of a time, in its own zone. @throws INVALID_ARGUMENT */
export function day(moment: Moment | undefined, what: string): string | undefined {
  if (moment === undefined) return undefined;
  const time = moment instanceof Date ? localTime(moment) : typeof moment === "string" ? parseTime(moment) : undefined;
  if (time === undefined) throw invalid(`${what} must be a Date or ISO 8601 text such as 2024-03-01, not ${shown(moment)}.`);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(time.year).padStart(4, "0")}-${two(time.month)}-${two(time.day)}`;
}

/** A number that ICAT+ gives to a row. @throws INVALID_ARGUMENT */
export function rowId(id: unknown, what: string): string {
  if (typeof id === "number" && Number.isSafeInteger(id) && id >= 0) return String(id);
  if (typeof id === "string" && /^\d+$/.test(id)) return id;
  throw invalid(`${what} must be the number of a row of the catalogue, not ${shown(id)}.`);
}

export function invalid(message: string): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", message);
}
