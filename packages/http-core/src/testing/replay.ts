import type { Reply } from "./reply.ts";
import type { MatchOptions } from "./match.ts";
import { follow, type Exchange, type ScriptOptions } from "./script.ts";
import { startServer, type TestServer } from "./server.ts";
import type { ReceivedRequest } from "./request.ts";

export interface RecordedBody {
  readonly json?: unknown;
  readonly form?: readonly (readonly [string, string])[];
  readonly text?: string;
  readonly base64?: string;
}

export interface RecordedRequest {
  readonly method: string;
  /** Scheme and host; recordings of one server leave it out. */
  readonly origin?: string;
  /** Percent-escapes as sent. */
  readonly path: string;
  /** Decoded. */
  readonly query: readonly (readonly [string, string])[];
  /** Those that carry meaning, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RecordedBody | null;
}

export interface RecordedResponse {
  /** null: the connection was closed without an answer. */
  readonly status?: number | null;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | null;
  readonly body?: RecordedBody | null;
  /** Seconds. */
  readonly delay?: number;
  readonly delay_s?: number;
  readonly drop?: unknown;
  readonly dropped?: unknown;
  readonly error?: string;
  /** Bytes sent of a body whose whole length was announced. */
  readonly truncated_to?: number;
  /** Answered before the request's body (Expect: 100-continue). */
  readonly before_body?: boolean;
}

/** One exchange as recorded from an original client. */
export interface RecordedExchange {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
  /** A further server, by its placeholder: `<pool>`. */
  readonly at?: string;
}

export interface ReplayOptions extends MatchOptions, Pick<ScriptOptions, "order"> {
  /**
   * Header fields that are not compared. Fields of the original's HTTP library (user-agent, te, content-length,
   * transfer-encoding, expect, and an accept of any type) never are.
   */
  readonly ignoreHeaders?: readonly string[];
  /** Query keys that are not compared: `ignoreQuery: ["client_version"]`. */
  readonly ignoreQuery?: readonly string[];
}

export interface Replay {
  /** Base of the first server: what stands for `<base>` and `<http>`. */
  readonly url: string;
  /** The server that plays a recorded origin: `urlOf("https://auth.cern.ch")`, `urlOf("<pool>")`. */
  urlOf(origin: string): string;
  /** All requests in order, over all servers. */
  readonly requests: readonly ReceivedRequest[];
  /** A value of ours with the recorded origins where it names the servers: for comparing results. */
  recorded<T>(value: T): T;
  /** @throws Error listing what did not fit and what was not asked for */
  done(): void;
  stop(): Promise<void>;
}

const libraryHeaders = ["user-agent", "te", "content-length", "transfer-encoding", "expect", "host", "connection", "accept-encoding"];
/** What a recording of one server calls it. */
const single = "<base>";

/**
 * Starts servers that play a recorded case: they assert each request and give the recorded answer.
 * Every recorded origin becomes a server of its own on loopback; wherever an answer names an origin (redirects, forms, links),
 * the server's URL stands instead, and in requests the other way round.
 * @example
 * const server = await replay(recorded.exchanges);
 * const client = createClient({ baseUrl: `${server.urlOf("https://service.example")}/api` });
 */
