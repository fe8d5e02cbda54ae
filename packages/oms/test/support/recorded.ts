import { readFileSync } from "node:fs";
import type { RecordedExchange } from "@sci/http-core/testing";

/** One recorded call of a Python original. */
export interface RecordedCase {
  readonly id: string;
  readonly call: {
    readonly method: string;
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
    /** Methods called on the query object: `[name, args, kwargs?]`. */
    readonly chain?: readonly (readonly [name: string, args: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>])[];
  };
  readonly client: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
  readonly quirk?: string;
  readonly after?: Readonly<Record<string, unknown>>;
}

function read(name: string): readonly RecordedCase[] {
  const url = new URL(`../../../../tooling/recordings/oms/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: readonly RecordedCase[] }).cases;
}

export const sources = { omsapi: read("omsapi"), wbmcrawlr: read("wbmcrawlr") } as const;
export type Source = keyof typeof sources;

/** Cases without a counterpart, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "set_validation/cannot-be-chained": "validation is an option (unchecked) of query(), not a step that returns nothing",
  "auth_krb/no-challenge": "a log-in by Kerberos belongs to @sci/cern-auth, where its recordings are replayed; a session goes into `auth`",
  "auth_device/exchange": "a log-in by device belongs to @sci/cern-auth, where its recordings are replayed; its token goes into `auth`",
  "auth_oidc/second-call-other-client": "a client has one provider, given when it is made: there is no second log-in that could be ignored",
  "get_oms_resource/outside-without-cookies":
    "no certificate is looked for; what is missing is told by MISSING_CREDENTIALS (options.test.ts)",
  "get_oms_cookie/tilde-path": "certificates are found and read by @sci/cern-auth; nothing here expands paths",
  "calc_page_count/exact": "pages are counted by the core (@sci/http-core), not by a function of this package; paging.test.ts",
  "calc_page_count/zero": "pages are counted by the core; an empty list is no page more (recorded get_runs/none)",
  "calc_page_count/zero-size": "a page size of zero is refused (paging.test.ts)",
  "progress_bar/zero": "the bar is drawn by @sci/cli-core",
  "progress_bar/text": "the bar is drawn by @sci/cli-core",
  "progress_bar/zero-total": "the bar is drawn by @sci/cli-core, which takes an unknown total",
  "flatten_resource/without-meta": "rows are taken from answers; replayed there by get_runs/no-meta",
};

/** The cases of one source that the test of `methods` replays, as `it.each` wants them. */
export function casesOf(source: Source, methods: RegExp): [id: string, recorded: RecordedCase][] {
  return sources[source].filter((one) => methods.test(one.call.method) && !Object.hasOwn(leftOut, one.id)).map((one) => [one.id, one]);
}

/** Where the cases are replayed: by the method they call. */
export const replayedIn: Readonly<Record<Source, Readonly<Record<string, RegExp>>>> = {
  omsapi: {
    "recordings-query.test.ts": /^query$/,
    "recordings-other.test.ts": /^(auth_oidc|OMSAPI|query_metadata)$/,
  },
  wbmcrawlr: {
    "recordings-wbmcrawlr.test.ts":
      /^(get_run|get_fill|get_runs|get_fills|get_lumisections|get_lumisection_count|get_hltpathinfos|get_hltpathrates|get_all_hltpathrates|get_oms_resource|get_resources|flatten_resource|split_filling_scheme|check_oms_connectivity)$/,
    "recordings-command.test.ts": /^main$/,
  },
};

/** The one case with this name. */
export function recordedCase(id: string): RecordedCase {
  const found = [...sources.omsapi, ...sources.wbmcrawlr].filter((one) => one.id === id);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} recorded cases are called ${id}.`);
  return found[0];
}
