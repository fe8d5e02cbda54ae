import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "@sci/sandbox";
import { parseXml } from "../src/icatplus/ingest/xml.ts";
import { datasetXml, investigationXml, StompSocket } from "./icat-support.ts";
import type { Loose } from "./support.ts";

let box: Sandbox | undefined;
let socket: StompSocket | undefined;
const folder = mkdtempSync(join(tmpdir(), "icat-ingest-"));
afterEach(async () => {
  socket?.end();
  socket = undefined;
  await box?.stop();
  box = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  box = await startSandbox({ ...options, facilities: ["icat-plus"] });
  socket = await StompSocket.connect(box);
  return box;
}
async function put(queue: string, body: string | object, headers: Record<string, string> = {}): Promise<void> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  await (socket as StompSocket).confirmed("SEND", { destination: `/queue/${queue}`, persistent: "true", ...headers }, text);
  await (box as Sandbox).icatPlus.settled();
}
async function get(path: string): Promise<Loose> {
  const reply = await fetch(`${(box as Sandbox).urls["icat-plus"] as string}${path}`, {
    headers: { Authorization: `Bearer ${(box as Sandbox).icatPlus.session()}` },
  });
  expect(reply.status, path).toBe(200);
  return reply.json();
}
const byKey = (what: string): Promise<Loose> => get(`/dataacquisition/${(box as Sandbox).icatPlus.elogbookToken}/${what}`);
const letters = (): Loose[] => (box as Sandbox).icatPlus.broker.deadLetters as unknown as Loose[];

describe("investigations", () => {
  test("a message opens a session that REST finds, however the proposal is written", async () => {
    await start();
    await put("icatIngest", investigationXml("hc4321", "id11", "2026-03-01T09:00:00.123456+01:00"));
    for (const name of ["hc4321", "HC-4321", "HC 4321"]) {
      const found = await byKey(`investigation?instrumentName=ID11&investigationName=${encodeURIComponent(name)}`);
      expect(found).toMatchObject([
        { name: "HC-4321", startDate: "2026-03-01T09:00:00.123456+01:00", instrument: { name: "ID11" }, type: { name: "HC" } },
      ]);
      expect(found[0]).not.toHaveProperty("endDate");
    }
    expect(await byKey("investigation?instrumentName=ID12&investigationName=hc4321")).toEqual([]);
  });

  test("rescheduling takes what the user portal says", async () => {
    const sandbox = await start();
    sandbox.icatPlus.schedule(1003, { endDate: "2024-10-01T08:00:00.000Z" });
    await put(
      "rescheduleInvestigation",
      investigationXml("", "", "2026-01-01T00:00:00Z", "<tns:investigationId>1003</tns:investigationId>"),
    );
    expect(await byKey("investigation?ids=1003")).toMatchObject([{ id: 1003, endDate: "2024-10-01T08:00:00.000Z" }]);
    await put("rescheduleInvestigation", investigationXml("", "", "2026-01-01T00:00:00Z", "<tns:investigationId>7</tns:investigationId>"));
    expect(letters()).toMatchObject([{ queue: "rescheduleInvestigation", reason: "there is no investigation 7" }]);
    expect(() => sandbox.icatPlus.schedule(7, {})).toThrow("there is no investigation 7");
  });
});

