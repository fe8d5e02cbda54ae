import { addAuthOption, type Command, type CommandContext, readSecret } from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { CernSessionOptions } from "../session/options.ts";
import { connectionOf, writeSecret } from "./common.ts";
import { addCertificateOptions, certificateChoiceOf, type CertificateChoice } from "./certificate-options.ts";

interface CookieChoice extends CertificateChoice {
  readonly auth?: "password" | "certificate";
  readonly kerberos?: boolean;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly passwordFd?: string;
  readonly otpFile?: string;
  readonly trust?: string[];
  readonly output?: string;
}

/** Adds `cookie URL`. */
export function addCookieCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("cookie <url>")
    .description("log in at a web site behind CERN's sign-on; print the header, or write a cookie file for curl");
  addAuthOption(command, ["password", "certificate"], "password with --username, certificate with --certificate");
  command
    .option("--username <name>", "log in with user name and password, which is asked for")
    .option("--password-file <file>", "the password in FILE, - for standard input")
    .option("--password-fd <n>", "the password on a file descriptor")
    .option("--otp-file <file>", "the one-time password in FILE; without it, it is asked for when it is needed")
    .option("--kerberos", "log in with the ticket of kinit")
    .option("--trust <origin>", "a further origin that the log-in may lead over; repeatable", (one: string, before: string[] = []) => [
      ...before,
      one,
    ])
    .option("--output <file>", "write a cookie file (Netscape's format), mode 0600");
  addCertificateOptions(command);
  command.action((url: string, choice: CookieChoice) => run(command, context, url, choice));
}

async function run(command: Command, context: CommandContext, url: string, choice: CookieChoice): Promise<void> {
  const { cernSession } = await import("../session/session.ts");
  const session = cernSession(await sessionOptions(command, context, url, choice));
  if (choice.output === undefined) {
    const header = await session.cookieHeader(undefined, { signal: context.signal });
    await writeSecret(context, `${header}\n`, undefined, "cookies");
    return;
  }
  const { writeCookieFile } = await import("../cookies/cookie-file.ts");
  await writeCookieFile(choice.output, await session.cookies({ signal: context.signal }), { signal: context.signal });
  context.note(`wrote ${choice.output}`);
}

async function sessionOptions(command: Command, context: CommandContext, url: string, choice: CookieChoice): Promise<CernSessionOptions> {
  const { auth, username, kerberos, trust, passwordFile, passwordFd, otpFile } = choice;
  const common = { ...connectionOf(command, context), url, ...(trust === undefined ? {} : { trustedOrigins: trust }) };
  if (kerberos === true) {
    if (auth !== undefined || username !== undefined)
      throw new SciError("INVALID_ARGUMENT", "--kerberos does not go with --auth and --username.");
    return { ...common, kerberos: true };
  }
  if (auth === "certificate" || (auth === undefined && username === undefined)) {
    if (username !== undefined) throw new SciError("INVALID_ARGUMENT", "--username does not go with --auth certificate.");
    if (auth === undefined && choice.certificate === undefined)
      throw new SciError(
        "INVALID_ARGUMENT",
        "Say how to log in: --username NAME, --auth certificate (or --certificate FILE), or --kerberos.",
      );
    return { ...common, certificate: await certificateChoiceOf(context, choice) };
  }
  if (username === undefined) throw new SciError("INVALID_ARGUMENT", "--auth password needs --username.");
  if (passwordFile !== undefined && passwordFd !== undefined)
    throw new SciError("INVALID_ARGUMENT", "--password-file and --password-fd exclude each other.");
  if (passwordFd !== undefined && !/^\d{1,4}$/.test(passwordFd))
    throw new SciError("INVALID_ARGUMENT", "--password-fd is the number of a file descriptor.");
  const file = passwordFd === undefined ? passwordFile : passwordFd === "0" ? "-" : `/dev/fd/${passwordFd}`;
  return {
    ...common,
    username,
    password: () => readSecret(context, { what: "password", file, prompt: `Password of ${username}: ` }),
    otp: () => readSecret(context, { what: "one-time password", file: otpFile, prompt: `One-time password of ${username}: ` }),
  };
}
