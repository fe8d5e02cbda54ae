import { stateOf } from "../door-state.ts";
import type { Door } from "../door.ts";

/**
 * Whether the token in use lets files be renamed, as far as it tells: scopes of the WLCG profile in a JSON Web Token, activities in a
 * macaroon. Nothing of it is verified. Undefined where it does not say: then only a try can tell.
 */
export function mayRename(door: Door): boolean | undefined {
  const [scheme, token = ""] = (stateOf(door).settings.accepted?.headers?.["authorization"] ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer") return undefined;
  return byScopes(token) ?? byActivities(token);
}

function byScopes(token: string): boolean | undefined {
  const [, payload, ...rest] = token.split(".");
  if (rest.length !== 1) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  } catch {
    return undefined;
  }
  const scope = (claims as { readonly scope?: unknown } | null)?.scope;
  const scopes = typeof scope === "string" ? scope.split(" ").filter((one) => one.startsWith("storage.")) : [];
  if (scopes.length === 0) return undefined;
  if (scopes.some((one) => /^storage\.modify(:\/?)?$/.test(one))) return true;
  // One for some paths only: which of them the door's are, the storage alone knows.
  return scopes.some((one) => one.startsWith("storage.modify:")) ? undefined : false;
}

/** Each caveat narrows what those before it leave. */
function byActivities(token: string): false | undefined {
  if (!/^[\w+/=-]+$/.test(token)) return undefined;
  const caveats = Buffer.from(token, "base64url")
    .toString("latin1")
    .matchAll(/cid activity:([\w, ]+)/g);
  for (const [, names = ""] of caveats) if (!/\b(MANAGE|DELETE)\b/.test(names)) return false;
  return undefined;
}
