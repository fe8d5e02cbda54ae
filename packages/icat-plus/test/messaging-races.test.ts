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

describe("disconnect", () => {
  test("with messages unconfirmed opens no further connection", async () => {
    const mq = await broker({ on: ({ command }) => command === "SEND" });
    const mine = messenger({ urls: mq.url });
    const sent = refusal(() => mine.send({ queue: "q", body: "x" }), "UNCONFIRMED");
    await mine.connect();
    await mine.disconnect({ timeout: 20 });
    await sent;
    expect(mq.connections).toBe(1);
  });

  test("while connecting ends the search for a broker", async () => {
    const mq = await broker({ on: () => true });
    const mine = messenger({ urls: mq.url, attempts: 1000 });
    const sent = refusal(() => mine.send({ queue: "q", body: "x" }), "UNCONFIRMED");
    await mine.disconnect({ timeout: 20 });
    await sent;
    expect(mine.pending).toBe(0);
  });

  test("does not wait for a password that never comes", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: () => new Promise(() => undefined) } });
    const sent = refusal(() => mine.send({ queue: "q", body: "x" }), "UNCONFIRMED");
    await mine.disconnect({ timeout: 20 });
    await sent;
  });

  test("lets what is sent meanwhile go out on a new connection", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    await mine.send({ queue: "q", body: "before" });
    const gone = mine.disconnect();
    const sent = mine.send({ queue: "q", body: "during" });
    await gone;
    expect(await sent).toMatchObject({ confirmed: true });
    expect(mq.bodies).toEqual(["before", "during"]);
  });
});

describe("what is given up", () => {
  test("does not take with it what is sent in the same moment", async () => {
    const mine = messenger({ urls: "127.0.0.1:1", attempts: 1000 });
    for (let round = 0; round < 3; round++) {
      const controller = new AbortController();
      const first = mine.send({ queue: "q", body: "first" }, { signal: controller.signal });
      first.catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
      controller.abort();
      const second = refusal(() => mine.send({ queue: "q", body: "second" }, { timeout: 30 }), "UNCONFIRMED");
      await refusal(() => first, "ABORTED");
      await second;
    }
  });

  test("is given up at once, however many messages it is", async () => {
    const mine = messenger({ urls: "127.0.0.1:1", attempts: 1000 });
    const controllers = Array.from({ length: 50_000 }, () => new AbortController());
    const sent = controllers.map(({ signal }) => mine.send({ queue: "q", body: "x" }, { signal }));
    const all = Promise.allSettled(sent);
    expect(mine.pending).toBe(50_000);
    for (const controller of controllers.reverse()) controller.abort();
    expect(mine.pending).toBe(0);
    expect((await all).every(({ status }) => status === "rejected")).toBe(true);
  });

  test("by one signal for all of them as well", async () => {
    const mq = await broker();
    const mine = messenger({ urls: mq.url });
    const { signal } = new AbortController();
    const sent = await Promise.all(Array.from({ length: 50_000 }, () => mine.send({ queue: "q", body: "x" }, { signal })));
    expect(sent.every(({ confirmed }) => confirmed)).toBe(true);
  });
});

