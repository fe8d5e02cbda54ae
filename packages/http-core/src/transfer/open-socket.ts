import { connect as connectPlain, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TlsMaterial } from "../transport/tls.ts";

export interface SocketOptions {
  readonly tls: TlsMaterial | undefined;
  /** The origin may see the client certificate. */
  readonly own: boolean;
  /** Milliseconds until it stands. */
  readonly connectTimeout: number;
  readonly onread?: OnReadOpts;
}

/** A connection of its own to an origin; one that does not stand in time ends with an error. */
export function openSocket(url: URL, { tls, own, connectTimeout, onread }: SocketOptions): Socket {
  const secure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const reading = onread === undefined ? {} : { onread };
  let socket: Socket;
  if (!secure) socket = connectPlain({ host, port, ...reading });
  else {
    const secureContext = own ? (tls?.own ?? tls?.plain) : tls?.plain;
    socket = connectTls({
      host,
      port,
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: tls?.rejectUnauthorized ?? true,
      ...reading,
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      ...(secureContext === undefined ? {} : { secureContext }),
    });
  }
  const late = (): Error => Object.assign(new Error(`no connection within ${connectTimeout} ms`), { code: "UND_ERR_CONNECT_TIMEOUT" });
  const timer = setTimeout(() => socket.destroy(late()), connectTimeout);
  socket.once(secure ? "secureConnect" : "connect", () => clearTimeout(timer));
  socket.once("close", () => clearTimeout(timer));
  return socket;
}
