import { nowhere, replay, silent, withEnvironment as inEnvironment, type RecordedExchange, type Replay } from "@sci/http-core/testing";
import { createRunRegistry, type RunRegistry, type RunRegistryOptions } from "../../src/index.ts";
import type { RecordedCase } from "./recorded.ts";

const targets: Readonly<Record<string, string>> = {
  production: "https://cmsrunregistry.web.cern.ch/api",
  development: "https://dev-cmsrunregistry.web.cern.ch/api",
  local: "http://localhost:9500",
};
const cern = "https://auth.cern.ch";

/**
 * Exchanges as this client makes them: one token for all requests (the original fetches one per page and per action), and no
 * request of a log-in page it was redirected to.
 */
export function withOneToken(exchanges: readonly RecordedExchange[]): RecordedExchange[] {
  let tokens = 0;
  return exchanges.filter(({ request }) => {
    if (request.path.endsWith("/api-access/token")) return tokens++ === 0;
    return request.origin !== cern;
  });
}

/** `@sci/cern-auth` sends id and secret in the form, which every character survives, instead of a Basic header. */
function credentialsInForm(exchange: RecordedExchange): RecordedExchange {
  const { authorization, ...headers } = exchange.request.headers;
  if (!exchange.request.path.endsWith("/api-access/token") || authorization === undefined) return exchange;
  const [id = "", secret = ""] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
    .toString()
    .split(":");
  const [grant, ...others] = exchange.request.body?.form ?? [];
  const form = [...(grant === undefined ? [] : [grant]), ["client_id", id] as const, ["client_secret", secret] as const, ...others];
  return { ...exchange, request: { ...exchange.request, headers, body: { form } } };
}

export interface Playing {
  readonly rr: RunRegistry;
  readonly server: Replay;
}

/** Plays a recorded case to `use`, with a client as the original was set up, and checks that all exchanges were made. */
export async function playing<T>(
  recorded: RecordedCase,
  use: (playing: Playing) => Promise<T>,
  change: (exchange: RecordedExchange) => RecordedExchange = (one) => one,
): Promise<T> {
  // A content-type without a body says nothing; it is not sent here.
  const bare = (exchange: RecordedExchange): RecordedExchange => {
    if (exchange.request.body !== null) return exchange;
    const { "content-type": _none, ...headers } = exchange.request.headers;
    return { ...exchange, request: { ...exchange.request, headers } };
  };
  const { environment = "production", client_id: id, client_secret: secret } = recorded.client as Record<string, string | null | undefined>;
  const server = await replay(withOneToken(recorded.exchanges).map(change).map(bare).map(credentialsInForm));
  const base = targets[environment ?? ""] ?? "";
  const url = new URL(base);
  const address = recorded.exchanges.some(({ request }) => request.origin === url.origin) ? server.urlOf(url.origin) : nowhere;
  const options: RunRegistryOptions = {
    target: environment as "production" | "development" | "local",
    baseUrl: `${address}${url.pathname === "/" ? "" : url.pathname}`,
    retry: { attempts: 1 },
    logger: silent,
  };
  const cernAuth = recorded.exchanges.some(({ request }) => request.origin === cern) ? server.urlOf(cern) : nowhere;
  try {
    return await withEnvironment(
      { SSO_CLIENT_ID: id, SSO_CLIENT_SECRET: secret, CERN_AUTH_URL: `${cernAuth}/auth/realms/cern` },
      async () => {
        const rr = createRunRegistry(options);
        try {
          const result = await use({ rr, server });
          server.done();
          return result;
        } finally {
          await rr.close();
        }
      },
    );
  } finally {
    await server.stop();
  }
}

const none = Object.fromEntries(["RUNREGISTRY_URL", "SSO_CLIENT_ID", "SSO_CLIENT_SECRET", "CERN_AUTH_URL"].map((name) => [name, null]));

/** Runs `use` with these variables and none of the machine's own. */
export function withEnvironment<T>(
  environment: Readonly<Record<string, string | null | undefined>>,
  use: () => T | Promise<T>,
): Promise<T> {
  return inEnvironment({ ...none, ...environment }, use);
}
