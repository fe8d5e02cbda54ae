import { SciError, shown } from "@sci/http-core";

const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|[+-]\d\d:?\d\d)$/;

/**
 * A time of the service as a Date: `2026-03-02T08:30:00.000+01:00`, also `2026-03-02 08:31:00 +0100`.
 * (`Temporal.Instant.from()` takes the first form as it is.)
 * @throws INVALID_ARGUMENT for a text that is no time, or one without an offset, which could mean any zone
 */
export function toDate(time: string): Date {
  const [, day, clock, zone] = form.exec(String(time).trim()) ?? [];
  const offset = zone === "UTC" ? "Z" : zone?.replace(/^([+-]\d\d):?(\d\d)$/, "$1:$2");
  const date = new Date(`${day ?? ""}T${clock ?? ""}${offset ?? ""}`);
  if (day === undefined || Number.isNaN(date.getTime()))
    throw new SciError(
      "INVALID_ARGUMENT",
      `${shown(time)} is no time with date, clock and offset, such as "2026-03-02T08:30:00.000+01:00".`,
    );
  return date;
}

/**
 * A Date as the service writes times, with milliseconds and the local offset: `2026-03-02T08:30:00.000+01:00`.
 * @throws INVALID_ARGUMENT for what is no Date
 */
export function formatTime(date: Date): string {
  if (!(date instanceof Date) || Number.isNaN(date.getTime()))
    throw new SciError("INVALID_ARGUMENT", `formatTime() takes a valid Date, not ${shown(date)}.`);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