export async function replay(exchanges: readonly RecordedExchange[], options: ReplayOptions = {}): Promise<Replay> {
  const origins = [...new Set([...exchanges.map(originOf), ...exchanges.flatMap(redirectOrigins)])];
  if (origins.length === 0) origins.push(single);
  const urls = new Map<string, string>();
  const requests: ReceivedRequest[] = [];
  const servers: TestServer[] = [];
  const ignored = new Set([...libraryHeaders, ...(options.ignoreHeaders ?? []).map((name) => name.toLowerCase())]);
  const swap = (value: string, pairs: readonly (readonly [string, string])[]): string =>
    [...pairs].sort(([a], [b]) => b.length - a.length).reduce((result, [from, to]) => result.replaceAll(from, to), value);
  const toLocal = (value: string): string => {
    const base = servers[0]?.url ?? "";
    return swap(value, [...urls, ["<base>", base], ["<http>", base]]);
  };
  const toRecorded = (value: string): string =>
    swap(
      value,
      [...urls].map(([origin, url]) => [url, origin] as const),
    );
  const story = follow(
    exchanges.map((exchange) => toExchange(exchange, ignored, options, toLocal)),
    options,
  );
  const early = exchanges.some(({ response }) => response.before_body === true);

  for (const origin of origins) {
    const take = (request: ReceivedRequest): Reply => {
      requests.push(request);
      return story.take(asRecorded(request, origin, toRecorded)) as Reply;
    };
    const beforeBody = (request: ReceivedRequest): Reply | undefined =>
      exchanges[story.answered]?.response.before_body === true ? take(request) : undefined;
    const server = await startServer(take, early ? { beforeBody } : {});
    servers.push(server);
    urls.set(origin, server.url);
  }
  return {
    url: servers[0]?.url ?? "",
    urlOf(origin) {
      const url = urls.get(origin);
      if (url === undefined) throw new Error(`The recording has no origin ${origin}; it has ${[...urls.keys()].join(", ")}.`);
      return url;
    },
    requests,
    recorded: <T>(value: T): T => mapTexts(value, toRecorded) as T,
    done: story.done,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function originOf({ request, at }: RecordedExchange): string {
  return at ?? request.origin ?? single;
}

/** Origins that an answer sends the client to: a client that follows must meet a server of ours there, never the real one. */
function redirectOrigins({ response }: RecordedExchange): string[] {
  const location = Object.entries(response.headers ?? {}).find(([name]) => name.toLowerCase() === "location")?.[1];
  const found = /^(https?:\/\/[^/?#]+)/i.exec(String(location ?? ""))?.[1];
  return found === undefined ? [] : [found];
}

function toExchange(
  { request, response, at }: RecordedExchange,
  ignored: ReadonlySet<string>,
  { ignoreQuery = [] }: ReplayOptions,
  toLocal: (value: string) => string,
): Exchange {
  const headers = Object.entries(request.headers).filter(
    ([name, value]) => !ignored.has(name.toLowerCase()) && !(name.toLowerCase() === "accept" && value === "*/*"),
  );
  return {
    request: {
      method: request.method,
      origin: at ?? request.origin ?? single,
      path: request.path,
      query: request.query.filter(([name]) => !ignoreQuery.includes(name)),
      ignoreQuery,
      headers: Object.fromEntries(headers),
      ...(request.body ?? { empty: true }),
    },
    // Made when it is sent: only then do all servers have their ports.
    response: () => toReply(response, toLocal),
  };
}

function toReply(response: RecordedResponse, toLocal: (value: string) => string): Reply {
  const seconds = response.delay ?? response.delay_s;
  const delay = seconds === undefined ? {} : { delay: seconds * 1000 };
  if (typeof response.status !== "number" || response.drop === true || response.dropped === true) return { ...delay, reset: "before" };
  const headers = Object.fromEntries(
    Object.entries(response.headers ?? {}).map(([name, value]) => [name, typeof value === "string" ? toLocal(value) : value.map(toLocal)]),
  );
  const { body } = response;
  const isJson = body?.json !== undefined;
  if (isJson && !Object.keys(headers).some((name) => name.toLowerCase() === "content-type")) headers["content-type"] = "application/json";
  const content =
    body === null || body === undefined
      ? undefined
      : body.base64 !== undefined
        ? Buffer.from(body.base64, "base64")
        : toLocal(isJson ? JSON.stringify(body.json) : (body.text ?? ""));
  return {
    ...delay,
    status: response.status,
    headers,
    ...(content === undefined ? {} : { body: content }),
    ...(response.truncated_to === undefined ? {} : { truncate: response.truncated_to }),
  };
}

/** The request as it would have looked at the recorded origin. */
function asRecorded(request: ReceivedRequest, origin: string, toRecorded: (value: string) => string): ReceivedRequest {
  const content = toRecorded(request.text);
  return Object.create(request, {
    origin: { value: origin },
    query: { value: mapTexts(request.query, toRecorded) },
    headers: { value: mapTexts(request.headers, toRecorded) },
    text: { value: content },
    json: { get: () => JSON.parse(content) as unknown },
    form: { get: () => mapTexts(request.form, toRecorded) },
  }) as ReceivedRequest;
}

function mapTexts(value: unknown, map: (value: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map));
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, map)]));
  }
  return value;
}
