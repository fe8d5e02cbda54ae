import { checkNames, operation, SciError, type CallOptions, type Core } from "@sci/http-core";
import { createSessionFinder } from "../selection/index.ts";
import { service } from "../service.ts";
import { rowsOf } from "./pages.ts";
import type { CatalogueRow, InvestigationInfo, RegisteredDataset, RestSettings, SessionQuery, SessionsApi } from "./types.ts";

/** A session as ICAT+ gives it. */
interface Investigation extends CatalogueRow {
  readonly id: number | string;
  readonly name?: string | null;
  readonly startDate?: string | null;
  readonly endDate?: string | null;
}

interface Keyed {
  readonly apiKey: string;
}

const investigations = operation<Keyed & { readonly beamline: string; readonly proposal: string }, readonly Investigation[]>({
  name: "sessions.find",
  method: "GET",
  path: "/dataacquisition/{apiKey}/investigation",
  secretParams: ["apiKey"],
  query: ({ beamline, proposal }) => [
    ["instrumentName", beamline],
    ["investigationName", proposal],
  ],
  read: ({ data }) => rowsOf(data) as readonly Investigation[],
});

const datasets = operation<Keyed & { readonly investigationId: string | number }, readonly CatalogueRow[]>({
  name: "sessions.datasets",
  method: "GET",
  path: "/dataacquisition/{apiKey}/dataset",
  secretParams: ["apiKey"],
  query: ({ investigationId }) => [["investigationId", investigationId]],
  read: ({ data }) => rowsOf(data),
});

/** Milliseconds: fits a network, where the original gives up after 100. */
const TIMEOUT = 60_000;
const PORTAL = "https://data.esrf.fr/investigation";
const infoFields = ["startDate", "endDate", "doi", "title", "releaseDate", "summary"] as const;
const names = ["beamline", "proposal", "date", "allowOpenEnded", "signal", "timeout", "retry", "headers", "validate"];

