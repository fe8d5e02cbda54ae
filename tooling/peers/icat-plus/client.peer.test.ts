import { createIcatClient, type IcatClient } from "@sci/icat-plus";
import { createMessenger, type Messenger } from "@sci/icat-plus/messaging";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ActiveMq, activeMqMissing, startActiveMq } from "./activemq.ts";
import { icatEnvironment } from "./environment.ts";
import { type IcatMock, startIcatMock } from "./mock.ts";
import { bareStomp, frame, type BareStomp } from "./stomp.ts";

const noActiveMq = await activeMqMissing();
const environment = await icatEnvironment();
const skipped = (reason: string | undefined): string => (reason === undefined ? "" : ` (skipped: ${reason})`);

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads a queue until it gives nothing for a while: what was confirmed has to be there. */
async function drain(reader: BareStomp, queue: string, wanted: number): Promise<Received[]> {
  reader.write(frame("SUBSCRIBE", { destination: `/queue/${queue}`, id: queue, ack: "auto" }));
  const found: Received[] = [];
  const ids = new Set<string>();
  while (ids.size < wanted) {
    const [head = "", ...body] = (await reader.next()).split("\n\n");
    const lines = head.split("\n").slice(1);
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
    found.push({ headers, body: body.join("\n\n") });
    ids.add(headers["sci-message-id"] ?? String(found.length));
  }
  reader.write(frame("UNSUBSCRIBE", { id: queue }));
  return found;
}

const once = (messages: readonly Received[]): string[] => {
  const seen = new Set<string>();
  return messages
    .filter(({ headers }) => !seen.has(headers["sci-message-id"] ?? "") && seen.add(headers["sci-message-id"] ?? ""))
    .map(({ body }) => body);
};

