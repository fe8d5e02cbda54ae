import { checkNames, SciError, shown, type AuthRequest } from "@sci/http-core";
import { clientCredentials, type ClientAuthentication, type TokenProvider, type TokenStore } from "@sci/http-core/oauth";
import { connectionNames, given, type ConnectionOptions } from "./connection.ts";
import { apiTokenEndpoint, type Environment, realmOf } from "./realm.ts";

export interface CernApiTokenOptions extends ConnectionOptions {
  /** Client id of the service the token is for, e.g. "cmsrunregistry-sso-proxy" (Run Registry) or "cmsoms-prod" (OMS). */
  readonly audience: string;
  /** Client id of the application, as registered at application-portal.web.cern.ch. @default SSO_CLIENT_ID */
  readonly clientId?: string | undefined;
  /** @default SSO_CLIENT_SECRET */
  readonly clientSecret?: string | undefined;
  /** The realm. @default CERN_AUTH_URL, else https://auth.cern.ch/auth/realms/cern */
  readonly authUrl?: string | undefined;
  /** How id and secret are sent: in the form, which every character survives, or in a Basic header, as `cernrequests` does. @default "form" */
  readonly method?: ClientAuthentication;
  /** Milliseconds before its end from which the token is renewed. @default the smaller of 60 s and a tenth of its life */
  readonly renewAhead?: number;
  /** Keeps the token beyond the process and shares it with others, e.g. `fileTokenStore()` of `@sci/http-core/node`. @default in memory */
  readonly store?: TokenStore;
  /** Told when a renewal ahead of time failed and the token, still valid, is used on. */
  readonly warn?: (message: string) => void;
  /** Where the variables are read. @default process.env */
  readonly environment?: Environment;
}

const own = ["audience", "clientId", "clientSecret", "authUrl", "method", "environment"] as const;
const passedOn = ["renewAhead", "store", "warn", ...connectionNames] as const;

/**
 * API tokens of CERN's sign-on for an application of its own (client credentials with an audience): one token for all calls,
 * renewed ahead of its end and once after the service refused it, one request however many calls wait.
 *
 * The variables are read at the first use, so that a client can be made before its environment is complete.
 * @throws INVALID_ARGUMENT for an unknown option or a bad value, INSECURE for plain http off loopback: here, or at the first use for
 * what comes from the environment. At use: MISSING_CREDENTIALS naming the variables, before anything is sent; NOT_AUTHENTICATED with
 * the server's reason; NOT_JSON, INVALID_RESPONSE, REDIRECT when the address gives no tokens; UNAVAILABLE, NETWORK, TLS, TIMEOUT
 * @see https://auth.docs.cern.ch/user-documentation/oidc/api-access/
 */
export function cernApiToken(options: CernApiTokenOptions): TokenProvider {
  checkNames(options, [...own, ...passedOn], "option of cernApiToken()");
  const { audience } = options;
  if (typeof audience !== "string" || audience === "") {
    throw new SciError("INVALID_ARGUMENT", `cernApiToken() needs the audience, the client id of the service, not ${shown(audience)}.`);
  }
  for (const name of ["clientId", "clientSecret"] as const) {
    const value: unknown = options[name];
    // The value itself may be a secret.
    if (value !== undefined && typeof value !== "string")
      throw new SciError("INVALID_ARGUMENT", `${name} must be text, not ${typeof value}.`);
  }
  // With credentials that are never used: everything else is checked now.
  provide(options, realmOf(options, {}), { clientId: "unused", clientSecret: "unused" });

  let inner: TokenProvider | undefined;
  const settled = (): TokenProvider => {
    const environment = options.environment ?? process.env;
    return (inner ??= provide(options, realmOf(options, environment), credentialsOf(options, environment)));
  };
  const provider = async (request: AuthRequest) => settled()(request);
  return Object.assign(provider, {
    token: async (given?: { readonly signal?: AbortSignal }) => settled().token(given),
    description: `an API token of CERN's sign-on for ${audience}`,
  });
}

interface ApiCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

function credentialsOf(options: CernApiTokenOptions, environment: Environment): ApiCredentials {
  const clientId = options.clientId ?? environment["SSO_CLIENT_ID"] ?? "";
  const clientSecret = options.clientSecret ?? environment["SSO_CLIENT_SECRET"] ?? "";
  const missing = [
    ...(clientId === "" ? [{ what: "client id", variable: "SSO_CLIENT_ID", option: "clientId" }] : []),
    ...(clientSecret === "" ? [{ what: "client secret", variable: "SSO_CLIENT_SECRET", option: "clientSecret" }] : []),
  ];
  if (missing.length > 0) {
    const list = (name: "what" | "variable" | "option"): string => missing.map((one) => one[name]).join(" and ");
    throw new SciError(
      "MISSING_CREDENTIALS",
      `CERN's sign-on needs the ${list("what")} of an application. Set ${list("variable")}, or give ${list("option")}; register one at https://application-portal.web.cern.ch.`,
      { details: { variables: missing.map(({ variable }) => variable) } },
    );
  }
  return { clientId, clientSecret };
}

function provide(options: CernApiTokenOptions, realm: string, { clientId, clientSecret }: ApiCredentials): TokenProvider {
  const { audience, method = "form" } = options;
  const tokenEndpoint = apiTokenEndpoint(realm);
  return clientCredentials({
    ...given(options, passedOn),
    tokenEndpoint,
    clientId,
    clientSecret,
    method,
    audience,
    name: "CERN's sign-on",
    help: `Asked at ${tokenEndpoint} as client "${clientId}" for audience "${audience}".`,
  });
}
