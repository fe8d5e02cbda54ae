import { createTransport } from "#transport";
import { checkInteger, checkNames, shown } from "../check.ts";
import { SciError } from "../errors.ts";
import { consoleLogger, onceLogger } from "../logger.ts";
import type { ClientOptions, ServiceDefinition } from "../options.ts";
import { redactUrl } from "../redact.ts";
import type { Settings } from "./call.ts";
import { defined } from "./headers.ts";

const defaults = { connect: 10_000, idle: 60_000, total: 300_000 };
const retryDefaults = { attempts: 4, baseDelay: 500, maxDelay: 30_000 };

/**
 * What the options of a client amount to, with the transport opened on them.
 * @throws INVALID_ARGUMENT for limits that are none and for a base URL that is none
 */
export function createSettings(service: ServiceDefinition, options: ClientOptions, connections: number): Settings {
  const { retry, logger = consoleLogger, onEvent, auth } = options;
  const timeout = { ...defaults, ...defined(service.timeout), ...defined(options.timeout) };
  checkLimits(timeout, { ...retryDefaults, ...defined(retry) }, service.name);
  const base = checkBaseUrl(options.baseUrl ?? service.baseUrl, service.name);
  const trustedOrigins = (options.trustedOrigins ?? []).map((one) => checkBaseUrl(one, `${service.name} trustedOrigins`).origin);
  const warnOnce = onceLogger(logger);
  const transport = createTransport({
    ...pickDefined(options, ["tls", "proxy", "fetch", "dispatcher"]),
    certificateOrigins: [base.origin, ...trustedOrigins],
    connectTimeout: timeout.connect,
    connections,
    warn: warnOnce,
  });
  return {
    service,
    baseUrl: base.href.replace(/\/+$/, ""),
    origin: base.origin,
    auth: auth === false ? undefined : auth,
    transport,
    timeout,
    retry: { ...retryDefaults, ...defined(service.retry), ...defined(retry) },
    headers: { "user-agent": userAgentChain(options.userAgent, service.userAgent), ...options.headers },
    trustedOrigins,
    allowInsecureHttp: options.allowInsecureHttp ?? false,
    logger,
    onEvent,
    warnOnce,
    accepted: undefined,
  };
}

/** @throws INVALID_ARGUMENT for anything but an http(s) URL without credentials, query and fragment. */
function checkBaseUrl(text: string, what: string): URL {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new SciError("INVALID_ARGUMENT", `The base URL of ${what} must be an http(s) URL, not ${shown(text)}.`);
  }
  if (url.username !== "" || url.password !== "")
    throw new SciError("INVALID_ARGUMENT", `The base URL of ${what} must not hold a user or password; give them as auth.`);
  if (url.search !== "" || url.hash !== "")
    throw new SciError("INVALID_ARGUMENT", `The base URL of ${what} must have neither query nor fragment: ${shown(redactUrl(text))}.`);
  return url;
}

function checkLimits(timeout: object, retry: Required<NonNullable<ClientOptions["retry"]>>, what: string): void {
  checkNames(timeout, ["connect", "idle", "total"], `time limit of ${what}`);
  for (const [name, value] of Object.entries(timeout)) {
    if (typeof value !== "number" || !(value > 0))
      throw new SciError("INVALID_ARGUMENT", `timeout.${name} of ${what} must be a number of milliseconds above 0, not ${shown(value)}.`);
  }
  checkNames(retry, ["attempts", "baseDelay", "maxDelay"], `retry option of ${what}`);
  checkInteger(retry.attempts, `retry.attempts of ${what}`, { min: 1, max: 100 });
  checkInteger(retry.baseDelay, `retry.baseDelay of ${what}`);
  checkInteger(retry.maxDelay, `retry.maxDelay of ${what}`);
}

declare const __PACKAGE_VERSION__: string;

function userAgentChain(own: string | undefined, service: string): string | undefined {
  const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  // A browser says what it is by itself and does not let pages change it everywhere.
  if (node === undefined) return undefined;
  return [own, service, `sci-http-core/${__PACKAGE_VERSION__}`, `node/${node}`].filter((part) => part !== undefined).join(" ");
}

function pickDefined<T extends object, Key extends keyof T>(value: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])) as Pick<T, Key>;
}
