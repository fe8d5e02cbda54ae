import { createTransport } from "#transport";
import { checkInteger, checkNames, shown } from "./check.ts";
import { buildRequest } from "./engine/build-request.ts";
import { call, type Settings } from "./engine/call.ts";
import { emit } from "./engine/events.ts";
import { defined } from "./engine/headers.ts";
import { isLoopback } from "./engine/redirect.ts";
import { Validator } from "./engine/validate.ts";
import { SciError } from "./errors.ts";
import { consoleLogger, onceLogger } from "./logger.ts";
import type { Operation } from "./operation.ts";
import type { CallOptions, ClientOptions, ServiceDefinition } from "./options.ts";
import type { Listing, ListOptions, PagedOperation } from "./paging/types.ts";
import { createListing } from "./paging/listing.ts";
import { redactUrl } from "./redact.ts";

/** What a facility client is built on: one way for every call. */
export interface Core {
  readonly service: ServiceDefinition;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Whether the service runs on this machine, where it may be used without credentials. */
  readonly isLocal: boolean;
  request<Input, Output>(operation: Operation<Input, Output>, input: Input, options?: CallOptions): Promise<Output>;
  list<Input, Body, Item>(paged: PagedOperation<Input, Body, Item>, input: Input, options?: ListOptions): Listing<Item>;
  /** What would be sent, without sending and without credentials: for `dryRun`. */
  describe<Input, Output>(operation: Operation<Input, Output>, input: Input): RequestDescription;
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

/** A request that is not sent. */
export interface RequestDescription {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

/** Names of the options every client takes, for packages that check their own options in one go. */
export const clientOptionNames = [
  "baseUrl",
  "auth",
  "timeout",
  "retry",
  "tls",
  "proxy",
  "concurrency",
  "logger",
  "onEvent",
  "userAgent",
  "headers",
  "fetch",
  "dispatcher",
  "validate",
  "trustedOrigins",
  "allowInsecureHttp",
] as const satisfies readonly (keyof ClientOptions)[];

/** Names of the options every call takes. */
export const callOptionNames = ["signal", "timeout", "retry", "headers", "validate"] as const satisfies readonly (keyof CallOptions)[];

/** Names of the options every listing takes besides. */
export const listOptionNames = [
  ...callOptionNames,
  "pageSize",
  "limit",
  "concurrency",
  "onChange",
] as const satisfies readonly (keyof ListOptions)[];

const defaults = { connect: 10_000, idle: 60_000, total: 300_000 };
const retryDefaults = { attempts: 4, baseDelay: 500, maxDelay: 30_000 };

/** @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for a base URL that is none. */
export function createCore(service: ServiceDefinition, options: ClientOptions = {}): Core {
  checkNames(options, clientOptionNames, `option of ${service.name}`);
  const { retry, concurrency = 8, validate = "warn", logger = consoleLogger, onEvent, auth } = options;
  const timeout = { ...defaults, ...defined(service.timeout), ...defined(options.timeout) };
  checkLimits(timeout, { ...retryDefaults, ...defined(retry) }, service.name);
  checkInteger(concurrency, "concurrency", { min: 1, max: 64 });
  const base = checkBaseUrl(options.baseUrl ?? service.baseUrl, service.name);
  const baseUrl = base.href.replace(/\/+$/, "");
  const trustedOrigins = (options.trustedOrigins ?? []).map((one) => checkBaseUrl(one, `${service.name} trustedOrigins`).origin);
  const warnOnce = onceLogger(logger);
  const transport = createTransport({
    ...pickDefined(options, ["tls", "proxy", "fetch", "dispatcher"]),
    certificateOrigins: [base.origin, ...trustedOrigins],
    connectTimeout: timeout.connect,
    connections: Math.max(16, concurrency),
    warn: warnOnce,
  });
  const settings: Settings = {
    service,
    baseUrl,
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
  const validator = new Validator(logger);
  let closed = false;

  const core: Core = {
    service,
    baseUrl,
    isLocal: isLoopback(base),
    async request<Input, Output>(operation: Operation<Input, Output>, input: Input, callOptions: CallOptions = {}): Promise<Output> {
      if (closed)
        throw new SciError("INVALID_ARGUMENT", `The client of ${service.name} is closed.`, {
          service: service.name,
          operation: operation.name,
        });
      const answer = await call(settings, operation, input, callOptions);
      const context = { service: service.name, operation: operation.name, method: operation.method, status: answer.status };
      const mode = callOptions.validate ?? validate;
      if (operation.read === undefined) return validator.check(answer.data, operation.response, mode, context);
      return operation.read({ ...answer, data: await validator.check<unknown>(answer.data, operation.response, mode, context) }, input);
    },
    list(paged, input, listOptions = {}) {
      return createListing(paged, input, listOptions, {
        request: (operation, one, callOptions) => core.request(operation, one, callOptions),
        service: service.name,
        concurrency: options.concurrency,
        warn: (message) => {
          logger.warn(message, { service: service.name, operation: paged.operation.name });
        },
        onPage: (page) => {
          emit({ type: "page", service: service.name, operation: paged.operation.name, ...page }, onEvent);
        },
      });
    },
    describe(operation, input) {
      const { method, target, payload, secrets } = buildRequest(operation, input);
      return { method, url: redactUrl(baseUrl + target, secrets, operation.secretQuery), body: payload };
    },
    async close() {
      closed = true;
      await transport.close();
    },
  };
  return core;
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
