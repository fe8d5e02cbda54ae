import { isSciError, type SciError, withMore } from "@sci/http-core";
import { allows, type StorageRight, type TokenClaims } from "./direct/claims.ts";

/** What was tried when an error arose. */
export interface Attempted {
  /** "list", "upload": in words of the user. */
  readonly what: string;
  /** Path from the root of the storage, with a slash in front. */
  readonly path: string;
  readonly right: StorageRight;
}

const macaroonRights: Readonly<Record<StorageRight, string>> = {
  "storage.read": "LIST, DOWNLOAD or READ_METADATA",
  "storage.create": "UPLOAD",
  "storage.modify": "UPLOAD and DELETE, or MANAGE",
  "storage.stage": "STAGE",
};

/**
 * The same error with what it means here and what to do. Errors that say so already are left as they are.
 * @param claims What the token that was used says of itself; undefined for certificates, macaroons and opaque tokens
 */
export function explained(error: unknown, attempted: Attempted, claims: TokenClaims | undefined): unknown {
  if (!isSciError<string>(error)) return error;
  const more = explanation(error, attempted, claims);
  return more === undefined ? error : withMore(error, more.text, more.details);
}

interface More {
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

function explanation(error: SciError<string>, { what, path, right }: Attempted, claims: TokenClaims | undefined): More | undefined {
  const { status } = error;
  if (error.details?.["explained"] === true) return undefined;
  const details = { explained: true };
  switch (status) {
    case 401:
      return claims?.expiresAt !== undefined && claims.expiresAt <= Date.now()
        ? { text: `The token ended at ${new Date(claims.expiresAt).toISOString()}.`, details: { ...details, expiresAt: claims.expiresAt } }
        : undefined;
    case 403:
      return {
        text: forbidden(what, path, right, claims),
        details: { ...details, needed: `${right}:${path}`, scopes: claims?.scopes ?? [] },
      };
    case 409:
      return {
        text:
          right === "storage.create"
            ? `As a rule the directory in which ${path} is to lie does not exist (make it with mkdir), or something of that name is there.`
            : `Something else stands in the way of ${what} of ${path}, as a rule what is there already.`,
        details,
      };
    case 412:
      return { text: `${path} is there already, or has changed meanwhile. Allow it to be overwritten, or choose another name.`, details };
    case 423:
      return { text: `${path} is locked by another program that writes to it. Try again when that has ended.`, details };
    case 507:
      return {
        text: "The storage, or your share of it, is full. Remove something, or ask the data centre for room (quota() tells what is used).",
        details,
      };
    default:
      if (error.code === "OFFLINE")
        return {
          text: "Its contents lie on tape or on a disk that is away: locality() tells where, stage() brings them to disk.",
          details,
        };
      return undefined;
  }
}

function forbidden(what: string, path: string, right: StorageRight, claims: TokenClaims | undefined): string {
  const needed = `${what} of ${path} needs ${right}${right === "storage.create" ? " (to replace what is there: storage.modify)" : ""}`;
  if (claims === undefined)
    return `${needed}; of a macaroon, the activity ${macaroonRights[right]} for that path; of a certificate, the rights of its user.`;
  const who = claims.username ?? claims.subject;
  const whose = who === undefined ? "The token" : `The token of ${who}`;
  const storage = claims.scopes.filter((scope) => scope.startsWith("storage."));
  switch (allows(claims.scopes, right, path)) {
    case undefined:
      return `${needed}. ${whose} has no storage scope, so the rights of its user count: the user may not do this there. Ask the data centre for access.`;
    case true:
      return `${needed}, which the token's scopes allow (${storage.join(" ")}): the storage itself refuses it, as a rule because the user has no right there, or because files may not be overwritten.`;
    case false:
      return `${needed}. ${whose} has only: ${storage.join(" ")}. Get a token with that scope.`;
  }
}

/** Gives errors of a stream their explanation. */
export async function* explaining<T>(
  items: AsyncIterable<T>,
  attempted: Attempted,
  claims: () => TokenClaims | undefined,
): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw explained(error, attempted, claims());
  }
}
