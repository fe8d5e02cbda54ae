import { SqlError } from "./sql.ts";

/** Which rows a page holds, and the number of pages as it is reported. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
  readonly pages: number | null;
}

function asRowCount(value: unknown, what: "LIMIT" | "OFFSET"): number {
  if (typeof value === "string" && !/^\s*[+-]?\d+\s*$/.test(value)) throw new SqlError(`invalid input syntax for type bigint: "${value}"`);
  if (typeof value === "boolean") throw new SqlError(`argument of ${what} must be type bigint, not type boolean`);
  if (typeof value === "object") throw new SqlError(`Invalid value ${JSON.stringify(value)}`);
  const number = Number(value);
  if (Number.isNaN(number)) throw new SqlError('column "nan" does not exist');
  const whole = Math.sign(number) * Math.round(Math.abs(number));
  if (whole >= 2 ** 63) throw new SqlError("bigint out of range");
  if (whole < 0) throw new SqlError(`${what} must not be negative`);
  return whole;
}

/** The product of page and size goes to the data base as it is; nothing has a default. */
export function pageWindow(page: unknown, size: unknown, count: number): Window {
  const offset = (size as number) * (page as number);
  const pages = Math.ceil(count / (size as number));
  const from = asRowCount(offset, "OFFSET");
  const limit = size === null || size === undefined ? Infinity : asRowCount(size, "LIMIT");
  return { offset: from, limit, pages: Number.isFinite(pages) ? pages : null };
}
