import {
  type CallOptions,
  checkNames,
  type Core,
  operation,
  parseJson,
  type QueryValue,
  type RequestBody,
  SciError,
  shown,
} from "@sci/http-core";
import { trainFields } from "./definition.ts";
import { callOptions } from "./resource.ts";

/** A request in the service's own terms. */
export interface RawRequest {
  /** @default "GET" */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the address of the API: "runs/343". Parts that come from elsewhere must be percent-encoded. */
  readonly path: string;
  /** Values of null and undefined are left out. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  /** Sent as JSON, with its wrapper key. */
  readonly body?: unknown;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the headers say about pages; null where they do not. */
  readonly pagination: {
    readonly totalPages: number | null;
    readonly countPerPage: number | null;
    readonly currentPage: number | null;
    readonly totalCount: number | null;
  };
  /** Parsed JSON (train ids as bigint), else text, else undefined. */
  readonly data: unknown;
}

/** Answers that are final: all but a refused token, and what is sent again (408, 425, 429, 502, 503, 504). */
const statuses = [
  400, 402, 403, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 426, 428, 431, 451, 500, 501,
  505, 507, 508, 510, 511,
];

/** Sends one request; see `MyMdc.raw`. */
export async function raw(core: Core, request: RawRequest, options: CallOptions | undefined): Promise<RawAnswer> {
  checkNames(request, ["method", "path", "query", "body"], "name in raw()");
  const { method = "GET", path, query = {}, body } = request;
  if (!["GET", "POST", "PUT", "DELETE"].includes(method))
    throw new SciError("INVALID_ARGUMENT", `method of raw() must be GET, POST, PUT or DELETE, not ${shown(method)}.`);
  const call = operation<void, RawAnswer>({
    name: "raw",
    method,
    path: checkPath(path),
    params: () => ({}),
    query: () =>
      Object.entries(query).flatMap(([name, value]) =>
        (Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue])
          .filter((one) => one !== null && one !== undefined)
          .map((one) => [name, one] as const),
      ),
    ...(body === undefined ? {} : { body: (): RequestBody => ({ json: body }) }),
    accept: "text",
    statuses,
    read: ({ status, headers, data }) => ({
      status,
      ok: status >= 200 && status < 300,
      headers,
      pagination: {
        totalPages: numberIn(headers["x-total-pages"]),
        countPerPage: numberIn(headers["x-count-per-page"]),
        currentPage: numberIn(headers["x-current-page"]),
        totalCount: numberIn(headers["x-total-count"]),
      },
      data: parsed(String(data)),
    }),
  });
  return core.request(call, undefined, callOptions(options, "raw"));
}

/** @throws INVALID_ARGUMENT for what would leave the API */
function checkPath(path: string): string {
  const usable = typeof path === "string" && path !== "" && !/[?#\\\s]|^[a-z][a-z0-9+.-]*:|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path);
  if (!usable)
    throw new SciError(
      "INVALID_ARGUMENT",
      `path of raw() must be a path below the API without query, blanks and "..", not ${shown(path)}.`,
    );
  // Braces would be taken for names of parameters.
  return `/${path.replace(/^\/+/, "")}`.replaceAll("{", "%7B").replaceAll("}", "%7D");
}

function numberIn(value: string | undefined): number | null {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return parseJson(text, { bigints: trainFields });
  } catch {
    return text;
  }
}
