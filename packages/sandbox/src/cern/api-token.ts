import { timingSafeEqual } from "node:crypto";
import { jsonReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { clientOf } from "../http/oauth-client.ts";
import { serviceAccount } from "../openid/clients.ts";
import type { Setting } from "../openid/setting.ts";
import type { CernClient } from "./clients.ts";

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function refusal(status: number, error: string, description: string): Reply {
  return jsonReply(status, { error, error_description: description }, { "Cache-Control": "no-store", Pragma: "no-cache" });
}

/** A token of an application of its own. */
export function issueFor(realm: Setting, client: CernClient, audience: string, lifetime: number): string {
  return realm.issuer.issue(
    {
      iss: realm.realm(),
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
export function apiToken(request: SandboxRequest, realm: Setting): Reply {
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
      access_token: issueFor(realm, client, audience, realm.lifetime()),
      expires_in: realm.lifetime(),
      refresh_expires_in: 0,
      token_type: "Bearer",
      "not-before-policy": 0,
      scope: "",
    },
    { "Cache-Control": "no-store", Pragma: "no-cache" },
  );
}
