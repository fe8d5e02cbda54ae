import { type AuthChoice, type Command, type CommandContext, readSecret } from "@sci/cli-core";
import type { MyMdc } from "../client.ts";
import type { MyMdcOptions } from "../options.ts";

/** Options that stand on the program, for every command. */
interface ClientChoice extends AuthChoice<"token" | "none"> {
  readonly baseUrl?: string;
  readonly tokenUrl?: string;
  readonly userEmail?: string;
  readonly ca?: string;
}

/** Runs the body with a client as options and environment say, and closes it. The client is loaded here, not with the command. */
export async function withClient<Value>(command: Command, context: CommandContext, body: (mdc: MyMdc) => Promise<Value>): Promise<Value> {
  const { createMyMdc } = await import("../index.ts");
  const mdc = createMyMdc(await clientOptions(command.optsWithGlobals<ClientChoice>(), context));
  try {
    return await body(mdc);
  } finally {
    await mdc.close();
  }
}

async function clientOptions(choice: ClientChoice, context: CommandContext): Promise<MyMdcOptions> {
  const { auth, baseUrl, tokenUrl, userEmail, ca } = choice;
  const options: MyMdcOptions = {
    logger: context.logger,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
    ...(userEmail === undefined ? {} : { userEmail }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
  if (auth === "none") return { ...options, auth: false };
  // The client itself takes the credentials from the environment, and says which are missing.
  const { MYMDC_CLIENT_ID: id, MYMDC_CLIENT_SECRET: secret } = context.env;
  const ask = id !== undefined && id !== "" && !secret && context.stdin.isTTY === true && context.stderr.isTTY === true;
  if (!ask) return options;
  const what = { what: "client secret", env: ["MYMDC_CLIENT_SECRET"], prompt: `Secret of ${id}: ` };
  return { ...options, clientSecret: await readSecret(context, what) };
}
