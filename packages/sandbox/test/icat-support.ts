import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Sandbox } from "@sci/sandbox";

export interface StompFrame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A STOMP client by hand: what is written is what is sent. */
export class StompSocket {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  readonly #frames: StompFrame[] = [];
  readonly #waiters: (() => void)[] = [];
  /** Line ends between frames. */
  beats = 0;
  closed = false;
  /** Everything received, as it came. */
  raw = "";
  /** Code of the error that ended the connection. */
  error: string | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.raw += chunk.toString();
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#read();
      this.#wake();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => (this.error = error.code));
    socket.on("close", () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async open(sandbox: Sandbox, tls?: { ca: string; cert?: string; key?: string }): Promise<StompSocket> {
    const [host, port] = sandbox.icatPlus.broker.address.split(":") as [string, string];
    const options = { host, port: Number(port) };
    const socket = tls === undefined ? connect(options) : connectTls({ ...options, ...tls });
    await new Promise<void>((resolve, reject) => {
      socket.once(tls === undefined ? "connect" : "secureConnect", resolve);
      socket.once("error", reject);
    });
    return new StompSocket(socket);
  }

  /** Connects and logs in. */
  static async connect(sandbox: Sandbox, headers: Record<string, string> = {}): Promise<StompSocket> {
    const client = await StompSocket.open(sandbox);
    client.send("CONNECT", { "accept-version": "1.2", host: "", ...headers });
    const answer = await client.next();
    if (answer.command !== "CONNECTED") throw new Error(`${answer.command}: ${answer.headers["message"] ?? ""}`);
    return client;
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #read(): void {
    for (;;) {
      while (this.#bytes[0] === 10) {
        this.beats++;
        this.#bytes = this.#bytes.subarray(1);
      }
      const head = this.#bytes.indexOf("\n\n");
      if (head < 0) return;
      const [command = "", ...lines] = this.#bytes.toString("utf8", 0, head).split("\n");
      const headers: Record<string, string> = {};
      for (const line of lines) headers[line.slice(0, line.indexOf(":"))] = line.slice(line.indexOf(":") + 1);
      // What an ERROR says is compared as it is meant; other headers as they came.
      if (headers["message"] !== undefined) headers["message"] = headers["message"].replaceAll("\\c", ":").replaceAll("\\\\", "\\");
      const length = headers["content-length"];
      const end = length === undefined ? this.#bytes.indexOf(0, head + 2) : head + 2 + Number(length);
      if (end < 0 || end >= this.#bytes.length) return;
      this.#frames.push({ command, headers, body: this.#bytes.toString("utf8", head + 2, end) });
      this.#bytes = this.#bytes.subarray(end + 1);
    }
  }

  write(text: string): void {
    this.socket.write(text);
  }

  send(command: string, headers: Record<string, string> = {}, body = ""): void {
    this.write(
      `${command}\n${Object.entries(headers)
        .map(([name, value]) => `${name}:${value}\n`)
        .join("")}\n${body}\0`,
    );
  }

  /** The next frame. Throws when the connection ends without one. */
  async next(): Promise<StompFrame> {
    await this.until(() => this.#frames.length > 0 || this.closed);
    const frame = this.#frames.shift();
    if (frame === undefined) throw new Error(`the connection ended (${this.error ?? "in order"})`);
    return frame;
  }

  /** Resolves once the condition holds; it is looked at when something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Sends and waits for the receipt; messages that come before it stay. */
  async confirmed(command: string, headers: Record<string, string>, body = ""): Promise<void> {
    const receipt = `r-${Math.random()}`;
    this.send(command, { ...headers, receipt }, body);
    const place = (): number => this.#frames.findIndex((frame) => frame.command !== "MESSAGE");
    await this.until(() => place() >= 0 || this.closed);
    const [frame] = this.#frames.splice(place(), place() < 0 ? 0 : 1);
    if (frame === undefined) throw new Error(`the connection ended (${this.error ?? "in order"})`);
    if (frame.headers["receipt-id"] !== receipt || frame.command !== "RECEIPT")
      throw new Error(`${frame.command}: ${frame.headers["message"] ?? frame.body}`);
  }

  end(): void {
    this.socket.destroy();
  }
}

const ns = 'xmlns:tns="http://www.esrf.fr/icat"';

export function investigationXml(proposal: string, beamline: string, start: string, more = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?><tns:investigation ${ns}><tns:experiment>${proposal}</tns:experiment><tns:instrument>${beamline}</tns:instrument><tns:startDate>${start}</tns:startDate>${more}</tns:investigation>`;
}

export interface DatasetText {
  readonly proposal?: string;
  readonly beamline?: string;
  readonly name?: string;
  readonly location?: string;
  readonly start?: string;
  readonly sample?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export function datasetXml({
  proposal = "ma1234",
  beamline = "id00",
  name = "sample_0001",
  location = `/data/visitor/ma1234/id00/20240901/RAW_DATA/sample/${name}`,
  start = "2024-09-02T10:00:00.000+02:00",
  sample = "sample",
  parameters = {},
}: DatasetText = {}): string {
  const fields = Object.entries(parameters).map(
    ([key, value]) => `<tns:parameter><tns:name>${key}</tns:name><tns:value>${value}</tns:value></tns:parameter>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><tns:dataset ${ns} complete="true"><tns:investigation>${proposal}</tns:investigation><tns:instrument>${beamline}</tns:instrument><tns:name>${name}</tns:name><tns:location>${location}</tns:location><tns:startDate>${start}</tns:startDate><tns:endDate>${start}</tns:endDate><tns:sample><tns:name>${sample}</tns:name></tns:sample>${fields.join("")}</tns:dataset>`;
}
