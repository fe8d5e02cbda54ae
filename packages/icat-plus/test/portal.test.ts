import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal, silent } from "@sci/http-core/testing";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIcatRest } from "../src/rest/index.ts";
import type { IcatRest, RestSettings } from "../src/rest/types.ts";

let sandbox: Sandbox;
let rest: IcatRest;
let datasetId: number;
let investigationId: number;
const made: IcatRest[] = [];

function client(settings: Partial<RestSettings> = {}): IcatRest {
  const one = createIcatRest({
    icatplusRestrictedUrl: sandbox.env["ICATPLUS_URL"] as string,
    icatplusPassword: "admin-password",
    elogbookUrl: sandbox.env["ICATPLUS_URL"] as string,
    elogbookToken: sandbox.icatPlus.elogbookToken as string,
    core: { logger: silent },
    software: "test",
    current: () => ({}),
    ...settings,
  });
  made.push(one);
  return one;
}

beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["icat-plus"] });
  rest = client();
  investigationId = (await rest.getInvestigationsBy({ limit: 1 })).items[0]?.["id"] as number;
  datasetId = (await rest.getDatasetsBy({ investigationId, limit: 1 })).items[0]?.["id"] as number;
});
afterAll(async () => {
  for (const one of made) await one.close();
  await sandbox.stop();
});

describe("lists", () => {
  test("come page by page, all and in order", async () => {
    const whole = await rest.getInvestigationsBy({ pageSize: 1000 }).collect({ limit: 10_000 });
    const paged: unknown[] = [];
    for await (const one of rest.getInvestigationsBy({ pageSize: 3 })) paged.push(one["id"]);
    expect(paged).toEqual(whole.map((one) => one["id"]));
    expect(paged.length).toBeGreaterThan(3);
  });

  test("files of a dataset lie bare in the list", async () => {
    const files = await rest.datafiles(datasetId, { pageSize: 2 }).collect({ limit: 1000 });
    expect(files.length).toBeGreaterThan(0);
    expect(files[0]).toHaveProperty("location");
  });
});

describe("a session", () => {
  test("that ended is renewed once, however many calls wait", async () => {
    const mine = client();
    await mine.getSessionInformation();
    sandbox.icatPlus.endSessions();
    const answers = await Promise.all(Array.from({ length: 5 }, () => mine.getInvestigationUsers({ investigationId })));
    expect(answers).toHaveLength(5);
  });

  test("that ended is renewed between pages", async () => {
    const mine = client();
    let count = 0;
    for await (const page of mine.getInvestigationsBy({ pageSize: 2, concurrency: 1 }).pages()) {
      if (count++ === 0) sandbox.icatPlus.endSessions();
      expect(page.items.length).toBeGreaterThan(0);
    }
    expect(count).toBeGreaterThan(2);
  });

  test("that ended and has no password is an error that says what to do", async () => {
    const mine = createIcatRest({
      icatplusRestrictedUrl: sandbox.env["ICATPLUS_URL"] as string,
      icatSessionId: sandbox.icatPlus.session() as string,
      core: { logger: silent },
      software: "test",
      current: () => ({}),
    });
    made.push(mine);
    await mine.getSessionInformation();
    sandbox.icatPlus.endSessions();
    expect((await refusal(() => mine.getSessionInformation(), "NOT_AUTHENTICATED")).message).toContain("doLogIn()");
  });

  test("a wrong password is told without showing it", async () => {
    const error = await refusal(() => client({ icatplusPassword: "swordfish-12" }).getSessionInformation(), "NOT_AUTHENTICATED");
    expect(JSON.stringify(error)).not.toContain("swordfish-12");
  });
});

describe("files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "icat-files-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("one file comes as bytes, and the same to a file", async () => {
    const file = (await rest.datafiles(datasetId)).items[0];
    const datafileIds = file?.["id"] as number;
    const bytes = await rest.ids.download({ datafileIds });
    expect(bytes?.length).toBe(file?.["fileSize"]);
    const to = join(folder, "one.h5");
    expect(await rest.ids.download({ datafileIds, to })).toBeUndefined();
    expect(await readFile(to)).toEqual(Buffer.from(bytes as Uint8Array));
    expect(await readdir(folder)).toEqual(["one.h5"]);
  });

  test("a download goes on in a new session", async () => {
    const mine = client();
    await mine.getSessionInformation();
    sandbox.icatPlus.endSessions();
    const to = join(folder, "dataset.zip");
    await mine.ids.download({ datasetIds: datasetId, to });
    expect((await readFile(to)).subarray(0, 2).toString()).toBe("PK");
  });

  test("what is not there leaves no file, and no session in the message", async () => {
    const to = join(folder, "none.h5");
    const error = await refusal(() => rest.ids.download({ datafileIds: 99_999_999, to }), "NOT_FOUND");
    expect(error.message + JSON.stringify(error)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
    expect(await readdir(folder)).not.toContain("none.h5");
  });

  test("are told to be on disk or not, brought back, and found", async () => {
    expect(await rest.ids.status([datasetId])).toHaveLength(1);
    await rest.ids.restore(datasetId, { name: "me", email: "me@example.org" });
    expect((await rest.ids.paths({ datasetIds: datasetId })).length).toBeGreaterThan(0);
    await refusal(() => rest.ids.paths({}));
  });
});

