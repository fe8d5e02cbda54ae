import { createServer as createPlain, type AddressInfo, type Socket } from "node:net";
import { createServer as createTls, type TlsOptions } from "node:tls";

/** A frame as a client sent it. */
export interface SentFrame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Number of the connection, from 1. */
  readonly connection: number;
}

export interface BrokerOptions {
  readonly tls?: TlsOptions;
  readonly port?: number;
  /** What a connection does instead of the usual; undefined for the usual. */
  readonly on?: (frame: SentFrame, connection: BrokerConnection) => boolean | undefined;
}

export interface BrokerConnection {
  readonly number: number;
  send(command: string, headers?: Record<string, string>, body?: string): void;
  write(bytes: string | Uint8Array): void;
  end(): void;
  reset(): void;
}

export interface TestBroker {
  readonly url: string;
  readonly port: number;
  readonly frames: SentFrame[];
  /** Bodies of all SEND frames, in order of arrival. */
  readonly bodies: string[];
  readonly connections: number;
  cut(): void;
  stop(): Promise<void>;
}

/** A broker for tests on a real socket: takes CONNECT, confirms SEND and DISCONNECT, and can be told to do otherwise. */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const frames: SentFrame[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const accept = (socket: Socket): void => {
    const number = ++connections;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const connection: BrokerConnection = {
      number,
      send: (command, headers = {}, body = "") => {
        const head = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
        socket.write(`${command}\n${head.join("")}\n${body}\0\n`);
      },
      write: (bytes) => void socket.write(bytes),
      end: () => void socket.end(),
      reset: () => void socket.resetAndDestroy(),
    };
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf("\0"); end >= 0; end = rest.indexOf("\0")) {
        const frame = parse(rest.slice(0, end), number);
        rest = rest.slice(end + 1);
        frames.push(frame);
        if (options.on?.(frame, connection) !== true) answer(frame, connection);
      }
    });
  };
  const server = options.tls === undefined ? createPlain(accept) : createTls(options.tls, accept);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${options.tls === undefined ? "tcp" : "ssl"}://127.0.0.1:${port}`,
    port,
    frames,
    get bodies() {
      return frames.filter(({ command }) => command === "SEND").map(({ body }) => body);
    },
    get connections() {
      return connections;
    },
    cut,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

function answer({ command, headers }: SentFrame, connection: BrokerConnection): void {
  if (command === "CONNECT") connection.send("CONNECTED", { version: "1.1", "heart-beat": "0,0" });
  else if (headers["receipt"] !== undefined) connection.send("RECEIPT", { "receipt-id": headers["receipt"] });
}

function parse(text: string, connection: number): SentFrame {
  const [head = "", ...rest] = text.replace(/^\n+/, "").split("\n\n");
  const [command = "", ...lines] = head.split("\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
  return { command, headers, body: rest.join("\n\n"), connection };
}
