import { once } from "node:events";
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import type { FaultKind, Plan } from "../faults/kinds.ts";
import { mix } from "../random.ts";
import type { Reply } from "./message.ts";

/** Bytes of no meaning. */
export function noise(length: number): Buffer {
  // Control characters in front: no HTTP parser takes this for a status line.
  return Buffer.from(Array.from({ length }, (_, index) => mix(index, 0xbad) & 0x1f));
}

/** Writes status line and headers as raw bytes, for bodies that HTTP would not allow. */
export function rawHead(reply: Pick<Reply, "status" | "headers">, length: number): string {
  const lines = Object.entries({ ...reply.headers, "Content-Length": String(length), Connection: "keep-alive" }).flatMap(([name, value]) =>
    [value].flat().map((single) => `${name}: ${single}\r\n`),
  );
  return `HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ""}\r\n${lines.join("")}\r\n`;
}

/** Ends a connection with a reset (over TLS, whose sockets know none, without a word). */
export function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/**
 * The connection of an answer; undefined when it is gone. A client that has all bytes of an answer may ask the next question before Node
 * has done with that answer: the next one then has to wait for the connection.
 */
export async function socketOf(response: ServerResponse): Promise<Socket | undefined> {
  while (response.socket === null && !response.req.socket.destroyed && !response.destroyed) await turn();
  return response.socket === null || response.socket.destroyed ? undefined : response.socket;
}

/** Sends an answer with the faults that concern sending. Resolves with the status once everything was handed to the socket. */
export async function sendReply(
  reply: Reply,
  method: string,
  response: ServerResponse,
  met: ReadonlyMap<FaultKind, Plan>,
): Promise<number | undefined> {
  const socket = await socketOf(response);
  if (socket === undefined) return undefined;
  const body = method === "HEAD" ? Buffer.alloc(0) : reply.body;
  const garbage = met.get("garbage");
  if (garbage !== undefined && garbage.mode === undefined) {
    socket.end(noise(512));
    return undefined;
  }
  const sent = garbage === undefined ? body : Buffer.concat([body.subarray(0, Math.floor(body.length / 2)), noise(16)]);
  const cut = met.get("truncate") ?? met.get("reset-in");
  if (cut !== undefined) {
    const length = Math.min(cut.bytes ?? Math.floor(sent.length * cut.share), Math.max(0, sent.length - 1));
    socket.write(rawHead(reply, sent.length));
    const handed = new Promise<void>((resolve) => socket.write(sent.subarray(0, length), () => resolve()));
    await handed;
    if (cut.fault.kind === "truncate") socket.end();
    else reset(socket);
    return reply.status;
  }
  const wrong = met.get("wrong-length");
  if (wrong !== undefined) {
    // Too small: what follows spoils the connection. Too large: the client waits for bytes that never come.
    socket.write(rawHead(reply, Math.max(0, sent.length + (wrong.bytes ?? 0))));
    socket.write(sent);
    return reply.status;
  }
  const bodiless = reply.status === 204 || reply.status === 304;
  response.writeHead(
    reply.status,
    bodiless ? reply.headers : { ...reply.headers, "Content-Length": String(method === "HEAD" ? reply.body.length : sent.length) },
  );
  const drip = met.get("drip");
  if (drip !== undefined && sent.length > 0) {
    const step = Math.max(1, Math.ceil(sent.length / 16));
    for (let from = 0; from < sent.length; from += step) {
      if (socket.destroyed) return reply.status;
      if (!response.write(sent.subarray(from, from + step))) await Promise.race([once(response, "drain"), once(response, "close")]);
      await pause(drip.milliseconds, undefined, { ref: false });
    }
    response.end();
    return reply.status;
  }
  response.end(sent);
  return reply.status;
}
