import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Reply } from "./reply.ts";

/** Sends one reply, with all its faults. Resolves when nothing more is to be sent; never rejects, as the client may leave at any time. */
export async function writeReply(response: ServerResponse, reply: Reply, stopped: Promise<void>): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  const over = Promise.race([gone, stopped]);
  if (reply.delay !== undefined) await pause(reply.delay, over);
  if (response.destroyed) return;
  if (reply.hold === "all") return over;
  if (reply.reset === "before") return cut(response.socket);

  const body = typeof reply.body === "string" ? new TextEncoder().encode(reply.body) : (reply.body ?? new Uint8Array());
  response.statusCode = reply.status ?? 200;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value as string | string[]);
  const bodiless = response.req.method === "HEAD" || response.statusCode === 204 || response.statusCode === 304;
  const chunked = reply.chunked === true || reply.drip !== undefined;
  if (reply.contentLength !== undefined) {
    // A wrong length is the point here; Node would refuse to write it.
    response.strictContentLength = false;
    response.setHeader("content-length", reply.contentLength);
  } else if (!chunked && (!bodiless || response.req.method === "HEAD") && !response.hasHeader("content-length")) {
    response.setHeader("content-length", body.byteLength);
  }
  if (bodiless) return finish(response, reply);

  const { truncate } = reply;
  const half = Math.floor(body.byteLength / 2);
  if (truncate !== undefined || reply.reset === "in" || reply.hold === "body") {
    const sent = body.subarray(0, truncate ?? half);
    response.flushHeaders();
    await sendPieces(response, sent, reply, over);
    if (reply.hold === "body") return over;
    if (reply.reset === "in") return cut(response.socket);
    response.socket?.end();
    return;
  }
  await sendPieces(response, body, reply, over);
  if (response.destroyed) return;
  if (reply.contentLength !== undefined && reply.contentLength > body.byteLength) response.socket?.end();
  else finish(response, reply);
}

async function sendPieces(response: ServerResponse, body: Uint8Array, reply: Reply, over: Promise<void>): Promise<void> {
  const { bytes: size, every } = reply.drip ?? { bytes: body.byteLength, every: 0 };
  for (let start = 0; start < body.byteLength && !response.destroyed; start += Math.max(size, 1)) {
    if (start > 0) await pause(every, over);
    if (response.destroyed) return;
    await new Promise<void>((resolve) => {
      response.write(body.subarray(start, start + Math.max(size, 1)), () => resolve());
      void over.then(resolve);
    });
  }
}

function finish(response: ServerResponse, reply: Reply): void {
  const { socket } = response;
  response.end(() => {
    if (reply.reset === "after") cut(socket);
  });
}

/** RST, not FIN: what a crashing server or a firewall does. */
function cut(socket: Socket | null): void {
  if (socket === null) return;
  if (typeof socket.resetAndDestroy === "function" && !("encrypted" in socket)) socket.resetAndDestroy();
  else socket.destroy();
}

function pause(milliseconds: number, over: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void over.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
