import type { Identity } from "../cern/facility.ts";
import { SsoSite } from "../cern/site.ts";
import type { FacilityContext, FacilityParts } from "../facility.ts";
import { bufferReply, htmlReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { checkFields } from "../names.ts";
import { TextCache } from "../runregistry/text-cache.ts";
import { BadRequest } from "./query/errors.ts";
import { mediaType, pageReply, rowWriter } from "./query/page.ts";
import { parseQuery } from "./query/parse.ts";
import { Selections } from "./query/select.ts";
import { Sink } from "./query/sink.ts";
import type { AnyTable, Column } from "./table.ts";
import { bunchesTable, erasTable, fillsTable } from "./tables/fills.ts";
import { lumisectionsTable } from "./tables/lumisections.ts";
import {
  deadtimesTable,
  hltPathInfoTable,
  hltPathRatesTable,
  l1AlgorithmTriggersTable,
  l1TriggerRatesTable,
  streamsTable,
} from "./tables/rates.ts";
import { l1KeysTable, runsTable } from "./tables/runs.ts";
import { Runs } from "./world/runs.ts";

/** Options of OMS. */
export interface OmsOptions {
  /** Whether a log-in is asked for. Default true; false is how the service looks from inside CERN's network. */
  readonly login?: boolean;
}

/** What tests may do with OMS while it runs. */
export interface OmsControl {
  /** Whether a log-in is asked for. */
  login: boolean;
  /** Address of a page that a browser logs in at; its cookie `mod_auth_openidc_session` opens the API. */
  readonly siteUrl: string;
}

const audiences = ["cmsoms-prod", "cmsoms-int-0184"];
const apiPath = "/agg/api";
/** Pages that were written, as text; sequential readers find them when they come again. */
const cacheBytes = 32 * 1024 * 1024;

function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return bufferReply(status, mediaType, Buffer.from(JSON.stringify(value)), headers);
}

function failure(status: number, title: string, detail: string, parameter?: string): Reply {
  return json(status, {
    errors: [{ status: String(status), title, detail, ...(parameter === undefined ? {} : { source: { parameter } }) }],
  });
}

/** `/{resource}/meta`: what is known of each attribute. */
function meta(table: AnyTable): Reply {
  const fields = Object.entries(table.columns as Record<string, Column<never>>).map(
    ([name, { type, description, units, searchable, sortable }]) => [
      name,
      {
        type,
        description,
        searchable: searchable ?? type !== "OBJECT",
        sortable: sortable ?? !["LIST", "OBJECT"].includes(type),
        ...(units === undefined ? {} : { units }),
      },
    ],
  );
  return json(200, { meta: { resource: table.name, fields: Object.fromEntries(fields) } });
}

/** The resources and the answers to queries of them. */
class Api {
  readonly #tables: ReadonlyMap<string, AnyTable>;
  readonly #selections = new Selections();
  readonly #pages = new TextCache(cacheBytes);
  readonly #origin: () => string;

  constructor(context: FacilityContext) {
    const runs = new Runs(context.scale, context.seed);
    const { seed } = context;
    const tables: AnyTable[] = [
      runsTable(runs),
      fillsTable(runs, seed),
      lumisectionsTable(runs),
      erasTable(runs),
      l1TriggerRatesTable(runs),
      l1AlgorithmTriggersTable(runs),
      l1KeysTable(runs),
      hltPathInfoTable(runs),
      hltPathRatesTable(runs),
      deadtimesTable(runs),
      streamsTable(runs),
      bunchesTable(runs, seed),
    ];
    this.#tables = new Map(tables.map((table) => [table.name, table]));
    this.#origin = context.origin;
  }

  #version(path: readonly string[]): Reply | undefined {
    if (path[0] !== "version") return undefined;
    if (path.length === 1) return json(200, { version: "1.0.0" });
    if (path.length > 2 || path[1] !== "endpoints") return undefined;
    const data = [...this.#tables.keys()].map((id) => ({ id, type: "endpoints", attributes: { path: `/v1/${id}` } }));
    return json(200, { data, meta: { totalResourceCount: data.length } });
  }

