import { checkNames, operation, parseJson, SciError, unknownName, type CallOptions, type QueryValue } from "@sci/http-core";
import type { Endpoints } from "./endpoints.generated.ts";
import type { InSession, Sessions } from "./session.ts";

type Value = string | number | bigint;

/** What an endpoint takes: names of its path, names of its query, and a body. */
export type EndpointInput<Name extends keyof Endpoints> = CallOptions &
  ([Endpoints[Name]["params"]] extends [never] ? unknown : { readonly params: Readonly<Record<Endpoints[Name]["params"], Value>> }) & {
    readonly query?: Readonly<Partial<Record<Endpoints[Name]["query"], QueryValue>>>;
    /** Sent as JSON. */
    readonly body?: unknown;
  };

interface Input {
  readonly params: Readonly<Record<string, Value>>;
  readonly query: Readonly<Record<string, QueryValue>>;
  readonly body: unknown;
  /** The key of the e-logbook, for endpoints that want it. */
  readonly apiKey: string | undefined;
}

/**
 * Calls any endpoint of ICAT+ by its method and path; the session or the key is put in. The answer comes as it is: JSON, text, or bytes.
 * @throws INVALID_ARGUMENT for an endpoint or a name that ICAT+ does not have, naming the nearest one; the codes of every call
 */
export async function requestEndpoint<Name extends keyof Endpoints>(
  sessions: Sessions,
  name: Name,
  input: EndpointInput<Name>,
  apiKey: () => string,
): Promise<unknown> {
  const { endpoints } = await import("./endpoints.generated.ts");
  const known = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (known === undefined) throw unknownName(name, Object.keys(endpoints), "endpoint of ICAT+");
  const { params = {}, query = {}, body, ...options } = input as CallOptions & Partial<Input>;
  checkNames(options, ["signal", "timeout", "retry", "headers", "validate"], `option of ${name}`);
  const [method = "GET", path = ""] = name.split(" ");
  const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, one]) => one as string);
  const words = known.split(" ").filter((word) => word !== "");
  const isBearer = words.includes("^");
  const names = words.filter((word) => word !== "^").map((word) => word.replace(/!$/, ""));
  checkNames(
    params,
    inPath.filter((one) => one !== "sessionId" && one !== "apiKey"),
    `name in the path of ${name}`,
  );
  checkNames(query, names, `name in the query of ${name}`);
  const missing = words.filter((word) => word.endsWith("!") && query[word.slice(0, -1)] === undefined).map((word) => word.slice(0, -1));
  if (missing.length > 0) throw new SciError("INVALID_ARGUMENT", `${name} needs ${missing.join(" and ")} in its query.`);
  const kind = operation<InSession<Input>, unknown>({
    name,
    method,
    path,
    secretParams: ["sessionId", "apiKey"],
    params: ({ sessionId, params: given, apiKey: key }) => ({ ...given, sessionId, ...(key === undefined ? {} : { apiKey: key }) }),
    query: ({ query: given }) => names.map((one) => [one, given[one]] as const),
    ...(body === undefined ? {} : { body: () => ({ json: body }) }),
    ...(isBearer
      ? { headers: ({ sessionId }: InSession<Input>) => ({ ...accepted, authorization: `Bearer ${sessionId}` }) }
      : { headers: () => accepted }),
    accept: "bytes",
    read: ({ data, headers }) => valueOf(data as Uint8Array | undefined, headers["content-type"] ?? ""),
  });
  const given: Input = { params, query, body, apiKey: inPath.includes("apiKey") ? apiKey() : undefined };
  if (inPath.includes("sessionId") || isBearer) return await sessions.request(kind, given, options);
  return await sessions.core.request(kind, { ...given, sessionId: "none" }, options);
}

const accepted = { accept: "application/json, text/plain, */*" };

/** JSON, text, or the bytes themselves, as the service says what it sent. */
function valueOf(bytes: Uint8Array | undefined, type: string): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  if (!/^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml)|$)/i.test(type)) return bytes;
  const text = new TextDecoder().decode(bytes);
  if (/xml|html|text\/(?!plain)/i.test(type)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
