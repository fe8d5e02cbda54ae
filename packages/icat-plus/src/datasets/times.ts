/** A date and time as its parts; `offset` is minutes east of UTC, undefined where the time says no zone. */
export interface Time {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly offset: number | undefined;
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

const daysOf = (year: number, month: number): number => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

/** A `Date`, in the local zone of this machine. @returns undefined for an invalid one */
export function localTime(date: Date): Time | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    microsecond: date.getMilliseconds() * 1000,
    offset: -date.getTimezoneOffset(),
  };
}

const isoTime = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+\-\u2212])(\d\d):?(\d\d))?)?$/;

/** Reads ISO 8601 text, or a number of seconds (or, above 2e10, milliseconds) since 1970 in UTC. @returns undefined for what is neither */
export function parseTime(text: string): Time | undefined {
  const match = isoTime.exec(text);
  if (match === null) return /^[+-]?\d+(\.\d+)?$/.test(text) ? timeOfSeconds(Number(text)) : undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const [, , , , , , , fraction = "", zulu, sign, zoneHours = "", zoneMinutes = ""] = match;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const microsecond = Number(fraction.slice(0, 6).padEnd(6, "0"));
  let offset = zulu === undefined ? undefined : 0;
  if (sign !== undefined) {
    const size = Number(zoneHours) * 60 + Number(zoneMinutes);
    if (Number(zoneMinutes) > 59 || size >= 1440) return undefined;
    offset = sign === "+" ? size : size === 0 ? 0 : -size;
  }
  return { year, month, day, hour, minute, second, microsecond, offset };
}

/** Seconds since 1970, or milliseconds where that is what the size says. @returns undefined outside of the years 1 to 9999 */
export function timeOfSeconds(value: number): Time | undefined {
  const seconds = Math.abs(value) > 2e10 ? value / 1000 : value;
  const whole = Math.floor(seconds);
  let microsecond = Math.round((seconds - whole) * 1e6);
  const carry = microsecond === 1_000_000 ? 1 : 0;
  if (carry === 1) microsecond = 0;
  const date = new Date((whole + carry) * 1000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(date.getTime()) || year < 1 || year > 9999) return undefined;
  return {
    ...{ year, month: date.getUTCMonth() + 1, day: date.getUTCDate() },
    ...{ hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds() },
    ...{ microsecond, offset: 0 },
  };
}

function upToSeconds(time: Time): string {
  const { year, month, day, hour, minute, second } = time;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
}

function zone(offset: number | undefined): string {
  if (offset === undefined) return "";
  if (offset === 0) return "Z";
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** As parameters have it: six digits of a fraction, or none. */
export function parameterTime(time: Time): string {
  const fraction = time.microsecond === 0 ? "" : `.${String(time.microsecond).padStart(6, "0")}`;
  return `${upToSeconds(time)}${fraction}${zone(time.offset)}`;
}

/** As elements of the root have it: three digits of a fraction where those say it all. */
export function elementTime(time: Time): string {
  const { microsecond } = time;
  const digits = String(microsecond).padStart(6, "0");
  const fraction = microsecond === 0 ? "" : microsecond % 1000 === 0 ? `.${digits.slice(0, 3)}` : `.${digits}`;
  return `${upToSeconds(time)}${fraction}${zone(time.offset)}`;
}

const schemaTime = /^\s*(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?\s*$/;

/** A parameter's text as the element of the root: what is a time in XML Schema is written anew, all else stays. */
export function elementOf(text: string): string {
  if (!schemaTime.test(text)) return text;
  const time = parseTime(text.trim());
  return time === undefined ? text : elementTime(time);
}
