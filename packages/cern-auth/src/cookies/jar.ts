import type { CookieJar } from "tough-cookie";
import type { StoredCookie } from "./types.ts";

/** A jar with the rules of RFC 6265. tough-cookie is loaded here, with the first session. */
export async function openJar(cookies: readonly StoredCookie[] = []): Promise<CookieJar> {
  const { Cookie, CookieJar } = await import("tough-cookie");
  const jar = new CookieJar();
  for (const { expires, name, ...cookie } of cookies) {
    await jar.store.putCookie(
      new Cookie({ ...cookie, key: name, expires: expires ?? "Infinity", pathIsDefault: false, creation: new Date() }),
    );
  }
  return jar;
}

/** The cookies of a jar in the order in which they came. */
export async function cookiesIn(jar: CookieJar): Promise<StoredCookie[]> {
  const { cookies } = await jar.serialize();
  return cookies.map(({ key, value, domain, path, secure, httpOnly, hostOnly, expires, maxAge, creation }) => ({
    name: key ?? "",
    value: value ?? "",
    domain: String(domain ?? ""),
    hostOnly: hostOnly === true,
    path: String(path ?? "/"),
    secure: secure === true,
    httpOnly: httpOnly === true,
    expires: endOf(expires, maxAge, creation),
  }));
}

/** Max-Age goes before Expires (RFC 6265 §5.3). */
function endOf(expires: unknown, maxAge: unknown, creation: unknown): Date | undefined {
  if (typeof maxAge === "number" && Number.isFinite(maxAge)) return new Date(new Date(creation as string).getTime() + maxAge * 1000);
  if (expires === undefined || expires === null || expires === "Infinity") return undefined;
  return new Date(expires as string);
}
