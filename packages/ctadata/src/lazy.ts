import { checkNames, type TokenProvider } from "@sci/http-core";
import type { StopAgentOptions } from "./direct/agent.ts";
import type { CurrentToken } from "./direct/current-token.ts";
import { type CtaLoginOptions, loginOptionNames } from "./direct/login-options.ts";
import type { CtaLogout, CtaLogoutOptions } from "./direct/logout.ts";
import type { OidcAgentOptions } from "./direct/oidc-agent.ts";
import type { Agent, StartAgentOptions } from "./direct/start-agent.ts";

// Loaded with their first use: importing the package stays cheap.

function later(description: string, load: () => Promise<TokenProvider>): TokenProvider {
  let loading: Promise<TokenProvider> | undefined;
  const open = (): Promise<TokenProvider> => (loading ??= load());
  const provide: TokenProvider = Object.assign(async (request: Parameters<TokenProvider>[0]) => (await open())(request), {
    token: async (given?: { readonly signal?: AbortSignal }) => (await open()).token(given),
    description,
  });
  return provide;
}

/**
 * Log-in of a person with a code that is confirmed in a browser on any device. It is kept in the profile and renewed from there, by
 * any number of processes on any number of hosts, long transfers included; a person is needed only when the server has ended it.
 *
 * Without a terminal and without `onPrompt` only what is kept is used.
 * @throws INVALID_ARGUMENT here; at use MISSING_CREDENTIALS without a client secret, or without a log-in where nobody can be asked;
 * INSECURE; NOT_AUTHENTICATED with the server's reason; TIMEOUT after `deadline`; ABORTED; FILE; NETWORK, TLS, UNAVAILABLE
 */
export function ctaLogin(options: CtaLoginOptions = {}): TokenProvider {
  checkNames(options, loginOptionNames, "option of ctaLogin()");
  return later("the log-in at the data centre", async () => (await import("./direct/login.ts")).ctaLogin(options));
}

/**
 * Access tokens of a running oidc-agent, asked for over its socket. Nothing is started, and no secret leaves the agent but the token.
 * @throws INVALID_ARGUMENT here; at use MISSING_CREDENTIALS without a socket, NETWORK when nobody answers there,
 * NOT_AUTHENTICATED with the agent's words, INVALID_RESPONSE, TIMEOUT, ABORTED
 */
export function oidcAgentToken(options: OidcAgentOptions = {}): TokenProvider {
  checkNames(options, ["account", "socket", "minValid", "timeout"], "option of oidcAgentToken()");
  return later(`oidc-agent's account ${options.account ?? "kk-dcache"}`, async () =>
    (await import("./direct/oidc-agent.ts")).oidcAgentToken(options),
  );
}

/**
 * Ends a log-in: forgets the refresh token and the token file of the profile, then asks the server to revoke the session. The client
 * secret stays, as it is not personal. A server that cannot be reached does not keep the tokens here.
 * @throws INVALID_ARGUMENT; FILE and TIMEOUT for the files of the profile; ABORTED
 */
export async function ctaLogout(options: CtaLogoutOptions = {}): Promise<CtaLogout> {
  return (await import("./direct/logout.ts")).ctaLogout(options);
}

/**
 * The token that a direct client would use now, renewed if it is due: for other tools.
 * @throws MISSING_CREDENTIALS where there is none, NOT_AUTHENTICATED where it ended, FILE, NETWORK
 */
export async function currentToken(options: CtaLoginOptions & { readonly signal?: AbortSignal } = {}): Promise<CurrentToken> {
  return (await import("./direct/current-token.ts")).currentToken(options);
}

/**
 * Logs in where needed, writes the token file of the profile, and starts a process that keeps it fresh after this one has ended, as the
 * original does. Nothing secret stands in its arguments: it reads the profile. Resolves when it keeps the file.
 * @throws CONFLICT while an agent of this package runs; as ctaLogin(); SERVICE_ERROR with the agent's own words when it ends at once
 */
export async function startAgent(options: StartAgentOptions = {}): Promise<Agent> {
  return (await import("./direct/start-agent.ts")).startAgent(options);
}

/**
 * Asks the agents of the profile to end, by the file that the original looks for as well. Gives whether an agent of this package was
 * seen to end: one of the original, or one on a host that sleeps, ends without a sign.
 * @throws INVALID_ARGUMENT, FILE
 */
export async function stopAgent(options: StopAgentOptions = {}): Promise<{ readonly seenToEnd: boolean }> {
  return (await import("./direct/agent.ts")).stopAgent(options);
}
