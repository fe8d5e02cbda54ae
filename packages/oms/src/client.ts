import { environment } from "#environment";
import {
  type CallOptions,
  callOptionNames,
  checkNames,
  type Core,
  createCore,
  type Query as UrlQuery,
  SciError,
  shown,
} from "@sci/http-core";
import { lazyLuminosity, type LuminosityApi } from "./luminosity-api.ts";
import { type LumisectionsApi, lumisectionsApi } from "./lumisections.ts";
import { Catalogue, type MetaApi } from "./meta.ts";
import { type OmsOptions, settle } from "./options.ts";
import { type QueryCall, queryCall } from "./query.ts";
import { service } from "./service.ts";
import { type SingleApi, singleApi } from "./single.ts";
import { type TriggerRatesApi, triggerRatesApi } from "./trigger-rates.ts";

/** A client of CMS OMS. */
export interface Oms extends SingleApi, LumisectionsApi, TriggerRatesApi, LuminosityApi, MetaApi {
  /**
   * Any list of the service, built step by step.
   * @example await oms.query("runs").fields("run_number", "fill_number").where("fill_number", "GE", 7333).sort("-run_number")
   * @throws INVALID_ARGUMENT for what is no resource or option; while it is built, for operators and values
   */
  readonly query: QueryCall;
  /**
   * The service's answer to any path below the version, as it is.
   * @example await oms.get("version/endpoints")
   */
  get(path: string, options?: GetOptions): Promise<unknown>;
  /** Where the service is, version included. */
  readonly baseUrl: string;
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

export interface GetOptions extends CallOptions {
  /** Parameters; values are encoded. */
  readonly query?: Readonly<Record<string, string | number | boolean | null>> | UrlQuery;
}

/**
 * Makes a client; nothing is sent before the first call. Without `auth`, the client credentials in SSO_CLIENT_ID and SSO_CLIENT_SECRET
 * are used; a server on this machine is asked without, where they are not set. OMS_URL (…/agg/api) names another address. In a browser
 * there is no environment: pass `auth` or rely on the session that the page has.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for an address that is none
 */
export function createOms(options: OmsOptions = {}): Oms {
  // Credentials are asked for by calls, and those need the core.
  const core: Core = createCore(
    service,
    settle(options, environment(), () => core.isLocal),
  );
  const catalogue = new Catalogue(core);
  const query = queryCall(core, catalogue, options.concurrency);
  const single = singleApi(query);
  const { concurrency = 8 } = options;
  const call = (given: CallOptions | undefined, what: string): CallOptions => {
    checkNames(given, callOptionNames, `option of ${what}`);
    return given ?? {};
  };
  return {
    query,
    ...single,
    ...lumisectionsApi(query),
    ...triggerRatesApi(query, concurrency),
    ...lazyLuminosity(query, single, concurrency),
    meta: async (resource, given) => catalogue.meta(checkResource(resource), call(given, "meta()")),
    endpoints: async (given) => catalogue.endpoints(call(given, "endpoints()")),
    version: async (given) => catalogue.version(call(given, "version()")),
    get: async (path, given) => getAny(core, path, given),
    baseUrl: core.baseUrl,
    close: () => core.close(),
  };
}

function checkResource(resource: unknown): string {
  if (typeof resource !== "string" || resource === "" || resource.includes("/"))
    throw new SciError("INVALID_ARGUMENT", `A resource is a name such as "runs", not ${shown(resource)}.`);
  return resource;
}

async function getAny(core: Core, path: unknown, given: GetOptions | undefined): Promise<unknown> {
  checkNames(given, [...callOptionNames, "query"], "option of get()");
  const { query = [], ...options } = given ?? {};
  if (typeof path !== "string") throw new SciError("INVALID_ARGUMENT", `get() takes a path below ${core.baseUrl}, not ${shown(path)}.`);
  if (path.includes("?")) throw new SciError("INVALID_ARGUMENT", "get() takes parameters as its option query, not in the path.");
  const parts = path.split("/").filter((part) => part !== "");
  const pairs = Array.isArray(query)
    ? (query as UrlQuery)
    : Object.entries(query as Readonly<Record<string, string | number | boolean | null>>);
  return core.request(
    {
      name: "get",
      method: "GET",
      path: `/${parts.map((_part, index) => `{${index}}`).join("/")}`,
      params: () => Object.fromEntries(parts.entries()),
      query: () => pairs,
    },
    {},
    options,
  );
}
