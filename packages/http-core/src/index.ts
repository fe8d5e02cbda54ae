export { SciError, describeCause, isSciError } from "./errors.ts";
export type { Attempt, CoreErrorCode, ErrorContext, SciErrorOptions } from "./errors.ts";
export { withMore } from "./error-context.ts";
export { MASK, redactText, redactUrl } from "./redact.ts";
export { operation } from "./operation.ts";
export type { Answer, Failure, Method, Operation, PathValue, Query, QueryValue, RequestBody, Schema, SchemaResult } from "./operation.ts";
export type { Listing, ListOptions, Page, PagedOperation, PagePosition } from "./paging/types.ts";
export type { CallOptions, ClientOptions, RetryOptions, ServiceDefinition } from "./options.ts";
export type { Logger } from "./logger.ts";
export type { AuthProvider, AuthRequest, Credentials } from "./auth/types.ts";
export type {
  FetchLike,
  FetchResponse,
  TimeoutOptions,
  TlsOptions,
  Transport,
  TransportOptions,
  TransportRequest,
  TransportResponse,
} from "./transport/types.ts";
export type { Core, RequestDescription } from "./core.ts";
export { callOptionNames, clientOptionNames, createCore, listOptionNames } from "./core.ts";
export { checkInteger, checkNames, nearest, shown, unknownName } from "./check.ts";
export { basicAuth, bearerToken, headerAuth, lateAuth } from "./auth/providers.ts";
export type { SecretSource } from "./auth/providers.ts";
export { tokenCache } from "./auth/token-cache.ts";
export type { TokenCacheOptions, TokenProvider, TokenRequest } from "./auth/token-cache.ts";
export type { TokenSet } from "./auth/token.ts";
export { float, parseJson, stringifyJson } from "./json.ts";
export type { EventListener, SciEvent } from "./engine/events.ts";
