import type { Claims } from "./tokens.ts";
import { grantAll, type GrantContext, type OpenIdProvider } from "./provider.ts";
import { exchangeGrant, type Setting, userToken } from "./setting.ts";

const tokenType = "urn:ietf:params:oauth:token-type:";

/** Token exchange (RFC 8693) as CERN's realm offers it: a token in hand for one to another audience. */
export function addExchange(provider: OpenIdProvider, setting: Setting, audienceOf: Map<string, string>): void {
  const granted = (client: string): readonly string[] =>
    setting.publicClients.get(client)?.audiences ?? setting.clients.get(client)?.audiences ?? [];
  const known = (audience: string): boolean =>
    [...setting.audiences, ...setting.sites.keys()].includes(audience) ||
    [...setting.clients.values(), ...setting.publicClients.values()].some((client) => client.audiences.includes(audience));

  function refusal(
    claims: Claims | undefined,
    client: string,
    audience: string,
  ): [status: number, error: string, description: string] | undefined {
    if (claims === undefined) return [400, "invalid_token", "Invalid token"];
    if (claims.azp !== client && ![claims.aud].flat().includes(client))
      return [403, "access_denied", "Client is not within the token audience"];
    if (!known(audience)) return [400, "invalid_client", "Audience not found"];
    if (audience !== client && !granted(client).includes(audience)) return [403, "access_denied", "Client not allowed to exchange"];
    return undefined;
  }

  async function exchange(context: GrantContext): Promise<void> {
    const { params, client } = context.oidc;
    const answer = (status: number, body: unknown): void => void Object.assign(context, { status, body });
    const refuse = (status: number, error: string, description: string): void => answer(status, { error, error_description: description });
    const id = client.clientId;
    const { subject_token: subject, requested_token_type: wanted = `${tokenType}refresh_token` } = params;
    if (subject === undefined) return refuse(400, "invalid_request", "Missing parameter: subject_token");
    if (![`${tokenType}refresh_token`, `${tokenType}access_token`].includes(wanted))
      return refuse(400, "invalid_request", "requested_token_type unsupported");
    const audience = params["audience"] ?? id;
    const claims = setting.issuer.check(subject);
    const refused = refusal(claims, id, audience);
    if (refused !== undefined) return refuse(...refused);
    const { sub, scope, exp: _exp, iat: _iat, jti: _jti, serial: _serial, ...kept } = claims as Claims;
    const user = setting.users.find(sub);
    const common = { expires_in: setting.lifetime(), token_type: "Bearer", issued_token_type: wanted };
    if (user === undefined) {
      const token = setting.issuer.issue({ ...kept, sub, azp: id, aud: audience }, setting.lifetime());
      return answer(200, { access_token: token, ...common, issued_token_type: `${tokenType}access_token` });
    }
    const token = userToken(setting, user, id, audience, typeof scope === "string" ? scope : "");
    if (wanted.endsWith("access_token")) return answer(200, { access_token: token, ...common });
    const grantId = await grantAll(provider, setting, sub, id);
    audienceOf.set(grantId, audience);
    const refresh = await new provider.RefreshToken({
      accountId: sub,
      client,
      grantId,
      scope: "profile email",
      gty: "token_exchange",
    }).save();
    return answer(200, { access_token: token, ...common, refresh_token: refresh });
  }

  provider.registerGrantType(exchangeGrant, exchange, [
    "audience",
    "subject_token",
    "subject_token_type",
    "requested_token_type",
    "subject_issuer",
  ]);
}
