import type { Identity } from "../cern/facility.ts";
import { redirectReply, type Reply, type SandboxRequest } from "../http/message.ts";

const audiences = ["cmsrunregistry-sso-proxy", "dev-cmsrunregistry-sso-proxy"];

function startPage(request: SandboxRequest): Reply {
  return redirectReply(302, `/oauth2/start?rd=${encodeURIComponent(request.target)}`);
}

/**
 * What stands in front of the back end: asks for a token, takes `/api` off the path, and writes who asks into the headers.
 * Answers itself where there is no good token: with the way to the log-in page.
 */
export function throughProxy(request: SandboxRequest, identity: Identity, expireToken: boolean): SandboxRequest | Reply {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer" || token === undefined) return startPage(request);
  if (expireToken) identity.end(token);
  const claims = identity.check(token);
  const aud = claims === undefined ? [] : [claims.aud].flat();
  if (claims === undefined || !aud.some((audience) => audiences.includes(audience))) return startPage(request);
  const path = request.path.slice("/api".length) || "/";
  const headers = { ...request.headers };
  delete headers.authorization;
  headers["id"] = claims.sub;
  headers["displayname"] = claims.sub;
  headers["email"] = claims.email;
  headers["egroups"] = (claims["groups"] as readonly string[]).join(",");
  return { ...request, path, target: request.target.slice("/api".length) || "/", headers };
}

/** The way from the back end's own address to CERN's log-in page. */
export function toLogin(request: SandboxRequest, identity: Identity): Reply {
  const query = new URLSearchParams({
    client_id: audiences[0] as string,
    response_type: "code",
    scope: "openid",
    redirect_uri: `http://${request.headers.host ?? "127.0.0.1"}/oauth2/callback`,
    state: request.query.get("rd") ?? "/",
  });
  return redirectReply(302, `${identity.loginUrl}?${query.toString()}`);
}
