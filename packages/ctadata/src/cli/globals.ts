import { addAuthOption, type AuthChoice, type Command, type CommandContext, readSecret } from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { CtaData, CtaDataOptions, Mode } from "../index.ts";

/** Options in front of a command. */
export interface Globals extends AuthChoice<"token" | "device" | "certificate" | "none"> {
  readonly dev?: boolean;
  readonly mode?: Mode;
  readonly url?: string;
  readonly profile?: string;
  readonly tokenFile?: string;
  readonly certificate?: true | string;
}

/** Adds the options that all commands share. */
export function addGlobals(program: Command, modes: boolean): Command {
  program.option("-d, --dev", "the development instance, with a log-in of its own");
  if (modes) {
    program.option(
      "--mode <mode>",
      "direct (to the storage) or service (of the JupyterHub platform); found out if not given",
      (text: string): Mode => {
        if (text === "direct" || text === "service") return text;
        throw new SciError("INVALID_ARGUMENT", `--mode must be direct or service, not ${JSON.stringify(text)}.`);
      },
    );
  }
  addAuthOption(program, ["token", "device", "certificate", "none"], "without it what is at hand is used");
  return program
    .option("--url <url>", "address of the storage (or CTADATA_URL), in service mode of the download service (or CTADS_URL)")
    .option("--token-file <file>", "a file whose first line is the token")
    .option("--certificate [path]", "a client certificate or proxy: a file, a folder, or the user's own")
    .option("--profile <folder>", "folder of the log-in (default: ~/.config/cta-data)");
}

/** What `ctaLogin` and the agent need of the options. */
export function loginChoice(
  context: CommandContext,
  { dev, profile }: Globals,
): { dev?: boolean; profile?: string; warn: (message: string) => void } {
  return {
    ...(dev === undefined ? {} : { dev }),
    ...(profile === undefined ? {} : { profile }),
    warn: (message) => context.warn(message),
  };
}

/** A client as the command line asks for it. */
export async function openClient(context: CommandContext, globals: Globals, forced?: Mode): Promise<CtaData> {
  const { createCtaData } = await import("../index.ts");
  const mode = forced ?? globals.mode;
  const { dev, profile, url, tokenFile } = globals;
  const service = mode === "service";
  return createCtaData({
    logger: context.logger,
    ...(mode === undefined ? {} : { mode }),
    ...(dev === undefined || service ? {} : { dev }),
    ...(profile === undefined || service ? {} : { profile }),
    ...(url === undefined ? {} : service ? { downloadService: url } : { baseUrl: url }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(await credentials(context, globals, service)),
  });
}

async function credentials(
  context: CommandContext,
  { auth, certificate, dev, profile, ...rest }: Globals,
  service: boolean,
): Promise<Pick<CtaDataOptions, "auth" | "token" | "certificate">> {
  if (certificate !== undefined) return { certificate };
  if (rest.tokenFile !== undefined) return {};
  switch (auth) {
    case "token":
      return {
        token: await readSecret(context, { what: "access token", env: [service ? "JUPYTERHUB_API_TOKEN" : "CTADATA_TOKEN"] }),
      };
    case "device": {
      const { ctaLogin } = await import("../index.ts");
      return {
        auth: ctaLogin({
          ...loginChoice(context, { ...(dev === undefined ? {} : { dev }), ...(profile === undefined ? {} : { profile }) }),
        }),
      };
    }
    case "certificate":
      return { certificate: true };
    case "none":
      return { auth: false };
    default:
      return {};
  }
}
