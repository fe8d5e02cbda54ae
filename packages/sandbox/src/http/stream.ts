import type { IncomingHttpHeaders } from "node:http";
import type { Reply } from "./message.ts";

/** One request whose body is read by who answers it. */
export interface StreamRequest {
  readonly method: string;
  /** Path without the query, percent-escapes as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Announced length of the body; undefined when it comes in chunks, 0 when there is none. */
  readonly length: number | undefined;
  /** The client waits for `100 Continue` (or another answer) before it sends the body. */
  readonly waits: boolean;
  /** Common name of the client certificate that was shown and is trusted. */
  readonly certificate: string | undefined;
  /** The body; asking for it lets a client that waits begin. Throws when the connection ends before the body does. */
  body(): AsyncIterable<Buffer>;
}

/** One answer whose body may be long. */
export interface StreamReply {
  readonly status: number;
  readonly headers: Reply["headers"];
  readonly body: Buffer | AsyncIterable<Buffer>;
  /** Length of a body that is no buffer (and of the one that HEAD leaves out); undefined: sent in chunks. */
  readonly length?: number | undefined;
}

/** Answers requests as they come, without waiting for their end. */
export interface StreamService {
  readonly stream: (request: StreamRequest, notes: { readonly expireToken: boolean }) => Promise<StreamReply>;
}

/** The whole body. Throws a RangeError when it is longer than `limit` bytes. */
export async function readAll(request: StreamRequest, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.body()) {
    size += chunk.length;
    if (size > limit) throw new RangeError(`the body is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** The body of an answer as one buffer. */
export async function collect(body: StreamReply["body"]): Promise<Buffer> {
  if (Buffer.isBuffer(body)) return body;
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A buffered answer as one that may be streamed. */
export function streamed(reply: Reply): StreamReply {
  return { ...reply, length: reply.body.length };
}
