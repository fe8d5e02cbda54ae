import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  /** Of the server it came to. */
  readonly origin: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Without the query, percent-escapes as sent. */
  readonly path: string;
  /** The query as sent, without "?". */
  readonly search: string;
  /** Decoded pairs of the query in their order, repeats kept. */
  readonly query: readonly (readonly [string, string])[];
  /** In lower case, several of one name joined by ", " (cookies by "; "). */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the `{name}` parts of the route, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly text: string;
  /** @throws SyntaxError when the body is not JSON */
  readonly json: unknown;
  /** The body as pairs of a form. */
  readonly form: readonly (readonly [string, string])[];
  /** Number of the connection it came on, from 1. */
  readonly connection: number;
  /** The certificate that the client showed. */
  readonly clientCertificate: { readonly commonName: string; readonly authorized: boolean } | undefined;
  /** Settles when the exchange is over: whether the answer was sent completely, or the connection ended before. */
  readonly ended: Promise<"answered" | "cut">;
}

export function splitTarget(target: string): { path: string; search: string } {
  const mark = target.indexOf("?");
  return mark === -1 ? { path: target, search: "" } : { path: target.slice(0, mark), search: target.slice(mark + 1) };
}

export function pairsOf(encoded: string): [string, string][] {
  return [...new URLSearchParams(encoded)];
}

export function describeRequest(request: Pick<ReceivedRequest, "method" | "target">): string {
  return `${request.method} ${request.target}`;
}

export function received(
  message: IncomingMessage,
  body: Uint8Array,
  more: Pick<ReceivedRequest, "origin" | "params" | "connection" | "ended">,
): ReceivedRequest {
  const target = message.url ?? "/";
  const { path, search } = splitTarget(target);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  // Lost once the socket is gone, so it is read now.
  const clientCertificate = certificateOf(message.socket as Partial<TLSSocket>);
  return {
    method: message.method ?? "GET",
    target,
    path,
    search,
    query: pairsOf(search),
    headers,
    body,
    clientCertificate,
    get text() {
      return new TextDecoder().decode(body);
    },
    get json() {
      return JSON.parse(new TextDecoder().decode(body)) as unknown;
    },
    get form() {
      return pairsOf(new TextDecoder().decode(body));
    },
    ...more,
  };
}

function certificateOf(socket: Partial<TLSSocket>): ReceivedRequest["clientCertificate"] {
  const subject = socket.getPeerCertificate?.()?.subject;
  if (subject === undefined) return undefined;
  return { commonName: String(subject.CN), authorized: socket.authorized === true };
}
