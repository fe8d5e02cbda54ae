import { fork, spawn } from "node:child_process";
import { mkdtemp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { refusal, silent } from "@sci/http-core/testing";
import { build, type BuildOptions } from "esbuild";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIcatClient } from "../src/index.ts";
import { createMessenger, openOutbox, type Messenger, type MessengerOptions } from "../src/messaging/index.ts";
import { startBroker, type BrokerOptions, type TestBroker } from "./support/broker.ts";

let dir: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "outbox-")), "box");
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(join(dir, ".."), { recursive: true, force: true });
});

async function broker(options: BrokerOptions = {}): Promise<TestBroker> {
  const started = await startBroker(options);
  stops.push(() => started.stop());
  return started;
}

function messenger(options: MessengerOptions): Messenger {
  const made = createMessenger({ outbox: dir, ...options });
  stops.push(() => made.disconnect({ timeout: 100 }));
  return made;
}

const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, index) => `message ${from + index}`);
const once = (bodies: readonly string[]): string[] => [...new Set(bodies)];
const files = async (): Promise<string[]> => (await readdir(dir)).filter((name) => name.endsWith(".msg")).sort();

const writer = fileURLToPath(new URL("support/outbox-writer.ts", import.meta.url));
const requireForBundled = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

async function bundledWriter(): Promise<string> {
  const outfile = join(dir, "..", "writer.mjs");
  const options: BuildOptions = {
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@sci/source"],
    banner: { js: requireForBundled },
  } as const;
  await build({ entryPoints: [writer], outfile, ...options });
  return outfile;
}

/** A port on which nothing listens, until somebody does. */
async function freePort(): Promise<number> {
  const { port, stop } = await startBroker();
  await stop();
  return port;
}

