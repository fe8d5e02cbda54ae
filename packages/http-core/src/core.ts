import { checkInteger, checkNames } from "./check.ts";
import { buildRequest } from "./engine/build-request.ts";
import { call } from "./engine/call.ts";
import { emit } from "./engine/events.ts";
import { isLoopback } from "./engine/redirect.ts";
import { createSettings } from "./engine/settings.ts";
import { Validator } from "./engine/validate.ts";
import { SciError } from "./errors.ts";
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
  /** `request` makes the call of each page, for clients that put something of their own into every call. @default this core's */
  list<Input, Body, Item>(
    paged: PagedOperation<Input, Body, Item>,
    input: Input,
    options?: ListOptions,
    request?: Core["request"],
  ): Listing<Item>;
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

/** @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for a base URL that is none. */
export function createCore(service: ServiceDefinition, options: ClientOptions = {}): Core {
  checkNames(options, clientOptionNames, `option of ${service.name}`);
  const { concurrency = 8, validate = "warn", onEvent } = options;
  checkInteger(concurrency, "concurrency", { min: 1, max: 64 });
  const settings = createSettings(service, options, Math.max(16, concurrency));
  const { baseUrl, transport, logger } = settings;
  const validator = new Validator(logger);
  let closed = false;

  const core: Core = {
    service,
    baseUrl,
    isLocal: isLoopback(new URL(baseUrl)),
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
    list(paged, input, listOptions = {}, request = core.request) {
      return createListing(paged, input, listOptions, {
        request: (operation, one, callOptions) => request(operation, one, callOptions),
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
