import { createCa, refusal } from "@sci/http-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { createMessenger, type MessagingEvent, type Messenger, type MessengerOptions } from "../src/messaging/index.ts";
import { startBroker, type BrokerOptions, type TestBroker } from "./support/broker.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function broker(options: BrokerOptions = {}): Promise<TestBroker> {
  const started = await startBroker(options);
  stops.push(() => started.stop());
  return started;
}

function messenger(options: MessengerOptions): Messenger {
  const made = createMessenger(options);
  stops.push(() => made.disconnect({ timeout: 100 }));
  return made;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `message ${index}`);

/** Without those that came twice. */
const once = (bodies: readonly string[]): string[] => [...new Set(bodies)];

describe("a message", () => {
  test("is sent as the original does, with a receipt, an id and a type besides", async () => {
    const mq = await broker();
    const delivery = await messenger({ urls: mq.url }).send({
      queue: "icatIngest",
      body: "<a>ü</a>",
      contentType: "application/xml",
      id: "id-1",
    });
    expect(delivery).toEqual({ id: "id-1", confirmed: true, broker: `127.0.0.1:${mq.port}`, attempts: 1 });
    const [connect, send] = mq.frames;
    expect(connect).toMatchObject({ command: "CONNECT", headers: { "accept-version": "1.1", host: "" } });
    const { receipt, ...headers } = send?.headers ?? {};
    expect(receipt).toBeDefined();
    expect(headers).toEqual({
      destination: "/queue/icatIngest",
      persistent: "true",
      ack: "client-individual",
      "content-type": "application/xml",
      "sci-message-id": "id-1",
    });
    expect(send?.body).toBe("<a>ü</a>");
  });

  test("is told apart from others by an id of its own", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    const ids = await Promise.all(numbered(3).map(async (body) => (await mine.send({ queue: "q", body })).id));
    expect(new Set(ids).size).toBe(3);
    expect(mq.frames.filter(({ command }) => command === "SEND").map(({ headers }) => headers["sci-message-id"])).toEqual(ids);
  });

  test("is not confirmed by the receipt of another", async () => {
    const held: (() => void)[] = [];
    const mq = await broker({
      on: ({ command, headers }, connection) => {
        if (command !== "SEND") return undefined;
        held.push(() => {
          connection.send("RECEIPT", { "receipt-id": headers["receipt"] ?? "" });
        });
        // The second is confirmed first.
        if (held.length === 2) for (const confirm of held.reverse()) confirm();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url });
    const order: string[] = [];
    await Promise.all(["first", "second"].map((body) => mine.send({ queue: "q", body }).then(() => order.push(body))));
    expect(order).toEqual(["second", "first"]);
  });

  test("is refused before anything is sent when a frame cannot hold it", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    expect((await refusal(() => mine.send({ queue: "q", body: "a\0b" }))).message).toContain("NUL");
    await refusal(() => mine.send({ queue: "a b", body: "" }));
    await refusal(() => mine.send({ queue: "q", body: "", id: "a\nb\r" }));
    await refusal(() => mine.send({ queue: "q", body: "", wait: "stored" } as never));
    await refusal(() => mine.send({ queue: "q", body: "" }, { wait: "stored" }));
    expect((await refusal(() => mine.send({ queu: "q", body: "" } as never))).message).toContain("queue");
    expect(mq.frames).toEqual([]);
  });
});

describe("a cut", () => {
  test.each(["end", "reset"] as const)("by %s: what is unconfirmed goes out again in order, with the same id", async (how) => {
    let cuts = 0;
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command !== "SEND" || ++cuts % 70 !== 0) return undefined;
        connection[how]();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, inFlight: 32 });
    const deliveries = await Promise.all(numbered(300).map((body) => mine.send({ queue: "q", body })));
    expect(once(mq.bodies)).toEqual(numbered(300));
    expect(mq.connections).toBeGreaterThan(3);
    expect(deliveries.every(({ confirmed }) => confirmed)).toBe(true);
    expect(Math.max(...deliveries.map(({ attempts }) => attempts))).toBeGreaterThan(1);
    const sent = mq.frames.filter(({ command }) => command === "SEND");
    for (const { body, headers } of sent) {
      expect(headers["sci-message-id"]).toBe(deliveries[Number(body.split(" ")[1])]?.id);
    }
  });

  test("while idle: the next message goes out on a new connection", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    await mine.send({ queue: "q", body: "first" });
    mq.cut();
    await mine.send({ queue: "q", body: "second" });
    expect(mq.bodies).toEqual(["first", "second"]);
    expect(mq.connections).toBe(2);
  });

  test("that lasts: messages wait for the broker to come back", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    await mine.send({ queue: "q", body: "before" });
    await mq.stop();
    const later = mine.send({ queue: "q", body: "after" });
    const again = await broker({ port: mq.port });
    expect(await later).toMatchObject({ confirmed: true });
    expect(again.bodies).toEqual(["after"]);
  });

  test("a broker that confirms nothing is left for another", async () => {
    const mute = await broker({ on: ({ command }) => command === "SEND" });
    const mq = await broker();
    for (let round = 0; round < 4; round++) {
      const mine = messenger({ urls: [mute.url, mq.url], timeout: { idle: 60 } });
      expect(await mine.send({ queue: "q", body: "x" })).toMatchObject({ broker: `127.0.0.1:${mq.port}` });
    }
    expect(mq.bodies).toHaveLength(4);
  });
});

