import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { once } from "node:events";

/** Text of a frame without a length. */
export function frame(command: string, headers: Readonly<Record<string, string>>, body = ""): string {
  return `${command}\n${Object.entries(headers)
    .map(([name, value]) => `${name}:${value}\n`)
    .join("")}\n${body}\0`;
}

export interface BareStomp {
  readonly socket: Socket;
  write(text: string): void;
  /** The next frame, as text without the NUL. */
  next(): Promise<string>;
  end(): void;
}

/** A STOMP socket by hand, connected and logged in; for peers, where no client of ours may be in between. */
export async function bareStomp(
  address: string,
  { headers = {}, tls }: { headers?: Readonly<Record<string, string>>; tls?: { ca: string; cert?: string; key?: string } } = {},
): Promise<BareStomp> {
  const [host, port] = address.split(":") as [string, string];
  const options = { host, port: Number(port) };
  const socket = tls === undefined ? connectTcp(options) : connectTls({ ...options, ...tls, servername: "localhost" });
  await once(socket, tls === undefined ? "connect" : "secureConnect");
  let held = "";
  let wake: () => void = () => undefined;
  let closed = false;
  socket.on("data", (chunk: Buffer) => {
    held += chunk.toString();
    wake();
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
    wake();
  });
  const stomp: BareStomp = {
    socket,
    write: (text) => void socket.write(text),
    async next() {
      for (;;) {
        held = held.replace(/^\n+/, "");
        const end = held.indexOf("\0");
        if (end >= 0) {
          const text = held.slice(0, end);
          held = held.slice(end + 1);
          return text;
        }
        if (closed) throw new Error("the connection ended");
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    end: () => void socket.destroy(),
  };
  stomp.write(frame("CONNECT", { "accept-version": "1.1,1.2", host: "localhost", ...headers }));
  const answer = await stomp.next();
  if (!answer.startsWith("CONNECTED")) {
    stomp.end();
    throw new Error(answer);
  }
  return stomp;
}
