import { describeCause, isSciError, SciError } from "../errors.ts";

/** How far an exchange had come when it failed. */
export type Phase = "connect" | "headers" | "body";

export interface FaultContext {
  /** Of the service; never a whole URL, whose path or query may hold a credential. */
  readonly origin: string;
  readonly phase: Phase;
  /** Whether any of the request may have left this machine. */
  readonly sent: boolean;
  /** Milliseconds. */
  readonly timeouts: { readonly connect: number; readonly idle: number };
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the body that arrived, and that were announced. */
  readonly received?: number;
  readonly announced?: number | undefined;
  /** The proxy in between, without its credentials. */
  readonly proxy?: string | undefined;
  /** Whether the connection had served a request before: then a fault without an answer mostly means that the server had closed it. */
  readonly reused?: boolean | undefined;
  /** A browser tells its pages nothing about what failed. */
  readonly browser?: boolean;
}

/**
 * The error for a fault of the connection: what happened, with the messages of all causes, and what to do.
 * `details.sent` is false where nothing of the request left this machine: then it may be sent again whatever it is;
 * `details.phase` tells how far it came; `details.permanent` is set where another attempt cannot help.
 */
export function transportError(cause: unknown, context: FaultContext): SciError {
  const { signal, origin } = context;
  if (signal?.aborted === true) return abortError(signal);
  if (isSciError<string>(cause)) return cause;
  const codes = codesOf(cause);
  const chain = tidy(describeCause(cause) ?? String(cause));
  const has = (...wanted: string[]): boolean => wanted.some((code) => codes.includes(code));
  const closed = has("ECONNRESET", "EPIPE", "UND_ERR_SOCKET");
  const fault = (
    code: "NETWORK" | "TIMEOUT" | "TLS" | "TRUNCATED" | "INVALID_RESPONSE" | "INVALID_ARGUMENT",
    message: string,
    permanent = false,
  ): SciError => {
    const { phase, sent, proxy } = context;
    const reused = context.reused === true && closed;
    const details = {
      phase,
      sent,
      ...(reused ? { reused } : {}),
      ...(permanent ? { permanent } : {}),
      ...(proxy === undefined ? {} : { proxy }),
    };
    return new SciError(code, message, { cause, details });
  };

  if (has("UND_ERR_CONNECT_TIMEOUT") || (context.phase === "connect" && has("ETIMEDOUT"))) {
    return fault("TIMEOUT", `No connection to ${via(context)} within ${seconds(context.timeouts.connect)} (timeout.connect): ${chain}`);
  }
  if (has("UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", idleCode)) {
    const where = context.phase === "body" ? `within its answer, after ${amount(context)}` : "in answer to the request";
    return fault("TIMEOUT", `${origin} sent nothing for ${seconds(context.timeouts.idle)} ${where} (timeout.idle).`);
  }
  const tls = tlsMessage(codes, chain, origin);
  if (tls !== undefined) return fault("TLS", tls, true);
  if (codes.some((code) => code.startsWith("HPE_")) || has("UND_ERR_HEADERS_OVERFLOW")) {
    return fault("INVALID_RESPONSE", `${origin} answered with something that is not proper HTTP: ${chain}`);
  }
  if (has("UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED", "ERR_INVALID_ARG_TYPE", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH")) {
    return fault("INVALID_ARGUMENT", `The request to ${origin} cannot be sent: ${chain}`, true);
  }
  if (context.browser === true && codes.length === 0 && context.phase !== "body") {
    return fault("NETWORK", `${origin} cannot be reached, or does not allow pages of this origin to ask it (CORS): ${chain}`);
  }
  if (context.phase === "body") return fault("TRUNCATED", `The answer of ${origin} broke off after ${amount(context)}: ${chain}`);
  if (context.phase === "connect" && !context.sent) return fault("NETWORK", connectMessage(has, chain, context));
  if (!closed) return fault("NETWORK", `The request to ${origin} failed: ${chain}`);
  return fault(
    "NETWORK",
    `${origin} closed the ${context.reused === true ? "kept connection" : "connection before it answered"}: ${chain}`,
  );
}

/** The code of the idle limit where no library watches it. */
export const idleCode = "SCI_IDLE_TIMEOUT";

/** @returns the reason itself where it is an error of ours (a deadline), which says more than that something was aborted */
export function abortError(signal: AbortSignal): SciError {
  const reason: unknown = signal.reason;
  if (isSciError<string>(reason)) return reason;
  const standard = (reason as { name?: unknown } | undefined)?.name === "AbortError";
  const why = standard ? "" : `: ${describeCause(reason) ?? String(reason)}`;
  return new SciError("ABORTED", `The request was aborted${why}${why.endsWith(".") ? "" : "."}`, { cause: reason });
}

function connectMessage(has: (...codes: string[]) => boolean, chain: string, context: FaultContext): string {
  const where = via(context);
  if (has("ENOTFOUND", "EAI_AGAIN", "ENODATA"))
    return `The host name in ${where} cannot be resolved: ${chain}. Check its spelling and the network.`;
  if (has("ECONNREFUSED")) return `${where} cannot be reached: ${chain}. Check the address, and whether the service is running.`;
  if (has("EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"))
    return `${where} cannot be reached from this network: ${chain}. A VPN or a proxy (HTTPS_PROXY) may be needed.`;
  return `No connection to ${where}: ${chain}`;
}

const certificateAdvice = "Give its CA as tls: { ca: FILE }, or name a file of CA certificates in NODE_EXTRA_CA_CERTS before starting.";

function tlsMessage(codes: readonly string[], chain: string, origin: string): string | undefined {
  const host = origin.replace(/^(The proxy )?[a-z]+:\/\//, "$1");
  const has = (...wanted: string[]): boolean => wanted.some((code) => codes.includes(code));
  if (has("ERR_TLS_CERT_ALTNAME_INVALID", "HOSTNAME_MISMATCH")) {
    return `The certificate of ${host} is made out for another name: ${chain}. Use a host name that is in the certificate.`;
  }
  if (has("CERT_HAS_EXPIRED"))
    return `The certificate of ${host} has expired: ${chain}. The service must renew it; check this machine's clock too.`;
  if (has("CERT_NOT_YET_VALID")) return `The certificate of ${host} is not valid yet: ${chain}. Check this machine's clock.`;
  if (has("CERT_REVOKED")) return `The certificate of ${host} is revoked: ${chain}.`;
  if (codes.some((code) => untrusted.has(code))) return `The certificate of ${host} is not trusted: ${chain}. ${certificateAdvice}`;
  if (
    /alert (?:number )?(?:certificate required|handshake failure|bad certificate|unknown ca|certificate (?:expired|revoked|unknown)|access denied)/i.test(
      chain.replaceAll("_", " "),
    ) ||
    codes.some((code) => /ALERT_(CERTIFICATE|BAD_CERT|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code))
  ) {
    return `${host} refused the TLS connection, as a rule because it wants a client certificate that it trusts: ${chain}. Give one as tls: { cert, key } or tls: { pfx }.`;
  }
  if (codes.some((code) => /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST$/.test(code)) || /wrong version number/.test(chain)) {
    return `${host} does not speak TLS on this port: ${chain}. Is the address meant to be http://?`;
  }
  if (
    codes.some((code) => code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code.startsWith("ERR_OSSL_") || code === "EPROTO")
  ) {
    return `The TLS connection to ${host} failed: ${chain}`;
  }
  return undefined;
}

const untrusted = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_SIGNATURE_FAILURE",
  "CERT_CHAIN_TOO_LONG",
  "CERT_UNTRUSTED",
  "CERT_REJECTED",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
]);

/** OpenSSL's own words without its routines, files and lines. */
function tidy(chain: string): string {
  return chain.replace(/(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+):[^\n]*\n?/g, "$1").trim();
}

/** The codes of an error, its causes and the errors that it collects (one per address tried). */
export function codesOf(error: unknown, found: string[] = [], depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > 8) return found;
  const { code, name, cause, errors } = error as { code?: unknown; name?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") found.push(code);
  // undici leaves the code out of some.
  else if (name === "HTTPParserError") found.push("HPE_");
  if (Array.isArray(errors)) for (const one of errors) codesOf(one, found, depth + 1);
  return codesOf(cause, found, depth + 1);
}

function via({ origin, proxy }: FaultContext): string {
  return proxy === undefined ? origin : `${origin} through the proxy ${proxy}`;
}

function amount({ received = 0, announced }: FaultContext): string {
  return announced === undefined ? `${received} bytes` : `${received} of ${announced} bytes`;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
}
