import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSciError, type SciError } from "@sci/http-core";
import { json, silent, startServer } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIcatClient, type IcatClient, type IcatClientOptions } from "../src/index.ts";
import { createIngest } from "../src/ingest/browser.ts";
import { startBroker, type BrokerOptions, type TestBroker } from "./support/broker.ts";

const stops: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "icat-"));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(folder, { recursive: true, force: true });
});

async function broker(options: BrokerOptions = {}): Promise<TestBroker> {
  const started = await startBroker(options);
  stops.push(() => started.stop());
  return started;
}

function client(options: IcatClientOptions): IcatClient {
  const made = createIcatClient({ beamline: "id00", proposal: "ma1234", logger: silent, ...options });
  stops.push(() => made.close());
  return made;
}

async function refused(work: Promise<unknown>): Promise<SciError> {
  const error: unknown = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (!isSciError(error)) throw error;
  return error;
}

const dataset = { dataset: "d1", path: "/data/a/d1", metadata: { Sample_name: "s1" } };

describe("the client", () => {
  test("confirms what it stored, with what is odd about it, and shares one connection for all queues", async () => {
    const mq = await broker();
    const told: string[] = [];
    const logger = { ...silent, warn: (message: string) => void told.push(message) };
    const icat = client({ metadataUrls: [mq.url], logger });
    const stored = await icat.storeDataset({ ...dataset, metadata: { Sample_name: "s1", scanNumber: "five" } });
    expect(stored).toMatchObject({ confirmed: true, attempts: 1, warnings: [{ kind: "invalid", field: "scanNumber" }] });
    expect(told).toEqual(['dataset d1 of ma1234 at id00: scanNumber must be a whole number; it is "five".']);
    await icat.addFiles(7);
    await icat.updateMetadata({ datasetPaths: ["/data/a", "/data/b"], metadataName: "Sample_name", metadataValue: "é" });
    expect(mq.connections).toBe(1);
    expect(
      mq.frames.filter(({ command }) => command === "SEND").map(({ headers }) => [headers["destination"], headers["content-type"]]),
    ).toEqual([
      ["/queue/icatIngest", "application/xml"],
      ["/queue/icatDataFiles", "application/json"],
      ["/queue/icatUpdateDatasetMetadata", "application/json"],
    ]);
    expect(mq.bodies[2]).toBe(
      '{"proposal": "ma1234", "beamline": "id00", "datasetPaths": "/data/a,/data/b", "metadataName": "Sample_name", "metadataValue": "\\u00e9"}',
    );
  });

  test("a session that was started is the current one, unless it cannot be started", async () => {
    const mq = await broker();
    const icat = client({ metadataUrls: [mq.url] });
    await icat.startInvestigation({ beamline: "ID01", proposal: "HG1", startDatetime: "2024-03-01T09:00:00+01:00" });
    expect([icat.currentBeamline, icat.currentProposal]).toEqual(["ID01", "HG1"]);
    expect(mq.bodies[0]).toContain("<tns:experiment>hg1</tns:experiment><tns:instrument>id01</tns:instrument>");
    expect((await refused(icat.startInvestigation({ proposal: "x", startDatetime: "soon" }))).message).toContain(
      "startDatetime must be a Date",
    );
    expect((await refused(icat.startInvestigation({ endDatetime: "2024" } as never))).message).toContain(
      'Unknown option of startInvestigation() "endDatetime"',
    );
    const nowhere = client({});
    await refused(nowhere.startInvestigation({ proposal: "other" }));
    expect(nowhere.currentProposal).toBe("ma1234");
  });

  test("a session that was started is seen by the next question", async () => {
    const mq = await broker();
    const sessions = [{ id: 1, name: "MA-1234", startDate: "2024-03-01T09:00:00+01:00", endDate: "2024-03-05T08:00:00+01:00" }];
    const server = await startServer({ "GET /dataacquisition/key/investigation": () => json([...sessions]) });
    stops.push(() => server.stop());
    const icat = client({ metadataUrls: [mq.url], elogbookUrl: server.url, elogbookToken: "key" });
    expect((await icat.investigationInfo())?.id).toBe(1);
    sessions.push({ id: 2, name: "MA-1234", startDate: new Date(Date.now() - 1000).toISOString(), endDate: "2999-01-01T00:00:00Z" });
    expect((await icat.investigationInfo())?.id).toBe(1);
    await icat.startInvestigation();
    expect((await icat.investigationInfo())?.id).toBe(2);
  });

  test("without brokers the error names what to set", async () => {
    const icat = client({});
    expect((await refused(icat.storeDataset(dataset))).message).toBe("No brokers are known: set the option metadataUrls, or ICAT_BROKERS.");
    expect((await refused(icat.addFiles(1))).message).toContain("metadataUrls or addFilesUrls");
    expect((await refused(icat.checkHealth())).code).toBe("INVALID_ARGUMENT");
  });

  test("arguments are checked before anything is sent", async () => {
    const mq = await broker();
    const icat = client({ metadataUrls: [mq.url] });
    expect((await refused(icat.storeDataset({ ...dataset, metadta: {} } as never))).message).toContain('Did you mean "metadata"?');
    expect((await refused(icat.storeDataset({ ...dataset, raw: "x" } as never))).message).toContain('"raw"');
    expect((await refused(icat.storeDataset("d1" as never))).message).toContain("takes an object of options");
    expect((await refused(icat.addFiles("7" as never))).message).toContain("datasetId must be a whole number");
    expect((await refused(icat.rescheduleInvestigation(""))).message).toContain("investigationId");
    expect((await refused(icat.updateMetadata({ datasetPaths: [], metadataName: "a", metadataValue: "b" }))).message).toContain(
      "datasetPaths",
    );
    expect((await refused(icat.updateMetadata({ datasetPaths: "/a", metadataName: "a", metadataValue: null as never }))).message).toContain(
      "metadataValue",
    );
    expect((await refused(icat.updateArchiveRestoreStatus({ datasetId: 1, type: "archive" as never }))).message).toContain(
      "archiving, restoration",
    );
    expect((await refused(icat.storeDataset({ ...dataset, strict: true, metadata: { Sample_nam: "s1" } as never }))).message).toContain(
      "Sample_nam",
    );
    expect(mq.frames).toEqual([]);
  });

  test("strict is the client's, or the call's", async () => {
    const mq = await broker();
    const odd = { ...dataset, metadata: { Sample_name: "s1", scanNumber: "five" } };
    const icat = client({ metadataUrls: [mq.url], strict: true });
    expect((await refused(icat.storeDataset(odd))).message).toContain("scanNumber must be a whole number");
    expect(await icat.storeDataset({ ...odd, strict: false })).toMatchObject({ confirmed: true });
  });

  test("an outbox is for one list of brokers", async () => {
    const [one, other] = [await broker(), await broker()];
    const icat = client({ metadataUrls: [one.url], addFilesUrls: [other.url], outbox: join(folder, "outbox") });
    await icat.storeDataset(dataset);
    expect((await refused(icat.addFiles(1))).message).toContain("An outbox serves one list of brokers");
  });

  test("what is stored in the outbox arrives later", async () => {
    const mq = await broker();
    const icat = client({ metadataUrls: [mq.url], outbox: join(folder, "outbox") });
    expect(await icat.storeDataset({ ...dataset, wait: "stored" })).toMatchObject({ confirmed: false });
    await icat.flush();
    expect(mq.bodies).toHaveLength(1);
  });

  test("the brokers' monitor tells who consumes the queues", async () => {
    const mq = await broker();
    const monitor = await startServer({ "GET /api/jolokia/read/{what}/ConsumerCount": json({ status: 200, value: 2 }) });
    stops.push(() => monitor.stop());
    const icat = client({ addFilesUrls: [mq.url], metadataQueueMonitorPort: Number(new URL(monitor.url).port) });
    expect(await icat.checkHealth()).toEqual([{ queue: "icatDataFiles", broker: `127.0.0.1:${mq.port}`, consumers: 2 }]);
  });
});

