import { type AuthChoice, type Command, type CommandContext, readSecret } from "@sci/cli-core";
import type { RunRegistry } from "../client.ts";
import type { RunRegistryOptions } from "../options.ts";

/** Options that stand on the program, for every command. */
interface ClientChoice extends AuthChoice<"token" | "none"> {
  readonly baseUrl?: string;
  readonly target?: "production" | "development" | "local";
  readonly ca?: string;
}

/** Runs the body with a client as options and environment say, and closes it. The client is loaded here, not with the command. */
export async function withClient<Value>(
  command: Command,
  context: CommandContext,
  body: (registry: RunRegistry) => Promise<Value>,
): Promise<Value> {
  const { createRunRegistry } = await import("../client.ts");
  const registry = createRunRegistry(await clientOptions(command.optsWithGlobals<ClientChoice>(), context));
  try {
    return await body(registry);
  } finally {
    await registry.close();
  }
}

async function clientOptions(choice: ClientChoice, context: CommandContext): Promise<RunRegistryOptions> {
  const { auth, baseUrl, target, ca } = choice;
  const options: RunRegistryOptions = {
    logger: context.logger,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(target === undefined ? {} : { target }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
  if (auth === "none") return { ...options, auth: false };
  const { SSO_CLIENT_ID: id, SSO_CLIENT_SECRET: secret } = context.env;
  const ask = id !== undefined && id !== "" && !secret && context.stdin.isTTY === true && context.stderr.isTTY === true;
  // The client itself takes the credentials from the environment, and tries a local server bare where there are none.
  if (!ask && auth === undefined) return options;
  const { settle } = await import("../options.ts");
  const given = ask
    ? await readSecret(context, { what: "client secret", env: ["SSO_CLIENT_SECRET"], prompt: `Secret of ${id}: ` })
    : secret;
  return settle(options, { ...context.env, SSO_CLIENT_SECRET: given }, () => false);
}
