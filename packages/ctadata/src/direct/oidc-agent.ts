import { connect } from "node:net";
import { checkNames, SciError, tokenCache, type TokenProvider, type TokenSet } from "@sci/http-core";

export interface OidcAgentOptions {
  /** Name of the account configuration in the agent. @default "kk-dcache", the one that the Python original makes */
  readonly account?: string;
  /** The agent's socket. @default OIDC_SOCK */
  readonly socket?: string;
  /** Seconds for which the token has to stay valid at least. @default 60 */
  readonly minValid?: number;
  /** Milliseconds to wait for the agent. @default 30_000 */
  readonly timeout?: number;
}

const maxAnswer = 1024 * 1024;
const help = `Start it ("eval $(oidc-agent)"), load the account ("oidc-add ACCOUNT"), and see that OIDC_SOCK names its socket.`;

/**
 * Access tokens of a running oidc-agent, asked for over its socket: one JSON text each way, as its documentation states for
 * requests without encryption. Nothing is started, and no secret leaves the agent but the token.
 * @throws INVALID_ARGUMENT here; at use MISSING_CREDENTIALS without a socket, NETWORK when nobody answers there,
 * NOT_AUTHENTICATED with the agent's words, INVALID_RESPONSE, TIMEOUT, ABORTED
 */
export function oidcAgentToken(options: OidcAgentOptions = {}): TokenProvider {
  checkNames(options, ["account", "socket", "minValid", "timeout"], "option of oidcAgentToken()");
  const { account = "kk-dcache", minValid = 60, timeout = 30_000 } = options;
  const fetchToken = async ({ signal, refused }: { readonly signal: AbortSignal; readonly refused: boolean }): Promise<TokenSet> => {
    const socket = options.socket ?? process.env["OIDC_SOCK"];
    if (socket === undefined || socket === "") {
      throw new SciError("MISSING_CREDENTIALS", `There is no oidc-agent to ask: OIDC_SOCK is not set. ${help}`);
    }
    // A token that the storage refused is not asked for again: one that is valid for longer is another one.
    const min = refused ? minValid + 3600 : minValid;
    const request = { request: "access_token", account, min_valid_period: min, application_hint: "cta-data" };
    const text = await ask(socket, JSON.stringify(request), timeout, signal);
    return read(text, account);
  };
  return tokenCache(fetchToken, { description: `oidc-agent's account ${account}`, renewAhead: Math.min(60, minValid) * 1000 });
}

function read(text: string, account: string): TokenSet {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // The text may hold a token: it is not quoted.
    throw new SciError("INVALID_RESPONSE", "oidc-agent gave an answer that is not JSON. Is OIDC_SOCK the socket of oidc-agent?");
  }
  const { status, access_token: token, expires_at: end, error, info } = (data ?? {}) as Record<string, unknown>;
  if (status === "success" && typeof token === "string" && token !== "") {
    return {
      access_token: token,
      token_type: "bearer",
      obtained_at: Date.now(),
      ...(typeof end === "number" && end > 0 ? { expires_at: end * 1000 } : {}),
    };
  }
  const said = [error, info].filter((one): one is string => typeof one === "string" && one !== "").join("; ");
  throw new SciError(
    "NOT_AUTHENTICATED",
    `oidc-agent gave no token for the account "${account}"${said === "" ? "" : `: ${said}`}. Load it with "oidc-add ${account}", or make it with "oidc-gen ${account}".`,
    { details: { account } },
  );
}

/** One request, one answer: the agent closes the connection, or the JSON is complete. */
async function ask(path: string, request: string, timeout: number, signal: AbortSignal): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect({ path });
    const end = (finish: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.destroy();
      finish();
    };
    const fail = (error: SciError<string>): void => end(() => reject(error));
    const onAbort = (): void => fail(new SciError("ABORTED", "The wait for oidc-agent was aborted.", { cause: signal.reason }));
    const timer = setTimeout(() => fail(new SciError("TIMEOUT", `oidc-agent did not answer within ${timeout} ms.`)), timeout);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) return onAbort();
    socket.setEncoding("utf8");
    socket.on("error", (cause: Error & { code?: string }) =>
      fail(new SciError("NETWORK", `oidc-agent cannot be asked at ${path} (${cause.code ?? cause.message}). ${help}`, { cause })),
    );
    socket.on("data", (part: string) => {
      text += part;
      if (text.length > maxAnswer) fail(new SciError("INVALID_RESPONSE", "oidc-agent's answer is too long to be one."));
      else if (isWhole(text)) end(() => resolve(text));
    });
    socket.on("end", () => end(() => resolve(text)));
    socket.write(request);
  });
}

function isWhole(text: string): boolean {
  if (!text.trimEnd().endsWith("}")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
