import {
  addAuthOption,
  type AuthChoice,
  type AuthKind,
  authKinds,
  type Command,
  type CommandContext,
  escapeTerminal,
  promptSecret,
  readSecret,
} from "@sci/cli-core";
import { type AuthProvider, SciError } from "@sci/http-core";

/** `--auth` and what goes with it. */
export interface LoginChoice extends AuthChoice {
  readonly audience?: string;
  readonly client?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly cookieFile?: string;
}

interface Login {
  readonly context: CommandContext;
  readonly choice: LoginChoice;
  readonly audience: string;
  /** Address of OMS: where a session is for. */
  readonly url: string;
}

const audienceOfOms = "cmsoms-prod";
/** The client of OMS that people log in with. */
const publicClient = "cmsoms-prod-public";

/** One entry per way to log in. */
const logins: Readonly<Record<AuthKind, (login: Login) => Promise<AuthProvider | false>>> = {
  token: async ({ context, audience }) => {
    const { SSO_CLIENT_ID: clientId, CERN_AUTH_URL } = context.env;
    if (!clientId)
      throw new SciError("MISSING_CREDENTIALS", "--auth token needs the client id of an application: set SSO_CLIENT_ID.", {
        details: { variables: ["SSO_CLIENT_ID"] },
      });
    const clientSecret = await readSecret(context, {
      what: "client secret",
      env: ["SSO_CLIENT_SECRET"],
      prompt: `Secret of ${clientId}: `,
    });
    const { cernApiToken } = await import("@sci/cern-auth");
    return cernApiToken({ clientId, clientSecret, audience, environment: { CERN_AUTH_URL } });
  },
  device: async ({ context, choice, audience }) => {
    const { cernDeviceLogin } = await import("@sci/cern-auth");
    const onPrompt = ({ verificationUri, userCode }: { readonly verificationUri: string; readonly userCode: string }): void =>
      ask(context, "device", `To log in at CERN, open ${verificationUri} and enter the code ${userCode}`);
    return cernDeviceLogin({ clientId: choice.client ?? publicClient, audience, environment: context.env, onPrompt });
  },
  browser: async ({ context, choice, audience }) => {
    const { cernBrowserLogin } = await import("@sci/cern-auth");
    const onUrl = async (url: string): Promise<void> => {
      ask(context, "browser", `To log in at CERN, open ${url}`);
      const { openBrowser } = await import("@sci/http-core/node");
      // The address is on the screen: a browser that cannot be started is no reason to end.
      await openBrowser(url).catch(() => undefined);
    };
    return cernBrowserLogin({ clientId: choice.client ?? publicClient, audience, environment: context.env, onUrl });
  },
  certificate: async ({ context, url }) => {
    const { cernSession } = await import("@sci/cern-auth");
    return cernSession({ url, certificate: true, environment: context.env, warn: (message) => context.warn(message) });
  },
  password: async ({ context, choice, url }) => {
    const { user } = choice;
    if (user === undefined) throw new SciError("INVALID_ARGUMENT", "--auth password needs --user NAME.");
    // Asked for at once: later a progress bar would stand in the way.
    const password = await readSecret(context, { what: "password", file: choice.passwordFile, prompt: `Password of ${user}: ` });
    const { cernSession } = await import("@sci/cern-auth");
    const asks = context.stdin.isTTY === true && context.stderr.isTTY === true;
    const otp = asks ? { otp: () => promptSecret(context, "One-time password: ") } : {};
    return cernSession({ url, username: user, password, ...otp, environment: context.env, warn: (message) => context.warn(message) });
  },
  "cookie-file": async ({ choice }) => {
    if (choice.cookieFile === undefined) throw new SciError("INVALID_ARGUMENT", "--auth cookie-file needs --cookie-file FILE.");
    const { cookieFile } = await import("@sci/cern-auth");
    return cookieFile(choice.cookieFile);
  },
  none: async () => false,
};

/** A line for the person who logs in. @throws MISSING_CREDENTIALS where nobody would read it; a log-in that is kept needs no line */
function ask({ stderr }: CommandContext, kind: AuthKind, text: string): void {
  if (stderr.isTTY !== true)
    throw new SciError("MISSING_CREDENTIALS", `--auth ${kind} needs a terminal, or a log-in that is kept: run "cern-auth login" at one.`);
  stderr.write(`${escapeTerminal(text)}\n`);
}

/** Adds `--auth` and the options that some ways to log in need. */
export function addLoginOptions(program: Command): void {
  addAuthOption(program, authKinds, "token: SSO_CLIENT_ID and SSO_CLIENT_SECRET, which are used if they are set");
  program
    .option("--audience <id>", `client id of the service that tokens are for (default: ${audienceOfOms})`)
    .option("--client <id>", `device, browser: the client to log in with (default: ${publicClient})`)
    .option("--user <name>", "password: the user name; the password is asked for")
    .option("--password-file <file>", "password: where the password stands; - is standard input")
    .option("--cookie-file <file>", "cookie-file: cookies as curl and auth-get-sso-cookie keep them");
}

/** The provider for `--auth`; undefined leaves it to the client, which takes credentials from the environment. */
export async function login(choice: LoginChoice, context: CommandContext, url: string): Promise<AuthProvider | false | undefined> {
  const { auth: kind, audience = audienceOfOms } = choice;
  const given = { user: "password", passwordFile: "password", cookieFile: "cookie-file" } as const;
  for (const [option, needs] of Object.entries(given)) {
    if (choice[option as keyof typeof given] !== undefined && kind !== needs)
      throw new SciError(
        "INVALID_ARGUMENT",
        `--${option.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)} goes with --auth ${needs}.`,
      );
  }
  if (choice.client !== undefined && kind !== "device" && kind !== "browser")
    throw new SciError("INVALID_ARGUMENT", "--client goes with --auth device and --auth browser.");
  const { SSO_CLIENT_ID: id, SSO_CLIENT_SECRET: secret } = context.env;
  const ask = Boolean(id) && !secret && context.stdin.isTTY === true && context.stderr.isTTY === true;
  const chosen = kind ?? (ask ? "token" : undefined);
  return chosen === undefined ? undefined : logins[chosen]({ context, choice, audience, url });
}
