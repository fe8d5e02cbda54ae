import { SciError } from "@sci/http-core";
import type { StoredCookie } from "./types.ts";

const header = "# Netscape HTTP Cookie File";
const httpOnlyMark = "#HttpOnly_";

/**
 * The cookies of a file in the format of Netscape, which curl, wget and Python's MozillaCookieJar share. Those that have ended are
 * left out.
 * @throws FILE naming the line, never what stands in it
 */
export function parseCookies(text: string, path: string, now: number): StoredCookie[] {
  const cookies: StoredCookie[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const httpOnly = raw.startsWith(httpOnlyMark);
    const line = httpOnly ? raw.slice(httpOnlyMark.length) : raw;
    if (line.trim() === "" || (!httpOnly && line.startsWith("#"))) continue;
    const cookie = parseLine(line, httpOnly);
    if (cookie === undefined) {
      throw new SciError(
        "FILE",
        `The cookie file ${path} cannot be used: line ${index + 1} has not the seven fields of the Netscape format, divided by tabs. Delete the file, or have it written anew.`,
        { details: { path, line: index + 1 } },
      );
    }
    if (cookie.expires === undefined || cookie.expires.getTime() > now) cookies.push(cookie);
  }
  return cookies;
}

function parseLine(line: string, httpOnly: boolean): StoredCookie | undefined {
  const fields = line.split("\t");
  // Some writers leave the last field out when it is empty.
  if (fields.length === 6) fields.push("");
  const [domain, subdomains, path, secure, end, name, value] = fields as [string, string, string, string, string, string, string];
  if (fields.length !== 7 || !/^(TRUE|FALSE)$/i.test(subdomains) || !/^(TRUE|FALSE)$/i.test(secure) || !/^-?\d*(\.\d+)?$/.test(end))
    return undefined;
  const host = domain.replace(/^\./, "").toLowerCase();
  if (host === "" || /[\s/]/.test(host) || !path.startsWith("/")) return undefined;
  const seconds = end === "" ? 0 : Number(end);
  return {
    // Python writes the name of a cookie without a value into the column of the value.
    ...(name === "" ? { name: value, value: "" } : { name, value }),
    domain: host,
    hostOnly: subdomains.toUpperCase() === "FALSE" && !domain.startsWith("."),
    path,
    secure: secure.toUpperCase() === "TRUE",
    httpOnly,
    // 0 marks a cookie of the session.
    expires: seconds <= 0 ? undefined : new Date(Math.min(seconds * 1000, 8.64e15)),
  };
}

/** @throws INVALID_ARGUMENT for a cookie that the format cannot hold; its value is not shown */
export function formatCookies(cookies: readonly StoredCookie[], now: number, sessionLifetime: number | undefined): string {
  const lines = cookies
    .filter(({ expires }) => expires === undefined || expires.getTime() > now)
    .map((cookie) => {
      const { name, value, domain, hostOnly, path, secure, httpOnly, expires } = cookie;
      const end = expires?.getTime() ?? (sessionLifetime === undefined ? 0 : now + sessionLifetime);
      const fields = [hostOnly ? domain : `.${domain}`, flag(!hostOnly), path, flag(secure), String(Math.ceil(end / 1000)), name, value];

      if (fields.some((field) => /[\u0000-\u001f\u007f]/.test(field))) {
        throw new SciError(
          "INVALID_ARGUMENT",
          `The cookie ${JSON.stringify(name)} of ${domain} holds a control character, which a cookie file cannot.`,
        );
      }
      return `${httpOnly ? httpOnlyMark : ""}${fields.join("\t")}`;
    });
  return `${[header, "# Whoever has these cookies is logged in as you.", "", ...lines].join("\n")}\n`;
}

function flag(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}
