import { type AuthKind, type CommandContext, readSecret } from "@sci/cli-core";
import { type AuthProvider, SciError } from "@sci/http-core";

/** What a way to log in is told. */
export interface LoginRequest {
  readonly audience: string;
  readonly baseUrl: string | undefined;
}

type Login = (context: CommandContext, request: LoginRequest) => Promise<AuthProvider | false>;

/** Client id and secret of an application; the secret is asked for at a terminal. */
async function token(context: CommandContext, { audience }: LoginRequest): Promise<AuthProvider> {
  const { SSO_CLIENT_ID: clientId, CERN_AUTH_URL } = context.env;
  if (!clientId)
    throw new SciError("MISSING_CREDENTIALS", "--auth token needs the client id of an application: set SSO_CLIENT_ID.", {
      details: { variables: ["SSO_CLIENT_ID"] },
    });
  const clientSecret = await readSecret(context, { what: "client secret", env: ["SSO_CLIENT_SECRET"], prompt: `Secret of ${clientId}: ` });
  const { cernApiToken } = await import("@sci/cern-auth");
  return cernApiToken({ clientId, clientSecret, audience, environment: { CERN_AUTH_URL } });
}

/** One entry per way to log in. */
const logins = { token, none: async () => false as const } as const satisfies Partial<Record<AuthKind, Login>>;

export type OmsAuthKind = keyof typeof logins;
export const authKinds = Object.keys(logins) as readonly OmsAuthKind[];

/** The provider for `--auth`; undefined leaves it to the client, which takes credentials from the environment. */
export async function login(
  kind: OmsAuthKind | undefined,
  context: CommandContext,
  request: LoginRequest,
): Promise<AuthProvider | false | undefined> {
  if (kind !== undefined) return logins[kind](context, request);
  const { SSO_CLIENT_ID: id, SSO_CLIENT_SECRET: secret } = context.env;
  const ask = Boolean(id) && !secret && context.stdin.isTTY === true && context.stderr.isTTY === true;
  return ask ? token(context, request) : undefined;
}