describe("datasets", () => {
  test("are filed under the session of their time, with parameters, sample, technique and files on disk", async () => {
    await start();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.h5"), "12345");
    writeFileSync(join(folder, "b.h5"), "1");
    const parameters = {
      Sample_name: "s &amp; t",
      definition: "XRF",
      technique_pid: "https://w3id.org/PaN/ESRFET#XRF",
      scanNumber: "3",
      empty: "",
    };
    await put(
      "icatIngest",
      datasetXml({ name: "second", location: folder, start: "2024-06-11T10:00:00+02:00", sample: "s &amp; t", parameters }),
    );
    const [found, ...rest] = (await byKey("dataset?investigationId=1002")).filter(({ location }: Loose) => location === folder);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({
      name: "second",
      sampleName: "s & t",
      type: "acquisition",
      instrumentName: "ID00",
      startDate: "2024-06-11T10:00:00+02:00",
      investigation: { id: 1002, name: "MA-1234" },
      techniques: [{ pid: "https://w3id.org/PaN/ESRFET#XRF", name: "XRF" }],
    });
    expect(Object.fromEntries(found.parameters.map(({ name, value }: Loose) => [name, value]))).toEqual({
      ...parameters,
      Sample_name: "s & t",
      __fileCount: "2",
      __volume: "6",
    });
    expect((await get(`/catalogue/datasets?datasetIds=${found.id as number}`))[0].parameters).toEqual(found.parameters);
    const session = (box as Sandbox).icatPlus.session();
    const files = await get(`/catalogue/${session}/datafile?datasetId=${found.id as number}`);
    expect(files.map(({ Datafile }: Loose) => [Datafile.name, Datafile.fileSize]).sort()).toEqual([
      ["/a.h5", 5],
      ["/b.h5", 1],
    ]);
    expect(await get(`/catalogue/${session}/samples?investigationId=1002&search=s%20%26`)).toMatchObject([
      { id: found.sampleId, name: "s & t" },
    ]);
  });

  test("processed ones hang on what they were made from", async () => {
    await start();
    await put("icatIngest", datasetXml({ name: "raw" }));
    const input = "/data/visitor/ma1234/id00/20240901/RAW_DATA/sample/raw";
    await put(
      "icatIngest",
      datasetXml({
        name: "fit",
        location: "/data/visitor/ma1234/id00/20240901/PROCESSED_DATA/fit",
        parameters: { input_datasets: `${input},/elsewhere` },
      }),
    );
    const all = await get("/catalogue/datasets?investigationIds=1003&nested=true");
    const raw = all.find(({ location }: Loose) => location === input);
    expect(raw.outputDatasets).toMatchObject([{ name: "fit", type: "processed" }]);
  });

  test("files that come later are counted", async () => {
    const sandbox = await start();
    await put("icatIngest", datasetXml({ name: "late", location: "/data/late" }));
    const [found] = await get("/catalogue/datasets?investigationIds=1003&search=/data/late");
    const count = ({ parameters }: Loose): string => parameters.find(({ name }: Loose) => name === "__fileCount").value as string;
    expect(count(found)).toBe("0");
    sandbox.icatPlus.putFiles("/data/late", [{ name: "x.h5", content: "abc" }]);
    await put("icatDataFiles", { datasetId: found.id });
    expect(count((await get(`/catalogue/datasets?datasetIds=${found.id as number}`))[0])).toBe("1");
    sandbox.icatPlus.putFiles("/data/late", [{ name: "y.h5", content: new Uint8Array(7) }]);
    await put("icatDataFiles", { datasetId: String(found.id) });
    const [again] = await get(`/catalogue/datasets?datasetIds=${found.id as number}`);
    expect([count(again), again.parameters.find(({ name }: Loose) => name === "__volume").value]).toEqual(["2", "10"]);
  });

  test("fields are updated by folder; the sample too", async () => {
    await start();
    for (const name of ["a", "b"])
      await put("icatIngest", datasetXml({ name, location: `/data/${name}`, parameters: { Sample_name: "sample" } }));
    const message = {
      proposal: "MA1234",
      beamline: "ID00",
      datasetPaths: "/data/a,/data/b",
      metadataName: "Sample_name",
      metadataValue: "new",
    };
    await put("icatUpdateDatasetMetadata", message);
    const all = (await get("/catalogue/datasets?investigationIds=1003&search=/data/")).filter(({ location }: Loose) =>
      /^\/data\/[ab]$/.test(location),
    );
    expect(all.map(({ sampleName }: Loose) => sampleName)).toEqual(["new", "new"]);
    await put("icatUpdateDatasetMetadata", { ...message, datasetPaths: "/data/a,/data/c", metadataName: "title", metadataValue: "t" });
    expect(letters()[0].reason).toBe("no dataset of MA1234 at ID00 lies in /data/c");
    const untouched = (await get("/catalogue/datasets?investigationIds=1003&search=/data/a")).find(
      ({ location }: Loose) => location === "/data/a",
    );
    expect(untouched.parameters.some(({ name }: Loose) => name === "title")).toBe(false);
  });

  test("archive and restoration change the status", async () => {
    await start();
    const state = async (): Promise<string> =>
      (await get(`/ids/${(box as Sandbox).icatPlus.session()}/datasets/status?datasetIds=100001`))[0].status as string;
    expect(await state()).toBe("ONLINE");
    await put("icatArchiveRestoreStatus", { datasetId: 100001, type: "archiving", level: "info", message: "done" });
    expect(await state()).toBe("ARCHIVED");
    await put("icatArchiveRestoreStatus", { datasetId: 100001, type: "restoration", level: "error", message: "no tape" });
    expect(await state()).toBe("ARCHIVED");
    await put("icatArchiveRestoreStatus", { datasetId: 100001, type: "restoration", level: "info", message: null });
    expect(await state()).toBe("ONLINE");
  });
});

