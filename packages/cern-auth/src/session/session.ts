import { isSciError, SciError, tokenCache, type AuthProvider } from "@sci/http-core";
import { Deadline, openTransport, secretFolder, withFileLock, writeSecretFile, type SecretFile } from "@sci/http-core/node";
import type { CookieJar } from "tough-cookie";
import { given } from "../connection.ts";
import { cookieCredentials, cookiesOf, fileOf } from "../cookies/cookie-file.ts";
import { cookiesIn, openJar } from "../cookies/jar.ts";
import { formatCookies } from "../cookies/netscape.ts";
import type { StoredCookie } from "../cookies/types.ts";
import { Browser } from "./browser.ts";
import { loadKerberos, systemKerberos } from "./kerberos.ts";
import { logIn, type Proof } from "./log-in.ts";
import { certificateOf, checkSessionOptions, loginOriginsOf, secretOf, type CernSessionOptions } from "./options.ts";

/** A log-in at a web site, as credentials for its origin. What it holds shows neither in `inspect` nor in JSON. */
export interface CernSession extends AuthProvider {
  /** Of the site; requests to others get nothing. */
  readonly origin: string;
  /** All cookies of the log-in, those of the sign-on included: for `writeCookieFile()`. Logs in when that is due. */
  cookies(options?: { readonly signal?: AbortSignal }): Promise<StoredCookie[]>;
  /** The value of the header `cookie` for an address of the site. Logs in when that is due. */
  cookieHeader(url?: string, options?: { readonly signal?: AbortSignal }): Promise<string>;
}

declare const __PACKAGE_VERSION__: string;

const totalLimit = 120_000;
const idleLimit = 60_000;

/**
 * A session at a web site behind CERN's sign-on that takes cookies only, by user name and password, by certificate (the sign-on of
 * before 2023, which some sites still have) or by Kerberos. One log-in for all calls, at the first use and anew when the site refuses
 * its cookies; with `cookieFile` one for several programs.
 *
 * It goes only to the site, the realm and `trustedOrigins`. The password goes to the realm and `trustedOrigins` only, what the realm
 * says about the person (the assertion) to trusted origins only.
 * @throws INVALID_ARGUMENT, INSECURE, MISSING_CREDENTIALS here; at use NOT_AUTHENTICATED with `details.reason` ("refused", "otp-needed",
 * "consent", "action-needed", "certificate-ended", "no-kerberos", "error-page", "unknown-page", "no-login"), REDIRECT for an origin that
 * is not trusted, CERTIFICATE, FILE, MISSING_DEPENDENCY (Kerberos), FORBIDDEN, HTTP_STATUS, UNAVAILABLE, NETWORK, TLS, TIMEOUT, ABORTED
 */
export function cernSession(options: CernSessionOptions): CernSession {
  const url = checkSessionOptions(options);
  loginOriginsOf({ ...options, environment: {} });
  const state = new SessionState(options, url);
  const provider: AuthProvider = async (request) => {
    if (request.origin !== url.origin) return undefined;
    const rejected = request.rejected?.headers?.["cookie"];
    return cookieCredentials(await state.header(request.url, request.signal, rejected));
  };
  return Object.assign(provider, {
    origin: url.origin,
    description: `a session at ${url.host} behind CERN's sign-on`,
    cookies: async ({ signal }: { readonly signal?: AbortSignal } = {}) => cookiesIn(await state.jar(signal, undefined)),
    cookieHeader: (address = url.href, { signal }: { readonly signal?: AbortSignal } = {}) => state.header(address, signal, undefined),
  });
}

interface Refused {
  /** Where they were sent. */
  readonly address: string;
  readonly header: string;
}

class SessionState {
  readonly #options: CernSessionOptions;
  readonly #url: URL;
  readonly #file: SecretFile | undefined;
  /** Counts log-ins, so that the cache of tokens, which shares one fetch among all waiters, can be used for them. */
  #generation = 0;
  #jar: CookieJar | undefined;
  /** The cookies that were refused: those in the file may be the same. */
  #refused: Refused | undefined;
  readonly #cache: ReturnType<typeof tokenCache>;

  constructor(options: CernSessionOptions, url: URL) {
    this.#options = options;
    this.#url = url;
    this.#file = options.cookieFile === undefined ? undefined : fileOf(options.cookieFile);
    this.#cache = tokenCache(async ({ signal, refused }) => {
      this.#jar = await this.#obtain(signal, refused ? this.#refused : undefined);
      this.#generation += 1;
      return { access_token: String(this.#generation), token_type: "session" };
    });
  }

