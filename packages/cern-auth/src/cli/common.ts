import { resolve } from "node:path";
import { type Command, type CommandContext, writeText } from "@sci/cli-core";
import { secretFolder, withFileLock, writeSecretFile } from "@sci/http-core/node";
import type { CernClientOptions } from "../client.ts";

/** Options that stand on the program. */
interface ProgramChoice {
  readonly authUrl?: string;
  readonly ca?: string;
}

/** Options of commands that work with a log-in. */
export interface ClientChoice extends ProgramChoice {
  readonly client?: string;
  readonly store?: string;
  readonly scope?: string;
}

/** What every call takes from the program's options. */
export function connectionOf(
  command: Command,
  context: CommandContext,
): Pick<CernClientOptions, "authUrl" | "environment" | "warn"> & { tls?: { ca: string } } {
  const { authUrl, ca } = command.optsWithGlobals<ProgramChoice>();
  return {
    environment: context.env,
    warn: (message) => context.warn(message),
    ...(authUrl === undefined ? {} : { authUrl }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
}

export function addClientOptions(command: Command): Command {
  return command
    .option("--client <id>", "client to log in with (default: SSO_CLIENT_ID)")
    .option("--scope <scopes>", "scopes of the log-in, divided by spaces")
    .option("--store <file>", "where log-ins are kept (default: sci-cern-auth/tokens.json in the folder for settings)");
}

export function clientOptionsOf(command: Command, context: CommandContext): CernClientOptions {
  const { client, store, scope } = command.optsWithGlobals<ClientChoice>();
  return {
    ...connectionOf(command, context),
    ...(client === undefined ? {} : { clientId: client }),
    ...(store === undefined ? {} : { store }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** Writes a secret to standard output, or to a file that nobody else can read. */
export async function writeSecret(context: CommandContext, text: string, output: string | undefined, what: string): Promise<void> {
  if (output === undefined || output === "-") {
    await writeText(context, text);
    return;
  }
  const file = { path: resolve(output), what };
  await secretFolder(file);
  await withFileLock(file.path, () => writeSecretFile(file, text), { signal: context.signal });
  context.note(`wrote ${file.path}`);
}
