import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { SciError } from "@sci/http-core";
import type { TlsMaterial } from "@sci/http-core/node";
import type { Broker } from "./broker.ts";

/**
 * A TCP or TLS connection that stands.
 * @throws TIMEOUT, TLS, NETWORK, ABORTED (the signal's reason)
 */
export function openSocket(broker: Broker, tls: TlsMaterial | undefined, limit: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const { host, port } = broker;
    const context = tls?.own ?? tls?.plain;
    const socket = broker.tls
      ? connectTls({
          host,
          port,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(context === undefined ? {} : { secureContext: context }),
          rejectUnauthorized: tls?.rejectUnauthorized ?? true,
        })
      : connectPlain({ host, port });
    const fail = (error: Error): void => {
      finish();
      socket.on("error", () => undefined);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(new SciError("TIMEOUT", `${broker.name} did not take the connection within ${limit} ms.`, { service: "STOMP" }));
    }, limit);
    const onError = (cause: Error): void => {
      fail(connectFault(broker, cause));
    };
    const onAbort = (): void => {
      fail(signal.reason as Error);
    };
    const onReady = (): void => {
      finish();
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve(socket);
    };
    const ready = broker.tls ? "secureConnect" : "connect";
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off("error", onError);
      socket.off(ready, onReady);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("error", onError);
    socket.once(ready, onReady);
  });
}

/** What broke a connection that does not stand yet, with a hint where TLS is the reason. */
export function connectFault(broker: Broker, cause: Error): SciError {
  const { code = "" } = cause as { code?: string };
  const isTls =
    /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/.test(code) || /certificate/.test(cause.message);
  const help = !isTls
    ? ""
    : /alert/.test(cause.message)
      ? " The broker may want a client certificate, or another one: give tls.cert and tls.key."
      : " Give the CA that signed the broker's certificate as tls.ca, or check that the port speaks TLS.";
  return new SciError(isTls ? "TLS" : "NETWORK", `${broker.name}: ${(cause.message || code).trim()}.${help}`, { service: "STOMP", cause });
}