describe("a broker", () => {
  test("that ends every connection is not asked again and again without a pause", async () => {
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command === "SEND") connection.end();
        return command === "SEND";
      },
    });
    const mine = messenger({ urls: mq.url });
    await refusal(() => mine.send({ queue: "q", body: "x" }, { timeout: 500 }), "UNCONFIRMED");
    expect(mq.connections).toBeLessThan(8);
  });

  test("that ends every connection is left for another", async () => {
    const bad = await broker({
      on: ({ command }, connection) => {
        if (command === "SEND") connection.end();
        return command === "SEND";
      },
    });
    const mq = await broker();
    for (let round = 0; round < 4; round++) {
      const mine = messenger({ urls: [bad.url, mq.url] });
      expect(await mine.send({ queue: "q", body: "x" }, { timeout: 5000 })).toMatchObject({ broker: `127.0.0.1:${mq.port}` });
    }
  });

  test("that is mute is left though each message is given up before", async () => {
    const mute = await broker({ on: ({ command }) => command === "SEND" });
    const mq = await broker();
    for (let round = 0; round < 3; round++) {
      const mine = messenger({ urls: [mute.url, mq.url], timeout: { idle: 120, total: 50 } });
      let confirmed = false;
      for (let attempt = 0; attempt < 40 && !confirmed; attempt++) {
        confirmed = await mine.send({ queue: "q", body: "x" }).then(
          () => true,
          () => false,
        );
      }
      expect(confirmed).toBe(true);
    }
  });

  test("that says ERROR when it stops is not taken to refuse the message under way", async () => {
    let errors = 0;
    const mq = await broker({
      on: ({ command }, connection) => {
        if (command !== "SEND" || errors++ > 0) return undefined;
        connection.send("ERROR", { message: "The broker is shutting down" });
        connection.end();
        return true;
      },
    });
    expect(await messenger({ urls: mq.url }).send({ queue: "q", body: "x" })).toMatchObject({ confirmed: true, attempts: 2 });
  });

  test("that refuses many without naming them lets the others through, several at a time", async () => {
    let most = 0;
    let open = 0;
    const mq = await broker({
      on: ({ command, body, headers }, connection) => {
        if (command !== "SEND") return undefined;
        if (body === "message 3") {
          open = 0;
          connection.send("ERROR", { message: "bad message" });
          connection.end();
          return true;
        }
        if (Number(body.split(" ")[1]) > 100) most = Math.max(most, ++open);
        setImmediate(() => {
          open = Math.max(0, open - 1);
          connection.send("RECEIPT", { "receipt-id": headers["receipt"] ?? "" });
        });
        return true;
      },
    });
    const mine = messenger({ urls: mq.url, inFlight: 16 });
    const results = await Promise.allSettled(numbered(300).map((body) => mine.send({ queue: "q", body })));
    expect(results.flatMap(({ status }, index) => (status === "rejected" ? [index] : []))).toEqual([3]);
    expect(most).toBeGreaterThan(1);
  });

  test("that wants a client certificate says so where none is given", async () => {
    const ca = await createCa();
    const server = ca.issue({ commonName: "broker" });
    const mq = await broker({ tls: { cert: server.cert, key: server.key, ca: [ca.cert], requestCert: true, rejectUnauthorized: true } });
    const mine = messenger({ urls: mq.url, tls: { ca: ca.cert }, attempts: 1 });
    const error = await refusal(() => mine.send({ queue: "q", body: "" }), "TLS");
    expect(error.message).toContain("tls.cert");
  });
});

describe("TLS", () => {
  test("refuses a broker whose certificate names another host", async () => {
    const ca = await createCa();
    const server = ca.issue({ commonName: "other.example.org", hosts: ["other.example.org"] });
    const mq = await broker({ tls: { cert: server.cert, key: server.key } });
    const mine = messenger({ urls: mq.url, tls: { ca: ca.cert }, attempts: 1 });
    await refusal(() => mine.send({ queue: "q", body: "" }), "TLS");
    expect(mq.frames).toEqual([]);
  });
});

describe("a wait", () => {
  test.each([{ connect: Infinity }, { logIn: Infinity }, { idle: Infinity }, { total: 2 ** 31 }])("of %j is no time limit", (timeout) => {
    expect(() => createMessenger({ urls: "a:1", timeout })).toThrow(/timeout\./);
  });

  test("without an end is one that a caller may ask for", async () => {
    const mq = await broker();
    expect(await messenger({ urls: mq.url, timeout: { total: Infinity } }).send({ queue: "q", body: "x" })).toMatchObject({
      confirmed: true,
    });
  });
});

describe("secrets", () => {
  test("do not go to a host that is local by its name only", async () => {
    const mine = messenger({ urls: "127.example.invalid:61613", logIn: { user: "me", password: "swordfish-1" }, attempts: 1 });
    await refusal(() => mine.send({ queue: "q", body: "" }), "INSECURE");
  });

  test.each(["tcp://a:1?login=me&passcode=swordfish-1", "failover:(tcp://a:1?passcode=swordfish-1)", "ssl://me:swordfish-1@a:1"])(
    "of %s are not repeated",
    (url) => {
      let text = "";
      try {
        createMessenger({ urls: [url] });
      } catch (error) {
        text = String(error);
      }
      expect(text).toContain("broker");
      expect(text).not.toContain("swordfish-1");
    },
  );

  test("are not in what is told of a refused log-in", async () => {
    const mq = await broker({
      on: ({ command, headers }, connection) => {
        if (command !== "CONNECT") return undefined;
        connection.send("ERROR", { message: `bad passcode ${headers["passcode"] ?? ""}` });
        connection.end();
        return true;
      },
    });
    const events: MessagingEvent[] = [];
    const mine = messenger({ urls: mq.url, logIn: { user: "me", password: "swordfish-1" }, onEvent: (event) => events.push(event) });
    const error = await refusal(() => mine.send({ queue: "q", body: "" }), "NOT_AUTHENTICATED");
    expect(JSON.stringify([events, error, error.message, error.stack])).not.toContain("swordfish-1");
  });
});
