import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

export interface ProxyOptions {
  /** Asks for these by Basic authentication; 407 otherwise. */
  readonly username?: string;
  readonly password?: string;
  /** Status that every CONNECT is refused with. */
  readonly refuse?: number;
  /** Never answers a CONNECT. */
  readonly silent?: boolean;
  /** Where tunnels and requests really go, whatever host is asked for: lets a test use host names that do not exist. */
  readonly target?: string;
}

export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` of a CONNECT, else the whole URL. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** 200 for a tunnel that was opened, else what the proxy answered itself; undefined while it is silent or a request that was passed on. */
  readonly status: number | undefined;
}

export interface TestProxy {
  /** Without credentials. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ProxiedRequest[];
  stop(): Promise<void>;
}

/** An HTTP proxy on loopback: CONNECT tunnels and plain forwarding of `http:` requests. */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const wanted =
    options.username === undefined ? undefined : `Basic ${Buffer.from(`${options.username}:${options.password ?? ""}`).toString("base64")}`;

  const verdict = (message: IncomingMessage, tunnel: boolean): number | undefined => {
    if (wanted !== undefined && message.headers["proxy-authorization"] !== wanted) return 407;
    return tunnel ? options.refuse : undefined;
  };
  const record = (message: IncomingMessage, status: number | undefined): void => {
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    requests.push({ method: message.method ?? "", target: message.url ?? "", headers, status });
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  };

  const server = createServer((message: IncomingMessage, response: ServerResponse) => {
    const status = verdict(message, false);
    record(message, status);
    if (status !== undefined) {
      response.writeHead(status, { "proxy-authenticate": 'Basic realm="proxy"' }).end();
      return;
    }
    const url = new URL(options.target === undefined ? (message.url ?? "") : new URL(message.url ?? "").pathname, options.target);
    const { "proxy-authorization": _credentials, "proxy-connection": _connection, ...headers } = message.headers;
    const onward = sendRequest(url, { method: message.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    message.pipe(onward);
  });
  server.on("connection", keep);
  server.on("connect", (message: IncomingMessage, socket: Socket) => {
    keep(socket);
    if (options.silent === true) return record(message, undefined);
    const refused = verdict(message, true);
    record(message, refused ?? 200);
    if (refused !== undefined) {
      const ask = refused === 407 ? 'Proxy-Authenticate: Basic realm="proxy"\r\n' : "";
      socket.end(`HTTP/1.1 ${refused} Refused\r\n${ask}Content-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(options.target ?? `http://${message.url ?? ""}`);
    const onward = connect({ host: hostname, port: Number(port) }, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    keep(onward);
    onward.once("close", () => socket.destroy());
    socket.once("close", () => onward.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
