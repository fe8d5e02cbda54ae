import { type Core, createCore } from "@sci/http-core";
import { type DatasetsApi, datasetsApi } from "./datasets.ts";
import { type GetCall, getApi } from "./get.ts";
import { type GoldenJsonApi, goldenJsonApi } from "./golden-json.ts";
import { type LumisectionsApi, lumisectionsApi } from "./lumisections.ts";
import { type OfflineApi, offlineApi } from "./offline.ts";
import { type OnlineApi, onlineApi } from "./online.ts";
import { type RunRegistryOptions, settle } from "./options.ts";
import { type ReferenceApi, referenceApi } from "./reference.ts";
import { type RunsApi, runsApi } from "./runs.ts";
import { service } from "./service.ts";

/** A client of CMS Run Registry. */
export interface RunRegistry extends RunsApi, DatasetsApi, ReferenceApi {
  readonly lumisections: LumisectionsApi;
  readonly goldenJson: GoldenJsonApi;
  /** Changes of runs. Need rights; all take `dryRun`. */
  readonly online: OnlineApi;
  /** Changes of datasets. Need rights; all take `dryRun`. */
  readonly offline: OfflineApi;
  /** Datasets in the spellings of the older Python client (`runreg`). */
  readonly get: GetCall;
  /** Where the service is. */
  readonly baseUrl: string;
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

/**
 * Makes a client; nothing is sent before the first call. Without `auth`, the client credentials in SSO_CLIENT_ID and SSO_CLIENT_SECRET
 * are used; a server on this machine is asked without, where they are not set. RUNREGISTRY_URL (…/api) names another address.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for an address that is none
 */
export function createRunRegistry(options: RunRegistryOptions = {}): RunRegistry {
  // Credentials are asked for by calls, and those need the core.
  const core: Core = createCore(
    service,
    settle(options, process.env, () => core.isLocal),
  );
  return {
    ...runsApi(core),
    ...datasetsApi(core),
    ...referenceApi(core),
    lumisections: lumisectionsApi(core),
    goldenJson: goldenJsonApi(core),
    online: onlineApi(core),
    offline: offlineApi(core),
    get: getApi(core),
    baseUrl: core.baseUrl,
    close: () => core.close(),
  };
}

let standard: { readonly key: string; readonly client: RunRegistry } | undefined;

/** One client as the environment says, made anew when that changes. */
function standardClient(): RunRegistry {
  const { RUNREGISTRY_URL, SSO_CLIENT_ID, SSO_CLIENT_SECRET, CERN_AUTH_URL } = process.env;
  const key = JSON.stringify([RUNREGISTRY_URL, SSO_CLIENT_ID, SSO_CLIENT_SECRET, CERN_AUTH_URL]);
  if (standard?.key !== key) standard = { key, client: createRunRegistry() };
  return standard.client;
}

/**
 * The one-line form of the older Python client: all datasets that fit, from the service the environment names.
 * @example await get({ run_number__gte: 327596, run_number__lte: 327744, name__like: "%Cosmics%" })
 * @throws INVALID_ARGUMENT, MISSING_CREDENTIALS naming the variables, NOT_AUTHENTICATED, SERVICE_ERROR, LIMIT_EXCEEDED
 */
export const get: GetCall = ((...parameters: Parameters<GetCall>) => standardClient().get(...parameters)) as GetCall;
