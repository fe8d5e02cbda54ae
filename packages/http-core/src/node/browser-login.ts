import { checkInteger } from "../check.ts";
import type { TokenProvider } from "../auth/token-cache.ts";
import type { TokenSet } from "../auth/token.ts";
import { Deadline } from "../engine/deadline.ts";
import { SciError } from "../errors.ts";
import { defaultLoginDeadline } from "../oauth/device.ts";
import type { GrantContext } from "../oauth/http.ts";
import { checkEndpoint, checkOAuthOptions, serverName, type OAuthOptions } from "../oauth/options.ts";
import { keeping, keepOptionNames, without, type KeepOptions } from "../oauth/providers.ts";
import { commonParameters, toTokenSet, withGrant } from "../oauth/server.ts";
import { startCallback, type Callback } from "./callback-server.ts";

export interface BrowserOptions extends OAuthOptions {
  /** Where the person logs in. @default looked up at the issuer */
  readonly authorizationEndpoint?: string;
  /** Shows or opens the page to log in at, e.g. {@link openBrowser}. */
  readonly onUrl: (url: string) => void | Promise<void>;
  /** Address on loopback that the server knows for this client; port 0 takes a free one. @default "http://127.0.0.1:0/callback" */
  readonly redirectUri?: string;
  /** Milliseconds for the whole log-in. @default 900_000 */
  readonly deadline?: number;
}

const browserOptionNames = ["authorizationEndpoint", "onUrl", "redirectUri", "deadline"] as const;

function checkBrowserOptions(options: BrowserOptions, what: string, further: readonly string[] = []): void {
  checkOAuthOptions(options, what, [...browserOptionNames, ...further]);
  if (typeof options.onUrl !== "function") {
    throw new SciError("INVALID_ARGUMENT", `${what} needs onUrl, a function that shows or opens the page to log in at.`);
  }
  if (options.authorizationEndpoint !== undefined) checkEndpoint(options.authorizationEndpoint, "authorizationEndpoint", options);
  if (options.deadline !== undefined) checkInteger(options.deadline, "deadline", { min: 1 });
}

/**
 * Log-in in a browser on this machine: authorization code with PKCE, back to a port on loopback that is closed afterwards.
 * @throws NOT_AUTHENTICATED with the server's words when the log-in was refused; TIMEOUT after `deadline`; ABORTED;
 * otherwise as `clientCredentialsToken()`
 */
export async function browserToken(options: BrowserOptions, context: GrantContext = {}): Promise<TokenSet> {
  checkBrowserOptions(options, "browserToken()");
  const { now = Date.now } = context;
  const deadline = new Deadline(options.deadline ?? defaultLoginDeadline, context.signal, {
    service: serverName(options),
    operation: "browser log-in",
  });
  const endpoints = { token_endpoint: options.tokenEndpoint, authorization_endpoint: options.authorizationEndpoint };
  try {
    return await withGrant(options, endpoints, { ...context, signal: deadline.signal }, async ({ library, config, run }) => {
      const state = library.randomState();
      const verifier = library.randomPKCECodeVerifier();
      const callback = await startCallback(options.redirectUri ?? "http://127.0.0.1:0/callback", state);
      try {
        const url = library.buildAuthorizationUrl(config, {
          ...commonParameters(options),
          redirect_uri: callback.redirectUri,
          state,
          code_challenge: await library.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        });
        // Not waited for alone: what visits the page itself gets its last answer only when the log-in is over.
        const shown = Promise.resolve(options.onUrl(url.href)).then(() => callback.arrived);
        const arrived = await deadline.race(Promise.race([callback.arrived, shown]));
        // Without the issuer its name in the answer cannot be checked.
        if (options.issuer === undefined) arrived.searchParams.delete("iss");
        const redeem = (): Promise<object> =>
          library.authorizationCodeGrant(config, arrived, { pkceCodeVerifier: verifier, expectedState: state });
        return toTokenSet(await told(callback, () => run(redeem)), now());
      } finally {
        await callback.close();
      }
    });
  } catch (error) {
    throw deadline.reason ?? error;
  } finally {
    deadline.dispose();
  }
}

/** Tells the person in the browser how it ended. */
async function told<T>(callback: Callback, work: () => Promise<T>): Promise<T> {
  try {
    const value = await work();
    await callback.show({ ok: true, title: "Logged in", text: "You can close this page and go back to where you came from." });
    return value;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    await callback.show({ ok: false, title: "The log-in failed", text });
    throw error;
  }
}

/**
 * Log-in in a browser on this machine; refreshed without the person as long as the server allows.
 * @throws INVALID_ARGUMENT, INSECURE
 */
export function browserLogin(options: BrowserOptions & KeepOptions): TokenProvider {
  checkBrowserOptions(options, "browserLogin()", keepOptionNames);
  const plain = without(options, keepOptionNames);
  const wait = options.deadline ?? defaultLoginDeadline;
  return keeping("browser", options, `the browser log-in at ${serverName(options)}`, (context) => browserToken(plain, context), {
    wait,
  });
}
