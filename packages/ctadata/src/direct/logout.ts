import { checkNames, isSciError, redactUrl, SciError } from "@sci/http-core";
import { checkEndpoint, openTransport } from "@sci/http-core/node";
import { secretOf, storeOf } from "./login.ts";
import { type CtaLoginOptions, loginOptionNames, loginPlace, type LoginPlace } from "./login-options.ts";
import { removeProfileFile } from "./profile-files.ts";

export interface CtaLogoutOptions extends CtaLoginOptions {
  readonly signal?: AbortSignal;
}

/** What a log-out came to. */
export interface CtaLogout {
  /** Whether there was a log-in or a token in the profile. */
  readonly wasLoggedIn: boolean;
  /** Whether the server ended the session; where not, `problem` says why. */
  readonly ended: boolean;
  readonly problem?: string;
}

/**
 * Ends a log-in: forgets the refresh token and the token file of the profile, then asks the server to revoke the session. The client
 * secret stays, as it is not personal. A server that cannot be reached does not keep the tokens here.
 * @throws INVALID_ARGUMENT; FILE and TIMEOUT for the files of the profile; ABORTED
 */
export async function ctaLogout(options: CtaLogoutOptions = {}): Promise<CtaLogout> {
  checkNames(options, [...loginOptionNames, "signal"], "option of ctaLogout()");
  const place = loginPlace(options, process.env);
  let refresh: string | undefined;
  let kept = false;
  await storeOf(options, place.profile).update(
    place.key,
    async (current) => {
      kept = current !== undefined;
      refresh = current?.refresh_token;
      return undefined;
    },
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const hadFile = await removeProfileFile(place.profile.token);
  const wasLoggedIn = kept || hadFile;
  if (refresh === undefined) return { wasLoggedIn, ended: false };
  try {
    await revoke(options, place, refresh);
    return { wasLoggedIn, ended: true };
  } catch (error) {
    if (options.signal?.aborted === true || !isSciError<string>(error)) throw error;
    return { wasLoggedIn, ended: false, problem: error.message };
  }
}

/** RFC 7009, where the server's configuration names it; else the log-out of OpenID. */
async function revoke(options: CtaLogoutOptions, place: LoginPlace, refresh: string): Promise<void> {
  const { tls, proxy, timeout, signal } = options;
  const { clientId, issuer } = place.instance;
  const secret = await secretOf(options, place, process.env);
  const transport = openTransport({
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    certificateOrigins: [],
    connectTimeout: timeout?.connect ?? 10_000,
  });
  const limit = AbortSignal.timeout(timeout?.total ?? 30_000);
  const rest = {
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    idleTimeout: timeout?.idle ?? 30_000,
  };
  try {
    const configuration = `${checkEndpoint(issuer, "the issuer", options).href}/.well-known/openid-configuration`;
    const found = await transport.send({ method: "GET", url: configuration, headers: { accept: "application/json" }, ...rest });
    const { revocation_endpoint: revocation, end_session_endpoint: end } = named(await found.text(1024 * 1024), issuer);
    const target = typeof revocation === "string" ? revocation : typeof end === "string" ? end : undefined;
    if (target === undefined) throw problem(`${redactUrl(issuer)} names no place to revoke tokens at; the session there ends by itself`);
    const form = target === revocation ? { token: refresh, token_type_hint: "refresh_token" } : { refresh_token: refresh };
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret ?? "")}`).toString("base64");
    const answer = await transport.send({
      method: "POST",
      url: checkEndpoint(target, "the place to revoke tokens at", options).href,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(secret === undefined ? {} : { authorization: `Basic ${basic}` }),
      },
      body: new URLSearchParams({ client_id: clientId, ...form }).toString(),
      ...rest,
    });
    await answer.discard();
    if (answer.status >= 300) throw problem(`${redactUrl(target)} answered ${answer.status}`);
  } finally {
    await transport.close();
  }
}

function named(text: string, issuer: string): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === "object" && data !== null) return data as Record<string, unknown>;
  } catch {
    // Told below, as for any other text that is no configuration.
  }
  throw problem(`${redactUrl(issuer)} gave no OpenID configuration`);
}

function problem(message: string): SciError<"SERVICE_ERROR"> {
  return new SciError("SERVICE_ERROR", message);
}
