import { SciError, shown } from "@sci/http-core";
import { parseTime, type Time } from "../datasets/times.ts";
import type { Moment } from "../rest/types.ts";

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

/** Milliseconds since 1970, with microseconds as a fraction; times without a zone are local. */
function instantOf({ year, month, day, hour, minute, second, microsecond, offset }: Time): number {
  const milliseconds = Math.floor(microsecond / 1000);
  const rest = (microsecond % 1000) / 1000;
  if (offset === undefined) {
    const local = new Date(year, month - 1, day, hour, minute, second, milliseconds);
    // Years below 100 are taken for those of the last century otherwise.
    local.setFullYear(year);
    return local.getTime() + rest;
  }
  const utc = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, milliseconds));
  utc.setUTCFullYear(year, month - 1, day);
  return utc.getTime() - offset * 60_000 + rest;
}

/** The instant of ISO text; undefined for what is none. */
export function instant(text: unknown): number | undefined {
  const time = typeof text === "string" ? parseTime(text) : undefined;
  return time === undefined ? undefined : instantOf(time);
}

/** A moment that was asked for: an instant, or a day in local time. */
export type Asked = { readonly instant: number } | { readonly day: string };

/** @throws INVALID_ARGUMENT for what is no moment */
export function asked(moment: Moment | undefined, now: () => Date = () => new Date()): Asked {
  const date = moment ?? now();
  if (date instanceof Date && !Number.isNaN(date.getTime())) return { instant: date.getTime() };
  if (typeof date === "string" && isDay(date) && instant(date) !== undefined) return { day: date };
  const found = instant(date);
  if (found !== undefined) return { instant: found };
  throw new SciError(
    "INVALID_ARGUMENT",
    `date must be a Date, a day (2024-03-01) or a time (2024-03-01T09:00:00+01:00), not ${shown(date)}.`,
    {
      details: { argument: "date" },
    },
  );
}

/** The day of an instant in local time. */
export function localDay(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
