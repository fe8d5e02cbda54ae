import type { AuthChoice, Command, CommandContext } from "@sci/cli-core";
import type { Oms } from "../client.ts";
import { login, type OmsAuthKind } from "./auth.ts";

/** Options that stand on the program, for every command. */
interface ClientChoice extends AuthChoice<OmsAuthKind> {
  readonly baseUrl?: string;
  readonly audience?: string;
  readonly ca?: string;
}

/** Runs the body with a client as options and environment say, and closes it. The client is loaded here, not with the command. */
export async function withClient<Value>(command: Command, context: CommandContext, body: (oms: Oms) => Promise<Value>): Promise<Value> {
  const { createOms } = await import("../index.ts");
  const { auth: kind, baseUrl, audience, ca } = command.optsWithGlobals<ClientChoice>();
  const auth = await login(kind, context, { audience: audience ?? "cmsoms-prod", baseUrl: baseUrl ?? context.env["OMS_URL"] });
  const oms = createOms({
    logger: context.logger,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(audience === undefined ? {} : { audience }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(auth === undefined ? {} : { auth }),
  });
  try {
    return await body(oms);
  } finally {
    await oms.close();
  }
}
