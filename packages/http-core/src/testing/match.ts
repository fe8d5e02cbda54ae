import { pairsOf, splitTarget, type ReceivedRequest } from "./request.ts";

/** Pairs in order, or an object where order and repeats do not matter. */
export type ExpectedPairs = readonly (readonly [string, string])[] | Readonly<Record<string, string>>;

/** What a request has to be like. What is left out is not looked at. `<token>` and the like in a text stand for any text. */
export interface ExpectedRequest {
  readonly method?: string;
  /** Of the server it came to. */
  readonly origin?: string;
  /** With percent-escapes as sent; may hold the query as well. */
  readonly path?: string;
  readonly query?: ExpectedPairs;
  /** Keys of the query that are not looked at. */
  readonly ignoreQuery?: readonly string[];
  /** These fields, names in any case. A media type without parameters fits one with parameters. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields that must not be there. */
  readonly withoutHeaders?: readonly string[];
  readonly json?: unknown;
  readonly form?: ExpectedPairs;
  readonly text?: string;
  readonly base64?: string;
  /** No body at all. */
  readonly empty?: boolean;
}

export interface MatchOptions {
  /** Order of query pairs given as a list. @default "exact" */
  readonly queryOrder?: "exact" | "any";
  /** Query keys whose value is a list joined by "," whose order does not count. */
  readonly asSets?: readonly string[];
  /** Values of placeholders: `{ pool: "http://127.0.0.1:4000" }`. Others stand for any text. */
  readonly placeholders?: Readonly<Record<string, string>>;
}

// The names used by recordings. Markup in a text (<p>, <D:prop>) is no placeholder.
const placeholder =
  /<(token(?:-\d+)?|refresh-token|device-code|state|assertion|now|date|host|software|version|home|packages|tmp|server|text|base|pool|http|any)(?:\+[^<>]*)?>|<[a-z_]+: [^<>]*>|<base64 of [^<>]*>/g;

/** What differs, one line per difference; empty when the request is as expected. */
export function differences(expected: ExpectedRequest, request: ReceivedRequest, options: MatchOptions = {}): string[] {
  const found: string[] = [];
  const same = (wanted: unknown, given: unknown, what: string): void => compare(wanted, given, what, options, found);
  if (expected.method !== undefined) same(expected.method, request.method, "method");
  if (expected.origin !== undefined) same(expected.origin, request.origin, "origin");
  const query = request.query.filter(([name]) => expected.ignoreQuery?.includes(name) !== true);
  if (expected.path !== undefined) {
    const { path, search } = splitTarget(expected.path);
    same(path, request.path, "path");
    if (expected.path.includes("?")) comparePairs(pairsOf(search), query, "query", options, found);
  }
  if (expected.query !== undefined) comparePairs(expected.query, query, "query", options, found);
  for (const [name, value] of Object.entries(expected.headers ?? {})) compareHeader(name.toLowerCase(), value, request, options, found);
  for (const name of expected.withoutHeaders ?? []) {
    if (request.headers[name.toLowerCase()] !== undefined)
      found.push(`header ${name}: expected none, got ${show(request.headers[name.toLowerCase()])}`);
  }
  if (expected.json !== undefined) {
    let given: unknown;
    try {
      given = request.json;
    } catch {
      found.push(`body: expected JSON, got ${show(request.text)}`);
      return found;
    }
    same(expected.json, given, "body");
  }
  if (expected.form !== undefined) comparePairs(expected.form, request.form, "form", options, found);
  if (expected.text !== undefined) same(expected.text, request.text, "body");
  if (expected.base64 !== undefined) same(expected.base64, Buffer.from(request.body).toString("base64"), "body (base64)");
  if (expected.empty === true && request.body.byteLength > 0) found.push(`body: expected none, got ${show(request.text)}`);
  return found;
}

function compareHeader(name: string, wanted: string, request: ReceivedRequest, options: MatchOptions, found: string[]): void {
  let given = request.headers[name];
  if (name === "content-type" && given !== undefined && !wanted.includes(";")) given = given.split(";")[0]?.trim();
  if (name === "cookie" && given !== undefined) {
    compare(wanted.split("; ").sort(), given.split("; ").sort(), "header cookie", options, found);
    return;
  }
  compare(wanted, given, `header ${name}`, options, found);
}

function comparePairs(
  wanted: ExpectedPairs,
  given: readonly (readonly [string, string])[],
  what: string,
  options: MatchOptions,
  found: string[],
): void {
  const isList = Array.isArray(wanted);
  const list = isList ? (wanted as readonly (readonly [string, string])[]) : Object.entries(wanted);
  const fold = ([key, value]: readonly [string, string]): [string, string] => [
    key,
    options.asSets?.includes(key) === true ? value.split(",").sort().join(",") : value,
  ];
  const ordered = (pairs: readonly (readonly [string, string])[]): [string, string][] => {
    const folded = pairs.map(fold);
    return isList && (what !== "query" || options.queryOrder !== "any")
      ? folded
      : folded.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  };
  compare(ordered(list), ordered(given), what, options, found);
}

function compare(wanted: unknown, given: unknown, at: string, options: MatchOptions, found: string[]): void {
  if (typeof wanted === "string" && typeof given === "string") {
    if (wanted !== given && !pattern(wanted, options).test(given)) found.push(`${at}: expected ${show(wanted)}, got ${show(given)}`);
  } else if (Array.isArray(wanted) && Array.isArray(given) && wanted.length === given.length) {
    for (const [index, one] of wanted.entries()) compare(one, given[index], `${at}[${index}]`, options, found);
  } else if (isObject(wanted) && isObject(given)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
      if (!(key in wanted)) found.push(`${at}.${key}: not expected, got ${show(given[key])}`);
      else if (!(key in given)) found.push(`${at}.${key}: expected ${show(wanted[key])}, is missing`);
      else compare(wanted[key], given[key], `${at}.${key}`, options, found);
    }
  } else if (!Object.is(wanted, given)) {
    found.push(`${at}: expected ${show(wanted)}, got ${show(given)}`);
  }
}

function pattern(wanted: string, { placeholders = {} }: MatchOptions): RegExp {
  let source = "";
  let last = 0;
  for (const match of wanted.matchAll(placeholder)) {
    const value = match[1] === undefined ? undefined : placeholders[match[1]];
    source += escapeRegExp(wanted.slice(last, match.index)) + (value === undefined ? "[^]+?" : escapeRegExp(value));
    last = match.index + match[0].length;
  }
  return new RegExp(`^${source}${escapeRegExp(wanted.slice(last))}$`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeRegExp(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function show(value: unknown): string {
  const written = JSON.stringify(value) ?? String(value);
  return written.length > 400 ? `${written.slice(0, 400)}…` : written;
}
