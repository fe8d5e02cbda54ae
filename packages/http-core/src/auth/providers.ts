import { SciError } from "../errors.ts";
import type { AuthProvider, Credentials } from "./types.ts";

/** A secret, or a function that is asked for it each time it is needed (from a file, a keyring, another library). */
export type SecretSource = string | (() => string | Promise<string>);

/**
 * `Authorization: Bearer …` with a token that exists already. A function is asked at every attempt; a token that was refused
 * is not asked for again unless the function gives another one.
 * @throws MISSING_CREDENTIALS for an empty token, INVALID_ARGUMENT for one that cannot stand in a header
 */
export function bearerToken(token: SecretSource): AuthProvider {
  return describe(
    "a bearer token",
    fromSource(token, "bearer token", (text) => bearer(checkBearer(text))),
  );
}

/** The credentials of one access token. */
export function bearer(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
}

/**
 * `Authorization: Basic …` (RFC 7617, in UTF-8).
 * @throws INVALID_ARGUMENT for a user name with a colon, MISSING_CREDENTIALS for an empty user name or password
 */
export function basicAuth(user: string, password: SecretSource): AuthProvider {
  if (typeof user !== "string" || user === "") throw missing("user name");
  if (user.includes(":")) throw new SciError("INVALID_ARGUMENT", "A user name for Basic authentication cannot hold a colon.");
  return describe(
    `the password of ${user}`,
    fromSource(password, "password", (text) => {
      const pair = base64(`${user}:${text}`);
      return { headers: { authorization: `Basic ${pair}` }, secrets: [text, pair] };
    }),
  );
}

/**
 * A secret in a header of its own, e.g. `headerAuth("x-api-key", key)`.
 * @throws INVALID_ARGUMENT for a name or a value that cannot stand in a header, MISSING_CREDENTIALS for an empty value
 */
export function headerAuth(name: string, value: SecretSource): AuthProvider {
  if (typeof name !== "string" || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    throw new SciError("INVALID_ARGUMENT", `"${String(name)}" is no name of an HTTP header.`);
  }
  return describe(
    `the header ${name}`,
    fromSource(value, `value of the header ${name}`, (text) => {
      if (!isHeaderValue(text)) throw unfit(`value of the header ${name}`);
      return { headers: { [name.toLowerCase()]: text }, secrets: [text] };
    }),
  );
}

/** A provider that is loaded when it is first asked, so that importing a client costs nothing of it. A load that fails is tried anew. */
export function lateAuth(load: () => Promise<AuthProvider>): AuthProvider {
  let provider: Promise<AuthProvider> | undefined;
  return async (request) => {
    provider ??= load().catch((error: unknown) => {
      provider = undefined;
      throw error;
    });
    return (await provider)(request);
  };
}

/** Names a provider for messages. */
export function describe<T extends AuthProvider>(description: string, provider: T): T {
  return Object.defineProperty(provider, "description", { value: description, enumerable: true, configurable: true });
}

/** A literal is checked here and now, where the mistake was made; what a function gives, when it is given. */
function fromSource(source: SecretSource, what: string, credentials: (text: string) => Credentials): AuthProvider {
  if (typeof source === "function") return async () => credentials(nonEmpty(await source(), what));
  const fixed = credentials(nonEmpty(source, what));
  return () => fixed;
}

function nonEmpty(text: unknown, what: string): string {
  if (text === undefined || text === null || text === "") throw missing(what);
  if (typeof text !== "string") throw new SciError("INVALID_ARGUMENT", `The ${what} must be text, not ${typeof text}.`);
  return text;
}

/** White space around a token comes from files and is taken off. */
function checkBearer(text: string): string {
  const token = text.trim();
  if (token === "") throw missing("bearer token");
  if (/^bearer\s/i.test(token)) throw new SciError("INVALID_ARGUMENT", 'Give the bearer token alone, without "Bearer " in front.');
  if (!/^[\x21-\x7e]+$/.test(token)) throw unfit("bearer token");
  return token;
}

function isHeaderValue(text: string): boolean {
  return /^[\x20-\x7e\x80-\xff\t]+$/.test(text) && text.trim() === text;
}

function missing(what: string): SciError<"MISSING_CREDENTIALS"> {
  return new SciError("MISSING_CREDENTIALS", `The ${what} is missing or empty.`);
}

function unfit(what: string): SciError<"INVALID_ARGUMENT"> {
  return new SciError(
    "INVALID_ARGUMENT",
    `The ${what} holds characters that cannot stand in a header (white space, a line break, a control or non-Latin character).`,
  );
}

/** Base64 of UTF-8, also in a browser. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