const ns = 'xmlns="http://www.esrf.fr/icat"';

describe("messages that cannot be used", () => {
  test.each([
    ["icatIngest", "no xml", "the message is no XML"],
    ["icatIngest", `<a ${ns}><b></a>`, "unexpected close tag"],
    ["icatIngest", `<!DOCTYPE a [<!ENTITY x 'y'>]><a ${ns}>&x;</a>`, "undefined entity"],
    ["icatIngest", `<a ${ns}>\u0001</a>`, "disallowed character"],
    ["icatIngest", "<dataset/>", "<dataset> is not in the namespace http://www.esrf.fr/icat"],
    ["icatIngest", `<a ${ns}/>`, "<a> is neither a dataset nor an investigation"],
    ["icatIngest", datasetXml({ sample: "" }), "<sample><name> is missing or empty"],
    ["icatIngest", datasetXml({ location: "" }), "<location> is missing or empty"],
    ["icatIngest", datasetXml({ start: "yesterday" }), "<startDate> is no date: yesterday"],
    ["icatIngest", datasetXml({ proposal: "xx9" }), "there is no investigation of xx9 at id00 at 2024-09-02T08:00:00.000Z"],
    ["icatIngest", datasetXml({ start: "2023-01-01T00:00:00Z" }), "there is no investigation of ma1234"],
    ["icatIngest", investigationXml("", "id00", "2024-01-01"), "<experiment> is missing or empty"],
    ["icatDataFiles", "{", "the message is no JSON"],
    ["icatDataFiles", "[1]", "the message is no JSON object"],
    ["icatDataFiles", '{"datasetId":5}', "there is no dataset 5"],
    ["icatDataFiles", "{}", "datasetId is no id: absent"],
    ["icatUpdateDatasetMetadata", '{"proposal":"ma1234"}', "beamline is missing or empty"],
    ["icatArchiveRestoreStatus", '{"datasetId":100001,"type":"x","level":"info"}', 'type is "x"'],
  ])("%s: %s", async (queue, body, reason) => {
    const sandbox = await start();
    await put(queue, body, { note: "kept" });
    expect(letters()).toEqual([{ queue, headers: { note: "kept" }, body, reason: expect.stringContaining(reason) }]);
    expect(sandbox.icatPlus.counts).toEqual({ stored: 0, duplicate: 0, refused: 1 });
  });

  test("a message of bytes is refused, as the facility's ingesters do", async () => {
    await start();
    const body = datasetXml();
    await put("icatIngest", body, { "content-length": String(Buffer.byteLength(body)) });
    expect(letters()[0].reason).toContain("it is a message of bytes");
    await put("icatIngest", body, { "content-length": String(Buffer.byteLength(body)), "amq-msg-type": "text" });
    expect((box as Sandbox).icatPlus.counts).toMatchObject({ stored: 1, refused: 1 });
  });

  test("dead letters can be read from their queue", async () => {
    const sandbox = await start();
    await put("icatDataFiles", "{");
    const reader = await StompSocket.connect(sandbox);
    reader.send("SUBSCRIBE", { id: "0", destination: "/queue/ActiveMQ.DLQ" });
    const frame = await reader.next();
    expect(frame).toMatchObject({ body: "{", headers: { "original-destination": "/queue/icatDataFiles" } });
    expect(frame.headers["dlqDeliveryFailureCause"]).toContain("the message is no JSON");
    reader.end();
  });
});

