import { checkNames, SciError, shown, type AuthRequest } from "@sci/http-core";
import { tokenExchange, type TokenProvider } from "@sci/http-core/oauth";
import { clientOf, exchangeKey, grantOptions, settingNames, type CernClientOptions, type Settled } from "./client.ts";

export interface CernTokenExchangeOptions extends CernClientOptions {
  /** Client id of the service the new token is for. */
  readonly audience: string;
}

/**
 * Another token for the one of `subject`, for the audience of another service (RFC 8693): for a service that calls a further one in
 * the name of its user. `cernDeviceLogin()` and `cernBrowserLogin()` do this themselves with their option `audience`.
 *
 * Kept in memory unless `store` says otherwise: what is kept must not outlive the subject it came from.
 * @throws INVALID_ARGUMENT, INSECURE here; at use MISSING_CREDENTIALS, NOT_AUTHENTICATED with the server's reason, NETWORK, TLS,
 * TIMEOUT, UNAVAILABLE, and what `subject` throws
 */
export function cernTokenExchange(subject: Pick<TokenProvider, "token">, options: CernTokenExchangeOptions): TokenProvider {
  checkNames(options, [...settingNames, "audience"], "option of cernTokenExchange()");
  const { audience } = options;
  if (typeof audience !== "string" || audience === "") {
    throw new SciError("INVALID_ARGUMENT", `cernTokenExchange() needs the audience, the client id of the service, not ${shown(audience)}.`);
  }
  const settings = { ...options, store: options.store ?? (false as const) };
  exchanged(clientOf({ ...settings, clientId: "unused" }, {}), settings, subject);
  let inner: TokenProvider | undefined;
  const settled = (): TokenProvider => (inner ??= exchanged(clientOf(settings, options.environment ?? process.env), settings, subject));
  const provider = async (request: AuthRequest) => settled()(request);
  return Object.assign(provider, {
    token: async (given?: { readonly signal?: AbortSignal }) => settled().token(given),
    description: `a token exchanged for ${audience}`,
  });
}

export function exchanged(client: Settled, options: CernTokenExchangeOptions, subject: Pick<TokenProvider, "token">): TokenProvider {
  const { audience } = options;
  const { scope: _ofTheLogin, ...grant } = grantOptions(client, options);
  return tokenExchange(
    {
      ...grant,
      audience,
      storeKey: exchangeKey(client, audience, options),
      help: `Asked at ${client.realm} as client "${client.clientId}" for audience "${audience}", which has to allow this client.`,
    },
    subject,
  );
}
