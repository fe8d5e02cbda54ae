import { addOutputOptions, type Command, type CommandContext, duration, type OutputChoice, writeRecord } from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { DevicePrompt, TokenSet } from "@sci/http-core/oauth";
import { addClientOptions, clientOptionsOf, writeSecret } from "./common.ts";

interface LoginChoice {
  readonly browser?: boolean;
  readonly device?: boolean;
  readonly force?: boolean;
  readonly deadline?: number;
  readonly redirectUri?: string;
}

interface TokenChoice {
  readonly audience?: string;
  readonly output?: string;
}

/** Adds `login`, `token`, `whoami` and `logout`. */
export function addLoginCommands(program: Command, context: CommandContext): void {
  const login = addClientOptions(program.command("login").description("log in as a person; kept for all programs of yours"));
  login
    .option("--device", "with a code to confirm in a browser on any device (the default)")
    .option("--browser", "in the browser of this machine")
    .option("--redirect-uri <url>", "with --browser: the address on loopback that is registered for the client")
    .option("--deadline <time>", "how long to wait, e.g. 5m (default: 15m)", duration("--deadline"))
    .option("--force", "log in anew although there is a log-in")
    .action((choice: LoginChoice) => logIn(login, context, choice));

  const token = addClientOptions(
    program.command("token").description("print an access token: of the log-in, or of a client with its secret"),
  );
  token
    .option("--audience <client>", "client id of the service the token is for")
    .option("--output <file>", "write it to FILE, mode 0600")
    .action((choice: TokenChoice) => printToken(token, context, choice));

  const whoami = addOutputOptions(addClientOptions(program.command("whoami").description("who is logged in, and until when")), [
    "table",
    "json",
  ]);
  whoami.action((choice: OutputChoice) => tellWho(whoami, context, choice));

  const logout = addClientOptions(program.command("logout").description("end the log-in, here and at CERN"));
  logout
    .option("--audience <clients>", "forget tokens exchanged for these services as well; a list with commas")
    .action(async ({ audience }: { readonly audience?: string }) => {
      const { cernLogout } = await import("../logout.ts");
      const audiences = audience === undefined ? {} : { audiences: audience.split(",") };
      const { wasLoggedIn, ended, problem } = await cernLogout({
        ...clientOptionsOf(logout, context),
        ...audiences,
        signal: context.signal,
      });
      if (problem !== undefined) context.warn(`the tokens here are gone, but the session at CERN was not ended: ${problem}`);
      context.note(!wasLoggedIn ? "nobody was logged in" : ended ? "logged out" : "the log-in is forgotten");
    });
}

async function logIn(
  command: Command,
  context: CommandContext,
  { browser, device, force, deadline, redirectUri }: LoginChoice,
): Promise<void> {
  if (browser === true && device === true) throw new SciError("INVALID_ARGUMENT", "--browser and --device exclude each other.");
  if (redirectUri !== undefined && browser !== true) throw new SciError("INVALID_ARGUMENT", "--redirect-uri goes with --browser.");
  const { cernBrowserLogin, cernDeviceLogin } = await import("../login.ts");
  const options = { ...clientOptionsOf(command, context), ...(deadline === undefined ? {} : { deadline }) };
  if (force === true) {
    const { cernLogout } = await import("../logout.ts");
    const { deadline: _deadline, ...rest } = { deadline: undefined, ...options };
    await cernLogout({ ...rest, signal: context.signal });
  }
  const provider =
    browser === true
      ? cernBrowserLogin({ ...options, ...(redirectUri === undefined ? {} : { redirectUri }), onUrl: (url) => openPage(context, url) })
      : cernDeviceLogin({ ...options, onPrompt: (prompt) => showCode(context, prompt) });
  context.note(described(await provider.token({ signal: context.signal }), "logged in"));
}

function showCode(context: CommandContext, { userCode, verificationUri, verificationUriComplete, expiresIn }: DevicePrompt): void {
  context.note(`Open ${verificationUri} and enter the code ${userCode}`);
  if (verificationUriComplete !== undefined) context.note(`  or open ${verificationUriComplete}`);
  context.note(`  (within ${Math.round(expiresIn / 60_000)} minutes)`);
}

async function openPage(context: CommandContext, url: string): Promise<void> {
  const { openBrowser } = await import("@sci/http-core/node");
  context.note(`Open ${url}`);
  // The address is on the screen: a browser that cannot be started is no reason to end.
  await openBrowser(url).catch((error: unknown) => context.logger.debug(String(error)));
}

async function printToken(command: Command, context: CommandContext, { audience, output }: TokenChoice): Promise<void> {
  const options = clientOptionsOf(command, context);
  const { SSO_CLIENT_SECRET: secret } = context.env;
  let token: TokenSet;
  if (options.clientId === undefined && secret !== undefined && secret !== "") {
    if (audience === undefined)
      throw new SciError("INVALID_ARGUMENT", "A token of a client with its secret (SSO_CLIENT_SECRET) needs --audience.");
    const { cernApiToken } = await import("../api-token.ts");
    const { store: _store, scope: _scope, ...rest } = options;
    token = await cernApiToken({ ...rest, audience }).token({ signal: context.signal });
  } else token = await tokenOfLogin(command, context, audience);
  await writeSecret(context, `${token.access_token}\n`, output, "token file");
}

/** Never asks anybody: a script that waits for a person who is not there helps nobody. */
async function tokenOfLogin(command: Command, context: CommandContext, audience: string | undefined): Promise<TokenSet> {
  const { cernDeviceLogin } = await import("../login.ts");
  const onPrompt = (): never => {
    throw new SciError("MISSING_CREDENTIALS", 'Nobody is logged in, or the log-in has ended. Run "cern-auth login".');
  };
  const provider = cernDeviceLogin({ ...clientOptionsOf(command, context), onPrompt, ...(audience === undefined ? {} : { audience }) });
  return provider.token({ signal: context.signal });
}

async function tellWho(command: Command, context: CommandContext, choice: OutputChoice): Promise<void> {
  const token = await tokenOfLogin(command, context, undefined);
  const { explainToken } = await import("../explain-token.ts");
  const told = explain(token, explainToken);
  const record = {
    username: told?.username ?? told?.subject ?? null,
    client: told?.client ?? null,
    audiences: told?.audiences ?? [],
    expires_at: token.expires_at === undefined ? null : new Date(token.expires_at).toISOString(),
    renewable: token.refresh_token !== undefined,
    problems: told?.problems ?? [],
  };
  await writeRecord(context, record, choice);
}

/** undefined for a token that says nothing about itself. */
function explain(
  token: TokenSet,
  explainToken: typeof import("../explain-token.ts").explainToken,
): ReturnType<typeof explainToken> | undefined {
  try {
    return explainToken(token.access_token);
  } catch {
    return undefined;
  }
}

function described({ expires_at: end, refresh_token: refresh }: TokenSet, what: string): string {
  const until = end === undefined ? "" : `; the token is good until ${new Date(end).toISOString()}`;
  return `${what}${until}${refresh === undefined ? "" : " and is renewed by itself"}`;
}