test("a broker that lives, but cannot take anything for a while, is not sent everything again", async () => {
  const held: (() => void)[] = [];
  let beats: NodeJS.Timeout | undefined;
  const mq = await broker({
    on: ({ command, headers }, connection) => {
      if (command === "CONNECT") {
        connection.send("CONNECTED", { version: "1.1", "heart-beat": "20,20" });
        beats = setInterval(() => connection.write("\n"), 20);
        return true;
      }
      if (command !== "SEND") return undefined;
      held.push(() => connection.send("RECEIPT", { "receipt-id": headers["receipt"] ?? "" }));
      return true;
    },
  });
  const mine = messenger({ urls: mq.url, heartBeat: 20, timeout: { idle: 200 } });
  const sent = mine.send({ queue: "q", body: "once" });
  setTimeout(() => held[0]?.(), 500);
  expect(await sent).toMatchObject({ attempts: 1 });
  clearInterval(beats);
  expect(mq.bodies).toEqual(["once"]);
});

describe("brokers", () => {
  test("are tried as a whole list until one takes the connection", async () => {
    const down = await startBroker();
    await down.stop();
    const mq = await broker();
    for (let round = 0; round < 8; round++) {
      const mine = messenger({ urls: [down.url, `tcp://127.0.0.1:1`, mq.url], attempts: 1 });
      expect(await mine.send({ queue: "q", body: String(round) })).toMatchObject({ confirmed: true });
    }
    expect(mq.bodies.length).toBe(8);
  });

  test("that are all down are named, each with its reason", async () => {
    const mine = messenger({ urls: ["127.0.0.1:1", "127.0.0.1:2"], attempts: 2 });
    const error = await refusal(() => mine.send({ queue: "q", body: "" }), "UNAVAILABLE");
    expect(error.message).toMatch(/127\.0\.0\.1:1\b.*ECONNREFUSED/);
    expect(error.message).toContain("127.0.0.1:2");
    expect(error.message).toContain("2 rounds");
  });

  test("that answer with an ERROR at the log-in: the reason is said, and waiting does not mend it", async () => {
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command !== "CONNECT") return undefined;
        connection.send("ERROR", { message: "login failed" }, "User name [me] or password is invalid.");
        connection.end();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: "swordfish-1" } });
    const error = await refusal(() => mine.send({ queue: "q", body: "" }), "NOT_AUTHENTICATED");
    expect(error.message).toContain("login failed");
    expect(JSON.stringify(error)).not.toContain("swordfish-1");
    expect(mq.connections).toBe(1);
    expect(mq.frames[0]?.headers).toMatchObject({ login: "me", passcode: "swordfish-1" });
  });

  test("that take a connection and never answer are given up after a time", async () => {
    const mq = await broker({ on: () => true });
    const mine = messenger({ urls: mq.url, timeout: { logIn: 50 }, attempts: 1 });
    expect((await refusal(() => mine.send({ queue: "q", body: "" }), "UNAVAILABLE")).message).toContain(
      "did not answer the log-in within 50 ms",
    );
  });

  test("that are none are told from brokers", async () => {
    const mq = await broker({
      on: (_frame, connection) => {
        connection.write("HTTP/1.1 400 Bad Request\r\n\r\n\0");
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, attempts: 1 });
    expect((await refusal(() => mine.send({ queue: "q", body: "" }), "UNAVAILABLE")).message).toContain("no STOMP");
  });

  test("get no password in clear text beyond this machine", async () => {
    const mine = messenger({ urls: "192.0.2.1:61613", logIn: { user: "me", password: "secret" } });
    expect((await refusal(() => mine.send({ queue: "q", body: "" }), "INSECURE")).message).toContain("ssl://");
  });

  test.each(["", "http://a:1", "a:0", "a:99999", "user:pw@a:1", "a b"])("%j is no address", (url) => {
    expect(() => createMessenger({ urls: [url] })).toThrow(/broker/);
  });

  test("speak TLS with a CA and a client certificate", async () => {
    const ca = await createCa();
    const server = ca.issue({ commonName: "broker" });
    const client = ca.issue({ commonName: "acquisition" });
    const mq = await broker({ tls: { cert: server.cert, key: server.key, ca: [ca.cert], requestCert: true, rejectUnauthorized: true } });
    const mine = messenger({
      urls: mq.url,
      tls: { ca: ca.cert, cert: client.cert, key: client.key },
      logIn: { user: "me", password: "pw" },
    });
    expect(await mine.send({ queue: "q", body: "over TLS" })).toMatchObject({ confirmed: true });
    const stranger = messenger({ urls: mq.url, attempts: 1 });
    expect((await refusal(() => stranger.send({ queue: "q", body: "" }), "TLS")).message).toContain("tls.ca");
  });
});

