import { checkNames, isSciError, redactUrl, SciError } from "@sci/http-core";
import { checkEndpoint, openTransport } from "@sci/http-core/node";
import { clientOf, exchangeKey, loginKey, settingNames, type CernClientOptions } from "./client.ts";
import { given } from "./connection.ts";
import { oidcEndpoints } from "./realm.ts";

export interface CernLogoutOptions extends CernClientOptions {
  /** Services whose exchanged tokens are forgotten as well. */
  readonly audiences?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What a log-out came to. */
export interface CernLogout {
  /** Whether there was a log-in in the store. */
  readonly wasLoggedIn: boolean;
  /** Whether the server ended the session; false where it could not be told, which `problem` explains. */
  readonly ended: boolean;
  readonly problem?: string;
}

/**
 * Ends the log-in of a client: forgets what the store keeps, then tells CERN's sign-on to end the session. A server that cannot be
 * reached does not keep the tokens here alive: they are gone, and the answer says that the session was not ended.
 * @throws MISSING_CREDENTIALS without a client id; INVALID_ARGUMENT; FILE and TIMEOUT for the token store; ABORTED
 */
export async function cernLogout(options: CernLogoutOptions = {}): Promise<CernLogout> {
  checkNames(options, [...settingNames, "audiences", "signal"], "option of cernLogout()");
  const client = clientOf(options, options.environment ?? process.env);
  const { store } = client;
  if (store === undefined)
    throw new SciError("INVALID_ARGUMENT", "cernLogout() needs a token store; what is in memory ends with the process.");
  let refresh: string | undefined;
  let wasLoggedIn = false;
  const waiting = options.signal === undefined ? {} : { signal: options.signal };
  await store.update(
    loginKey(client, options),
    async (current) => {
      wasLoggedIn = current !== undefined;
      refresh = current?.refresh_token;
      return undefined;
    },
    waiting,
  );
  for (const audience of options.audiences ?? []) {
    await store.update(exchangeKey(client, audience, options), async () => undefined, waiting);
  }
  if (refresh === undefined) return { wasLoggedIn, ended: false };
  const form = {
    client_id: client.clientId,
    refresh_token: refresh,
    ...(client.clientSecret === undefined ? {} : { client_secret: client.clientSecret }),
  };
  const problem = await endSession(oidcEndpoints(client.realm).logout, form, options);
  return { wasLoggedIn, ended: problem === undefined, ...(problem === undefined ? {} : { problem }) };
}

/** Keycloak ends a session for its refresh token. */
async function endSession(address: string, form: Record<string, string>, options: CernLogoutOptions): Promise<string | undefined> {
  const transport = openTransport({
    ...given(options, ["tls", "proxy", "fetch"]),
    certificateOrigins: [],
    ...(options.timeout?.connect === undefined ? {} : { connectTimeout: options.timeout.connect }),
  });
  try {
    const limit = AbortSignal.timeout(options.timeout?.total ?? 30_000);
    const response = await transport.send({
      method: "POST",
      url: checkEndpoint(address, "the realm", options).href,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams(form).toString(),
      signal: options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]),
      idleTimeout: options.timeout?.idle ?? 30_000,
    });
    await response.discard();
    return response.status < 300 ? undefined : `${redactUrl(address)} answered ${response.status}`;
  } catch (error) {
    if (options.signal?.aborted === true || !isSciError(error)) throw error;
    return error.message;
  } finally {
    await transport.close();
  }
}
