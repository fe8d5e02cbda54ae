/** What a token says of itself. Nothing of it is verified: only the storage can tell whether it is genuine. */
export interface TokenClaims {
  /** End of validity, in milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly issuer?: string;
  readonly subject?: string;
  readonly username?: string;
  readonly scopes: readonly string[];
}

/** Reads a JSON Web Token; undefined for what is none (a macaroon, an opaque token). */
export function readClaims(token: string): TokenClaims | undefined {
  const [head, payload, ...rest] = token.split(".");
  if (rest.length !== 1 || !isObject(decoded(head))) return undefined;
  const claims = decoded(payload);
  if (!isObject(claims)) return undefined;
  const { exp, iss, sub, scope, preferred_username: username } = claims;
  return {
    ...(typeof exp === "number" && Number.isFinite(exp) ? { expiresAt: exp * 1000 } : {}),
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof sub === "string" ? { subject: sub } : {}),
    ...(typeof username === "string" ? { username } : {}),
    scopes: typeof scope === "string" ? scope.split(" ").filter((one) => one !== "") : [],
  };
}

/** base64url, with or without padding; the plain alphabet is read as well. */
function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));
  } catch {
    // The parser's message would quote the token.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an operation needs, in the words of the WLCG profile of tokens. */
export type StorageRight = "storage.read" | "storage.create" | "storage.modify" | "storage.stage";

/** Whether scopes of the form `storage.read:/path` allow something at a path; undefined where none speaks of storage. */
export function allows(scopes: readonly string[], right: StorageRight, path: string): boolean | undefined {
  const storage = scopes.filter((scope) => scope.startsWith("storage."));
  if (storage.length === 0) return undefined;
  // Who may modify may create, and who may stage may read.
  const rights =
    right === "storage.create" ? [right, "storage.modify"] : right === "storage.read" ? [right, "storage.stage"] : [right as string];
  return storage.some((scope) => {
    const [name = "", at = "/"] = splitScope(scope);
    return rights.includes(name) && isBelow(path, at);
  });
}

function splitScope(scope: string): [string, string | undefined] {
  const colon = scope.indexOf(":");
  return colon === -1 ? [scope, undefined] : [scope.slice(0, colon), scope.slice(colon + 1) || "/"];
}

function isBelow(path: string, folder: string): boolean {
  const base = folder.replace(/\/+$/, "");
  return path === base || path.startsWith(`${base}/`);
}