describe.skipIf(noActiveMq !== undefined)(`@sci/icat-plus against Apache ActiveMQ${skipped(noActiveMq)}`, () => {
  const logIn = { user: "icat", password: "secret" };
  const headers = { login: logIn.user, passcode: logIn.password };
  let broker: ActiveMq;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    broker = await startActiveMq({ logIn, tls: true, clientCertificates: true });
  });
  afterAll(() => broker?.stop());
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function reader(): Promise<BareStomp> {
    const made = await bareStomp(broker.address, { headers });
    ends.push(() => made.end());
    return made;
  }

  function messenger(options: Partial<Parameters<typeof createMessenger>[0]> = {}): Messenger {
    const made = createMessenger({ urls: broker.address, logIn, ...options });
    ends.push(() => made.disconnect());
    return made;
  }

  test("every kind of message arrives as text, on its queue", async () => {
    const icat: IcatClient = createIcatClient({ metadataUrls: [broker.address], logIn, beamline: "id00", proposal: "ma1234" });
    ends.push(() => icat.close());
    await icat.startInvestigation();
    await icat.storeDataset({
      dataset: "sample_0001",
      path: "/data/visitor/ma1234/id00/20240301/RAW_DATA/sample/sample_0001",
      metadata: { Sample_name: "s1" },
    });
    await icat.storeProcessedData({
      dataset: "p",
      path: "/data/visitor/ma1234/id00/20240301/PROCESSED_DATA/p",
      metadata: { Sample_name: "s1" },
      raw: ["/data/a"],
    });
    await icat.updateMetadata({ datasetPaths: "/data/a", metadataName: "Sample_name", metadataValue: "néw" });
    await icat.addFiles(12);
    await icat.rescheduleInvestigation(1001);
    const queue = await reader();
    const ingest = await drain(queue, "icatIngest", 3);
    expect(ingest.map(({ body }) => /<tns:(\w+)/.exec(body)?.[1])).toEqual(["investigation", "dataset", "dataset"]);
    // A text message has no content-length header of its own: ActiveMQ would have made a binary one.
    expect(ingest.map(({ headers: found }) => found["content-length"])).toEqual([undefined, undefined, undefined]);
    expect((await drain(queue, "icatUpdateDatasetMetadata", 1))[0]?.body).toContain("n\\u00e9w");
    expect((await drain(queue, "icatDataFiles", 1))[0]?.body).toBe('{"datasetId": 12}');
    expect((await drain(queue, "rescheduleInvestigation", 1))[0]?.body).toContain("investigation");
  });

  test.each([
    ["in memory", undefined],
    ["in an outbox", "outbox"],
  ] as const)(
    "5,000 messages over kill -9 and restart of the broker, kept %s: none is lost, and their order stays",
    async (_where, outbox) => {
      const folder = outbox === undefined ? undefined : await (await import("node:fs/promises")).mkdtemp("/tmp/icat-outbox-");
      const queueName = `crash-${outbox ?? "memory"}`;
      const mine = messenger(folder === undefined ? {} : { outbox: folder });
      let confirmed = 0;
      let isKilled: Promise<void> | undefined;
      const bodies = Array.from({ length: 5000 }, (_unused, index) => `message ${index}`);
      await Promise.all(
        bodies.map(async (body) => {
          await mine.send({ queue: queueName, body });
          if (++confirmed === 1500) isKilled = broker.kill().then(() => broker.start());
        }),
      );
      await isKilled;
      const found = await drain(await reader(), queueName, bodies.length);
      expect(once(found)).toEqual(bodies);
      if (folder !== undefined) await (await import("node:fs/promises")).rm(folder, { recursive: true });
    },
    300_000,
  );

  test("over TLS with a certificate of the client; without one it is told", async () => {
    const { ca, clientCertificate } = broker as { ca: string; clientCertificate: { cert: string; key: string } };
    const mine = messenger({ urls: `ssl://${broker.tlsAddress as string}`, tls: { ca, ...clientCertificate } });
    expect(await mine.send({ queue: "secure", body: "over TLS" })).toMatchObject({ confirmed: true });
    const bare = messenger({ urls: `ssl://${broker.tlsAddress as string}`, tls: { ca }, attempts: 1 });
    await expect(bare.send({ queue: "secure", body: "" })).rejects.toMatchObject({ code: expect.stringMatching(/^(?:TLS|UNAVAILABLE)$/) });
  });

  test("a wrong password is told as such", async () => {
    const mine = messenger({ logIn: { user: "icat", password: "wrong-one" } });
    await expect(mine.send({ queue: "q", body: "" })).rejects.toMatchObject({ code: "NOT_AUTHENTICATED" });
  });
});

describe.skipIf(environment.missing !== undefined)(
  `@sci/icat-plus against the mock service of pyicat_plus${skipped(environment.missing)}`,
  () => {
    let mock: IcatMock;
    beforeAll(async () => {
      mock = await startIcatMock(environment.python as string);
    });
    afterAll(() => mock?.stop());

    test("its ingesters and its REST server take what our client sends, and tell it back", async () => {
      const icat = createIcatClient({
        metadataUrls: [mock.broker],
        elogbookUrl: mock.url,
        elogbookToken: mock.elogbookToken,
        beamline: "id00",
        proposal: "ma1",
      });
      try {
        await icat.startInvestigation();
        const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
          for (;;) {
            const found = await ask();
            if (found !== undefined) return found;
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
        };
        const session = await until(() => icat.investigationInfo());
        expect(session.id).toBeDefined();
        await icat.storeDataset({ dataset: "d1", path: "/data/visitor/ma1/id00/20240301/RAW_DATA/s/s_d1", metadata: { Sample_name: "s" } });
        const datasets = await until(async () => {
          const found = await icat.registeredDatasets();
          return found === undefined || found.length === 0 ? undefined : found;
        });
        expect(datasets).toHaveLength(1);
        await icat.sendMessage("hello from another language");
        await icat.sendBinaryData(new Uint8Array([1, 2, 3]), { mimetype: "image/png" });
        await icat.updateMetadata({ datasetPaths: "/data/a", metadataName: "Sample_name", metadataValue: "new" });
        await icat.addFiles(datasets[0]?.icatDatasetId as number);
      } finally {
        await icat.close();
      }
    });
  },
);
