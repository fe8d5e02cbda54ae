import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultKind, Plan } from "../faults/kinds.ts";
import { noise, rawHead, reset, socketOf } from "./send.ts";
import { collect, type StreamReply } from "./stream.ts";

type Sink = Socket | ServerResponse;

/** Writes and waits while the other side is slow; false when it is gone. */
async function write(sink: Sink, chunk: Buffer): Promise<boolean> {
  if (sink.destroyed) return false;
  if (sink.write(chunk)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      sink.off("drain", done).off("close", done);
      resolve();
    };
    sink.on("drain", done).on("close", done);
  });
  return !sink.destroyed;
}

async function* pieces(body: StreamReply["body"], size: number): AsyncIterable<Buffer> {
  if (Buffer.isBuffer(body)) {
    for (let from = 0; from < body.length; from += size) yield body.subarray(from, from + size);
    return;
  }
  for await (const chunk of body) yield* pieces(chunk, size);
}

/** The same bytes up to the middle, then bytes of no meaning: the length is right, the content is not. */
async function* spoiled(body: StreamReply["body"], length: number): AsyncIterable<Buffer> {
  let left = Math.floor(length / 2);
  for await (const chunk of pieces(body, 65_536)) {
    const good = Math.min(left, chunk.length);
    left -= good;
    yield good === chunk.length ? chunk : Buffer.concat([chunk.subarray(0, good), noise(chunk.length - good)]);
  }
}

/** Sends the head as it is and at most `count` bytes of the body. */
async function sendRaw(socket: Socket, head: string, body: StreamReply["body"], count: number): Promise<void> {
  let left = count;
  if (!(await write(socket, Buffer.from(head)))) return;
  for await (const chunk of pieces(body, 65_536)) {
    if (left <= 0) break;
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (!(await write(socket, part))) return;
  }
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(0), () => resolve()));
}

/** Lets go of what a body that is not sent holds open. */
async function discard(body: StreamReply["body"]): Promise<void> {
  if (!Buffer.isBuffer(body)) await body[Symbol.asyncIterator]().return?.();
}

/** Sends with the faults that cut the answer or get its length wrong; false when none of them was met. */
async function sendFaulty(reply: StreamReply, socket: Socket, met: ReadonlyMap<FaultKind, Plan>): Promise<boolean> {
  const cut = met.get("truncate") ?? met.get("reset-in");
  const wrong = met.get("wrong-length");
  if (cut === undefined && wrong === undefined) return false;
  const known = Buffer.isBuffer(reply.body) ? reply.body.length : reply.length;
  const body = known === undefined ? await collect(reply.body) : reply.body;
  const length = known ?? (body as Buffer).length;
  if (cut !== undefined) {
    const count = Math.min(cut.bytes ?? Math.floor(length * cut.share), Math.max(0, length - 1));
    await sendRaw(socket, rawHead(reply, length), body, count);
    if (cut.fault.kind === "truncate") socket.end();
    else reset(socket);
  } else {
    await sendRaw(socket, rawHead(reply, Math.max(0, length + (wrong?.bytes ?? 0))), body, length);
  }
  return true;
}

/** Sends an answer as it comes, with the faults that concern sending. Resolves with the status once everything was handed to the socket. */
export async function sendStream(
  reply: StreamReply,
  method: string,
  response: ServerResponse,
  met: ReadonlyMap<FaultKind, Plan>,
): Promise<number | undefined> {
  const socket = await socketOf(response);
  if (socket === undefined) {
    await discard(reply.body);
    return undefined;
  }
  const garbage = met.get("garbage");
  if (garbage !== undefined && garbage.mode === undefined) {
    await discard(reply.body);
    socket.end(noise(512));
    return undefined;
  }
  const bodiless = reply.status === 204 || reply.status === 304;
  if (!bodiless && method !== "HEAD" && (await sendFaulty(reply, socket, met))) return reply.status;
  const length = Buffer.isBuffer(reply.body) && reply.length === undefined ? reply.body.length : reply.length;
  response.writeHead(reply.status, { ...reply.headers, ...(bodiless || length === undefined ? {} : { "Content-Length": String(length) }) });
  if (bodiless || method === "HEAD") {
    await discard(reply.body);
    response.end();
    return reply.status;
  }
  if (Buffer.isBuffer(reply.body) && met.size === 0) {
    response.end(reply.body);
    return reply.status;
  }
  const drip = met.get("drip");
  const size = drip === undefined || length === undefined ? 65_536 : Math.max(1, Math.ceil(length / 16));
  const body = garbage === undefined || length === undefined ? reply.body : spoiled(reply.body, length);
  for await (const chunk of pieces(body, size)) {
    if (!(await write(response, chunk))) return reply.status;
    if (drip !== undefined) await pause(drip.milliseconds, undefined, { ref: false });
  }
  response.end();
  return reply.status;
}