describe("DOIs", () => {
  test("are reserved, minted and read", async () => {
    const reserved = await rest.doi.reserve({ datasetIds: [datasetId] });
    expect(reserved).toMatch(/^10\.15151\//);
    expect((await rest.doi.reserved()).items.map((one) => one["doi"])).toContain(reserved);
    const authors = [{ name: "Ada", surname: "Lovelace" }];
    const minted = await rest.doi.mint({ title: "Data", abstract: "About", authors, datasetIds: [datasetId] });
    expect(await rest.doi.read(minted)).toMatchObject({ doi: minted });
    expect((await rest.doi.datasets(`https://doi.org/${minted}`)).items.map((one) => one["id"])).toEqual([datasetId]);
    await refusal(() => rest.doi.read("no doi"));
    await refusal(() => rest.doi.mint({ title: "t", abstract: "a", authors }));
  });
});

describe("the e-logbook", () => {
  test("shows what was sent to it", async () => {
    const [found] = (await rest.getInvestigationsBy({ ids: investigationId })).items;
    const proposal = found?.["name"] as string;
    const beamline = (found?.["instrument"] as { name: string }).name;
    const mine = client({ current: () => ({ beamline, proposal }) });
    // Messages belong to the session of the moment.
    const { id } = (await mine.investigationInfo()) as { id: number };
    const before = await mine.logbook.count({ investigationId: id });
    await mine.sendMessage("the beam is back", { type: "info", tags: ["machine"] });
    await mine.sendBinaryData(new Uint8Array([1, 2, 3]), { mimetype: "image/png" });
    expect(await mine.logbook.count({ investigationId: id })).toBeGreaterThan(before);
    const events = await mine.logbook.events({ investigationId: id, search: "the beam is back" }).collect({ limit: 10 });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: "notification", category: "info" });
    expect((await mine.logbook.tags({ investigationId: id })).map((tag) => tag["name"])).toContain("machine");
    const files = (await mine.logbook.events({ investigationId: id, types: "attachment" }).collect({ limit: 100 })).map(
      (event) => event["file"],
    );
    const [resourceId] = files.at(0) as string[];
    expect([...((await mine.logbook.download({ resourceId: resourceId as string })) as Uint8Array)]).toEqual([1, 2, 3]);
    const bytes = await mine.request("GET /resource/{sessionId}/file/download", { query: { resourceId: resourceId as string } });
    expect([...(bytes as Uint8Array)]).toEqual([1, 2, 3]);
    expect((await mine.logbook.dates({ investigationId: id })).length).toBeGreaterThan(0);
    await refusal(() => mine.logbook.count({}));
  });

  test("takes events in a session", async () => {
    const content = [{ format: "plainText", text: "written in a session" }];
    const event = { type: "annotation", category: "comment", content, investigationId };
    const created = await rest.logbook.create({ investigationId, event });
    expect(created).toHaveProperty("_id");
  });
});

describe("the rest", () => {
  test("instruments, techniques, kinds of parameters, users, types, shipments", async () => {
    expect((await rest.instruments()).length).toBeGreaterThan(0);
    expect((await rest.techniques()).length).toBeGreaterThan(0);
    expect((await rest.parameterTypes({ name: "Sample_name" })).length).toBe(1);
    expect((await rest.users({ investigationId })).length).toBeGreaterThan(0);
    expect((await rest.getInvestigationTypes()).length).toBeGreaterThan(0);
    expect(await rest.shipments({ investigationId })).toEqual(expect.any(Array));
  });

  test("parameters of a sample are made and changed", async () => {
    const [sample] = await rest.getSamplesBy({ investigationId });
    const sampleId = sample?.["id"] as number;
    await rest.createSampleParameter({ sampleId, investigationId, name: "Sample_notes", value: "grey" });
    const found = async (): Promise<{ id: number; value: string } | undefined> =>
      ((await rest.getSamplesBy({ sampleIds: sampleId }))[0]?.["parameters"] as { id: number; name: string; value: string }[]).find(
        ({ name }) => name === "Sample_notes",
      );
    expect((await found())?.value).toBe("grey");
    await rest.updateSampleParameter({ id: (await found())?.id as number, investigationId, value: "red" });
    expect((await found())?.value).toBe("red");
  });

  test("every other endpoint by its name, typed", async () => {
    expect(await rest.request("GET /catalogue/instruments")).toEqual(await rest.instruments());
    const answer = await rest.request("GET /catalogue/{sessionId}/dataset/id/{datasetIds}/dataset", { params: { datasetIds: datasetId } });
    expect(answer).toMatchObject([{ id: datasetId }]);
    expect(await rest.request("GET /logbook/{sessionId}/event", { query: { investigationId, format: "txt" } })).toEqual(expect.any(String));
    const wrong = await refusal(() => rest.request("GET /catalogue/instrument" as never));
    expect(wrong.message).toContain("GET /catalogue/instruments");
    const name = await refusal(() => rest.request("GET /catalogue/{sessionId}/samples", { query: { investigationID: 1 } as never }));
    expect(name.message).toContain("investigationId");
    expect((await refusal(() => rest.request("GET /ids/{sessionId}/datasets/status"))).message).toContain("datasetIds");
  });
});
