import { STATUS_CODES } from "node:http";
import { htmlReply, type Reply, redirectReply, type SandboxRequest } from "../http/message.ts";
import type { FaultKind, Plan } from "./kinds.ts";

/** A page as the web server in front of a service writes it. */
export function proxyPage(status: number, headers: Record<string, string> = {}): Reply {
  const title = `${status} ${STATUS_CODES[status] ?? "Unknown"}`;
  const html = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
  return htmlReply(status, html, headers);
}

/** The page on which CERN asks for a log-in. */
export function loginPage(): Reply {
  return htmlReply(
    200,
    `<!DOCTYPE html>\n<html class="login-pf"><head><meta charset="utf-8"><title>CERN Single Sign-On</title></head>\n` +
      `<body><h1>Sign in with a CERN account</h1><form id="kc-form-login" method="post"><input name="username"><input name="password" type="password"></form></body></html>\n`,
  );
}

/** The answer that a fault gives in place of the facility, where it does. */
export function faultyReply(met: ReadonlyMap<FaultKind, Plan>, request: SandboxRequest, elsewhere: string): Reply | undefined {
  const status = met.get("status");
  if (status !== undefined) return proxyPage(status.status);
  const later = met.get("retry-after");
  if (later !== undefined) return proxyPage(later.status, { "Retry-After": later.after });
  if (met.has("html")) return loginPage();
  if (met.has("redirect-loop")) {
    const query = new URLSearchParams(request.query);
    query.set("loop", String(Number(query.get("loop") ?? "0") + 1));
    return redirectReply(307, `${request.path}?${query.toString()}`);
  }
  const away = met.get("redirect-away");
  if (away !== undefined) return redirectReply(307, away.url ?? `${elsewhere}${request.target}`);
  return undefined;
}
