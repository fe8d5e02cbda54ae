import { isIPv4 } from "node:net";
import { shown, SciError } from "@sci/http-core";

/** Address of one broker. */
export interface Broker {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** `host:port`, for messages. */
  readonly name: string;
}

const plainSchemes = new Set(["tcp", "stomp"]);
const tlsSchemes = new Set(["ssl", "tls", "stomps", "stomp+ssl", "tcp+ssl"]);

/** 61613 is registered for STOMP (IANA); 61614 is what ActiveMQ uses for STOMP over TLS. */
const defaultPort = { plain: 61613, tls: 61614 };

/** @throws INVALID_ARGUMENT for what is no address of a broker */
export function parseBroker(url: string): Broker {
  if (typeof url === "string" && /[?@(]/.test(url))
    throw wrong("…", "it may hold no user, no settings and no list; give user and password as logIn", true);
  const match = typeof url === "string" ? /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(url.trim()) : null;
  const scheme = (match?.[1] ?? "tcp").toLowerCase();
  const address = match?.[2] ?? "";
  const tls = tlsSchemes.has(scheme);
  if (!tls && !plainSchemes.has(scheme)) {
    throw wrong(url, `its scheme is none of ${[...plainSchemes, ...tlsSchemes].map((one) => `${one}://`).join(" ")}`);
  }
  const found = /^(?:\[([0-9a-f:.%a-z]+)\]|([^\s:/?#[\]]+))(?::(\d{1,5}))?\/?$/i.exec(address);
  if (found === null) throw wrong(url, "it is not host or host:port");
  const host = found[1] ?? found[2] ?? "";
  const port = found[3] === undefined ? (tls ? defaultPort.tls : defaultPort.plain) : Number(found[3]);
  if (port < 1 || port > 65_535) throw wrong(url, `${port} is no port`);
  return { host, port, tls, name: `${found[1] === undefined ? host : `[${host}]`}:${port}` };
}

/** @throws INVALID_ARGUMENT */
export function parseBrokers(urls: string | readonly string[]): readonly Broker[] {
  const list = typeof urls === "string" ? urls.split(/[\s,]+/).filter((one) => one !== "") : urls;
  if (!Array.isArray(list) || list.length === 0) {
    throw new SciError("INVALID_ARGUMENT", "No message broker is given. Name one or several, as host:port, in urls.");
  }
  const brokers = (list as readonly string[]).map(parseBroker);
  return [...new Map(brokers.map((one) => [`${one.tls} ${one.name}`, one])).values()];
}

/** Whether a password sent there stays on this machine. */
export function isLocalBroker({ host }: Broker): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

function wrong(url: unknown, why: string, secret = false): SciError<"INVALID_ARGUMENT"> {
  return new SciError(
    "INVALID_ARGUMENT",
    `${secret ? "The URL of a broker cannot be used" : `${shown(url)} is no address of a broker`}: ${why}. Give host:port or ssl://host:port.`,
  );
}
