import { isSciError, type SciError } from "@sci/http-core";
import { nowhere, type RecordedExchange, replay, type Replay, type ReplayOptions, silent, withEnvironment } from "@sci/http-core/testing";
import { createCtaData, type CtaData, type CtaDataOptions } from "../../src/index.ts";
import { inWorkingFolder } from "./folder.ts";
import type { RecordedCase } from "./recorded.ts";

/** None of the machine's own. */
export const noEnvironment = Object.fromEntries(
  [
    "CTADATA_URL",
    "CTADATA_TOKEN",
    "CTADATA_ISSUER",
    "CTADATA_CLIENT_ID",
    "CTADATA_CLIENT_SECRET",
    "CTADS_URL",
    "CTACS_URL",
    "JUPYTERHUB_API_TOKEN",
    "CTACS_ALLOWED_CERT_KEYS",
    "OIDC_SOCK",
    "X509_USER_PROXY",
    "X509_USER_CERT",
  ].map((name) => [name, null]),
);

export interface Played<T> {
  readonly value?: T;
  readonly error?: SciError<string>;
  readonly wrote: Record<string, string>;
  readonly outside: Record<string, string>;
  /** What was sent, as "METHOD path". */
  readonly sent: readonly string[];
  readonly urls: readonly string[];
}

export interface PlayOptions extends ReplayOptions {
  readonly exchanges?: readonly RecordedExchange[];
  readonly client?: CtaDataOptions;
  readonly before?: RecordedCase["client"] extends infer Client
    ? Client extends { readonly local_before?: infer Files }
      ? Files
      : never
    : never;
  readonly environment?: Readonly<Record<string, string | null>>;
}

/**
 * Plays a recorded case of the service mode: every recorded request has to come, but for the token in the query, and nothing else.
 * Header fields of the original's library are not compared, nor the type that it gives requests without a body.
 */
export async function playService<T>(
  recorded: RecordedCase,
  call: (client: CtaData, server: Replay) => Promise<T>,
  options: PlayOptions = {},
): Promise<Played<T>> {
  const { exchanges = recorded.exchanges, client = {}, before, environment = {}, ...rest } = options;
  const setup = recorded.client ?? {};
  const server = await replay(exchanges, { ignoreQuery: ["token"], ignoreHeaders: ["content-type"], ...rest });
  const base = exchanges.length === 0 ? nowhere : server.url;
  const prefix = setup.service_prefix ?? "/services/";
  const token = setup.token === null ? null : "hub-token";
  try {
    return await withEnvironment(
      {
        ...noEnvironment,
        CTADS_URL: `${base}${prefix}downloadservice/`,
        CTACS_URL: `${base}${prefix}certificateservice/`,
        JUPYTERHUB_API_TOKEN: token,
        ...environment,
      },
      async () => {
        const { value, wrote, outside } = await inWorkingFolder(before ?? setup.local_before ?? {}, async () => {
          const made = createCtaData({ mode: "service", logger: silent, retry: { attempts: 1 }, ...client });
          try {
            return { value: await call(made, server) };
          } catch (error) {
            if (!isSciError<string>(error)) throw error;
            return { error };
          } finally {
            await made.close();
          }
        });
        server.done();
        const { requests } = server;
        return {
          ...value,
          wrote,
          outside,
          sent: requests.map(({ method, path }) => `${method} ${path}`),
          urls: requests.map(({ target }) => target),
        };
      },
    );
  } finally {
    await server.stop();
  }
}

/** An exchange with another path in its request. */
export function askedAt(exchange: RecordedExchange, path: string): RecordedExchange {
  return { ...exchange, request: { ...exchange.request, path } };
}
