import type { RetryOptions } from "../options.ts";

/** Statuses after which a repeatable call is sent again unless its operation or service says otherwise. */
export const retryStatuses: readonly number[] = [408, 425, 429, 502, 503, 504];

const idempotent = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

export function isRepeatable(operation: { readonly method: string; readonly repeatable?: boolean }): boolean {
  return operation.repeatable ?? idempotent.has(operation.method);
}

/** Milliseconds that a Retry-After header asks for (seconds or an HTTP date), undefined without a usable one. */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = text === "" ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Exponential back-off with full jitter: anything from 0 to the doubled base, capped. */
export function backoff(attempt: number, retry: Required<RetryOptions>, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(retry.maxDelay, retry.baseDelay * 2 ** (attempt - 1)));
}
