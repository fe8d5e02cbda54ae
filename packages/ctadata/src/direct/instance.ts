import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { SciError, shown } from "@sci/http-core";

/** One of the two storages: each has its own door, client and files. */
export interface Instance {
  readonly dev: boolean;
  /** WebDAV door, without a slash at the end. */
  readonly door: string;
  readonly issuer: string;
  readonly clientId: string;
  /** The name of the account in oidc-agent. */
  readonly account: string;
}

/** Variables of the direct mode. */
export interface DirectEnvironment {
  readonly CTADATA_URL?: string | undefined;
  readonly CTADATA_TOKEN?: string | undefined;
  readonly CTADATA_ISSUER?: string | undefined;
  readonly CTADATA_CLIENT_ID?: string | undefined;
  readonly CTADATA_CLIENT_SECRET?: string | undefined;
  readonly OIDC_SOCK?: string | undefined;
  readonly X509_USER_PROXY?: string | undefined;
  readonly [name: string]: string | undefined;
}

/** What a caller may set instead of the defaults. */
export interface InstanceChoice {
  readonly dev?: boolean | undefined;
  readonly baseUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
}

const issuer = "https://keycloak.cta.cscs.ch/realms/master/";

/** The public addresses of the data centre. Options go before variables, variables before these. */
export function instanceOf(choice: InstanceChoice, environment: DirectEnvironment): Instance {
  const { dev = false } = choice;
  if (typeof dev !== "boolean") throw new SciError("INVALID_ARGUMENT", `dev must be true or false, not ${shown(dev)}.`);
  return {
    dev,
    door: choice.baseUrl ?? (environment.CTADATA_URL || (dev ? "https://dcache-dev.ctaodc.ch:2880" : "https://dcache.cta.cscs.ch:2880")),
    issuer: choice.issuer ?? (environment.CTADATA_ISSUER || issuer),
    clientId: choice.clientId ?? (environment.CTADATA_CLIENT_ID || (dev ? "dcache-dev" : "dcache-cta-cscs-ch-users")),
    account: dev ? "kk-dcache-dev" : "kk-dcache",
  };
}

/** The files that this package shares with the Python original, which calls their folder the profile. */
export interface Profile {
  readonly folder: string;
  /** One line: the access token. */
  readonly token: string;
  /** One line: the client secret in base64. */
  readonly secret: string;
  /** Asks a running agent, of either kind and of either instance, to end. */
  readonly stop: string;
  /** The last trouble of an agent. */
  readonly log: string;
  /** Refresh tokens; of this package alone. */
  readonly store: string;
  /** Held by a running agent of this package. */
  readonly agent: string;
}

/** @throws INVALID_ARGUMENT for a folder that is no text */
export function profileOf(folder: string | undefined, dev: boolean): Profile {
  if (folder !== undefined && (typeof folder !== "string" || folder === ""))
    throw new SciError("INVALID_ARGUMENT", `profile is the path of a folder, not ${shown(folder)}.`);
  const at = resolve(folder ?? join(homedir(), ".config", "cta-data"));
  const suffix = dev ? "-dev" : "";
  return {
    folder: at,
    token: join(at, `token${suffix}`),
    secret: join(at, `secret${suffix}`),
    stop: join(at, "cta_agent_stop"),
    log: join(at, "agent.log"),
    store: join(at, "tokens.json"),
    agent: join(at, `agent${suffix}`),
  };
}
