import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** One request, read to its end. */
export interface SandboxRequest {
  readonly method: string;
  /** Path without the query, percent-escapes as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One answer, complete before its first byte is sent, so that faults can be laid over it. */
export interface Reply {
  readonly status: number;
  /** A header that stands several times (`Set-Cookie`) is a list. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Express' weak tag: length in hexadecimal and the first 27 characters of the SHA-1. */
export function weakTag(body: Buffer): string {
  return `W/"${body.length.toString(16)}-${createHash("sha1").update(body).digest("base64").slice(0, 27)}"`;
}

export function bufferReply(status: number, type: string, body: Buffer, headers: Reply["headers"] = {}): Reply {
  return { status, headers: { "Content-Type": type, ...headers }, body };
}

export function jsonReply(status: number, value: unknown, headers: Reply["headers"] = {}): Reply {
  return bufferReply(status, "application/json; charset=utf-8", Buffer.from(JSON.stringify(value) ?? ""), headers);
}

export function htmlReply(status: number, html: string, headers: Reply["headers"] = {}): Reply {
  return bufferReply(status, "text/html; charset=utf-8", Buffer.from(html), headers);
}

export function emptyReply(status: number, headers: Reply["headers"] = {}): Reply {
  return { status, headers, body: Buffer.alloc(0) };
}

export function redirectReply(status: number, location: string): Reply {
  return bufferReply(status, "text/plain; charset=utf-8", Buffer.from(`Found. Redirecting to ${location}`), { Location: location });
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe inside HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
