import { defaultAuth } from "#environment";
import { checkNames, type ClientOptions, clientOptionNames, SciError, shown } from "@sci/http-core";
import type { Environment } from "./environment/types.ts";

export interface OmsOptions extends ClientOptions {
  /** Address of the service, …/agg/api; the version is added. @default OMS_URL, else https://cmsoms.cern.ch/agg/api */
  readonly baseUrl?: string;
  /** Version of the interface, added to the address unless that ends in it. @default "v1" */
  readonly version?: string;
  /** Audience of the CERN API token; integration instances have their own, e.g. "cmsoms-int-0185". @default "cmsoms-prod" */
  readonly audience?: string;
}

const production = "https://cmsoms.cern.ch/agg/api";

/** Options of the core, with address and credentials settled. `isLocal` is asked when the first call is made. */
export function settle(options: OmsOptions, environment: Environment, isLocal: () => boolean): ClientOptions {
  checkNames(options, [...clientOptionNames, "version", "audience"], "option of createOms()");
  const { version = "v1", audience = "cmsoms-prod", ...rest } = options;
  if (typeof version !== "string" || !/^[\w.-]+$/.test(version))
    throw new SciError("INVALID_ARGUMENT", `version must be a part of a path such as "v1", not ${shown(version)}.`);
  if (typeof audience !== "string" || audience === "")
    throw new SciError("INVALID_ARGUMENT", `audience must be the client id of a service such as "cmsoms-prod", not ${shown(audience)}.`);
  const given = rest.baseUrl ?? (environment.OMS_URL || production);
  const baseUrl = typeof given === "string" ? withVersion(given, version) : given;
  const auth = rest.auth ?? defaultAuth(audience, environment, isLocal, rest.retry);
  return { ...rest, baseUrl, ...(auth === undefined ? {} : { auth }) };
}

/** `…/agg/api` with the version; an address that ends in one is left alone. */
function withVersion(address: string, version: string): string {
  const base = address.replace(/\/+$/, "");
  return base.endsWith(`/${version}`) || /\/v\d+$/.test(base) ? base : `${base}/${version}`;
}
