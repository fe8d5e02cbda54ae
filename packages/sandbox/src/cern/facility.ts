import { timingSafeEqual } from "node:crypto";
import { loginPage } from "../faults/answers.ts";
import { jsonReply, htmlReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { Router } from "../http/router.ts";
import type { FacilityParts, FacilityContext } from "../facility.ts";
import { checkFields, checkWhole } from "../names.ts";
import { type CernClient, defaultClients, serviceAccount } from "./clients.ts";
import { type Claims, TokenIssuer } from "./tokens.ts";

/** Options of CERN's log-in. */
export interface CernOptions {
  /** Seconds for which a token is in force. Default 1200, as CERN's. */
  readonly tokenLifetime?: number;
  /** Further clients, beside `sandbox-client` and `sandbox-reader`. */
  readonly clients?: readonly CernClient[];
}

/** What tests may do with CERN's log-in while it runs. */
export interface CernControl {
  /** Ends every token issued so far: services refuse them, new ones work. */
  expireTokens(): void;
  /** Seconds for which tokens issued from now on are in force. */
  setTokenLifetime(seconds: number): void;
  /** A token as the token endpoint would issue it, for tests that need one in hand. */
  token(options?: { client?: string; audience?: string; lifetime?: number }): string;
  /** Tokens issued since the start. */
  readonly tokensIssued: number;
}

/** What the services behind the log-in ask of it. */
export interface Identity {
  check(token: string): Claims | undefined;
  end(token: string): void;
  readonly loginUrl: string;
}

interface Realm extends CernControl, Identity {
  readonly issuer: TokenIssuer;
  readonly clients: ReadonlyMap<string, CernClient>;
  lifetime: number;
  readonly base: string;
}

const realmPath = "/auth/realms/cern";

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function refusal(status: number, error: string, description: string): Reply {
  return jsonReply(status, { error, error_description: description }, { "Cache-Control": "no-store", Pragma: "no-cache" });
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** Who asks: HTTP Basic first, then the form. */
function clientOf(request: SandboxRequest, form: URLSearchParams): { id: string; secret: string | undefined } | undefined {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "basic" && value !== undefined) {
    const [id, ...secret] = Buffer.from(value, "base64").toString().split(":");
    return { id: decodePart(id as string), secret: decodePart(secret.join(":")) };
  }
  const id = form.get("client_id");
  return id === null ? undefined : { id, secret: form.get("client_secret") ?? undefined };
}

function issueFor(realm: Realm, client: CernClient, audience: string, lifetime: number): string {
  return realm.issuer.issue(
    {
      iss: `${realm.base}${realmPath}`,
      sub: `service-account-${client.id}`,
      azp: client.id,
      aud: audience,
      email: serviceAccount(client),
      cern_roles: ["default-role"],
      groups: client.egroups,
    },
    lifetime,
  );
}

/** `POST …/api-access/token`: a token for one audience with the client's own id and secret. */
function apiToken(request: SandboxRequest, _: unknown, realm: Realm): Reply {
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") !== true) {
    return refusal(400, "invalid_request", "Missing form parameter: grant_type");
  }
  const form = new URLSearchParams(request.body.toString());
  const given = clientOf(request, form);
  if (given === undefined) return refusal(401, "invalid_client", "Invalid client or Invalid client credentials");
  const client = realm.clients.get(given.id);
  if (client === undefined) return refusal(401, "invalid_client", "Invalid client or Invalid client credentials");
  if (given.secret === undefined || !same(given.secret, client.secret))
    return refusal(401, "unauthorized_client", "Invalid client or Invalid client credentials");
  const grant = form.get("grant_type");
  if (grant === null) return refusal(400, "invalid_request", "Missing form parameter: grant_type");
  if (grant !== "client_credentials") return refusal(400, "unsupported_grant_type", "Unsupported grant_type");
  const audience = form.get("audience");
  if (audience === null || audience === "") return refusal(400, "invalid_request", "Missing form parameter: audience");
  if (!client.audiences.includes(audience)) return refusal(400, "invalid_client", "Audience not found");
  return jsonReply(
    200,
    {
      access_token: issueFor(realm, client, audience, realm.lifetime),
      expires_in: realm.lifetime,
      refresh_expires_in: 0,
      token_type: "Bearer",
      "not-before-policy": 0,
      scope: "",
    },
    { "Cache-Control": "no-store", Pragma: "no-cache" },
  );
}

const router = new Router<Realm>()
  .on("POST", `${realmPath}/api-access/token`, apiToken)
  .on("GET", `${realmPath}/protocol/openid-connect/certs`, (_request, _parameters, realm) => jsonReply(200, realm.issuer.jwks()))
  .on("GET", `${realmPath}/protocol/openid-connect/auth`, () => loginPage());

/** CERN's log-in: the endpoint for API tokens, the published key and the log-in page. */
export function createCern(options: CernOptions, context: FacilityContext): FacilityParts<CernControl> & { identity: Identity } {
  checkFields("option of cern", options, ["tokenLifetime", "clients"]);
  const clients = new Map([...defaultClients, ...(options.clients ?? [])].map((client) => [client.id, client]));
  const issuer = new TokenIssuer();
  const main = defaultClients[0] as CernClient;
  const realm: Realm = {
    issuer,
    clients,
    lifetime: checkWhole("cern.tokenLifetime", options.tokenLifetime ?? 1200, 1, 86_400),
    get base() {
      return context.origin();
    },
    get loginUrl() {
      return `${context.origin()}${realmPath}/protocol/openid-connect/auth`;
    },
    get tokensIssued() {
      return issuer.issued;
    },
    check: (token) => issuer.check(token),
    end: (token) => issuer.end(token),
    expireTokens: () => issuer.endAll(),
    setTokenLifetime(seconds) {
      realm.lifetime = checkWhole("seconds", seconds, 0, 86_400);
    },
    token: ({ client = main.id, audience = "cmsrunregistry-sso-proxy", lifetime = realm.lifetime } = {}) =>
      issueFor(realm, clients.get(client) ?? main, audience, lifetime),
  };
  return {
    control: realm,
    identity: realm,
    async service(request, { expireToken }) {
      const found = router.find(request.method, request.path);
      if (found === undefined) return htmlReply(404, "<!DOCTYPE html><html><body><h1>Page not found</h1></body></html>");
      const reply = await found.handler(request, found.parameters, realm);
      // A token that has ended by the time it arrives is what a client sees of a clock that runs wrong or a session that was closed.
      if (expireToken) issuer.endAll();
      return reply;
    },
    env: () => ({ CERN_AUTH_URL: `${context.origin()}${realmPath}`, SSO_CLIENT_ID: main.id, SSO_CLIENT_SECRET: main.secret }),
    url: () => `${context.origin()}${realmPath}`,
  };
}