  async jar(signal: AbortSignal | undefined, rejected: Refused | undefined): Promise<CookieJar> {
    const stale = rejected !== undefined && this.#jar !== undefined;
    if (stale) this.#refused = rejected;
    const request = { url: this.#url.href, origin: this.#url.origin, method: "GET", signal: signal ?? new AbortController().signal };
    await this.#cache(stale ? { ...request, rejected: { headers: { authorization: `Bearer ${this.#generation}` } } } : request);
    return this.#jar as CookieJar;
  }

  async header(address: string, signal: AbortSignal | undefined, rejected: string | undefined): Promise<string> {
    if (!URL.canParse(address) || new URL(address).origin !== this.#url.origin)
      throw new SciError("INVALID_ARGUMENT", `The session is for ${this.#url.origin} only.`);
    // Somebody else has renewed the session since the refused request was made: then those cookies are tried.
    const now = await this.#jar?.getCookieString(address);
    const jar = await this.jar(signal, rejected === undefined || rejected !== now ? undefined : { address, header: rejected });
    const header = await jar.getCookieString(address);
    if (header !== "") return header;
    // All of them have ended meanwhile.
    const renewed = await (await this.jar(signal, { address, header })).getCookieString(address);
    if (renewed !== "") return renewed;
    throw new SciError("NOT_AUTHENTICATED", `The log-in at ${this.#url.origin} left no cookie for ${new URL(address).pathname}.`, {
      details: { reason: "no-login" },
    });
  }

  /** Under the lock of the cookie file, where there is one: other programs wait for this log-in and use it. */
  async #obtain(signal: AbortSignal, refused: Refused | undefined): Promise<CookieJar> {
    const file = this.#file;
    if (file === undefined) return this.#logIn(signal, await this.#withoutSite(this.#jar ?? (await openJar())));
    await secretFolder(file);
    const { total = totalLimit } = this.#options.timeout ?? {};
    const work = async (): Promise<CookieJar> => {
      const jar = await openJar((await this.#kept(file)) ?? []);
      const address = refused?.address ?? this.#url.href;
      const header = await jar.getCookieString(address);
      if (header !== "" && header !== refused?.header) return jar;
      const fresh = await this.#logIn(signal, await this.#withoutSite(jar));
      await writeSecretFile(file, formatCookies(await cookiesIn(fresh), Date.now(), undefined));
      return fresh;
    };
    return withFileLock(file.path, work, { signal, wait: total });
  }

  /** The sign-on's own session may still be good when the site's is not: then nobody has to be asked again. */
  async #withoutSite(jar: CookieJar): Promise<CookieJar> {
    const copy = await jar.clone();
    for (const address of new Set([this.#url.href, this.#refused?.address ?? this.#url.href])) {
      for (const { domain, path, key } of await copy.getCookies(address)) await copy.store.removeCookie(domain, path, key);
    }
    return copy;
  }

  async #kept(file: SecretFile): Promise<StoredCookie[] | undefined> {
    try {
      return await cookiesOf(file, Date.now());
    } catch (error) {
      // One that is damaged is only a log-in that has to be made anew; one that others can read is worth an error.
      if (!isSciError(error, "FILE") || error.details?.["line"] === undefined) throw error;
      this.#warn(error.message);
      return undefined;
    }
  }

  #warn(message: string): void {
    (this.#options.warn ?? ((text: string) => process.emitWarning(text)))(message);
  }

  async #logIn(signal: AbortSignal, jar: CookieJar): Promise<CookieJar> {
    const options = this.#options;
    const { timeout = {}, userAgent, tls, allowInsecureHttp } = options;
    const loginOrigins = loginOriginsOf(options);
    const warn = (message: string): void => this.#warn(message);
    const certificate = "certificate" in options ? await certificateOf(options, warn) : {};
    const material = { ...tls, ...certificate };
    const deadline = new Deadline(timeout.total ?? totalLimit, signal, { service: "CERN's sign-on", operation: "log-in" });
    const transport = openTransport({
      ...given(options, ["proxy", "fetch"]),
      ...(Object.keys(material).length === 0 ? {} : { tls: material }),
      certificateOrigins: [...loginOrigins],
      ...(timeout.connect === undefined ? {} : { connectTimeout: timeout.connect }),
      warn,
    });
    try {
      const browser = new Browser({
        transport,
        jar,
        deadline,
        trusted: new Set([this.#url.origin, ...loginOrigins]),
        loginOrigins,
        userAgent: userAgent ?? `sci-cern-auth/${__PACKAGE_VERSION__}`,
        allowInsecureHttp,
        idleTimeout: timeout.idle ?? idleLimit,
        negotiate:
          "kerberos" in options ? async (host) => (options.kerberos === true ? systemKerberos : options.kerberos)(host) : undefined,
      });
      // One that is missing is told before anything is sent.
      if ("kerberos" in options && options.kerberos === true) await loadKerberos();
      await deadline.race(logIn({ browser, url: this.#url, loginOrigins, proof: proofOf(options) }));
      return jar;
    } catch (error) {
      throw deadline.reason ?? error;
    } finally {
      deadline.dispose();
      await transport.close();
    }
  }
}

function proofOf(options: CernSessionOptions): Proof {
  if ("certificate" in options) return { kind: "certificate" };
  if ("kerberos" in options) return { kind: "kerberos" };
  const { username, password, otp } = options;
  return {
    kind: "password",
    username,
    password: () => secretOf(password, "password"),
    otp: otp === undefined ? undefined : () => secretOf(otp, "one-time password"),
  };
}
