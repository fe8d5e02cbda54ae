import type { Command, CommandContext } from "@sci/cli-core";
import type { Oms } from "../client.ts";
import { login, type LoginChoice } from "./auth.ts";

/** Options that stand on the program, for every command. */
interface ClientChoice extends LoginChoice {
  readonly baseUrl?: string;
  readonly ca?: string;
}

/** Runs the body with a client as options and environment say, and closes it. The client is loaded here, not with the command. */
export async function withClient<Value>(command: Command, context: CommandContext, body: (oms: Oms) => Promise<Value>): Promise<Value> {
  const { createOms } = await import("../index.ts");
  const choice = command.optsWithGlobals<ClientChoice>();
  const { baseUrl, audience, ca } = choice;
  const options = {
    logger: context.logger,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(audience === undefined ? {} : { audience }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  };
  // The address is settled by the client; a log-in to a site needs it before.
  const auth = await login(choice, context, createOms({ ...options, auth: false }).baseUrl);
  const oms = createOms({ ...options, ...(auth === undefined ? {} : { auth }) });
  try {
    return await body(oms);
  } finally {
    await oms.close();
  }
}
