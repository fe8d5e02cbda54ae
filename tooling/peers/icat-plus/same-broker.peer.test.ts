import { once } from "node:events";
import { connect } from "node:net";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ActiveMq, activeMqMissing, startActiveMq } from "./activemq.ts";

// The same bytes to ActiveMQ and to the broker of the sandbox: the same frames must come back.
const missing = await activeMqMissing();
const title = missing === undefined ? "" : ` (skipped: ${missing})`;

const hello = (version: string, more = ""): string => `CONNECT\naccept-version:${version}\nhost:\n${more}\n\0`;
const send = (queue: string, more: string, body: string): string => `SEND\ndestination:/queue/${queue}\n${more}\n${body}\0`;

interface Seen {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Script {
  readonly name: string;
  /** What is sent; each part once the frames due before it have come. */
  readonly parts: readonly [text: string | ((seen: readonly Seen[]) => string), frames: number][];
}

const scripts: readonly Script[] = [
  { name: "CONNECT without a version", parts: [["CONNECT\n\n\0", 1]] },
  { name: "1.1 out of several", parts: [[hello("1.0,1.1"), 1]] },
  { name: "STOMP instead of CONNECT", parts: [["STOMP\naccept-version:1.2\nhost:\n\n\0", 1]] },
  { name: "an unknown version", parts: [[hello("9.9"), 1]] },
  { name: "heart-beats", parts: [[hello("1.2", "heart-beat:50000,70000\n"), 1]] },
  { name: "no heart-beats", parts: [[hello("1.2", "heart-beat:0,0\n"), 1]] },
  { name: "SEND before CONNECT", parts: [[send("a", "", "x"), 1]] },
  {
    name: "CONNECT twice",
    parts: [
      [hello("1.2"), 1],
      [hello("1.2"), 1],
    ],
  },
  {
    name: "an unknown command",
    parts: [
      [hello("1.2"), 1],
      ["PUBLISH\nreceipt:7\n\n\0", 1],
    ],
  },
  {
    name: "SEND to nowhere",
    parts: [
      [hello("1.2"), 1],
      ["SEND\nreceipt:7\n\nx\0", 1],
    ],
  },
  {
    name: "a message there and back, with escaped headers",
    parts: [
      [hello("1.2"), 1],
      ["SUBSCRIBE\nid:0\ndestination:/queue/rt\nack:client-individual\nreceipt:s\n\n\0", 1],
      [send("rt", "receipt:7\npersistent:true\nnote:a\\cb\\\\c\\nd\nsci-message-id:x-1\ncontent-type:text/xml\n", "hällo"), 2],
    ],
  },
  {
    name: "a message of bytes, and one whose length does not make it one",
    parts: [
      [hello("1.1"), 1],
      ["SUBSCRIBE\nid:0\ndestination:/queue/by\nack:auto\nreceipt:s\n\n\0", 1],
      [send("by", "receipt:7\ncontent-length:3\n", "a\0b"), 2],
      [send("by", "receipt:8\ncontent-length:2\namq-msg-type:text\n", "ab"), 2],
    ],
  },
  {
    name: "a wrong length",
    parts: [
      [hello("1.2"), 1],
      [send("z", "content-length:2\nreceipt:9\n", "abc"), 1],
    ],
  },
  {
    name: "a body with NUL and no length",
    parts: [
      [hello("1.2"), 1],
      [send("nul", "receipt:1\n", "a\0b:c\n\n"), 2],
    ],
  },
  {
    name: "UNSUBSCRIBE of nothing",
    parts: [
      [hello("1.2"), 1],
      ["UNSUBSCRIBE\nid:9\nreceipt:1\n\n\0", 1],
    ],
  },
  {
    name: "SUBSCRIBE without an id",
    parts: [
      [hello("1.2"), 1],
      ["SUBSCRIBE\ndestination:/queue/a\n\n\0", 1],
    ],
  },
  {
    name: "COMMIT of nothing",
    parts: [
      [hello("1.2"), 1],
      ["COMMIT\ntransaction:t\nreceipt:1\n\n\0", 1],
    ],
  },
  {
    name: "a transaction",
    parts: [
      [hello("1.2"), 1],
      ["SUBSCRIBE\nid:0\ndestination:/queue/tx\nreceipt:s\n\n\0", 1],
      ["BEGIN\ntransaction:t\nreceipt:b\n\n\0", 1],
      [send("tx", "transaction:t\nreceipt:1\n", "in it"), 1],
      ["COMMIT\ntransaction:t\nreceipt:c\n\n\0", 2],
    ],
  },
  {
    name: "a message that is refused is a dead letter",
    parts: [
      [hello("1.2"), 1],
      ["SUBSCRIBE\nid:0\ndestination:/queue/nk\nack:client-individual\nreceipt:s\n\n\0", 1],
      [send("nk", "receipt:1\npersistent:true\n", "no good"), 2],
      [(seen) => `NACK\nid:${seen.find(({ command }) => command === "MESSAGE")?.headers["ack"] ?? ""}\nreceipt:n\n\n\0`, 1],
      ["SUBSCRIBE\nid:1\ndestination:/queue/ActiveMQ.DLQ\nreceipt:d\n\n\0", 2],
    ],
  },
  {
    name: "what was not acknowledged comes again",
    parts: [
      [hello("1.2"), 1],
      ["SUBSCRIBE\nid:0\ndestination:/queue/again\nack:client-individual\nreceipt:s\n\n\0", 1],
      [send("again", "receipt:1\npersistent:true\n", "twice"), 2],
      ["UNSUBSCRIBE\nid:0\nreceipt:u\n\n\0", 1],
      ["SUBSCRIBE\nid:1\ndestination:/queue/again\nack:auto\nreceipt:t\n\n\0", 2],
    ],
  },
  {
    name: "DISCONNECT",
    parts: [
      [hello("1.2"), 1],
      ["DISCONNECT\nreceipt:bye\n\n\0", 1],
    ],
  },
];

/** Differs from broker to broker and from run to run; the reason of a dead letter is the sandbox's addition. */
const own = ["server", "session", "message-id", "ack", "timestamp", "dlqDeliveryFailureCause"];

function read(bytes: string): { frames: Seen[]; ends: string[] } {
  const frames: Seen[] = [];
  const ends: string[] = [];
  let rest = bytes;
  for (;;) {
    const head = rest.indexOf("\n\n");
    if (head < 0) return { frames, ends };
    const [command = "", ...lines] = rest.slice(0, head).split("\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
    const length = headers["content-length"];
    const end = length === undefined || command === "ERROR" ? rest.indexOf("\0", head + 2) : head + 2 + Number(length);
    if (end < 0 || end >= rest.length) return { frames, ends };
    frames.push({ command, headers, body: rest.slice(head + 2, end) });
    ends.push(rest.slice(end, end + 2));
    rest = rest.slice(end + 1).replace(/^\n+/, "");
  }
}

async function play(address: string, { parts }: Script): Promise<Seen[]> {
  const [host, port] = address.split(":") as [string, string];
  const socket = connect(Number(port), host);
  let bytes = "";
  let wake: () => void = () => undefined;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.toString();
    wake();
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  let due = 0;
  for (const [text, frames] of parts) {
    socket.write(typeof text === "string" ? text : text(read(bytes).frames));
    due += frames;
    while (read(bytes).frames.length < due) await new Promise<void>((resolve) => (wake = resolve));
  }
  socket.destroy();
  const { frames, ends } = read(bytes);
  expect(ends.filter((end) => !"\0\n".startsWith(end))).toEqual([]);
  const plain = frames.map(({ command, headers, body }) => ({
    command,
    headers: Object.fromEntries(
      Object.entries(headers)
        .sort()
        .filter(([name]) => !own.includes(name) && !(command === "ERROR" && name === "version")),
    ),
    // What follows the message of an ERROR is Java's stack there.
    body: command === "ERROR" ? "" : body,
  }));
  // A receipt and the message that it caused may come in either order.
  return plain.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

describe.skipIf(missing !== undefined)(`the sandbox's broker beside Apache ActiveMQ${title}`, () => {
  let broker: ActiveMq;
  let sandbox: Sandbox;
  beforeAll(async () => {
    broker = await startActiveMq();
    sandbox = await startSandbox({ facilities: ["icat-plus"], icatPlus: { ingest: false } });
  });
  afterAll(async () => {
    await broker?.stop();
    await sandbox?.stop();
  });

  test.each(scripts.map((script) => [script.name, script] as const))("%s", async (_name, script) => {
    expect(await play(sandbox.icatPlus.broker.address, script)).toEqual(await play(broker.address, script));
  });
});