describe("an ERROR after a message", () => {
  test("that names it fails that message only", async () => {
    const mq = await broker({
      on: ({ command, body, headers }, connection) => {
        if (command !== "SEND" || body !== "message 3") return undefined;
        connection.send("ERROR", { "receipt-id": headers["receipt"] ?? "", message: "not authorized to write to icatIngest" });
        connection.end();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url });
    const results = await Promise.allSettled(numbered(10).map((body) => mine.send({ queue: "q", body })));
    expect(results.map(({ status }) => status)).toEqual(numbered(10).map((body) => (body === "message 3" ? "rejected" : "fulfilled")));
    expect((results[3] as PromiseRejectedResult).reason).toMatchObject({ code: "REFUSED_BY_BROKER" });
    expect(String((results[3] as PromiseRejectedResult).reason)).toContain("not authorized");
  });

  test("that does not name it: the messages go out one by one until it shows", async () => {
    const mq = await broker({
      on: ({ command, body }, connection) => {
        if (command !== "SEND" || body !== "message 3") return undefined;
        connection.send("ERROR", { message: "bad message" });
        connection.end();
        return true;
      },
    });
    const mine = messenger({ urls: mq.url });
    const results = await Promise.allSettled(numbered(10).map((body) => mine.send({ queue: "q", body })));
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(results[3]?.status).toBe("rejected");
  });
});

describe("limits", () => {
  test("a message that is not confirmed in time is withdrawn, and its state is told", async () => {
    let isMute = true;
    const mq = await broker({ on: ({ command }) => command === "SEND" && isMute });
    const mine = messenger({ urls: mq.url });
    const error = await refusal(() => mine.send({ queue: "q", body: "late", id: "my-id" }, { timeout: 50 }), "UNCONFIRMED");
    expect(error.details).toMatchObject({ id: "my-id" });
    expect(error.message).toContain("may hold it or not");
    isMute = false;
    await mine.send({ queue: "q", body: "next" });
    mq.cut();
    await mine.send({ queue: "q", body: "last" });
    expect(mq.bodies).toEqual(["late", "next", "last"]);
  });

  test("a message that never left says so", async () => {
    const mine = messenger({ urls: "127.0.0.1:1", attempts: 1000 });
    const error = await refusal(() => mine.send({ queue: "q", body: "" }, { timeout: 50 }), "UNCONFIRMED");
    expect(error.message).toContain("never sent");
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("a signal ends the wait", async () => {
    const mq = await broker({ on: ({ command }) => command === "SEND" });
    const mine = messenger({ urls: mq.url });
    const controller = new AbortController();
    const sent = mine.send({ queue: "q", body: "" }, { signal: controller.signal });
    controller.abort();
    await refusal(() => sent, "ABORTED");
    expect(mine.pending).toBe(0);
  });

  test("no more messages than asked for are under way", async () => {
    let open = 0;
    let most = 0;
    const mq = await broker({
      on: ({ command, headers }, connection) => {
        if (command !== "SEND") return undefined;
        most = Math.max(most, ++open);
        setImmediate(() => {
          open--;
          connection.send("RECEIPT", { "receipt-id": headers["receipt"] ?? "" });
        });
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, inFlight: 4 });
    await Promise.all(numbered(50).map((body) => mine.send({ queue: "q", body })));
    expect(mq.bodies).toEqual(numbered(50));
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe("disconnect", () => {
  test("waits for what is under way, and says good-bye with a receipt", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    const sent = mine.send({ queue: "q", body: "x" });
    await mine.disconnect();
    expect(await sent).toMatchObject({ confirmed: true });
    expect(mq.frames.at(-1)).toMatchObject({ command: "DISCONNECT" });
    await mine.disconnect();
    await mine.send({ queue: "q", body: "again" });
    expect(mq.connections).toBe(2);
  });

  test("fails what does not get confirmed, and does not wait for ever", async () => {
    const mq = await broker({ on: ({ command }) => command === "SEND" || command === "DISCONNECT" });
    const mine = messenger({ urls: mq.url });
    const sent = refusal(() => mine.send({ queue: "q", body: "x" }), "UNCONFIRMED");
    await mine.disconnect({ timeout: 50 });
    await sent;
  });
});

describe("heart-beats", () => {
  test("go out when both agree, and a broker that falls silent is left", async () => {
    const beats: number[] = [];
    const events: MessagingEvent[] = [];
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command !== "CONNECT") return undefined;
        beats.push(connection.number);
        connection.send("CONNECTED", { version: "1.1", "heart-beat": "20,20" });
        return true;
      },
    });
    const silent = new Promise<MessagingEvent>((resolve) => {
      const mine = messenger({
        urls: mq.url,
        heartBeat: 20,
        onEvent: (event) => {
          events.push(event);
          if (event.type === "disconnected") resolve(event);
        },
      });
      void mine.send({ queue: "q", body: "x" });
    });
    expect(await silent).toMatchObject({ type: "disconnected", reason: expect.stringContaining("no sign of life") });
    expect(mq.frames[0]?.headers["heart-beat"]).toBe("20,20");
  });
});
