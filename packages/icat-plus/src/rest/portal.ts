import { checkNames, listOptionNames, type CallOptions, type Listing, type ListOptions, type QueryValue } from "@sci/http-core";
import { downloadFile } from "./download.ts";
import type { Endpoints } from "./endpoints.generated.ts";
import { createLogbook } from "./logbook.ts";
import { rowList, rowsOf, type RowPage } from "./pages.ts";
import type { DataSelection, DoiApi, IdsApi, PortalApi } from "./portal-types.ts";
import { requestEndpoint, type EndpointInput } from "./request.ts";
import type { Sessions } from "./session.ts";
import type { CatalogueRow } from "./types.ts";
import { invalid, joined, rowId } from "./values.ts";

type Values = Readonly<Record<string, QueryValue>>;
type Paged = { readonly params: Readonly<Record<string, string>>; readonly values: Values };

const paged = (name: string, path: string, wrapper?: string) =>
  rowList<Paged>({
    name,
    path,
    query: ({ values }) => Object.entries(values),
    ...(wrapper === undefined ? {} : { wrapper }),
  });

const datafilesOf = paged("catalogue.datafiles", "/catalogue/{sessionId}/dataset/id/{datasetId}/datafile", "Datafile");
const datasetsOfDoi = paged("doi.datasets", "/doi/{prefix}/{suffix}/datasets");
const reservedDois = paged("doi.reserved", "/doi/{sessionId}/reserved-dois");

/** Makes one call of an endpoint. */
export type Ask = <Name extends keyof Endpoints>(endpoint: Name, input?: Readonly<Record<string, unknown>>) => Promise<unknown>;
/** Reads a list page by page. */
export type Walk = (list: typeof datafilesOf, input: Paged, options: ListOptions, isOpen?: boolean) => Listing<CatalogueRow>;

export function createPortal(sessions: () => Sessions, apiKey: () => string): PortalApi {
  const ask: Ask = (endpoint, input = {}) => requestEndpoint(sessions(), endpoint, input as EndpointInput<typeof endpoint>, apiKey);
  const rows: (...given: Parameters<Ask>) => Promise<readonly CatalogueRow[]> = async (...given) => rowsOf(await ask(...given));

  const walk: Walk = (list, { params, values }, options, isOpen = false) => {
    const here = sessions();
    const listOptions = Object.fromEntries(
      listOptionNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
    );
    // Parameters of the path stand beside the input's own fields.
    const input = { ...params, params, values };
    return here.core.list<Paged, RowPage, CatalogueRow>(list, input, listOptions, (kind, one, callOptions) =>
      isOpen ? here.core.request(kind, one, callOptions) : here.request(kind as never, one as object, callOptions),
    );
  };

  return {
    doi: doiApi(ask, walk),
    ids: idsApi(ask, sessions),
    logbook: createLogbook(ask, walk, sessions),

    datafiles(datasetId, options = {}) {
      checkNames(options, ["search", ...listOptionNames], "option of datafiles()");
      return walk(datafilesOf, { params: { datasetId: rowId(datasetId, "datasetId") }, values: { search: options.search } }, options);
    },
    instruments: async ({ filter, ...options } = {}) =>
      filter === undefined
        ? await rows("GET /catalogue/instruments", options)
        : await rows("GET /catalogue/{sessionId}/instruments", { ...options, query: { filter } }),
    techniques: async (options = {}) => await rows("GET /catalogue/techniques", { ...options }),
    parameterTypes: async ({ name, parameterTypeId, ...options } = {}) =>
      await rows("GET /catalogue/parameters", { ...options, query: { name, parameterTypeId } }),

    async createSampleParameter({ sampleId, investigationId, name, value, ...options }) {
      await ask("POST /catalogue/{sessionId}/samples/{sampleId}/sampleParameters", {
        ...options,
        params: { sampleId: rowId(sampleId, "sampleId") },
        query: { investigationId },
        body: { name, value },
      });
    },
    async updateSampleParameter({ id, investigationId, value, ...options }) {
      await ask("PUT /catalogue/{sessionId}/sampleParameters/{id}", {
        ...options,
        params: { id: rowId(id, "id") },
        query: { investigationId },
        body: { value },
      });
    },

    users: async ({ investigationId, onlyLatestAffiliation, ...options } = {}) =>
      investigationId === undefined
        ? await rows("GET /catalogue/{sessionId}/user", { ...options, query: { onlyLatestAffiliation } })
        : await rows("GET /catalogue/{sessionId}/investigation/{investigationId}/user", {
            ...options,
            params: { investigationId: rowId(investigationId, "investigationId") },
            query: { onlyLatestAffiliation },
          }),
    shipments: async ({ investigationId, shipmentId, ...options }) =>
      await rows("GET /tracking/{sessionId}/shipment", { ...options, query: { investigationId, shipmentId } }),

    request: (endpoint, input) => ask(endpoint, input as Readonly<Record<string, unknown>> | undefined),
  };
}

