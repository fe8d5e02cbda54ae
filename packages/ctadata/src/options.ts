import {
  callOptionNames,
  checkInteger,
  checkNames,
  type ClientOptions,
  clientOptionNames,
  type SecretSource,
  SciError,
  shown,
} from "@sci/http-core";
import type { LoadCertificateOptions } from "@sci/http-core/x509";
import { instanceOf } from "./direct/instance.ts";
import type { CtaLoginOptions } from "./direct/login-options.ts";

/** The two ways to the data. */
export type Mode = "direct" | "service";

/** What `createCtaData` takes: the options of every client and those below. */
export interface CtaDataOptions extends ClientOptions {
  /** "direct" talks to the storage, "service" to the download service of the JupyterHub platform. @default direct where a token is at hand, else the service inside JupyterHub, else direct */
  readonly mode?: Mode;
  /** The storage's WebDAV door, in direct mode. @default CTADATA_URL, else that of the data centre */
  readonly baseUrl?: string;
  /** The development instance: its door, its client, its files. @default false */
  readonly dev?: boolean;
  /** Access token or macaroon (direct), token of the hub (service). @default CTADATA_TOKEN and what the profile has; JUPYTERHUB_API_TOKEN */
  readonly token?: SecretSource;
  /** A file whose first line is the token, read again when it nears its end: direct mode. */
  readonly tokenFile?: string;
  /** A client certificate or proxy instead of a token: true finds the user's, a text is a path (direct mode). */
  readonly certificate?: true | string | LoadCertificateOptions;
  /** Folder shared with the Python original. @default "~/.config/cta-data" */
  readonly profile?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecret?: SecretSource | false;
  /** Shows the code of a log-in to the person. */
  readonly onPrompt?: CtaLoginOptions["onPrompt"];
  readonly store?: CtaLoginOptions["store"];
  /** Address of the download service. @default CTADS_URL, else that of the platform */
  readonly downloadService?: string;
  /** Address of the certificate service. @default CTACS_URL, else that of the platform */
  readonly certificateService?: string;
  /** Bytes that the download service, and uploads to it, handle at a time. @default 10 MiB */
  readonly chunkSize?: number;
}

export const ownOptionNames = [
  "mode",
  "dev",
  "token",
  "tokenFile",
  "certificate",
  "profile",
  "issuer",
  "clientId",
  "clientSecret",
  "onPrompt",
  "store",
  "downloadService",
  "certificateService",
  "chunkSize",
] as const satisfies readonly (keyof CtaDataOptions)[];

/** Variables that a client looks at. */
export interface Environment {
  readonly CTADATA_URL?: string | undefined;
  readonly CTADATA_TOKEN?: string | undefined;
  readonly CTADS_URL?: string | undefined;
  readonly CTACS_URL?: string | undefined;
  readonly JUPYTERHUB_API_TOKEN?: string | undefined;
  readonly CTACS_ALLOWED_CERT_KEYS?: string | undefined;
  readonly [name: string]: string | undefined;
}

const ofDirect = ["baseUrl", "dev", "tokenFile", "certificate", "issuer", "clientId", "clientSecret", "store", "profile"] as const;
const ofService = ["downloadService", "certificateService", "chunkSize"] as const;

/** @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for options that do not go together */
export function checkOptions(options: CtaDataOptions): void {
  checkNames(options, [...clientOptionNames, ...ownOptionNames], "option of createCtaData()");
  const { mode, chunkSize } = options;
  if (mode !== undefined && mode !== "direct" && mode !== "service")
    throw new SciError("INVALID_ARGUMENT", `mode must be "direct" or "service", not ${shown(mode)}.`);
  if (chunkSize !== undefined) checkInteger(chunkSize, "chunkSize", { min: 1, max: 1024 * 1024 * 1024 });
  const given = (["auth", "token", "tokenFile", "certificate"] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) throw new SciError("INVALID_ARGUMENT", `Give one of ${given.join(" and ")}: they are different credentials.`);
  const foreign = mode === "service" ? ofDirect : mode === "direct" ? ofService : [];
  for (const name of foreign) {
    if (options[name] !== undefined)
      throw new SciError("INVALID_ARGUMENT", `The option ${name} is of the other mode than mode: "${mode as string}".`);
  }
}

/** The mode, where none was asked for. `atHand` tells whether there is a token of the storage. */
export function chooseMode(options: CtaDataOptions, environment: Environment, atHand: () => boolean): Mode {
  if (options.mode !== undefined) return options.mode;
  if (ofService.some((name) => options[name] !== undefined)) return "service";
  if ([...ofDirect, "token", "auth"].some((name) => options[name as keyof CtaDataOptions] !== undefined)) return "direct";
  if (atHand()) return "direct";
  return environment.JUPYTERHUB_API_TOKEN ? "service" : "direct";
}

/** The platform's services. */
export const platform = "https://platform.cta.cscs.ch/services";

/**
 * Where a mode's client talks to, without a slash at the end.
 * @throws INVALID_ARGUMENT for what is no http(s) URL
 */
export function addressOf(mode: Mode, options: CtaDataOptions, environment: Environment): string {
  const { downloadService, certificateService } = options;
  const download = downloadService ?? (environment.CTADS_URL || `${platform}/downloadservice/`);
  const address = mode === "service" ? download : instanceOf(options, environment).door;
  for (const one of [address, certificateService]) {
    const url = typeof one === "string" && URL.canParse(one) ? new URL(one) : undefined;
    if (one !== undefined && url?.protocol !== "https:" && url?.protocol !== "http:")
      throw new SciError("INVALID_ARGUMENT", `The address of ctadata must be an http(s) URL, not ${shown(one)}.`);
  }
  return new URL(address).href.replace(/\/+$/, "");
}

/** The options that the core and the engine share, without those that a mode settles itself. */
export function clientOptions(options: CtaDataOptions): ClientOptions {
  const own: readonly string[] = [...ownOptionNames, "baseUrl", "auth"];
  return Object.fromEntries(Object.entries(options).filter(([name]) => !own.includes(name)));
}

/** Options of a log-in among those of a client. */
export function loginOptions(options: CtaDataOptions): CtaLoginOptions {
  const names = [
    "dev",
    "profile",
    "issuer",
    "clientId",
    "clientSecret",
    "onPrompt",
    "store",
    "tls",
    "proxy",
    "retry",
    "allowInsecureHttp",
  ] as const;
  const { connect } = options.timeout ?? {};
  const { logger } = options;
  return {
    ...Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])),
    ...(connect === undefined ? {} : { timeout: { connect } }),
    ...(logger === undefined ? {} : { warn: (message: string) => logger.warn(message) }),
  };
}

/** Names of the options of calls that take a signal only. */
export const signalOnly = ["signal"] as const;
export { callOptionNames };

declare const __PACKAGE_VERSION__: string;

/** For the user agent. */
export const userAgent = `sci-ctadata/${__PACKAGE_VERSION__}`;
