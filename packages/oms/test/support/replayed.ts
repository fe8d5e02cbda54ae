import {
  nowhere,
  replay,
  silent,
  withEnvironment as inEnvironment,
  type RecordedExchange,
  type Replay,
  type ReplayOptions,
} from "@sci/http-core/testing";
import { createOms, type Oms, type OmsOptions } from "../../src/index.ts";
import type { RecordedCase } from "./recorded.ts";

const cern = "https://auth.cern.ch";

export interface Playing {
  readonly oms: Oms;
  readonly server: Replay;
}

/** Where a recorded client looks for OMS, and with which credentials. */
interface Setup {
  readonly options: { readonly api_url?: string; readonly api_version?: string };
  readonly credentials: readonly [string, string] | undefined;
}

function setupOf({ client, exchanges }: RecordedCase): Setup {
  const token = exchanges.find(({ request }) => request.path.endsWith("/api-access/token"))?.request.body?.form;
  const of = (name: string): string => token?.find(([key]) => key === name)?.[1] ?? "";
  return {
    options: (client["options"] ?? {}) as Setup["options"],
    credentials: token === undefined ? undefined : [of("client_id"), of("client_secret")],
  };
}

/** Where the recorded redirects end. */
export const logInPage: RecordedExchange = {
  request: { method: "GET", origin: cern, path: "/", query: [], headers: {}, body: null },
  response: { status: 200, headers: { "content-type": "text/html" }, body: { text: "<html><title>Sign in to CERN</title></html>" } },
};

/**
 * Exchanges as this client makes them: attributes are described once and only when a name is not known here (the original asks at
 * every query), every page is asked for once, and a GET without body has no content-type.
 */
export function asSentHere(exchanges: readonly RecordedExchange[], keepMeta: boolean): RecordedExchange[] {
  const seen = new Set<string>();
  return exchanges
    .filter(({ request }) => keepMeta || !request.path.endsWith("/meta"))
    .map((exchange) => {
      if (exchange.request.body !== null) return exchange;
      const { "content-type": _none, ...headers } = exchange.request.headers;
      return { ...exchange, request: { ...exchange.request, headers } };
    })
    .filter(({ request, response }) => {
      if (request.method !== "GET" || response.status !== 200) return true;
      const key = JSON.stringify([request.path, request.query]);
      return !seen.has(key) && seen.add(key) !== undefined;
    });
}

export interface PlayOptions extends ReplayOptions {
  readonly exchanges?: readonly RecordedExchange[];
  readonly client?: OmsOptions;
}

/** Plays a recorded case to `use`, with a client as the original was set up, and checks that all exchanges were made. */
export async function playing<T>(recorded: RecordedCase, use: (playing: Playing) => Promise<T>, options: PlayOptions = {}): Promise<T> {
  const { exchanges = asSentHere(recorded.exchanges, false), client = {}, ...replayOptions } = options;
  const { options: given, credentials } = setupOf(recorded);
  const server = await replay(exchanges, { queryOrder: "any", asSets: ["sort", "fields", "include"], ...replayOptions });
  const url = new URL(given.api_url ?? "https://cmsoms.cern.ch/agg/api");
  const here = (origin: string): string => (exchanges.some(({ request }) => request.origin === origin) ? server.urlOf(origin) : nowhere);
  try {
    return await withEnvironment(
      { SSO_CLIENT_ID: credentials?.[0], SSO_CLIENT_SECRET: credentials?.[1], CERN_AUTH_URL: `${here(cern)}/auth/realms/cern` },
      async () => {
        const oms = createOms({
          baseUrl: `${here(url.origin)}${url.pathname}`,
          ...(given.api_version === undefined ? {} : { version: given.api_version }),
          // The original tries once more, after 10 s.
          retry: { attempts: 2, baseDelay: 0 },
          logger: silent,
          ...client,
        });
        try {
          const result = await use({ oms, server });
          server.done();
          return result;
        } finally {
          await oms.close();
        }
      },
    );
  } finally {
    await server.stop();
  }
}

const none = Object.fromEntries(["OMS_URL", "SSO_CLIENT_ID", "SSO_CLIENT_SECRET", "CERN_AUTH_URL"].map((name) => [name, null]));

/** Runs `use` with these variables and none of the machine's own. */
export function withEnvironment<T>(
  environment: Readonly<Record<string, string | null | undefined>>,
  use: () => T | Promise<T>,
): Promise<T> {
  return inEnvironment({ ...none, ...environment }, use);
}
