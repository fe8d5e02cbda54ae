import { randomUUID } from "node:crypto";
import { escapeHtml, htmlReply, jsonReply, redirectReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { Cookies } from "../openid/bridge.ts";

/** Assertions that were given and not used yet, and sessions: only their shape matters, so that they live as long as the process. */
const assertions = new Set<string>();
const sessions = new Set<string>();

const site = "/old-site/";
const sessionCookie = "_shibsession_sandbox";

/**
 * The log-in that CERN ended, and a site behind it: the site leads to `adfs/ls`, `auth/sslclient/` beside it takes the certificate
 * and answers with a form, whose hidden fields go back to the site. The certificate itself is not asked for: the sandbox speaks
 * plain HTTP. Undefined for other paths.
 */
export function oldLogin(request: SandboxRequest, origin: string): Reply | undefined {
  const { path } = request;
  if (path.startsWith(site)) return atSite(request, origin);
  if (path === "/adfs/ls/")
    return htmlReply(
      200,
      "<html><head><title>CERN Authentication</title></head><body>Sign in with a certificate or with Kerberos.</body></html>",
    );
  if (path !== "/adfs/ls/auth/sslclient/") return undefined;
  const reply = request.query.get("wreply");
  if (reply === null) return htmlReply(400, "<html><head><title>Error</title></head><body>wreply is missing</body></html>");
  const assertion = randomUUID();
  assertions.add(assertion);
  const fields = { wa: "wsignin1.0", wresult: `<assertion id="${assertion}"/>`, wctx: request.query.get("wctx") ?? "" };
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}" />`);
  return htmlReply(
    200,
    `<html><head><title>Working...</title></head><body><form method="POST" name="hiddenform" action="${escapeHtml(reply)}">${inputs.join("")}<noscript><p>Script is disabled. Click Submit to continue.</p><input type="submit" value="Submit" /></noscript></form></body></html>`,
    { "Set-Cookie": [`FedAuth=${randomUUID()}; path=/adfs; HttpOnly`] },
  );
}

function atSite(request: SandboxRequest, origin: string): Reply {
  if (request.path === `${site}Shibboleth.sso/ADFS` && request.method === "POST") {
    const result = new URLSearchParams(request.body.toString()).get("wresult") ?? "";
    const assertion = /id="([^"]+)"/.exec(result)?.[1] ?? "";
    if (!assertions.delete(assertion))
      return htmlReply(500, "<html><body>Unable to establish security of incoming assertion.</body></html>");
    const id = randomUUID();
    sessions.add(id);
    const reply = redirectReply(302, `${origin}${site}`);
    return { ...reply, headers: { ...reply.headers, "Set-Cookie": [`${sessionCookie}=${id}; path=${site}; HttpOnly`] } };
  }
  if (sessions.has(new Cookies(request.headers.cookie).get(sessionCookie) ?? "")) return jsonReply(200, { path: request.path });
  const query = new URLSearchParams({
    wa: "wsignin1.0",
    wreply: `${origin}${site}Shibboleth.sso/ADFS`,
    wct: new Date().toISOString(),
    wctx: "cookie:1",
  });
  return redirectReply(302, `${origin}/adfs/ls/?${query.toString()}`);
}