/** Questions about sessions, answered with the key of the e-logbook. */
export function createInvestigations(settings: RestSettings, keyed: () => { core: Core; apiKey: string }): SessionsApi {
  const limit = settings.feedbackTimeout ?? TIMEOUT;
  const fetchAll = async (query: { beamline: string; proposal: string }, options: CallOptions): Promise<readonly Investigation[]> => {
    const { core, apiKey } = keyed();
    return await core.request(investigations, { ...query, apiKey }, { timeout: { total: limit }, ...options });
  };
  const finder = createSessionFinder<Investigation>({
    fetch: (query, signal) => fetchAll(query, signal === undefined ? {} : { signal }),
    ...(settings.sessionCacheLifetime === undefined ? {} : { lifetime: settings.sessionCacheLifetime }),
  });

  settings.onSessionsChanged?.(() => finder.forget());

  async function find(query: SessionQuery, method: string): Promise<Investigation | undefined> {
    checkNames(query, names, `option of ${method}()`);
    const current = settings.current();
    const beamline = needed(query.beamline ?? current.beamline, "beamline", method);
    const proposal = needed(query.proposal ?? current.proposal, "proposal", method);
    const { date, allowOpenEnded } = query;
    const selected = { ...(date === undefined ? {} : { date }), ...(allowOpenEnded === undefined ? {} : { allowOpenEnded }) };
    const { signal, done, expired } = limited(query, limit);
    try {
      return await finder.find({ beamline, proposal, ...selected, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw expired() ?? error;
    } finally {
      done();
    }
  }

  async function info(query: SessionQuery, method: string): Promise<InvestigationInfo | undefined> {
    const found = await find(query, method);
    return found === undefined ? undefined : infoOf(found);
  }

  async function registered(query: SessionQuery, method: string): Promise<readonly RegisteredDataset[] | undefined> {
    const found = await find(query, method);
    if (found === undefined) return undefined;
    const { core, apiKey } = keyed();
    const { signal, retry, headers, validate, timeout } = query;
    const options: CallOptions = {
      timeout: { total: limit, ...timeout },
      ...(signal === undefined ? {} : { signal }),
      ...(retry === undefined ? {} : { retry }),
      ...(headers === undefined ? {} : { headers }),
      ...(validate === undefined ? {} : { validate }),
    };
    return (await core.request(datasets, { apiKey, investigationId: found.id }, options)).map(registeredOf);
  }

  const none = (query: SessionQuery): string => {
    const current = settings.current();
    return `no session of ${query.proposal ?? current.proposal ?? "?"} at ${query.beamline ?? current.beamline ?? "?"}`;
  };

  return {
    investigationInfo: async (query = {}) => await info(query, "investigationInfo"),
    investigationInfoString: async (query = {}) => {
      const found = await info(query, "investigationInfoString");
      return found === undefined ? `There is ${none(query)}.` : table(found);
    },
    investigationSummary: async (query = {}) => {
      const found = await info(query, "investigationSummary");
      return ["e-logbook", "data portal"].map((name) => [name, found?.[name] ?? none(query)] as const);
    },
    registeredDatasets: async (query = {}) => await registered(query, "registeredDatasets"),
    registeredDatasetIds: async (query = {}) => (await registered(query, "registeredDatasetIds"))?.map(({ datasetId }) => datasetId),
  };
}

function infoOf(session: Investigation): InvestigationInfo {
  const instrument = session["instrument"] as { name?: string } | null | undefined;
  const given = infoFields.filter((name) => session[name] !== undefined && session[name] !== null).map((name) => [name, session[name]]);
  return {
    proposal: session.name ?? null,
    beamline: instrument?.name ?? null,
    id: session.id,
    ...Object.fromEntries(given),
    "e-logbook": `${PORTAL}/${session.id}/logbook`,
    "data portal": `${PORTAL}/${session.id}/datasets`,
  } as InvestigationInfo;
}

function registeredOf(row: CatalogueRow): RegisteredDataset {
  const location = typeof row["location"] === "string" ? row["location"] : "";
  // The folder is what both sides know: names in the catalogue may have been changed.
  const last = location.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const parameters = (Array.isArray(row["parameters"]) ? row["parameters"] : []) as readonly { name?: unknown; value?: unknown }[];
  const count = Number(parameters.find(({ name }) => name === "__fileCount")?.value ?? 0);
  return {
    datasetId: { name: last === "" ? String(row["name"] ?? "") : last.replace(/(?<=.)\.[^.]*$/, ""), path: location },
    icatDatasetId: Number(row["id"]),
    datasetMetadata: { fileCount: Number.isFinite(count) ? count : 0 },
  };
}

/** Two columns under a heading. */
function table(info: InvestigationInfo): string {
  const rows = Object.entries(info).map(([name, value]) => [name, value === null ? "None" : String(value)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column as 0 | 1] as string).length)));
  return ["Session:", ...rows.map(([name, value]) => ` ${name.padEnd(widths[0] as number)}   ${value.padEnd(widths[1] as number)}`)].join(
    "\n",
  );
}

function needed(value: string | undefined, name: "beamline" | "proposal", method: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new SciError(
    "INVALID_ARGUMENT",
    `${method}() needs a ${name}: give it, or as an option of the client (ICAT_${name.toUpperCase()}).`,
  );
}

/** One signal for the caller's own and for a limit of this call; without either, others may share the answer. */
function limited(
  query: SessionQuery,
  usual: number,
): { signal: AbortSignal | undefined; done: () => void; expired: () => SciError | undefined } {
  const total = query.timeout?.total;
  if (total === undefined) return { signal: query.signal, done: () => undefined, expired: () => undefined };
  const controller = new AbortController();
  let late: SciError | undefined;
  const timer = setTimeout(
    () => {
      late = new SciError("TIMEOUT", `ICAT+ did not answer the question for sessions within ${total} ms.`, { service: service.name });
      controller.abort(late);
    },
    Math.min(total, usual),
  );
  const onAbort = (): void => {
    controller.abort(query.signal?.reason);
  };
  if (query.signal?.aborted === true) onAbort();
  query.signal?.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    expired: () => late,
    done: () => {
      clearTimeout(timer);
      query.signal?.removeEventListener("abort", onAbort);
    },
  };
}
