import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { FaultKind, Plan } from "../../faults/kinds.ts";
import { reset } from "../../http/send.ts";
import { mix } from "../../random.ts";

/** A page as a web server gives it to somebody who does not speak HTTP. */
const html = "<html><body>400 Bad Request</body></html>";
const page = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: ${html.length}\r\nConnection: close\r\n\r\n${html}`;

/** Sends bytes in 16 pieces, with a pause after each. */
export async function drip(socket: Socket, bytes: Buffer, milliseconds: number): Promise<void> {
  const step = Math.max(1, Math.ceil(bytes.length / 16));
  for (let from = 0; from < bytes.length && !socket.destroyed; from += step) {
    socket.write(bytes.subarray(from, from + step));
    await pause(milliseconds, undefined, { ref: false });
  }
}

/** Does to the connection what a fault says instead of sending the answer (`bytes`; undefined where none is due). False: no fault does. */
export function sendFaulty(socket: Socket, bytes: Buffer | undefined, met: ReadonlyMap<FaultKind, Plan>): boolean {
  if (met.has("reset-after")) {
    reset(socket);
    return true;
  }
  if (met.has("silence")) return true;
  if (met.has("garbage")) {
    socket.end(Buffer.from(Array.from({ length: 512 }, (_, index) => mix(index, 0xbad) & 0xff)));
    return true;
  }
  if (met.has("html")) {
    socket.end(page);
    return true;
  }
  const cut = met.get("truncate") ?? met.get("reset-in");
  if (cut !== undefined) {
    const whole = bytes ?? Buffer.alloc(0);
    const part = whole.subarray(0, Math.min(cut.bytes ?? Math.floor(whole.length * cut.share), Math.max(0, whole.length - 1)));
    if (cut.fault.kind === "truncate") socket.end(part);
    else socket.write(part, () => reset(socket));
    return true;
  }
  return false;
}
