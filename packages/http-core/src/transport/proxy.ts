import { SciError } from "../errors.ts";
import { redactUrl } from "../redact.ts";
import { shown } from "../check.ts";

/** A proxy to go through. */
export interface ProxyAddress {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  readonly port: number;
  readonly origin: string;
  /** Value of Proxy-Authorization. */
  readonly authorization: string | undefined;
}

/** Which proxy an origin is reached through; undefined for none. */
export type ProxyChoice = (origin: string) => ProxyAddress | undefined;

/**
 * The rule for all requests of a transport: one proxy for everything, none, or what the environment says
 * (https_proxy, http_proxy, no_proxy, in small letters first). A proxy of the environment is not used for loopback:
 * it would not reach this machine's services.
 * @throws INVALID_ARGUMENT for an address that is none
 */
export function chooseProxy(proxy: string | false | undefined, environment: Readonly<Record<string, string | undefined>>): ProxyChoice {
  if (proxy === false) return () => undefined;
  if (proxy !== undefined) {
    const address = parseProxy(proxy, "proxy");
    return () => address;
  }
  const read = (name: string): ProxyAddress | undefined => {
    const key = [name, name.toUpperCase()].find((one) => (environment[one] ?? "") !== "");
    return key === undefined ? undefined : parseProxy(environment[key] as string, key);
  };
  const secure = read("https_proxy");
  const plain = read("http_proxy");
  if (secure === undefined && plain === undefined) return () => undefined;
  const direct = parseNoProxy(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "");
  return (origin) => {
    const url = new URL(origin);
    if (isLoopbackHost(url.hostname) || direct(url)) return undefined;
    return url.protocol === "https:" ? secure : plain;
  };
}

function parseProxy(text: string, where: string): ProxyAddress {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = typeof text === "string" && URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:") || url.hostname === "") {
    throw new SciError("INVALID_ARGUMENT", `${where} must be the http(s) URL of a proxy, not ${shown(redactUrl(String(text)))}.`);
  }
  const { protocol, hostname, port, username, password } = url;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    protocol: protocol as ProxyAddress["protocol"],
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
    origin: url.origin,
    authorization: username === "" && password === "" ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
}

/** Entries apart by commas or blanks: `*`, a host, a domain (with or without a dot or `*.` in front), each with a port or without. */
function parseNoProxy(text: string): (url: URL) => boolean {
  const entries = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const parts = /^(\[.*\]|[^:]+|.*:.*:.*?)(?::(\d+))?$/.exec(entry);
      return { host: (parts?.[1] ?? entry).replace(/^\*?\./, "").replace(/^\[|\]$/g, ""), port: parts?.[2] };
    });
  return (url) => {
    const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, "");
    const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
    return entries.some((entry) => {
      if (entry.port !== undefined && entry.port !== port) return false;
      return entry.host === "*" || host === entry.host || host.endsWith(`.${entry.host}`);
    });
  };
}

function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
