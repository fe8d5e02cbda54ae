import { resolve } from "node:path";
import { checkInteger, checkNames, SciError, shown, type AuthProvider } from "@sci/http-core";
import { readSecretFile, secretFolder, withFileLock, writeSecretFile, type SecretFile } from "@sci/http-core/node";
import { openJar } from "./jar.ts";
import { formatCookies, parseCookies } from "./netscape.ts";
import type { StoredCookie } from "./types.ts";

export interface ReadCookieFileOptions {
  /** Milliseconds since 1970: cookies that ended before are left out. @default Date.now() */
  readonly now?: number;
}

export interface WriteCookieFileOptions extends ReadCookieFileOptions {
  /**
   * Milliseconds for which cookies of a session are said to last: for programs that read a cookie file but not the cookies of a
   * session in it (Python's MozillaCookieJar). @default they stay cookies of a session
   */
  readonly sessionLifetime?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads a cookie file in the format of Netscape (curl's `-c`, `auth-get-sso-cookie`), cookies marked `#HttpOnly_` included.
 * @throws FILE for a file that is missing, damaged, a link, or readable by others; INVALID_ARGUMENT
 */
export async function readCookieFile(path: string, options: ReadCookieFileOptions = {}): Promise<StoredCookie[]> {
  checkNames(options, ["now"], "option of readCookieFile()");
  const file = fileOf(path);
  const cookies = await cookiesOf(file, options.now ?? Date.now());
  if (cookies === undefined) throw new SciError("FILE", `The cookie file ${file.path} does not exist.`, { details: { path: file.path } });
  return cookies;
}

/**
 * Writes a cookie file that curl reads (`-b FILE`): mode 0600 from the start, whole or not at all. Cookies that have ended are left out.
 * @throws FILE; INVALID_ARGUMENT for a cookie that the format cannot hold; TIMEOUT when another process keeps the file locked; ABORTED
 */
export async function writeCookieFile(path: string, cookies: readonly StoredCookie[], options: WriteCookieFileOptions = {}): Promise<void> {
  checkNames(options, ["now", "sessionLifetime", "signal"], "option of writeCookieFile()");
  if (options.sessionLifetime !== undefined) checkInteger(options.sessionLifetime, "sessionLifetime", { min: 1 });
  const file = fileOf(path);
  const text = formatCookies(cookies, options.now ?? Date.now(), options.sessionLifetime);
  await secretFolder(file);
  await withFileLock(file.path, () => writeSecretFile(file, text), options.signal === undefined ? {} : { signal: options.signal });
}

/**
 * Credentials out of a cookie file, read at each use: another program may renew it meanwhile. A cookie goes where a browser would send
 * it, by its domain, path and `secure`.
 * @throws at use FILE as {@link readCookieFile}, MISSING_CREDENTIALS when the file has no cookie for the address
 */
export function cookieFile(path: string): AuthProvider {
  const file = fileOf(path);
  const provider: AuthProvider = async (request) => {
    const jar = await openJar(await readCookieFile(file.path));
    const header = await jar.getCookieString(request.url);
    if (header === "") {
      throw new SciError(
        "MISSING_CREDENTIALS",
        `The cookie file ${file.path} has no cookie for ${request.origin}, or they have ended. Log in anew, e.g. with "cern-auth cookie ${request.origin} --output ${file.path}".`,
        { details: { path: file.path } },
      );
    }
    return cookieCredentials(header);
  };
  return Object.assign(provider, { description: `the cookies in ${file.path}` });
}

export function cookieCredentials(header: string): { headers: { cookie: string }; secrets: string[] } {
  const values = header.split("; ").map((pair) => pair.slice(pair.indexOf("=") + 1));
  return { headers: { cookie: header }, secrets: [header, ...values.filter((value) => value.length >= 4)] };
}

export function fileOf(path: unknown): SecretFile {
  if (typeof path !== "string" || path === "")
    throw new SciError("INVALID_ARGUMENT", `A cookie file is given by its path, not ${shown(path)}.`);
  return { path: resolve(path), what: "cookie file" };
}

/** undefined when there is no such file. */
export async function cookiesOf(file: SecretFile, now: number): Promise<StoredCookie[] | undefined> {
  const text = await readSecretFile(file);
  return text === undefined ? undefined : parseCookies(text, file.path, now);
}
