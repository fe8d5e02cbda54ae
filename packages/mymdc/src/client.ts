import { type CallOptions, createCore } from "@sci/http-core";
import { credentialsFor } from "./credentials.ts";
import { type MyMdcOptions, type SessionToken, settle } from "./options.ts";
import { raw, type RawAnswer, type RawRequest } from "./raw.ts";
import { type Resources, resourcesApi } from "./resources.ts";
import { service } from "./service.ts";

/** A client of myMdC: one field per resource. */
export interface MyMdc extends Resources {
  /** Where myMdC is, without a slash at the end. */
  readonly baseUrl: string;
  /** Where its API is. */
  readonly apiUrl: string;
  /**
   * One request in the service's own terms, and its answer with status, headers and page counts, whatever the status. A refused token is
   * renewed, and GET, PUT and DELETE are sent again where the service could not be reached or asks for it.
   * @throws INVALID_ARGUMENT; NOT_AUTHENTICATED, RATE_LIMITED, UNAVAILABLE, NETWORK, … where there is no final answer
   */
  raw(request: RawRequest, options?: CallOptions): Promise<RawAnswer>;
  /**
   * The token in use, for another process: `createMyMdc({ token })` takes it. Treat it as the secret that it is.
   * @throws MISSING_CREDENTIALS, NOT_AUTHENTICATED
   */
  token(options?: { readonly signal?: AbortSignal }): Promise<SessionToken>;
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

/**
 * Makes a client; nothing is sent before the first call. Variables: MYMDC_URL, MYMDC_TOKEN_URL, MYMDC_CLIENT_ID, MYMDC_CLIENT_SECRET,
 * MYMDC_USER_EMAIL.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for values that do not fit
 */
export function createMyMdc(options: MyMdcOptions = {}): MyMdc {
  const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};
  const settled = settle(options, environment);
  const credentials = credentialsFor(settled.credentials, settled.core, () => core);
  const core = createCore(service, { auth: credentials.auth, ...settled.core });
  return {
    ...resourcesApi(core),
    baseUrl: settled.baseUrl,
    apiUrl: core.baseUrl,
    raw: (request, callOptions) => raw(core, request, callOptions),
    token: (tokenOptions) => credentials.token(tokenOptions),
    close: () => core.close(),
  };
}
