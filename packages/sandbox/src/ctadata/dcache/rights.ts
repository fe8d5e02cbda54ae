import type { StreamReply, StreamRequest } from "../../http/stream.ts";
import type { Claims, TokenIssuer } from "../../openid/tokens.ts";
import { namesOf } from "../dav/paths.ts";
import { type Activity, type Actor, say } from "../door.ts";
import type { DoorMacaroons } from "./caveats.ts";

const below = (path: readonly string[], above: readonly string[]): boolean => above.every((name, index) => name === path[index]);

/** What each scope of the WLCG profile lets do. */
const scopes: Readonly<Record<string, readonly Activity[]>> = {
  "storage.read": ["read"],
  "storage.create": ["create"],
  "storage.modify": ["create", "modify"],
  "storage.stage": ["read", "stage"],
};

/** A person: everything but what lies in closed folders. */
export function personActor(name: string, closed: readonly (readonly string[])[]): Actor {
  return { name, may: (_, path) => !closed.some((folder) => below(path, folder)) };
}

/** Scopes for the storage that a token carries; none: the person's own rights hold. */
function storageScopes(claims: Claims): [Activity, readonly string[]][] {
  const words = typeof claims["scope"] === "string" ? claims["scope"].split(" ") : [];
  return words.flatMap((word) => {
    const [kind = "", path = "/"] = word.split(/:(.*)/s);
    const names = namesOf(encodeURI(path));
    if (!Object.hasOwn(scopes, kind) || names === undefined) return [];
    return (scopes[kind] as readonly Activity[]).map((activity): [Activity, readonly string[]] => [activity, names]);
  });
}

/** Who holds a token of the issuer. Any scope for the storage takes the place of the person's own rights. */
function tokenActor(claims: Claims, closed: readonly (readonly string[])[]): Actor {
  const granted = storageScopes(claims);
  const any = granted.length > 0 || /(^| )(storage|compute)\./.test(String(claims["scope"] ?? ""));
  if (!any) return personActor(claims.sub, closed);
  return {
    name: claims.sub,
    may: (activity, path) =>
      granted.some(([allowed, folder]) => allowed === activity && (below(path, folder) || (activity === "read" && below(folder, path)))),
  };
}

/** What the rights of a door follow from. */
export interface RightsSetting {
  readonly issuer: TokenIssuer;
  readonly macaroons: DoorMacaroons;
  /** Whether who shows nothing is refused. */
  readonly login: () => boolean;
  readonly closed: readonly (readonly string[])[];
  readonly knows: (user: string) => boolean;
}

/** Finds out who asks: bearer token or macaroon (header, or `authz` in the query), client certificate, nobody. */
export function actorOf(request: StreamRequest, setting: RightsSetting, expireToken: boolean): Actor | StreamReply {
  const { issuer, macaroons, closed } = setting;
  const refused = (description: string): StreamReply =>
    say(401, description, { "WWW-Authenticate": 'Bearer realm="dCache", error="invalid_token"' });
  const [scheme, value = ""] = (request.headers.authorization ?? "").split(" ");
  const token = scheme?.toLowerCase() === "bearer" ? value : (request.query.get("authz") ?? undefined);
  if (token !== undefined) {
    if (expireToken) issuer.end(token);
    const claims = issuer.check(token);
    if (claims !== undefined) return tokenActor(claims, closed);
    const holder = expireToken ? undefined : macaroons.check(token);
    return holder ?? refused("The token has expired or is not from a trusted issuer");
  }
  const { certificate } = request;
  if (certificate !== undefined) return setting.knows(certificate) ? personActor(certificate, closed) : say(403, "Permission denied");
  if (setting.login()) return say(401, "Authentication required", { "WWW-Authenticate": "Bearer" });
  return { name: "anonymous", may: () => true };
}
