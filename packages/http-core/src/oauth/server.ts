import type { ClientAuth, Configuration } from "openid-client";
import { base64 } from "../auth/providers.ts";
import type { TokenSet } from "../auth/token.ts";
import { SciError } from "../errors.ts";
import { fromLibrary, type OAuthFailure } from "./errors.ts";
import { withTokenHttp, type SecretContext, type TokenHttp } from "./http.ts";
import { checkEndpoint, scopeText, serverName, type OAuthOptions } from "./options.ts";

type Library = typeof import("openid-client");

/** Endpoints that a grant may be given directly. */
export type Endpoint = "token_endpoint" | "device_authorization_endpoint" | "authorization_endpoint";

/** What a grant works with. */
export interface Grant {
  readonly library: Library;
  readonly config: Configuration;
  readonly http: TokenHttp;
  readonly failure: OAuthFailure;
  /** Calls the library; its errors come out as ours. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Prepares openid-client for one grant, over our transport.
 * @throws MISSING_CREDENTIALS before anything is sent
 */
export async function withGrant<T>(
  options: OAuthOptions,
  endpoints: Partial<Record<Endpoint, string | undefined>>,
  context: SecretContext,
  work: (grant: Grant) => Promise<T>,
): Promise<T> {
  const clientId = options.clientId;
  if (clientId === undefined || clientId === "") throw missing("client id", options);
  return withTokenHttp(options, context, async (http) => {
    // Loaded with the first token: importing a client stays cheap.
    const library = await import("openid-client");
    const run = async <R>(inner: () => Promise<R>): Promise<R> => {
      try {
        return await inner();
      } catch (error) {
        throw fromLibrary(error, http.failure);
      }
    };
    const config = await run(() => configure(library, http, clientId, { token_endpoint: options.tokenEndpoint, ...endpoints }));
    return work({ library, config, http, failure: http.failure, run });
  });
}

export function missing(what: string, options: OAuthOptions): SciError<"MISSING_CREDENTIALS"> {
  return new SciError(
    "MISSING_CREDENTIALS",
    `The ${what} for ${serverName(options)} is missing.${options.help === undefined ? "" : ` ${options.help}`}`,
  );
}

async function configure(
  library: Library,
  http: TokenHttp,
  clientId: string,
  endpoints: Partial<Record<Endpoint, string | undefined>>,
): Promise<Configuration> {
  const { options } = http;
  const authentication = clientAuthentication(library, options);
  const given = Object.fromEntries(Object.entries(endpoints).filter((entry): entry is [string, string] => entry[1] !== undefined));
  let server: ConstructorParameters<Library["Configuration"]>[0];
  if (Object.values(endpoints).some((one) => one === undefined)) {
    if (options.issuer === undefined) {
      const names = Object.keys(endpoints).filter((name) => endpoints[name as Endpoint] === undefined);
      throw new SciError(
        "INVALID_ARGUMENT",
        `The address of the ${names.join(" and ").replaceAll("_", " ")} is missing: give it, or the issuer to look it up.`,
      );
    }
    const found = await library.discovery(new URL(options.issuer), clientId, undefined, authentication, {
      [library.customFetch]: http.fetch,
      timeout: (options.timeout?.total ?? 300_000) / 1000,
      execute: insecure(library, options.issuer),
    });
    server = { ...found.serverMetadata(), ...given };
    for (const name of Object.keys(endpoints)) {
      const address = server[name];
      if (typeof address !== "string") {
        throw new SciError(
          "INVALID_RESPONSE",
          `${serverName(options)} names no ${name.replaceAll("_", " ")} in its OpenID configuration; it does not offer this way to log in.`,
        );
      }
      checkEndpoint(address, name, options);
    }
  } else {
    server = { issuer: options.issuer ?? new URL(given["token_endpoint"] as string).origin, ...given };
  }
  const config = new library.Configuration(server, clientId, undefined, authentication);
  config[library.customFetch] = http.fetch;
  // Our own deadline bounds every request.
  config.timeout = 0;
  for (const allow of insecure(library, ...Object.values(server))) allow(config);
  return config;
}

/** openid-client refuses plain http on its own; where it is allowed (loopback, allowInsecureHttp) has been decided before, by {@link checkEndpoint}. */
function insecure(library: Library, ...addresses: readonly unknown[]): ((config: Configuration) => void)[] {
  // Marked as deprecated only to stand out.
  const { allowInsecureRequests } = library;
  return addresses.some((address) => typeof address === "string" && address.startsWith("http:")) ? [allowInsecureRequests] : [];
}

function clientAuthentication(library: Library, { clientSecret, method = "basic" }: OAuthOptions): ClientAuth {
  if (clientSecret === undefined || clientSecret === "") return library.None();
  return method === "form" ? library.ClientSecretPost(clientSecret) : basic(clientSecret, method === "basic" ? formEncode : String);
}

/**
 * RFC 6749 §2.3.1. openid-client would also escape `-` and `_`, which every client id of CERN has and which servers that do
 * not decode would take literally; form encoding leaves them as they are.
 */
function basic(secret: string, encode: (text: string) => string): ClientAuth {
  return (_server, client, _body, headers) => {
    headers.set("authorization", `Basic ${base64(`${encode(client.client_id)}:${encode(secret)}`)}`);
  };
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

/** The parameters that all grants share. */
export function commonParameters({ scope, audience, parameters }: OAuthOptions): Record<string, string> {
  const text = scopeText(scope);
  return { ...(audience === undefined ? {} : { audience }), ...(text === undefined ? {} : { scope: text }), ...parameters };
}

/** What openid-client gives, as a token set with points in time. */
export function toTokenSet(answer: object, now: number): TokenSet {
  const { expires_in: expiresIn, ...rest } = answer as {
    readonly expires_in?: number;
    readonly access_token: string;
    readonly token_type: string;
  };
  return { ...rest, obtained_at: now, ...(typeof expiresIn === "number" ? { expires_at: now + expiresIn * 1000 } : {}) };
}