  answer(request: SandboxRequest): Reply {
    const [version, ...path] = request.path
      .slice(apiPath.length)
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
    const missing = failure(404, "Not Found", `there is nothing at ${request.path}`);
    if (version === undefined) return json(200, {});
    if (version !== "v1") return missing;
    const [name, id, nested, ...further] = path;
    if (name === undefined) return json(200, {});
    const said = this.#version(path);
    if (said !== undefined) return said;
    const table = this.#tables.get(name);
    if (table === undefined || further.length > 0) return missing;
    if (id === undefined) return this.#list(table, request, request.query);
    if (id === "meta" && nested === undefined) return meta(table);
    const rows = table.rows(table.grouped?.fallback ?? { size: 1 });
    const position = rows.find(id);
    if (position === undefined) return failure(404, "Not Found", `${table.name} has no "${id}"`);
    if (nested === undefined) return this.#one(table, position, request);
    const attribute = table.nested?.[nested];
    const inner = attribute === undefined ? undefined : this.#tables.get(nested);
    if (attribute === undefined || inner === undefined) return missing;
    const value = (table.columns[attribute] as Column<unknown>).get(rows.at(position));
    const query = new URLSearchParams(request.query);
    query.append(`filter[${attribute}][EQ]`, String(value));
    return this.#list(inner, request, query);
  }

  #list(table: AnyTable, request: SandboxRequest, parameters: URLSearchParams): Reply {
    const query = parseQuery(parameters, table);
    const make = (): Buffer => {
      const url = new URL(request.target, this.#origin());
      return pageReply(table, query, this.#selections.get(table, query), url, `${this.#origin()}${apiPath}/v1`).body;
    };
    return bufferReply(200, mediaType, this.#pages.get(request.target, make));
  }

  #one(table: AnyTable, position: number, request: SandboxRequest): Reply {
    const query = parseQuery(request.query, table);
    const write = rowWriter(table, { ...query, grouping: table.grouped?.fallback ?? { size: 1 } }, `${this.#origin()}${apiPath}/v1`);
    const sink = new Sink();
    sink.text('{"data":');
    write(position, sink);
    sink.text("}");
    return bufferReply(200, mediaType, sink.done());
  }
}

/** The aggregation API of CMS's Online Monitoring System, and the site that it belongs to. */
export function createOms(options: OmsOptions, identity: Identity, context: FacilityContext): FacilityParts<OmsControl> {
  checkFields("option of oms", options, ["login"]);
  const site = new SsoSite({ client: "cmsoms-prod", path: "/", origin: context.origin }, identity);
  identity.addSite("cmsoms-prod", () => site.redirectUri);
  identity.onEnd(() => site.endSessions());
  let login = options.login ?? true;
  let api: Api | undefined;

  /** What who asks is told instead of an answer: the way to the log-in without one, 401 with one that is not good. */
  function refused(request: SandboxRequest, expireToken: boolean): Reply | undefined {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    if (scheme?.toLowerCase() !== "bearer" || token === undefined)
      return site.visitor(request) === undefined ? site.toLogin(request) : undefined;
    if (expireToken) identity.end(token);
    const claims = identity.check(token);
    const good = claims !== undefined && [claims.aud].flat().some((audience) => audiences.includes(audience));
    if (good) return undefined;
    const detail = claims === undefined ? "the token is not valid, or no longer" : "the token is for another audience";
    return {
      ...failure(401, "Unauthorized", detail),
      headers: { "Content-Type": mediaType, "WWW-Authenticate": 'Bearer error="invalid_token"' },
    };
  }

  return {
    control: {
      get login() {
        return login;
      },
      set login(value: boolean) {
        login = value;
      },
      get siteUrl() {
        return `${context.origin()}/cms/fills/summary`;
      },
    },
    async service(request, { expireToken }) {
      if (site.isReturn(request)) return site.takeReturn(request);
      if (request.path !== apiPath && !request.path.startsWith(`${apiPath}/`)) {
        return site.answer(request, ({ email }) =>
          htmlReply(200, `<!DOCTYPE html><html><head><title>OMS</title></head><body>${email}</body></html>`),
        );
      }
      const no = login ? refused(request, expireToken) : undefined;
      if (no !== undefined) return no;
      if (request.method !== "GET" && request.method !== "HEAD")
        return failure(405, "Method Not Allowed", `${request.method} is not allowed`);
      try {
        api ??= new Api(context);
        return api.answer(request);
      } catch (error) {
        if (error instanceof BadRequest) return failure(400, "Bad Request", error.message, error.parameter);
        if (error instanceof URIError) return failure(400, "Bad Request", "the address is not well encoded");
        return failure(500, "Internal Server Error", error instanceof Error ? error.message : String(error));
      }
    },
    env: () => ({ OMS_URL: `${context.origin()}${apiPath}` }),
    url: () => `${context.origin()}${apiPath}`,
  };
}