function doiApi(ask: Ask, walk: Walk): DoiApi {
  const doiOf = (answer: unknown): string => {
    const message = (answer as { message?: unknown } | undefined)?.message;
    return typeof message === "string" ? message : "";
  };
  return {
    read: async (doi, options = {}) =>
      (await ask("GET /doi/{prefix}/{suffix}/json-datacite", { ...options, params: partsOf(doi) })) as CatalogueRow,
    datasets: (doi, options = {}) => walk(datasetsOfDoi, { params: partsOf(doi), values: {} }, options, true),
    reserve: async ({ datasetIds, ...options }) =>
      doiOf(await ask("POST /doi/{sessionId}/reserve", { ...options, body: { datasetIdList: numbers(datasetIds) } })),
    async mint({ signal, timeout, headers, validate, retry, datasetIds, dataCollectionId, ...about }) {
      const names = ["title", "abstract", "authors", "keywords", "citationPublicationDOI", "rights"] as const;
      checkNames(about, names, "option of mint()");
      if ((datasetIds === undefined) === (dataCollectionId === undefined)) {
        throw invalid("mint() needs either datasetIds or the dataCollectionId of a DOI that was reserved.");
      }
      for (const name of ["title", "abstract"] as const) if (about[name] === "") throw invalid(`mint() needs ${name}.`);
      const what =
        dataCollectionId === undefined ? { datasetIdList: numbers(datasetIds ?? []) } : { dataCollectionId: Number(dataCollectionId) };
      const options: CallOptions = Object.fromEntries(
        Object.entries({ signal, timeout, headers, validate, retry }).filter(([, value]) => value !== undefined),
      );
      return doiOf(await ask("POST /doi/{sessionId}/mint", { ...options, body: { keywords: [], ...about, ...what } }));
    },
    reserved: (options = {}) => walk(reservedDois, { params: {}, values: {} }, options),
  };
}

function idsApi(ask: Ask, sessions: () => Sessions): IdsApi {
  return {
    async download({ datasetIds, datafileIds, to, ...options }) {
      checkNames(options, ["signal", "timeout", "retry", "headers", "validate"], "option of ids.download()");
      const file = {
        name: "ids.download",
        path: "/ids/{sessionId}/data/download",
        values: selected({ datasetIds, datafileIds }, "ids.download"),
      };
      return await downloadFile(sessions(), file, to, options);
    },
    status: async (datasetIds, options = {}) => {
      const answer = await ask("GET /ids/{sessionId}/datasets/status", {
        ...options,
        query: { datasetIds: joined(datasetIds, "datasetIds") },
      });
      return Array.isArray(answer) ? answer : [];
    },
    restore: async (datasetIds, { name, email, ...options } = {}) => {
      const query = { datasetIds: joined(datasetIds, "datasetIds") };
      const body = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
      await ask("POST /ids/{sessionId}/datasets/restore", { ...options, query, body });
    },
    paths: async ({ datasetIds, datafileIds, ...options }) => {
      const answer = await ask("GET /ids/{sessionId}/path", { ...options, query: selected({ datasetIds, datafileIds }, "ids.paths") });
      return Array.isArray(answer) ? (answer as string[]) : [];
    },
  };
}

function selected({ datasetIds, datafileIds }: { [Name in keyof DataSelection]: DataSelection[Name] | undefined }, method: string) {
  const values = { datasetIds: joined(datasetIds, "datasetIds"), datafileIds: joined(datafileIds, "datafileIds") };
  if (values.datasetIds === undefined && values.datafileIds === undefined) throw invalid(`${method}() needs datasetIds or datafileIds.`);
  return values;
}

function numbers(ids: readonly (string | number)[]): number[] {
  if (!Array.isArray(ids) || ids.length === 0) throw invalid("datasetIds must be a list of numbers that is not empty.");
  return ids.map((id) => Number(rowId(id, "datasetIds")));
}

/** Prefix and suffix of a DOI. @throws INVALID_ARGUMENT */
function partsOf(doi: string): { prefix: string; suffix: string } {
  const found = typeof doi === "string" ? /^(?:doi:|https?:\/\/(?:dx\.)?doi\.org\/)?(10\.[\d.]+)\/([^\s/]+)$/i.exec(doi.trim()) : null;
  if (found === null) throw invalid(`${JSON.stringify(doi)} is no DOI such as 10.15151/ESRF-ES-1.`);
  return { prefix: found[1] as string, suffix: found[2] as string };
}
