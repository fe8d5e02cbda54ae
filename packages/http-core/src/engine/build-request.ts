import { shown } from "../check.ts";
import { SciError } from "../errors.ts";
import { stringifyJson } from "../json.ts";
import type { Operation, PathValue, Query, RequestBody } from "../operation.ts";

/** A request as it stands after the pure half of a call: no origin, no credentials. */
export interface BuiltRequest {
  readonly method: string;
  /** Encoded path and query, below the base URL. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** The body before encoding, for `describe`. */
  readonly payload: unknown;
  /** Values of secret parameters, to be masked. */
  readonly secrets: readonly string[];
}

/** What goes over the wire for `input`. @throws INVALID_ARGUMENT for a path value that is empty, null, `.` or `..`. */
export function buildRequest<Input, Output>(operation: Operation<Input, Output>, input: Input): BuiltRequest {
  const secrets: string[] = [];
  const path = fillPath(operation, input, secrets);
  const query = operation.query?.(input) ?? [];
  for (const [name, value] of query) if (operation.secretQuery?.includes(name) && value != null) secrets.push(String(value));
  const search = encodeQuery(query);
  const body = operation.body?.(input);
  const encoded = body === undefined ? undefined : encodeBody(body);
  return {
    method: operation.method,
    target: search === "" ? path : `${path}?${search}`,
    headers: { ...(encoded === undefined ? {} : { "content-type": encoded.type }), ...operation.headers?.(input) },
    ...(encoded === undefined ? {} : { body: encoded.body }),
    payload:
      body === undefined ? undefined : "json" in body ? body.json : "form" in body ? body.form : "text" in body ? body.text : "<bytes>",
    secrets,
  };
}

function fillPath<Input, Output>(operation: Operation<Input, Output>, input: Input, secrets: string[]): string {
  const params = operation.params?.(input) ?? (input as Readonly<Record<string, PathValue>>);
  return operation.path.replace(/\{([^}]+)\}/g, (_match, name: string) => {
    const value: unknown = (params as Record<string, unknown> | undefined | null)?.[name];
    const encoded = encodeSegment(value, `${name} of ${operation.name}`);
    if (operation.secretParams?.includes(name)) secrets.push(String(value));
    return encoded;
  });
}

function encodeSegment(value: unknown, what: string): string {
  const usable = typeof value === "string" || typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  const text = usable ? String(value) : "";
  // "." and ".." would be resolved away by URL parsers, and so would their escaped forms by some servers.
  if (!usable || text === "" || /^(\.|%2e){1,2}$/i.test(text)) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `${what} goes into the path of a URL and must be a text or number that is not empty, "." or "..", not ${shown(value)}.`,
    );
  }
  return encodeURIComponent(text);
}

/** Pairs in their order, repeats kept; spaces as %20, brackets escaped. */
export function encodeQuery(query: Query): string {
  const parts: string[] = [];
  for (const [name, value] of query) {
    if (value !== undefined) parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  }
  return parts.join("&");
}

function encodeBody(body: RequestBody): { type: string; body: string | Uint8Array | (() => AsyncIterable<Uint8Array>) } {
  if ("json" in body) return { type: "application/json", body: stringifyJson(body.json) };
  if ("form" in body) return { type: "application/x-www-form-urlencoded", body: encodeQuery(body.form).replaceAll("%20", "+") };
  if ("bytes" in body) return { type: body.type, body: body.bytes };
  if ("text" in body) return { type: body.type, body: body.text };
  return { type: body.type, body: body.stream };
}
