import { redactText } from "./redact.ts";

/** Codes that every client can meet. A facility adds its own codes to these, never a second family of errors. */
export type CoreErrorCode =
  | "INVALID_ARGUMENT"
  | "MISSING_CREDENTIALS"
  | "NOT_AUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "HTTP_STATUS"
  | "SERVICE_ERROR"
  | "NETWORK"
  | "TLS"
  | "TIMEOUT"
  | "ABORTED"
  | "REDIRECT"
  | "INSECURE"
  | "NOT_JSON"
  | "TRUNCATED"
  | "INVALID_RESPONSE"
  | "RESPONSE_TOO_LARGE"
  | "LIMIT_EXCEEDED"
  | "LISTING_CHANGED"
  | "PARTIAL"
  | "FILE"
  | "CERTIFICATE"
  | "MISSING_DEPENDENCY";

/** One attempt of a call that was sent more than once, as the final error lists it. */
export interface Attempt {
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds from the start of the attempt to its end. */
  readonly duration: number;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Milliseconds waited before the next attempt. */
  readonly delay?: number;
}

/** Where and in what an error arose. Every text in it is free of credentials. */
export interface ErrorContext {
  readonly service?: string;
  readonly operation?: string;
  readonly method?: string;
  /** Without credentials: secret query and path parameters are masked. */
  readonly url?: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly attempts?: readonly Attempt[];
  /** Milliseconds the server asked to wait (Retry-After). */
  readonly retryAfter?: number;
  /** At most 2 KiB of the answer, redacted. */
  readonly body?: string;
  /** Number of the page that failed, from 0. */
  readonly page?: number;
  /** Further facts of one code, e.g. `{ option: "pageSize", nearest: "page_size" }`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const brand = Symbol.for("@sci/http-core/SciError");
const inspect = Symbol.for("nodejs.util.inspect.custom");

export interface SciErrorOptions extends ErrorContext {
  readonly cause?: unknown;
  /** Values that must not appear anywhere in the error, besides what is recognised as a credential by its shape. */
  readonly secrets?: readonly string[];
}

/**
 * The one error class of all `@sci` packages. Tell errors apart by {@link isSciError} and `code`, not by `instanceof`:
 * two copies of the package may be installed.
 */
export class SciError<Code extends string = string> extends Error implements ErrorContext {
  readonly code: Code;
  declare readonly service?: string;
  declare readonly operation?: string;
  declare readonly method?: string;
  declare readonly url?: string;
  declare readonly status?: number;
  declare readonly requestId?: string;
  declare readonly attempts?: readonly Attempt[];
  declare readonly retryAfter?: number;
  declare readonly body?: string;
  declare readonly page?: number;
  declare readonly details?: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: SciErrorOptions = {}) {
    const { cause, secrets = [], ...context } = options;
    super(redactText(message, secrets));
    this.name = "SciError";
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
    // Not enumerable, so that a logger that walks an error does not dump a cause that may hold what we mask.
    Object.defineProperty(this, "cause", { value: cause, configurable: true, writable: true, enumerable: false });
    for (const [key, value] of Object.entries(context)) {
      if (value !== undefined)
        Object.defineProperty(this, key, { value: redactDeep(value, secrets), enumerable: true, configurable: true });
    }
  }

  /** Plain fields for a log line: no stack, no cause beyond its message. */
  toJSON(): Record<string, unknown> {
    const { name, code, message } = this;
    const causeText = describeCause(this.cause);
    return { name, code, message, ...contextOf(this), ...(causeText === undefined ? {} : { cause: causeText }) };
  }

  [inspect](): string {
    const { message: _message, name: _name, ...rest } = this.toJSON();
    const fields = Object.entries(rest).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
    return `${redactText(this.stack ?? `${this.name}: ${this.message}`)} {\n${fields.join(",\n")}\n}`;
  }
}

/**
 * Whether `error` is one of ours, from any copy of the package, and has one of the given codes.
 * @example if (isSciError(error, "NOT_FOUND")) return undefined;
 */
export function isSciError<Code extends string = CoreErrorCode>(error: unknown, ...codes: Code[]): error is SciError<Code> {
  return (
    typeof error === "object" &&
    error !== null &&
    (error as Record<symbol, unknown>)[brand] === true &&
    (codes.length === 0 || codes.includes((error as SciError<Code>).code))
  );
}

const contextKeys = [
  "service",
  "operation",
  "method",
  "url",
  "status",
  "requestId",
  "attempts",
  "retryAfter",
  "body",
  "page",
  "details",
] as const;

/** The context fields of an error, to be given on when it is wrapped. */
export function contextOf(error: ErrorContext): ErrorContext {
  const context: Record<string, unknown> = {};
  for (const key of contextKeys) if (error[key] !== undefined) context[key] = error[key];
  return context;
}

/** The messages of a chain of causes in one line ("fetch failed" alone tells nobody anything). */
export function describeCause(cause: unknown): string | undefined {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  for (
    let current = cause;
    current !== undefined && current !== null && !seen.has(current);
    current = (current as { cause?: unknown }).cause
  ) {
    seen.add(current);
    const { code, message } = current as { code?: unknown; message?: unknown };
    const text = typeof message === "string" ? message : typeof current === "string" ? current : undefined;
    const inner = (current as { errors?: unknown }).errors;
    const all =
      Array.isArray(inner) && (text === undefined || text === "") ? inner.map((one) => describeCause(one) ?? "").join("; ") : text;
    if (all !== undefined) parts.push(typeof code === "string" && !all.includes(code) ? `${all} (${code})` : all);
  }
  return parts.length === 0 ? undefined : redactText(parts.join(": "));
}

function redactDeep(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return redactText(value, secrets);
  if (Array.isArray(value)) return value.map((one) => redactDeep(one, secrets));
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactDeep(inner, secrets)]));
  }
  return value;
}