describe("an outbox", () => {
  test("holds a message until the broker has confirmed it", async () => {
    let during: string[] = [];
    const mq = await broker({
      on: ({ command, headers }, connection) => {
        if (command !== "SEND") return undefined;
        void files().then((names) => {
          during = names;
          connection.send("RECEIPT", { "receipt-id": headers["receipt"] ?? "" });
        });
        return true;
      },
    });
    expect(await messenger({ urls: mq.url }).send({ queue: "icatIngest", body: "<a/>", id: "id-1" })).toMatchObject({
      id: "id-1",
      confirmed: true,
    });
    expect(during).toHaveLength(1);
    expect(await files()).toEqual([]);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  test("takes messages while no broker runs, and sends them in order when one does", async () => {
    const port = await freePort();
    const mine = messenger({ urls: `127.0.0.1:${port}` });
    const stored = await Promise.all(numbered(20).map((body) => mine.send({ queue: "q", body }, { wait: "stored" })));
    expect(stored.every(({ confirmed }) => !confirmed)).toBe(true);
    expect(await files()).toHaveLength(20);
    const later = mine.send({ queue: "q", body: "message 20" });
    const mq = await broker({ port });
    expect(await later).toMatchObject({ confirmed: true });
    await mine.flush();
    expect(mq.bodies).toEqual(numbered(21));
    expect(await files()).toEqual([]);
  });

  test("is emptied by the next client, with the same ids", async () => {
    const port = await freePort();
    const first = messenger({ urls: `127.0.0.1:${port}` });
    const stored = await Promise.all(numbered(3).map((body) => first.send({ queue: "q", body }, { wait: "stored" })));
    await first.disconnect({ timeout: 1 });
    const mq = await broker({ port });
    await messenger({ urls: mq.url }).flush();
    expect(mq.bodies).toEqual(numbered(3));
    expect(mq.frames.filter(({ command }) => command === "SEND").map(({ headers }) => headers["sci-message-id"])).toEqual(
      stored.map(({ id }) => id),
    );
  });

  test("keeps a message whose call is given up, and says where", async () => {
    const port = await freePort();
    const mine = messenger({ urls: `127.0.0.1:${port}` });
    const error = await refusal(() => mine.send({ queue: "q", body: "late" }, { timeout: 50 }), "UNCONFIRMED");
    expect(error.message).toContain("stays in the outbox");
    expect(await readFile(error.details?.["outbox"] as string, "utf8")).toContain("late");
    const mq = await broker({ port });
    await mine.flush();
    expect(mq.bodies).toEqual(["late"]);
  });

  test("sets a refused message aside with the reason; it can be sent again or dropped", async () => {
    let isStrict = true;
    const mq = await broker({
      on: ({ command, body, headers }, connection) => {
        if (command !== "SEND" || !isStrict || !body.startsWith("bad")) return undefined;
        connection.send("ERROR", { "receipt-id": headers["receipt"] ?? "", message: "no such queue" });
        connection.end();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url });
    const results = await Promise.allSettled(
      ["a", "bad 1", "b", "bad 2", "c"].map((body) => mine.send({ queue: "q", body, subject: body })),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected", "fulfilled"]);
    const box = openOutbox(dir);
    const dead = await box.dead();
    expect(dead.map(({ entry, reason }) => [entry?.subject, reason.includes("no such queue")])).toEqual([
      ["bad 1", true],
      ["bad 2", true],
    ]);
    expect(await box.waiting()).toEqual([]);
    isStrict = false;
    await box.retry(dead[0]?.name ?? "");
    await box.drop(dead[1]?.name ?? "");
    expect((await box.waiting()).map(({ entry }) => entry?.subject)).toEqual(["bad 1"]);
    await mine.flush();
    expect(mq.bodies.at(-1)).toBe("bad 1");
    expect(await box.dead()).toEqual([]);
    await refusal(() => box.retry(dead[1]?.name ?? ""), "NOT_FOUND");
    await refusal(() => box.drop("../../etc/passwd"));
  });

  test("sets a corrupt file aside and goes on with the others", async () => {
    const port = await freePort();
    const first = messenger({ urls: `127.0.0.1:${port}` });
    await Promise.all(numbered(4).map((body) => first.send({ queue: "q", body }, { wait: "stored" })));
    await first.disconnect({ timeout: 1 });
    const [one, two] = (await files()).map((name) => join(dir, name));
    await writeFile(one ?? "", (await readFile(one ?? "", "utf8")).replace("message 0", "message X"));
    await writeFile(two ?? "", "");
    const mq = await broker({ port });
    await messenger({ urls: mq.url }).flush();
    expect(mq.bodies).toEqual(["message 2", "message 3"]);
    const dead = await openOutbox(dir).dead();
    expect(dead.map(({ reason }) => reason)).toEqual([expect.stringContaining("checksum"), expect.stringContaining("head of a message")]);
    await refusal(() => openOutbox(dir).retry(dead[0]?.name ?? ""), "INVALID_RESPONSE");
  });

  test("refuses what goes beyond its size, and stores nothing of it", async () => {
    const port = await freePort();
    const mine = messenger({ urls: `127.0.0.1:${port}`, outbox: { dir, maxBytes: 1000, maxMessageBytes: 900 } });
    await mine.send({ queue: "q", body: "x".repeat(400) }, { wait: "stored" });
    expect((await refusal(() => mine.send({ queue: "q", body: "y".repeat(400) }), "OUTBOX_FULL")).message).toContain("1000");
    await refusal(() => mine.send({ queue: "q", body: "z".repeat(1000) }), "OUTBOX_FULL");
    expect(await files()).toHaveLength(1);
    const mq = await broker({ port });
    await mine.flush();
    await mine.send({ queue: "q", body: "y".repeat(400) });
    expect(mq.bodies.map((body) => body[0])).toEqual(["x", "y"]);
  });

  test("says so when it cannot be written, and leaves nothing half written", async () => {
    await mkdir(join(dir, ".."), { recursive: true });
    await writeFile(dir, "a file where the folder should be");
    const mine = messenger({ urls: "127.0.0.1:1" });
    expect((await refusal(() => mine.send({ queue: "q", body: "" }), "FILE")).message).toContain("neither stored nor sent");
  });

  test("tells a wrong password at once, and keeps the message", async () => {
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command !== "CONNECT") return undefined;
        connection.send("ERROR", { message: "wrong password" });
        connection.end();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: "pw-of-me" } });
    const error = await refusal(() => mine.send({ queue: "q", body: "kept" }), "NOT_AUTHENTICATED");
    expect(error.message).toContain("stays in the outbox");
    expect(await files()).toHaveLength(1);
  });

  test("several clients share it: one sends, all are told", async () => {
    const mq = await broker();
    const clients = [0, 1, 2].map(() => messenger({ urls: mq.url }));
    const bodies = numbered(60);
    const deliveries = await Promise.all(bodies.map((body, index) => (clients[index % 3] as Messenger).send({ queue: "q", body })));
    expect(deliveries.every(({ confirmed }) => confirmed)).toBe(true);
    expect(new Set(mq.bodies)).toEqual(new Set(bodies));
    expect(await files()).toEqual([]);
  });

  test("loses nothing when its process is killed, whenever that is", async () => {
    const mq = await broker();
    const program = await bundledWriter();
    let given = 0;
    for (const killAfter of [1, 40, 90]) {
      const child = fork(program, [mq.url, dir, String(given)], { execArgv: [] });
      // Every sign is a message of which the process was told that it is stored.
      child.on("message", () => {
        if (++given >= killAfter) child.kill("SIGKILL");
      });
      await new Promise((resolve) => child.once("close", resolve));
    }
    await messenger({ urls: mq.url }).flush();
    expect(given).toBeGreaterThanOrEqual(90);
    const arrived = once(mq.bodies);
    const stored = numbered(given);
    expect(stored.filter((body) => !arrived.includes(body))).toEqual([]);
    expect(arrived.filter((body) => stored.includes(body))).toEqual(stored);
  });

  test("is taken over from a process that is killed while it sends", async () => {
    // The first connection, that of the other process, gets no confirmations.
    const mq = await broker({ on: ({ command, connection }) => command === "SEND" && connection === 1 });
    const child = fork(await bundledWriter(), [mq.url, dir, "0"], { execArgv: [] });
    let stored = 0;
    await new Promise<void>((resolve) => {
      child.on("message", () => {
        stored++;
        if (mq.bodies.length > 0) resolve();
      });
    });
    const mine = messenger({ urls: mq.url });
    const sent = mine.send({ queue: "q", body: "of the other process" });
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    expect(await sent).toMatchObject({ confirmed: true });
    await mine.flush();
    const arrived = once(mq.bodies);
    expect(numbered(stored).filter((body) => !arrived.includes(body))).toEqual([]);
    expect(await files()).toEqual([]);
  });

  test("on a full disk refuses what does not fit, and keeps what did", async () => {
    const program = await bundledWriter();
    // A limit on the size of files stands for the disk: the write fails in the middle, as it does there.
    const child = spawn("sh", ["-c", 'ulimit -f 16 && exec "$0" "$@"', process.execPath, program, "127.0.0.1:1", dir, "1", "6000"], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const said: unknown[] = [];
    child.on("message", (message) => said.push(message));
    await new Promise((resolve) => child.once("close", resolve));
    expect(said.at(-1)).toEqual({ code: "FILE", message: expect.stringMatching(/EFBIG.*neither stored nor sent/) });
    expect(said.slice(0, -1)).toEqual(said.slice(0, -1).map((_, index) => index + 1));
    expect(said.length).toBeGreaterThan(1);
    expect((await readdir(dir)).filter((name) => name.endsWith(".new"))).toEqual([]);
    const mq = await broker();
    await messenger({ urls: mq.url }).flush();
    expect(mq.bodies.map((body) => body.trim())).toEqual(said.slice(0, -1).map((number) => `message ${String(number)}`));
  });
});

test("a new client sends what an earlier one left, before it has anything of its own", async () => {
  const mq = await broker();
  const first = messenger({ urls: "127.0.0.1:1" });
  await first.send({ queue: "q", body: "left behind" }, { wait: "stored" });
  await first.disconnect({ timeout: 1 });
  const icat = createIcatClient({ metadataUrls: [mq.url], outbox: dir, logger: silent });
  stops.push(() => icat.close());
  while (mq.bodies.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await icat.flush();
  expect(mq.bodies).toEqual(["left behind"]);
});
