import { basicClient } from "../openid/bridge.ts";
import type { SandboxRequest } from "./message.ts";

/** Which OAuth 2 client asks for a token: HTTP Basic first, then the form. */
export function clientOf(request: SandboxRequest, form: URLSearchParams): { id: string; secret: string | undefined } | undefined {
  const basic = basicClient(request);
  if (basic !== undefined) return basic;
  const id = form.get("client_id");
  return id === null ? undefined : { id, secret: form.get("client_secret") ?? undefined };
}
