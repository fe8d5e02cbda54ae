import { type Command, type CommandContext, escapeTerminal, escapeTerminalLines, promptSecret, readSecret } from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { CtaLoginOptions } from "../index.ts";
import { type Globals, loginChoice } from "./globals.ts";

interface SecretChoice {
  /** True asks for it anew; a text is the secret itself, as an older version of the original has it. */
  readonly secret?: true | string;
  readonly secretFile?: string;
  readonly resetSecret?: boolean;
  readonly foreground?: boolean;
  readonly profile?: string;
}

function addSecretOptions(command: Command): Command {
  return command
    .option(
      "-s, --secret [value]",
      "ask for the client secret anew (a value on the command line works, and is seen by every user of the machine)",
    )
    .option("--secret-file <file>", "read the client secret from FILE, - for standard input");
}

/** `login` and `logout` */
export function addLogin(program: Command, context: CommandContext): void {
  addSecretOptions(
    program
      .command("login")
      .description("log in with a code that is confirmed in a browser on any device; kept for all programs of this user"),
  ).action(async (choice: SecretChoice) => {
    const { ctaLogin } = await import("../index.ts");
    const options = await withSecret(context, program.opts<Globals>(), choice);
    const token = await ctaLogin(options).token({ signal: context.signal });
    context.note(
      token.expires_at === undefined
        ? "Logged in."
        : `Logged in. The token is renewed when it ends (${new Date(token.expires_at).toISOString()}).`,
    );
  });
  program
    .command("logout")
    .description("forget the log-in and the token file, and end the session at the server")
    .action(async () => {
      const { ctaLogout } = await import("../index.ts");
      const { wasLoggedIn, ended, problem } = await ctaLogout({ ...loginChoice(context, program.opts<Globals>()), signal: context.signal });
      if (problem !== undefined) context.warn(`forgotten here, but the server did not end the session: ${problem}`);
      context.note(wasLoggedIn ? `Logged out${ended ? "" : " on this machine"}.` : "There was no log-in.");
    });
}

/** `start-agent`, `stop-agent`, `token` */
export function addAgent(program: Command, context: CommandContext): void {
  addSecretOptions(
    program
      .command("start-agent")
      .description(
        "log in where needed, then keep the token file fresh in a process of its own, until stop-agent; one is enough for all hosts that share the home folder",
      ),
  )
    .option("--reset_secret", "ask for the client secret anew")
    .option("--foreground", "run the agent in this process, until it is interrupted or asked to stop")
    .option("--profile <folder>", "folder of the log-in (default: ~/.config/cta-data)")
    .action(async (choice: SecretChoice) => {
      const { profile = choice.profile, ...globals } = program.opts<Globals>();
      const place = { ...globals, ...(profile === undefined ? {} : { profile }) };
      if (choice.foreground === true) {
        await foreground(context, place);
        return;
      }
      const { startAgent } = await import("../index.ts");
      const agent = await startAgent({ ...(await withSecret(context, place, choice)), signal: context.signal });
      context.note(`The agent runs (process ${agent.pid}) and keeps ${agent.tokenFile} fresh.`);
    });
  program
    .command("stop-agent")
    .description("ask the agent to end")
    .action(async () => {
      const { stopAgent } = await import("../index.ts");
      const { warn: _warn, ...where } = loginChoice(context, program.opts<Globals>());
      const { seenToEnd } = await stopAgent(where);
      context.note(seenToEnd ? "The agent has ended." : "The agent is asked to end.");
    });
  program
    .command("token")
    .aliases(["print-token", "get-token"])
    .description("print the access token, for other tools; its end goes to standard error")
    .action(async () => {
      const { currentToken } = await import("../index.ts");
      const { token, expiresAt } = await currentToken({ ...loginChoice(context, program.opts<Globals>()), signal: context.signal });
      await context.print(`${token}\n`);
      if (expiresAt !== undefined) context.note(`valid till ${new Date(expiresAt).toISOString()}`);
    });
}

/** The process that `startAgent` starts tells it when the token file is there. */
async function foreground(context: CommandContext, globals: Globals): Promise<void> {
  const { runAgent } = await import("../direct/agent.ts");
  const end = await runAgent({
    ...loginChoice(context, globals),
    signal: context.signal,
    onReady: () => {
      if (process.send !== undefined && process.connected) process.send("ready", () => process.disconnect?.());
      else context.note("The token file is fresh.");
    },
  });
  context.note(`The agent has ended: ${end}.`);
}

/** Options of a log-in whose client secret is known: asked for once, then kept in the profile as the original keeps it. */
async function withSecret(context: CommandContext, globals: Globals, choice: SecretChoice): Promise<CtaLoginOptions> {
  const { keepSecret } = await import("../direct/keep-secret.ts");
  const options = loginChoice(context, globals);
  const anew = choice.secret === true || choice.resetSecret === true;
  await keepSecret(options, anew || choice.secretFile !== undefined || typeof choice.secret === "string", async (why) => {
    if (anew && choice.secretFile === undefined) return ask(context);
    if (why !== undefined) context.note(escapeTerminal(why));
    return readSecret(context, {
      what: "client secret",
      option: "-s",
      env: ["CTADATA_CLIENT_SECRET"],
      prompt: "Client secret: ",
      ...(typeof choice.secret === "string" ? { value: choice.secret } : {}),
      ...(choice.secretFile === undefined ? {} : { file: choice.secretFile }),
    });
  });
  return {
    ...options,
    onPrompt: ({ verificationUri, verificationUriComplete, userCode }) => {
      // Without --quiet or with it: nothing goes on before this is read.
      const direct = verificationUriComplete === undefined ? "" : `\n  or open ${verificationUriComplete}`;
      context.stderr.write(
        escapeTerminalLines(`Using a browser on any device, visit:\n  ${verificationUri}\nand enter the code: ${userCode}${direct}\n`),
      );
    },
  };
}

async function ask(context: CommandContext): Promise<string> {
  if (context.stdin.isTTY !== true)
    throw new SciError(
      "MISSING_CREDENTIALS",
      "There is no terminal to ask for the client secret: use --secret-file, - for standard input.",
    );
  const secret = await promptSecret(context, "Client secret: ");
  if (secret === "") throw new SciError("MISSING_CREDENTIALS", "The client secret is empty.");
  return secret;
}