describe("files", () => {
  test("are written without a broker, whole, in folders that are made, and sent as they are", async () => {
    const icat = client({});
    const stored = await icat.storeDataset({ ...dataset, storeFilename: join(folder, "deep/er/meta") });
    expect(stored).toEqual({ file: join(folder, "deep/er/meta.xml"), warnings: [] });
    expect(await readdir(join(folder, "deep/er"))).toEqual(["meta.xml"]);
    const mq = await broker();
    await client({ metadataUrls: [mq.url] }).storeDatasetFromFile(join(folder, "deep/er/meta"));
    expect(mq.bodies).toEqual([await readFile(join(folder, "deep/er/meta.xml"), "utf8")]);
  });

  test("that cannot be written leave nothing behind", async () => {
    await writeFile(join(folder, "file"), "");
    const error = await refused(client({}).storeDataset({ ...dataset, storeFilename: join(folder, "file/meta.xml") }));
    expect(error.code).toBe("FILE");
    expect(error.message).toContain(join(folder, "file/meta.xml"));
    await mkdir(join(folder, "taken.xml"));
    expect(await refused(client({}).storeDataset({ ...dataset, storeFilename: join(folder, "taken") }))).toMatchObject({ code: "FILE" });
    expect(await readdir(folder)).toEqual(["file", "taken.xml"]);
  });

  test("that are missing, no text or no dataset are not sent", async () => {
    const mq = await broker();
    const icat = client({ metadataUrls: [mq.url] });
    expect(await refused(icat.storeDatasetFromFile(join(folder, "absent")))).toMatchObject({ code: "FILE" });
    for (const content of [
      "not xml",
      "<a/>",
      '<?xml version="1.0"?><tns:dataset xmlns:tns="http://www.esrf.fr/icat"><cut',
      Buffer.from([255, 254]),
    ]) {
      await writeFile(join(folder, "a.xml"), content);
      expect(await refused(icat.storeDatasetFromFile(join(folder, "a.xml")))).toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(mq.frames).toEqual([]);
  });
});

test("a page is told that brokers need Node", () => {
  expect(() => createIngest({} as never)).toThrow(/needs Node/);
});

test("facts of the real client", () => {
  const icat = client({});
  expect([icat.expireDatasetsOnClose, icat.reasonForMissingInformation]).toEqual([false, "the catalogue did not answer in time"]);
  icat.currentDataset = "d9";
  expect(icat.currentDataset).toBe("d9");
});
