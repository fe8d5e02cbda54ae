import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal, silent } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMessenger, type Messenger, type MessengerOptions } from "../src/messaging/index.ts";
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
  const made = createMessenger({ outbox: dir, logger: silent, ...options });
  stops.push(() => made.disconnect({ timeout: 100 }));
  return made;
}

const files = async (): Promise<string[]> => (await readdir(dir)).filter((name) => name.endsWith(".msg")).sort();
const refusingLogIn: BrokerOptions = {
  on: ({ command }, connection) => {
    if (command !== "CONNECT") return undefined;
    connection.send("ERROR", { message: "wrong password" });
    connection.end();
    return true;
  },
};

describe("the size limit", () => {
  test("holds for messages that are given at the same time", async () => {
    const mine = messenger({ urls: "127.0.0.1:1", outbox: { dir, maxBytes: 3000 } });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => mine.send({ queue: "q", body: "x".repeat(600) }, { wait: "stored" })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(await files()).toHaveLength(3);
  });

  test("counts what other processes stored, too", async () => {
    const clients = [0, 1, 2, 3].map(() => messenger({ urls: "127.0.0.1:1", outbox: { dir, maxBytes: 12_000 } }));
    for (let round = 0; round < 10; round++) {
      for (const one of clients) await one.send({ queue: "q", body: "x".repeat(600) }, { wait: "stored" }).catch(() => undefined);
    }
    // Each would take a dozen if it knew of its own only.
    expect((await files()).length).toBeLessThan(26);
    for (const one of clients) {
      await refusal(async () => {
        for (let more = 0; more < 3; more++) await one.send({ queue: "q", body: "x".repeat(600) }, { wait: "stored" });
      }, "OUTBOX_FULL");
    }
  });
});

describe("a refused log-in", () => {
  test("is told by flush, and not tried again and again", async () => {
    const mq = await broker(refusingLogIn);
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: "pw-of-me" } });
    await mine.send({ queue: "q", body: "kept" }, { wait: "stored" });
    await refusal(() => mine.flush({ timeout: 1000 }), "NOT_AUTHENTICATED");
    expect(mq.connections).toBeLessThan(5);
    expect(await files()).toHaveLength(1);
  });

  test("is not tried again for each message that is stored", async () => {
    const mq = await broker(refusingLogIn);
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: "pw-of-me" } });
    await refusal(() => mine.send({ queue: "q", body: "first" }), "NOT_AUTHENTICATED");
    const before = mq.connections;
    for (let count = 0; count < 10; count++) await mine.send({ queue: "q", body: "kept" }, { wait: "stored" });
    expect(mq.connections).toBe(before);
  });
});

describe("disconnect", () => {
  test("ends what was being stored without opening the connection again", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    await mine.send({ queue: "q", body: "first" });
    const stored = mine.send({ queue: "q", body: "second" }, { wait: "stored" });
    const sent = mine.send({ queue: "q", body: "third" }).catch((error: unknown) => error);
    await mine.disconnect();
    await stored;
    expect(await sent).toMatchObject({ code: "UNCONFIRMED", details: { outbox: expect.stringContaining(dir) } });
    expect(mq.connections).toBe(1);
    await messenger({ urls: mq.url }).flush();
    expect(mq.bodies).toEqual(["first", "second", "third"]);
  });

  test("does not wait for a broker that is not there: what is stored is safe", async () => {
    const mine = messenger({ urls: "127.0.0.1:1" });
    await mine.send({ queue: "q", body: "x" }, { wait: "stored" });
    let isLate = false;
    const timer = setTimeout(() => (isLate = true), 8000);
    await mine.disconnect();
    clearTimeout(timer);
    expect(isLate).toBe(false);
  });

  test("of a connection that nobody needs is not awaited without an end", async () => {
    const mine = messenger({ urls: "127.0.0.1:1", attempts: 1 });
    await refusal(() => mine.connect(), "UNAVAILABLE");
  });
});

test("many messages that wait go out without a search for each", async () => {
  const first = messenger({ urls: "127.0.0.1:1" });
  const bodies = Array.from({ length: 3000 }, (_, index) => `message ${index}`);
  for (let at = 0; at < bodies.length; at += 500) {
    await Promise.all(bodies.slice(at, at + 500).map((body) => first.send({ queue: "q", body }, { wait: "stored" })));
  }
  await first.disconnect({ timeout: 1 });
  const mq = await broker();
  await messenger({ urls: mq.url }).flush();
  expect(mq.bodies).toEqual(bodies);
  expect(await files()).toEqual([]);
}, 60_000);
