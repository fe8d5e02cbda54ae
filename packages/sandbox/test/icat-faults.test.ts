import { afterEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { StompSocket } from "./icat-support.ts";

let box: Sandbox | undefined;
let clients: StompSocket[] = [];
afterEach(async () => {
  for (const client of clients) client.end();
  clients = [];
  await box?.stop();
  box = undefined;
});

async function start(...faults: Parameters<Sandbox["setFaults"]>[0]): Promise<Sandbox> {
  box = await startSandbox({ facilities: ["icat-plus"], icatPlus: { ingest: false }, faults });
  return box;
}
async function client(): Promise<StompSocket> {
  const made = await StompSocket.connect(box as Sandbox);
  clients.push(made);
  return made;
}
const size = (): number => (box as Sandbox).icatPlus.broker.queueSize("a");
const message = { destination: "/queue/a", persistent: "true", receipt: "1" };

describe("the broker misbehaves", () => {
  test.each([
    ["reset-before", 0, "ECONNRESET"],
    ["reset-after", 1, "ECONNRESET"],
    ["reset-in", 1, "the connection ended"],
    ["truncate", 1, "in order"],
  ] as const)("%s: messages kept: %d", async (kind, kept, how) => {
    await start({ kind, facility: "icat-broker", path: "SEND" });
    const socket = await client();
    const before = socket.raw.length;
    socket.send("SEND", message, "x");
    await expect(socket.next()).rejects.toThrow(how);
    expect(size()).toBe(kept);
    if (kind === "truncate") expect(socket.raw.slice(before)).toBe("RECEIPT\nreceipt-id:1\n\n\0\n".slice(0, 12));
  });

  test("silence: the message is kept, no receipt comes, the connection stays", async () => {
    const sandbox = await start({ kind: "silence", facility: "icat-broker", path: "SEND /queue/a", times: 1 });
    const socket = await client();
    socket.send("SEND", message, "x");
    socket.send("SEND", { ...message, receipt: "2" }, "y");
    expect((await socket.next()).headers["receipt-id"]).toBe("2");
    expect(size()).toBe(2);
    await sandbox.setFaults(["silence@icat-broker"]);
    const mute = await StompSocket.open(sandbox);
    clients.push(mute);
    mute.send("CONNECT", { "accept-version": "1.2" });
    socket.send("SEND", { ...message, receipt: "3" }, "z");
    await sandbox.setFaults([]);
    socket.send("SEND", { ...message, receipt: "4" }, "z");
    expect((await socket.next()).headers["receipt-id"]).toMatch(/[34]/);
    expect(mute.raw).toBe("");
  });

  test("status: an ERROR, nothing is kept", async () => {
    await start({ kind: "status", facility: "icat-broker", path: "SEND" });
    const socket = await client();
    socket.send("SEND", message, "x");
    expect(await socket.next()).toMatchObject({
      command: "ERROR",
      headers: { "receipt-id": "1", message: "the broker is told to fail (503)" },
    });
    await socket.until(() => socket.closed);
    expect(size()).toBe(0);
  });

  test("drip: a receipt in pieces, and nothing between them", async () => {
    await start({ kind: "drip", arg: "1ms", facility: "icat-broker", path: "SEND" });
    const socket = await client();
    socket.send("SEND", message, "x");
    socket.send("SUBSCRIBE", { id: "0", destination: "/queue/a", receipt: "s" });
    const frames = [await socket.next(), await socket.next(), await socket.next()];
    expect(frames.map(({ command }) => command).sort()).toEqual(["MESSAGE", "RECEIPT", "RECEIPT"]);
  });

  test("garbage and an HTTP page in place of the answer", async () => {
    const sandbox = await start("garbage@icat-broker");
    const socket = await StompSocket.open(sandbox);
    socket.send("CONNECT", { "accept-version": "1.2" });
    await socket.until(() => socket.closed);
    expect(socket.raw).not.toContain("CONNECTED");
    await sandbox.setFaults(["html@icat-broker"]);
    const other = await StompSocket.open(sandbox);
    other.send("CONNECT", { "accept-version": "1.2" });
    await other.until(() => other.closed);
    expect(other.raw).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  test("latency keeps the order; every third frame is refused", async () => {
    const sandbox = await start("latency:5ms@icat-broker");
    const socket = await client();
    for (const receipt of ["1", "2", "3"]) socket.send("SEND", { ...message, receipt }, receipt);
    expect([
      (await socket.next()).headers["receipt-id"],
      (await socket.next()).headers["receipt-id"],
      (await socket.next()).headers["receipt-id"],
    ]).toEqual(["1", "2", "3"]);
    await sandbox.setFaults(["reset-before@icat-broker%1/3"]);
    socket.send("SEND", { ...message, receipt: "4" }, "4");
    socket.send("SEND", { ...message, receipt: "5" }, "5");
    socket.send("SEND", { ...message, receipt: "6" }, "6");
    await socket.until(() => socket.closed);
    expect(size()).toBe(5);
  });

  test("refuse: the port is closed while the rule holds, and messages stay", async () => {
    const sandbox = await start();
    const socket = await client();
    await socket.confirmed("SEND", { destination: "/queue/a", persistent: "true" }, "x");
    await sandbox.setFaults(["refuse@icat-broker"]);
    await socket.until(() => socket.closed);
    expect(socket.error).toBe("ECONNRESET");
    await expect(client()).rejects.toThrow("ECONNREFUSED");
    await sandbox.setFaults([]);
    await client();
    expect(size()).toBe(1);
  });

  test("frames are in the log of requests, without the log-in", async () => {
    const sandbox = await start();
    const socket = await StompSocket.connect(sandbox, { login: "me", passcode: "secret" });
    clients.push(socket);
    await socket.confirmed("SEND", { destination: "/queue/a" }, "x");
    const frames = sandbox.requests.filter(({ facility }) => facility === "icat-broker");
    expect(frames.map(({ method, path, authorization }) => [method, path, authorization])).toEqual([
      ["CONNECT", "", "login"],
      ["SEND", "/queue/a", undefined],
    ]);
    expect(JSON.stringify(frames)).not.toContain("secret");
  });
});

test("the REST service never answers, but carries out", async () => {
  const sandbox = await start({ kind: "silence", facility: "icat-plus", path: "/dataacquisition" });
  const url = `${sandbox.urls["icat-plus"] as string}/dataacquisition/${sandbox.icatPlus.elogbookToken}/notification?instrumentName=ID00&investigationName=ma1234`;
  const controller = new AbortController();
  const asked = fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type: "notification", category: "info", content: [{ format: "plainText", text: "hello" }] }),
    signal: controller.signal,
  });
  const count = `${sandbox.urls["icat-plus"] as string}/logbook/${sandbox.icatPlus.session()}/event/count?instrumentName=ID00`;
  while ((await (await fetch(count)).json()) !== 1);
  controller.abort();
  await expect(asked).rejects.toThrow();
});

test("a session ended by the fault", async () => {
  const sandbox = await start({ kind: "expire-token", facility: "icat-plus", times: 1 });
  const url = `${sandbox.urls["icat-plus"] as string}/catalogue/${sandbox.icatPlus.session()}/instruments`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url.replace(/catalogue\/[^/]+/, `catalogue/${sandbox.icatPlus.session()}`))).status).toBe(200);
});
