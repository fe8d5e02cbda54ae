import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "@sci/sandbox";
import { Authority } from "../src/tls/certificates.ts";
import { StompSocket } from "./icat-support.ts";

let box: Sandbox | undefined;
let clients: StompSocket[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const client of clients) client.end();
  clients = [];
  await box?.stop();
  box = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A sandbox whose queues nobody consumes but the tests. */
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  box = await startSandbox({ ...options, facilities: ["icat-plus"], icatPlus: { ingest: false, ...options.icatPlus } });
  return box;
}
async function client(headers: Record<string, string> = {}): Promise<StompSocket> {
  const made = await StompSocket.connect(box as Sandbox, headers);
  clients.push(made);
  return made;
}
async function bare(): Promise<StompSocket> {
  const made = await StompSocket.open(box as Sandbox);
  clients.push(made);
  return made;
}
const to = (queue: string): Record<string, string> => ({ destination: `/queue/${queue}`, persistent: "true" });

describe("connecting", () => {
  test.each([
    ["1.0,1.1,1.2", "1.2"],
    ["1.1", "1.1"],
    ["1.0", "1.0"],
    [undefined, "1.0"],
    ["9.9,1.1", "1.1"],
  ])("accept-version %s is %s", async (offered, agreed) => {
    await start();
    const socket = await bare();
    socket.send("CONNECT", offered === undefined ? {} : { "accept-version": offered, host: "" });
    expect(await socket.next()).toMatchObject({ command: "CONNECTED", headers: { version: agreed, "heart-beat": "0,0" } });
  });

  test("no common version, versions turned off", async () => {
    await start({ icatPlus: { broker: { versions: ["1.1"] } } });
    const socket = await bare();
    socket.send("STOMP", { "accept-version": "1.2" });
    expect(await socket.next()).toMatchObject({ command: "ERROR", headers: { version: "1.1" } });
    await socket.until(() => socket.closed);
  });

  test("log-in: right, wrong, none", async () => {
    await start({ icatPlus: { broker: { logIn: { icat: "secret" } } } });
    await client({ login: "icat", passcode: "secret" });
    for (const headers of [{ login: "icat", passcode: "wrong" }, { login: "constructor", passcode: "x" }, {}]) {
      const socket = await bare();
      socket.send("CONNECT", { "accept-version": "1.2", ...headers });
      expect(await socket.next()).toMatchObject({
        command: "ERROR",
        headers: { message: expect.stringContaining("or password is invalid") },
      });
      await socket.until(() => socket.closed);
    }
  });

  test("heart-beats are as the client asks, unless the broker is told otherwise", async () => {
    await start();
    const socket = await bare();
    socket.send("CONNECT", { "accept-version": "1.2", "heart-beat": "5000,7000" });
    expect((await socket.next()).headers["heart-beat"]).toBe("7000,5000");
  });

  test("frames before CONNECT, a second CONNECT, an unknown command", async () => {
    await start();
    const early = await bare();
    early.send("SEND", to("a"), "x");
    expect((await early.next()).headers["message"]).toBe("Not connected.");
    const twice = await client();
    twice.send("CONNECT", { "accept-version": "1.2" });
    expect((await twice.next()).headers["message"]).toBe("Already connected.");
    const odd = await client();
    odd.send("PUBLISH", { receipt: "7" });
    expect(await odd.next()).toMatchObject({ command: "ERROR", headers: { "receipt-id": "7", message: "Unknown STOMP action: PUBLISH" } });
  });

  test("TLS with a certificate of the sandbox, and one that a client must show", async () => {
    const sandbox = await start({ icatPlus: { broker: { tls: "require" } } });
    const { ca, clientCertificate } = sandbox.icatPlus.broker as { ca: string; clientCertificate: () => { cert: string; key: string } };
    expect(sandbox.env["ICAT_BROKERS"]).toMatch(/^ssl:\/\/127\.0\.0\.1:\d+$/);
    const socket = await StompSocket.open(sandbox, { ca, ...clientCertificate() });
    clients.push(socket);
    socket.send("CONNECT", { "accept-version": "1.2" });
    expect((await socket.next()).command).toBe("CONNECTED");
    await expect(StompSocket.open(sandbox, { ca: "" })).rejects.toThrow();
    // With TLS 1.3 the client learns after its own end of the handshake that its certificate is missing.
    const without = await StompSocket.open(sandbox, { ca });
    without.send("CONNECT", { "accept-version": "1.2" });
    await without.until(() => without.closed);
    expect([without.raw, without.error]).toEqual(["", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"]);
  });

  test("TLS with one's own certificate; wrong settings", async () => {
    const authority = new Authority();
    const { cert, key } = authority.server();
    const sandbox = await start({ icatPlus: { broker: { tls: { cert, key } } } });
    clients.push(await StompSocket.open(sandbox, { ca: authority.cert }));
    expect(sandbox.icatPlus.broker.ca).toBeUndefined();
    expect(() => sandbox.icatPlus.broker.clientCertificate()).toThrow("the broker has no authority");
    await expect(startSandbox({ facilities: ["icat-plus"], icatPlus: { broker: { tls: "always" as "require" } } })).rejects.toThrow(
      'not "always"',
    );
  });
});

describe("frames", () => {
  test("headers are escaped as the version says", async () => {
    await start();
    const cases: [string, string, string][] = [
      ["1.0", "a\\cb\\\\", "a\\cb\\\\"],
      ["1.1", "a\\cb\\\\\\n", "a\\cb\\\\\\n"],
      ["1.2", "a\\cb\\r\\n", "a\\cb\\r\\n"],
    ];
    for (const [version, sent, received] of cases) {
      const socket = await client({ "accept-version": version });
      socket.send("SUBSCRIBE", { id: "0", destination: `/queue/escape-${version}` });
      socket.send("SEND", { destination: `/queue/escape-${version}`, note: sent }, "x");
      expect((await socket.next()).headers["note"]).toBe(received);
    }
    const socket = await client({ "accept-version": "1.1" });
    socket.send("SEND", { ...to("a"), note: "a\\rb" });
    expect((await socket.next()).headers["message"]).toContain("Undefined escape sequence [\\r]");
  });

  test("in pieces, with line ends between, with carriage returns, the first of repeated headers", async () => {
    await start();
    const socket = await client();
    socket.send("SUBSCRIBE", { id: "0", destination: "/queue/a" });
    const text = "\n\r\nSEND\r\ndestination:/queue/a\r\nn:1\r\nn:2\r\n\r\nhällo\0";
    for (const byte of Buffer.from(text)) socket.socket.write(Buffer.from([byte]));
    const frame = await socket.next();
    expect(frame).toMatchObject({ body: "hällo", headers: { n: "1", destination: "/queue/a", subscription: "0" } });
    expect(frame.headers).not.toHaveProperty("content-length");
  });

  test("with a length a body may hold NUL and is a message of bytes; amq-msg-type makes it text", async () => {
    await start();
    const socket = await client();
    socket.send("SUBSCRIBE", { id: "0", destination: "/queue/a" });
    socket.send("SEND", { destination: "/queue/a", "content-length": "3" }, "a\0b");
    expect(await socket.next()).toMatchObject({ body: "a\0b", headers: { "content-length": "3" } });
    socket.send("SEND", { destination: "/queue/a", "content-length": "2", "amq-msg-type": "text" }, "ab");
    expect((await socket.next()).headers["content-length"]).toBe("2");
  });

  test.each([
    ["a wrong length", "SEND\ndestination:/queue/a\ncontent-length:2\n\nabc\0", "there was no trailing null byte"],
    ["a length that is none", "SEND\ndestination:/queue/a\ncontent-length:x\n\nabc\0", "content-length is not a valid integer"],
    ["a header without colon", "SEND\ndestination\n\nabc\0", "header line [destination]"],
    ["more than the limit", `SEND\ndestination:/queue/a\n\n${"x".repeat(2000)}\0`, "maximum frame size"],
    ["an announced length over the limit", "SEND\ndestination:/queue/a\ncontent-length:5000\n\n", "maximum frame size"],
    ["a header over the limit", `SEND\nlong:${"x".repeat(11_000)}\n\n\0`, "maximum header length"],
    ["a body with NUL and no length", "SEND\ndestination:/queue/a\n\na\0b:c\n\n\0", "Unknown STOMP action: b:c"],
  ])("%s is an ERROR, and the end of the connection", async (_name, text, message) => {
    await start({ icatPlus: { broker: { maxFrameBytes: 1500 } } });
    const socket = await client();
    socket.write(text);
    expect(await socket.next()).toMatchObject({ command: "ERROR", headers: { message: expect.stringContaining(message) } });
    await socket.until(() => socket.closed);
  });

  test.each([
    ["no destination", "SEND\n\nabc\0", "without a Destination"],
    ["a destination that is none", "SEND\ndestination:a\n\nabc\0", "Illegal destination name: [a]"],
    ["an unknown subscription", "UNSUBSCRIBE\nid:9\n\n\0", "No subscription matched."],
    ["a subscription without id", "SUBSCRIBE\ndestination:/queue/a\n\n\0", "without a subscription id"],
    ["an unknown acknowledgement", "ACK\nid:9\n\n\0", "Unexpected ACK received for message-id [9]"],
    ["an unknown transaction", "COMMIT\ntransaction:t\n\n\0", "Invalid transaction id: t"],
  ])("%s is an ERROR, and the connection goes on", async (_name, text, message) => {
    await start();
    const socket = await client();
    socket.write(text);
    expect(await socket.next()).toMatchObject({ command: "ERROR", headers: { message: expect.stringContaining(message) } });
    await socket.confirmed("SEND", to("a"), "x");
  });
});

describe("queues", () => {
  test("receipts come after the message is taken; several consumers share a queue in turn", async () => {
    await start();
    const [first, second, sender] = [await client(), await client(), await client()];
    for (const consumer of [first, second]) await consumer.confirmed("SUBSCRIBE", { id: "0", destination: "/queue/work" });
    expect((box as Sandbox).icatPlus.broker.consumers("work")).toBe(2);
    for (let index = 0; index < 6; index++) await sender.confirmed("SEND", to("work"), String(index));
    const got = [first, second].map(async (consumer) =>
      [await consumer.next(), await consumer.next(), await consumer.next()].map(({ body }) => body),
    );
    const bodies = await Promise.all(got);
    expect(bodies.flat().sort()).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(bodies.every((list) => JSON.stringify(list) === JSON.stringify([...list].sort()))).toBe(true);
  });

  test("order is kept over thousands of messages", async () => {
    await start();
    const sender = await client();
    for (let index = 0; index < 5000; index++) sender.send("SEND", to("many"), String(index));
    await sender.confirmed("SEND", to("many"), "5000");
    const reader = await client();
    reader.send("SUBSCRIBE", { id: "0", destination: "/queue/many" });
    for (let index = 0; index <= 5000; index++) expect((await reader.next()).body).toBe(String(index));
  });

  test("client: one acknowledgement covers all before; what is left comes back to somebody else", async () => {
    await start();
    const [reader, sender] = [await client(), await client()];
    reader.send("SUBSCRIBE", { id: "s", destination: "/queue/a", ack: "client" });
    for (const body of ["1", "2", "3", "4"]) await sender.confirmed("SEND", to("a"), body);
    const frames = [await reader.next(), await reader.next(), await reader.next(), await reader.next()];
    await reader.confirmed("ACK", { id: frames[1]?.headers["ack"] as string });
    expect((box as Sandbox).icatPlus.broker.queueSize("a")).toBe(2);
    reader.end();
    const other = await client();
    other.send("SUBSCRIBE", { id: "s", destination: "/queue/a", ack: "client" });
    expect(await other.next()).toMatchObject({ body: "3", headers: { redelivered: "true" } });
    expect((await other.next()).body).toBe("4");
  });

  test("client-individual in 1.1, a window of one, NACK goes to the dead letters", async () => {
    await start();
    const [reader, sender] = [await client({ "accept-version": "1.1" }), await client()];
    reader.send("SUBSCRIBE", { id: "s", destination: "/queue/a", ack: "client-individual", "activemq.prefetchSize": "1" });
    await sender.confirmed("SEND", { ...to("a"), kind: "x" }, "1");
    await sender.confirmed("SEND", to("a"), "2");
    const first = await reader.next();
    expect(first.headers).not.toHaveProperty("ack");
    const modern = await client();
    modern.send("SUBSCRIBE", { id: "s", destination: "/queue/b", ack: "client-individual" });
    await sender.confirmed("SEND", to("b"), "1");
    const { headers } = await modern.next();
    modern.send("ACK", { id: headers["message-id"] as string });
    expect((await modern.next()).headers["message"]).toContain("Unexpected ACK");
    await modern.confirmed("ACK", { id: headers["ack"] as string });
    expect((box as Sandbox).icatPlus.broker.queueSize("b")).toBe(0);
    await reader.confirmed("NACK", { "message-id": first.headers["message-id"] as string, subscription: "s" });
    expect((await reader.next()).body).toBe("2");
    expect((box as Sandbox).icatPlus.broker.deadLetters).toEqual([
      { queue: "a", headers: { kind: "x" }, body: "1", reason: "the consumer refused it (NACK)" },
    ]);
  });

  test("transactions: nothing before the COMMIT, nothing after an ABORT", async () => {
    await start();
    const [sender, reader] = [await client(), await client()];
    reader.send("SUBSCRIBE", { id: "0", destination: "/queue/a" });
    sender.send("BEGIN", { transaction: "t" });
    sender.send("BEGIN", { transaction: "u" });
    await sender.confirmed("SEND", { ...to("a"), transaction: "u" }, "dropped");
    await sender.confirmed("SEND", { ...to("a"), transaction: "t" }, "kept");
    expect((box as Sandbox).icatPlus.broker.queueSize("a")).toBe(0);
    await sender.confirmed("ABORT", { transaction: "u" });
    await sender.confirmed("COMMIT", { transaction: "t" });
    expect((await reader.next()).body).toBe("kept");
    await sender.confirmed("SEND", to("a"), "last");
    expect((await reader.next()).body).toBe("last");
  });

  test("topics go to all who listen; expired messages to the dead letters", async () => {
    await start();
    const [one, two, sender] = [await client(), await client(), await client()];
    for (const reader of [one, two]) await reader.confirmed("SUBSCRIBE", { id: "0", destination: "/topic/news" });
    await sender.confirmed("SEND", { destination: "/topic/news" }, "hello");
    expect([(await one.next()).body, (await two.next()).body]).toEqual(["hello", "hello"]);
    await sender.confirmed("SEND", { ...to("old"), expires: "1" }, "late");
    await one.confirmed("SUBSCRIBE", { id: "1", destination: "/queue/old" });
    await sender.confirmed("SEND", to("old"), "in time");
    expect((await one.next()).body).toBe("in time");
    expect((box as Sandbox).icatPlus.broker.deadLetters).toMatchObject([{ queue: "old", body: "late", reason: "it expired" }]);
  });

  test("DISCONNECT is confirmed before the connection ends", async () => {
    await start();
    const socket = await client();
    await socket.confirmed("DISCONNECT", {});
    await socket.until(() => socket.closed);
  });
});

describe("heart-beats", () => {
  test("are sent at the pace agreed on; a silent client is put out", async () => {
    await start({ icatPlus: { broker: { heartBeat: 20 } } });
    const listener = await bare();
    listener.send("CONNECT", { "accept-version": "1.2", "heart-beat": "0,20" });
    expect((await listener.next()).headers["heart-beat"]).toBe("20,20");
    await listener.until(() => listener.beats >= 5);
    const silent = await bare();
    silent.send("CONNECT", { "accept-version": "1.2", "heart-beat": "20,0" });
    await silent.next();
    expect(await silent.next()).toMatchObject({ command: "ERROR", headers: { message: "Channel was inactive for too long" } });
    expect(listener.closed).toBe(false);
    const wrong = await bare();
    wrong.send("CONNECT", { "accept-version": "1.2", "heart-beat": "soon" });
    expect((await wrong.next()).headers["message"]).toBe("Invalid heart-beat header:soon");
  });
});

describe("restarts", () => {
  test("of itself: persistent messages stay in their order, the others are gone", async () => {
    const sandbox = await start();
    const sender = await client();
    await sender.confirmed("SEND", to("a"), "1");
    await sender.confirmed("SEND", { destination: "/queue/a" }, "lost");
    await sender.confirmed("SEND", to("a"), "2");
    const { address } = sandbox.icatPlus.broker;
    await sandbox.icatPlus.broker.restart();
    expect(sandbox.icatPlus.broker.address).toBe(address);
    await sender.until(() => sender.closed);
    const reader = await client();
    reader.send("SUBSCRIBE", { id: "0", destination: "/queue/a" });
    expect([(await reader.next()).body, (await reader.next()).body]).toEqual(["1", "2"]);
    await sandbox.icatPlus.broker.stop({ hard: true });
    await expect(client()).rejects.toThrow("ECONNREFUSED");
    await sandbox.icatPlus.broker.start();
    await client();
  });

  test("of the whole sandbox, with a folder: what was confirmed is there, what was acknowledged is not", async () => {
    const state = mkdtempSync(join(tmpdir(), "icat-broker-"));
    folders.push(state);
    await start({ state });
    const [sender, reader] = [await client(), await client()];
    for (const body of ["1", "2", "3"]) await sender.confirmed("SEND", { ...to("a"), "x-y": "z" }, body);
    await sender.confirmed("SEND", { ...to("a"), "content-length": "3" }, "4\0z");
    reader.send("SUBSCRIBE", { id: "0", destination: "/queue/a", ack: "client" });
    await reader.confirmed("ACK", { id: (await reader.next()).headers["ack"] as string });
    await box?.stop();
    await start({ state });
    const later = await client();
    later.send("SUBSCRIBE", { id: "0", destination: "/queue/a" });
    expect(await later.next()).toMatchObject({ body: "2", headers: { "x-y": "z", redelivered: "true" } });
    expect((await later.next()).body).toBe("3");
    expect(await later.next()).toMatchObject({ body: "4\0z", headers: { "content-length": "3" } });
  });
});
