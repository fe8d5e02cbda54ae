import {
  bearerToken,
  type ClientOptions,
  type Core,
  createCore,
  type SecretSource,
  type ServiceDefinition,
  SciError,
} from "@sci/http-core";
import { createDoor, type Door } from "@sci/http-core/transfer";
import { clientOptions, type CtaDataOptions, type Environment, platform, userAgent } from "../options.ts";

/** The version of the original whose requests are spoken: the service is told it with every question. */
export const protocolVersion = "0.6.0";

const help =
  "Set JUPYTERHUB_API_TOKEN to a token of the hub (in its control panel, under Token), or give it as the option token. Inside the platform it is set already.";

function definition(name: string, baseUrl: string): ServiceDefinition {
  return {
    name,
    userAgent,
    baseUrl,
    signInHelp: help,
    // The service answers 500 for whatever the storage behind it has for a moment.
    retryStatuses: [408, 425, 429, 500, 502, 503, 504],
  };
}

/** The two services of the platform, and the relay of WebDAV that belongs to the first. */
export interface Services {
  readonly files: Core;
  readonly certificates: Core;
  /** Of the download service, for contents. */
  readonly door: Door;
  readonly relay: Door;
  readonly chunkSize: number;
  close(): Promise<void>;
}

/** @throws INVALID_ARGUMENT */
export function openServices(options: CtaDataOptions, environment: Environment): Services {
  const filesUrl = options.downloadService ?? (environment.CTADS_URL || `${platform}/downloadservice/`);
  const certificatesUrl = options.certificateService ?? (environment.CTACS_URL || `${platform}/certificateservice/`);
  const shared: ClientOptions = { ...clientOptions(options), auth: authOf(options, environment) };
  const files = createCore(definition("ctadata download service", filesUrl), { ...shared, baseUrl: filesUrl });
  const certificates = createCore(definition("ctadata certificate service", certificatesUrl), { ...shared, baseUrl: certificatesUrl });
  const door = createDoor(files.service, { ...shared, baseUrl: filesUrl });
  const relay = createDoor(definition("ctadata relay", filesUrl), { ...shared, baseUrl: `${files.baseUrl}/webdav` });
  return {
    files,
    certificates,
    door,
    relay,
    chunkSize: options.chunkSize ?? 10 * 1024 * 1024,
    async close() {
      await Promise.all([files.close(), certificates.close(), door.close(), relay.close()]);
    },
  };
}

function authOf(options: CtaDataOptions, environment: Environment): NonNullable<ClientOptions["auth"]> {
  if (options.auth !== undefined) return options.auth;
  const source: SecretSource =
    options.token ??
    (() => {
      const { JUPYTERHUB_API_TOKEN: token } = environment;
      if (token) return token;
      throw new SciError("MISSING_CREDENTIALS", `There is no token for the download service. ${help}`, {
        details: { variables: ["JUPYTERHUB_API_TOKEN"] },
      });
    });
  return bearerToken(source);
}