describe("delivery", () => {
  test("the same sci-message-id twice counts once, also after a restart with a folder", async () => {
    const options = { state: join(folder, "state") };
    await start(options);
    const headers = { "sci-message-id": "m-1" };
    await put("icatIngest", datasetXml({ name: "once" }), headers);
    await put("icatIngest", datasetXml({ name: "once" }), headers);
    expect((box as Sandbox).icatPlus.counts).toEqual({ stored: 1, duplicate: 1, refused: 0 });
    socket?.end();
    await box?.stop();
    await start(options);
    await put("icatIngest", datasetXml({ name: "once" }), headers);
    expect((box as Sandbox).icatPlus.counts).toEqual({ stored: 0, duplicate: 1, refused: 0 });
    const all = await get("/catalogue/datasets?investigationIds=1003&search=once");
    expect(all.filter(({ name }: Loose) => name === "once")).toHaveLength(1);
  });

  test("while nobody ingests, messages wait, over a restart of the broker, and are taken in order", async () => {
    const sandbox = await start();
    sandbox.icatPlus.ingesting = false;
    expect(sandbox.icatPlus.broker.consumers("icatIngest")).toBe(0);
    for (let index = 0; index < 50; index++)
      await (socket as StompSocket).confirmed(
        "SEND",
        { destination: "/queue/icatIngest", persistent: "true" },
        datasetXml({ name: `d${index}` }),
      );
    await sandbox.icatPlus.broker.restart();
    expect(sandbox.icatPlus.broker.queueSize("icatIngest")).toBe(50);
    sandbox.icatPlus.ingesting = true;
    await sandbox.icatPlus.settled();
    const names = sandbox.icatPlus.ingested.map(({ body }) => /<tns:name>(d\d+)</.exec(body)?.[1]);
    expect(names).toEqual(Array.from({ length: 50 }, (_, index) => `d${index}`));
    const ids = (await get("/catalogue/datasets?investigationIds=1003&sortBy=id"))
      .filter(({ name }: Loose) => /^d\d/.test(name))
      .map(({ name }: Loose) => name);
    expect(ids).toEqual(names);
  });

  test("Jolokia counts the consumers", async () => {
    const sandbox = await start();
    const url = (queue: string): string =>
      `${sandbox.urls["icat-plus"] as string}/api/jolokia/read/org.apache.activemq:type=Broker,brokerName=metadata,destinationType=Queue,destinationName=${queue}/ConsumerCount`;
    const headers = { Authorization: "Basic dXNlcjp1c2Vy" };
    expect(await (await fetch(url("icatIngest"), { headers })).json()).toMatchObject({
      status: 200,
      value: 1,
      request: { attribute: "ConsumerCount" },
    });
    sandbox.icatPlus.ingesting = false;
    expect(await (await fetch(url("icatIngest"), { headers })).json()).toMatchObject({ value: 0 });
    expect((await fetch(url("icatIngest"))).status).toBe(401);
    expect(await (await fetch(url("icatIngest").replace("ConsumerCount", "Nothing"), { headers })).json()).toMatchObject({ status: 404 });
  });
});

test("XML: comments, CDATA, references, attributes, a byte order mark, any prefix", () => {
  const text = `\ufeff<?xml version="1.0"?><!-- c --><t:a x="1 &lt; 2" xmlns:t='http://www.esrf.fr/icat'><t:b>&#65;&#x42;<![CDATA[<c>&]]></t:b><t:b/></t:a>\n`;
  expect(parseXml(text)).toMatchObject({
    name: "a",
    attributes: { x: "1 < 2" },
    children: [
      { name: "b", text: "AB<c>&" },
      { name: "b", text: "" },
    ],
  });
});
