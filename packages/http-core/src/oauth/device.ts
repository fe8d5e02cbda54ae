import { checkInteger } from "../check.ts";
import type { TokenSet } from "../auth/token.ts";
import { Deadline } from "../engine/deadline.ts";
import { SciError } from "../errors.ts";
import { refusal } from "./errors.ts";
import type { GrantContext } from "./http.ts";
import { checkEndpoint, checkOAuthOptions, serverName, type OAuthOptions } from "./options.ts";
import { poll } from "./poll.ts";
import { commonParameters, toTokenSet, withGrant } from "./server.ts";

/** What the person who logs in has to be told. */
export interface DevicePrompt {
  /** To be typed in at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** With the code in it: for a link or a QR code. */
  readonly verificationUriComplete: string | undefined;
  /** Milliseconds for which the code is valid. */
  readonly expiresIn: number;
}

export interface DeviceOptions extends OAuthOptions {
  /** Where the code comes from. @default looked up at the issuer */
  readonly deviceEndpoint?: string;
  /** Shows the prompt; the wait for the person begins when it returns. */
  readonly onPrompt: (prompt: DevicePrompt) => void | Promise<void>;
  /** Milliseconds for the whole log-in. @default 900_000, and never longer than the code is valid */
  readonly deadline?: number;
  /** Sends a code challenge along, which Keycloak asks for and others ignore. @default true */
  readonly pkce?: boolean;
}

export const deviceOptionNames = ["deviceEndpoint", "onPrompt", "deadline", "pkce"] as const;
export const defaultLoginDeadline = 900_000;

export function checkDeviceOptions(options: DeviceOptions, what: string, further: readonly string[] = []): void {
  checkOAuthOptions(options, what, [...deviceOptionNames, ...further]);
  if (typeof options.onPrompt !== "function") {
    throw new SciError("INVALID_ARGUMENT", `${what} needs onPrompt, a function that shows the code to the person who logs in.`);
  }
  if (options.deviceEndpoint !== undefined) checkEndpoint(options.deviceEndpoint, "deviceEndpoint", options);
  if (options.deadline !== undefined) checkInteger(options.deadline, "deadline", { min: 1 });
}

/**
 * Log-in with a code that a person confirms on any device with a browser (RFC 8628).
 * @throws NOT_AUTHENTICATED (details.error: "access_denied" when it was denied, "expired_token" when nobody confirmed in time);
 * TIMEOUT after `deadline`; otherwise as {@link clientCredentialsToken}
 */
export async function deviceToken(options: DeviceOptions, context: GrantContext = {}): Promise<TokenSet> {
  const { now = Date.now } = context;
  checkDeviceOptions(options, "deviceToken()");
  const total = options.deadline ?? defaultLoginDeadline;
  const deadline = new Deadline(total, context.signal, { service: serverName(options), operation: "device log-in" });
  const endpoints = { token_endpoint: options.tokenEndpoint, device_authorization_endpoint: options.deviceEndpoint };
  try {
    return await withGrant(options, endpoints, { ...context, signal: deadline.signal }, async ({ library, config, failure, run }) => {
      const verifier = options.pkce === false ? undefined : library.randomPKCECodeVerifier();
      const challenge =
        verifier === undefined ? {} : { code_challenge: await library.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" };
      const answer = await run(() => library.initiateDeviceAuthorization(config, { ...commonParameters(options), ...challenge }));
      const expiresIn = answer.expires_in * 1000;
      const expires = performance.now() + expiresIn;
      await options.onPrompt({
        userCode: answer.user_code,
        verificationUri: webAddress(answer.verification_uri, options),
        verificationUriComplete:
          answer.verification_uri_complete === undefined ? undefined : webAddress(answer.verification_uri_complete, options),
        expiresIn,
      });
      const parameters = { device_code: answer.device_code, ...(verifier === undefined ? {} : { code_verifier: verifier }) };
      const ask = async (): Promise<TokenSet> =>
        toTokenSet(await run(() => library.genericGrantRequest(config, "urn:ietf:params:oauth:grant-type:device_code", parameters)), now());
      const wait = async (pause: number): Promise<void> => {
        const left = expires - performance.now();
        await deadline.wait(Math.min(pause, Math.max(0, left)));
        if (pause >= left) throw refusal("expired_token", `the code was not confirmed within ${Math.round(expiresIn / 1000)} s`, failure);
      };
      return poll(ask, { interval: (answer.interval ?? 5) * 1000, wait });
    });
  } catch (error) {
    throw deadline.reason ?? error;
  } finally {
    deadline.dispose();
  }
}

/** An address that a person is sent to; anything but a web page could run something on their machine. */
function webAddress(address: string, options: OAuthOptions): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new SciError("INVALID_RESPONSE", `${serverName(options)} names no web page to log in at.`);
  }
  return address;
}
